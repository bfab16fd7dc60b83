# SPDX-License-Identifier: Apache-2.0
"""Idempotency-Key: sent again, a write gives its first answer and is not done again."""
import concurrent.futures
import json
import signal
import unittest

from avow_server import NEWER, Server, write_policy

PASSWORD = "a sentence nobody would guess"
DAY_MS = 24 * 60 * 60 * 1000


class Idempotency(unittest.TestCase):
    def setUp(self):
        self.server = Server().start()
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))
        self.intake, self.agent, self.marketer = (self.server.token(r) for r in ("intake", "agent", "marketer"))

    def write(self, method, path, body, key, token=None, cookie=None):
        status, told, _ = self.server.ask(method, path, body, token, cookie, {"Idempotency-Key": key})
        return status, told

    def twice(self, *call, **who):
        """Sends it twice; the answer, after checking that both are the same and one entry was written."""
        before = self.size()
        first = self.write(*call, **who)
        after = self.size()
        self.assertEqual(self.write(*call, **who), first)
        self.assertEqual(self.size(), after)
        self.assertGreater(after, before)
        return first

    def size(self):
        """Acts in the store: what was done, published or not."""
        return int(self.server.tell("select (select count(*) from acts) + (select count(*) from unfiled_acts)"))

    def collect(self, key, email="ada@example.com", token=None):
        return self.write("POST", "/api/v1/collections", {"channel": "portal", "fields": {"email": email}}, key,
                          token or self.intake)

    def sign_up(self):
        status, told, headers = self.server.ask("POST", "/api/v1/account/sign-up", {
            "email": "ada@example.com", "password": PASSWORD, "name": "Ada", "policy_version": "1"})
        self.assertEqual(status, 201, told)
        return told["customer"], headers["Set-Cookie"].split(";")[0]

    def use(self, customer, purpose="service", field="email"):
        return {"customer": customer, "fields": [field], "purpose": purpose}

    def test_a_collection_is_made_once(self):
        status, told = self.twice("POST", "/api/v1/collections", {
            "channel": "portal", "fields": {"email": "ada@example.com"}, "permissions": {"offers": True}}, "k", self.intake)
        self.assertEqual(status, 201, told)
        # Without an address nothing but the key tells that it is the same customer.
        self.twice("POST", "/api/v1/collections", {"channel": "portal", "fields": {"name": "Nobody"}}, "n", self.intake)

    def test_a_use_is_asked_once_and_its_values_are_given_again(self):
        customer, _ = self.sign_up()
        status, told = self.twice("POST", "/api/v1/uses", self.use(customer), "k", self.agent)
        self.assertEqual((status, told["fields"]["email"]["value"]), (200, "ada@example.com"))
        status, told = self.twice("POST", "/api/v1/uses", self.use(customer, "offers"), "r", self.marketer)
        self.assertEqual((status, told["decision"]), (200, "refused"))

    def test_a_batch_is_one_step_and_its_items_keep_their_places(self):
        customer, _ = self.sign_up()
        batch = [self.use(customer), self.use(customer, "service", "name"), self.use(customer, "offers")]
        status, told = self.twice("POST", "/api/v1/uses/batch", batch, "b", self.agent)
        self.assertEqual((status, len({use["use"] for use in told})), (200, 3))
        status, told = self.write("POST", "/api/v1/uses/batch", batch[:2], "b", self.agent)
        self.assertEqual(status, 422, told)

    def test_a_permission_a_profile_and_a_sign_up_are_made_once(self):
        form = {"email": "ada@example.com", "password": PASSWORD, "policy_version": "1"}
        status, told = self.twice("POST", "/api/v1/account/sign-up", form, "s")
        self.assertEqual(status, 201, told)
        status, _, headers = self.server.ask("POST", "/api/v1/account/sign-up", form, headers={"Idempotency-Key": "s"})
        cookie = headers["Set-Cookie"].split(";")[0]
        self.assertEqual((status, self.server.ask("GET", "/api/v1/account", cookie=cookie)[0]), (201, 200))

        place = f"/api/v1/customers/{told['customer']}/permissions/offers"
        status, first = self.twice("PUT", place, {"granted": True}, "p", cookie=cookie)
        self.assertEqual(status, 200, first)
        self.assertEqual(self.write("PUT", place, {"granted": False}, "q", cookie=cookie)[0], 200)
        # The first answer, not a second yes.
        self.assertEqual(self.write("PUT", place, {"granted": True}, "p", cookie=cookie), (200, first))
        _, standing, _ = self.server.ask("GET", place.rsplit("/", 1)[0], cookie=cookie)
        self.assertFalse([p for p in standing["items"] if p["purpose"] == "offers"][0]["granted"])

        name = {"fields": {"name": "Ada"}, "policy_version": "1"}
        status, first = self.twice("PUT", "/api/v1/account/profile", name, "f", cookie=cookie)
        self.assertEqual((status, first["fields"]["name"]), (200, "Ada"))
        other = {"fields": {"name": "Countess"}, "policy_version": "1"}
        self.assertEqual(self.write("PUT", "/api/v1/account/profile", other, "g", cookie=cookie)[0], 200)
        self.assertEqual(self.write("PUT", "/api/v1/account/profile", name, "f", cookie=cookie), (200, first))
        self.assertEqual(self.write("PUT", "/api/v1/account/profile", other, "f", cookie=cookie)[0], 422)

    def test_another_request_under_the_same_key_is_refused_and_not_done(self):
        self.assertEqual(self.collect("k")[0], 201)
        before = self.size()
        status, told = self.collect("k", "bob@example.com")
        self.assertEqual((status, "Idempotency-Key" in told["detail"]), (422, True), told)
        status, told = self.write("POST", "/api/v1/collections", '{"channel": "portal",  "fields": {"email": "ada@example.com"}}',
                                  "k", self.intake)
        self.assertEqual(status, 422, told)
        self.assertEqual(self.size(), before)

    def test_a_key_belongs_to_its_caller(self):
        first, other = self.collect("k"), self.collect("k", token=self.server.token("intake"))
        self.assertEqual((first[0], other[0]), (201, 201))
        self.assertNotEqual(first[1]["collection"], other[1]["collection"])

    def test_an_error_is_no_answer_and_the_key_may_be_used_when_it_is_mended(self):
        self.assertEqual(self.collect("k", "no address")[0], 422)
        self.assertEqual(self.collect("k")[0], 201)
        for key in ("", "x" * 256, "a b"):
            self.assertEqual(self.collect(key)[0], 422, key)

    def test_sent_many_times_at_once_it_is_done_once(self):
        customer, _ = self.sign_up()
        calls = (("POST", "/api/v1/collections", {"channel": "portal", "fields": {"name": "Nobody"}}, "c", self.intake),
                 ("POST", "/api/v1/uses", self.use(customer), "u", self.agent),
                 ("POST", "/api/v1/uses/batch", [self.use(customer)] * 3, "b", self.agent),
                 ("PUT", f"/api/v1/customers/{customer}/permissions/offers", {"granted": True}, "p", self.intake))
        for entries, call in zip((1, 1, 3, 1), calls):
            before = self.size()
            with concurrent.futures.ThreadPoolExecutor(16) as pool:
                answers = list(pool.map(lambda _, call=call: self.write(*call), range(32)))
            self.assertEqual({json.dumps(answer) for answer in answers}, {json.dumps(answers[0])}, call[1])
            self.assertLess(answers[0][0], 300, answers[0])
            self.assertEqual(self.size() - before, entries, call[1])

    def test_what_may_no_longer_be_opened_is_not_opened_again(self):
        customer, cookie = self.sign_up()
        place = f"/api/v1/customers/{customer}/permissions/offers"
        self.server.ask("PUT", place, {"granted": True}, cookie=cookie)
        status, told = self.write("POST", "/api/v1/uses", self.use(customer, "offers"), "k", self.marketer)
        self.assertEqual((status, told["decision"]), (200, "allowed"))
        self.server.ask("PUT", place, {"granted": False}, cookie=cookie)
        status, told = self.write("POST", "/api/v1/uses", self.use(customer, "offers"), "k", self.marketer)
        self.assertEqual(status, 409, told)
        self.assertNotIn("ada@example.com", json.dumps(told))

    def test_a_newer_policy_does_not_change_what_was_answered(self):
        form = {"channel": "portal", "fields": {"email": "ada@example.com"}, "policy_version": "1"}
        first = self.write("POST", "/api/v1/collections", form, "k", self.intake)
        published = self.server.run("policy", "publish", write_policy(self.server.folder / "newer", NEWER),
                                    "--data", self.server.data)
        self.assertEqual(published.returncode, 0, published.stderr)
        self.assertEqual(self.write("POST", "/api/v1/collections", form, "k", self.intake), first)
        self.assertEqual(self.write("POST", "/api/v1/collections", form, "l", self.intake)[0], 409)

    def test_a_day_later_the_key_is_free(self):
        first = self.collect("k")
        self.server.stop()
        self.server.tell(f"update answers set at_ms = at_ms - {DAY_MS + 1000}")
        self.server.start()
        again = self.collect("k")
        self.assertNotEqual(again[1]["collection"], first[1]["collection"])
        self.assertEqual(self.server.tell("select count(*) from answers"), "1")

    def test_nothing_that_is_kept_can_be_read(self):
        customer, _ = self.sign_up()
        self.collect("ada@example.com-is-my-key")
        self.write("POST", "/api/v1/uses", self.use(customer), "u", self.agent)
        self.server.stop()
        for file in self.server.data.rglob("*"):
            if file.is_file():
                self.assertNotIn(b"ada@example.com", file.read_bytes(), file.name)
        self.assertEqual(self.server.verify().returncode, 0)

    def test_killed_between_commit_and_answer_the_answer_is_there_afterwards(self):
        customer, _ = self.sign_up()
        calls = (("POST", "/api/v1/collections", {"channel": "portal", "fields": {"name": "Nobody"}}, "c", self.intake),
                 ("POST", "/api/v1/uses", self.use(customer), "u", self.agent),
                 ("PUT", f"/api/v1/customers/{customer}/permissions/offers", {"granted": True}, "p", self.intake))
        if not self.has_fault_points():
            self.skipTest("this build has no fault points: the dev preset has")
        for call in calls:
            before = self.size()
            self.server.stop()
            self.server.start({"AVOW_FAULT_AT": "gate.answer_committed"})
            with self.assertRaises(OSError):
                self.write(*call)
            self.server.process.wait(10)
            self.server.stop()
            self.server.start()
            self.assertEqual(self.size(), before + 1, "it was done")
            status, told = self.write(*call)
            self.assertLess(status, 300, told)
            self.assertEqual(self.size(), before + 1, "and not done again")
            self.assertEqual(self.write(*call), (status, told))

    def has_fault_points(self):
        return b"gate.answer_committed" in self.server.process.args[0].read_bytes()


if __name__ == "__main__":
    unittest.main()
