# SPDX-License-Identifier: Apache-2.0
"""The main job: a customer signs up, uses are decided by the policy's sentences, the ledger proves it."""
import signal
import json
import unittest

from avow_server import NEWER, Server, write_policy

PASSWORD = "a sentence nobody would guess"


class Story(unittest.TestCase):
    def setUp(self):
        self.server = Server().start()
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))

    def sign_up(self, email="ada@example.com", version="1"):
        status, told, headers = self.server.ask("POST", "/api/v1/account/sign-up", {
            "email": email, "password": PASSWORD, "name": "Ada Byron", "policy_version": version})
        self.assertEqual(status, 201, told)
        return told["customer"], headers["Set-Cookie"].split(";")[0]

    def use(self, token, purpose, fields=("email",), email="ada@example.com"):
        status, told, _ = self.server.ask("POST", "/api/v1/uses", {
            "lookup": {"email": email}, "fields": list(fields), "purpose": purpose}, token)
        self.assertEqual(status, 200, told)
        return told

    def test_the_story_from_sign_up_to_a_verified_ledger(self):
        customer, cookie = self.sign_up()
        agent, marketer = self.server.token("agent"), self.server.token("marketer")

        allowed = self.use(agent, "service")["fields"]["email"]
        self.assertEqual(allowed["because"], "stated_at_collection")
        self.assertEqual(allowed["sentence"], "We use your data to serve you.")
        self.assertEqual(allowed["value"], "ada@example.com")

        refused = self.use(marketer, "offers")
        self.assertEqual((refused["decision"], refused["fields"]["email"]["because"]), ("refused", "no_permission"))
        self.assertNotIn("value", refused["fields"]["email"])
        self.assertEqual(self.use(agent, "offers")["fields"]["email"]["because"], "role")

        place = f"/api/v1/customers/{customer}/permissions/offers"
        status, told, _ = self.server.ask("PUT", place, {"granted": True}, cookie=cookie)
        self.assertEqual((status, told["granted"]), (200, True), told)
        self.assertEqual(self.use(marketer, "offers")["fields"]["email"]["because"], "permission_given")

        published = self.server.run("policy", "publish", write_policy(self.server.folder / "newer", NEWER),
                                    "--data", self.server.data)
        self.assertEqual(published.returncode, 0, published.stderr)
        self.assertEqual(self.use(agent, "planning")["fields"]["email"]["because"], "not_noticed")

        status, told, _ = self.server.ask("GET", f"/api/v1/customers/{customer}/uses", cookie=cookie)
        self.assertEqual([use["fields"]["email"]["because"] for use in told["items"]],
                         ["not_noticed", "permission_given", "role", "no_permission", "stated_at_collection"])
        status, proof, _ = self.server.ask("GET", "/api/v1/ledger/proofs/" + told["items"][0]["ledger"]["entry"],
                                           cookie=cookie)
        self.assertTrue(proof.startswith(b"c2sp.org/tlog-proof@v1\nextra "), proof[:80])
        self.check_offline(proof)

        url = self.server.run("ledger", "verify", "--url", f"https://localhost:{self.server.port}/ledger",
                              "--ca", self.server.data / "ca.pem")
        self.assertEqual(url.returncode, 0, url.stderr)
        self.assertEqual(self.server.stop(), 0)
        verified = self.server.verify()
        self.assertEqual(verified.returncode, 0, verified.stderr)

    def check_offline(self, proof):
        """With the file and the key alone; a changed byte anywhere does not hold."""
        key = self.server.ask("GET", "/ledger/key")[1].decode().strip()
        file = self.server.folder / "kept.tlog-proof"

        def told_of(content):
            file.write_bytes(content)
            return self.server.run("ledger", "verify-proof", file, "--key", key, "--json")

        done = told_of(proof)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(json.loads(done.stdout)["details"]["kind"], "refused")
        for at in range(0, len(proof), 41):
            bent = told_of(proof[:at] + bytes([proof[at] ^ 1]) + proof[at + 1:])
            self.assertEqual(bent.returncode, 1, f"byte {at}: {bent.stdout}")
        other = self.server.run("ledger", "verify-proof", file, "--key", "no key")
        self.assertEqual(other.returncode, 3, other.stderr)

    def test_a_stale_policy_version_is_refused_and_the_current_one_named(self):
        status, told, _ = self.server.ask("POST", "/api/v1/collections", {
            "channel": "portal", "fields": {"email": "x@example.com"}, "policy_version": "0"},
            self.server.token("intake"))
        self.assertEqual(status, 409)
        self.assertIn("in force, 1", told["detail"])

    def test_what_the_policy_does_not_declare_is_refused_by_pointer(self):
        token = self.server.token("intake")
        status, told, _ = self.server.ask("POST", "/api/v1/collections", {
            "channel": "portal", "fields": {"emial": "x@example.com"}, "purposes": ["offers", "srvice"]}, token)
        self.assertEqual(status, 422)
        self.assertEqual([e["pointer"] for e in told["errors"]], ["/fields/emial", "/purposes/0", "/purposes/1"])
        self.assertIn('"email"', told["errors"][0]["detail"])

    def test_addresses_of_every_kind_are_taken_or_refused_by_their_grammar(self):
        token = self.server.token("intake")
        longest = "a" * 64 + "@" + ".".join(["b" * 63] * 3 + ["c" * 63])
        self.assertEqual(len(longest), 320)
        for email, wanted in ((longest, 201), ("用户@例え.jp", 201), ('"a b"@example.com', 201), ("a" * 65 + "@b.c", 422),
                              ("no-at", 422), ("a@b..c", 422), ("a\u0000@b.c", 422)):
            status, told, _ = self.server.ask("POST", "/api/v1/collections", {
                "channel": "portal", "fields": {"email": email}}, token)
            self.assertEqual(status, wanted, told)

    def test_broken_json_is_named_and_changes_nothing(self):
        token = self.server.token("intake")
        for body in ("[" * 10000 + "]" * 10000, '{"channel":', '{"channel":"portal","channel":"portal"}', '{"channel":7}', "null", ""):
            status, told, _ = self.server.ask("POST", "/api/v1/collections", body, token)
            self.assertIn(status, (400, 422), told)
            self.assertNotIn("customer", told)

    def test_nobody_reads_another_customer(self):
        customer, _ = self.sign_up()
        _, other = self.sign_up("other@example.com")
        for path in ("", "/collections", "/permissions", "/uses"):
            status, _, _ = self.server.ask("GET", f"/api/v1/customers/{customer}{path}", cookie=other)
            self.assertEqual(status, 404, path)
            status, _, _ = self.server.ask("GET", f"/api/v1/customers/{customer}{path}")
            self.assertEqual(status, 401, path)

    def test_a_second_sign_up_with_the_same_address_sees_nothing_of_the_first(self):
        first, _ = self.sign_up()
        second, cookie = self.sign_up("ADA@example.com")
        self.assertNotEqual(first, second)
        told = self.server.ask("GET", f"/api/v1/customers/{second}/collections", cookie=cookie)[1]
        self.assertEqual([f["value"] for f in told["items"][0]["fields"] if f["field"] == "email"], ["ADA@example.com"])
        self.assertEqual(self.server.ask("GET", f"/api/v1/customers/{first}/collections", cookie=cookie)[0], 404)
        self.assertEqual(self.use(self.server.token("agent"), "service")["customer"], first)

    def test_signing_in_wants_the_right_password_and_out_ends_the_session(self):
        self.sign_up()
        wrong, _, _ = self.server.ask("POST", "/api/v1/account/sign-in", {"email": "ada@example.com", "password": "wrong wrong wrong"})
        self.assertEqual(wrong, 401)
        right, _, headers = self.server.ask("POST", "/api/v1/account/sign-in", {"email": "ada@example.com", "password": PASSWORD})
        cookie = headers["Set-Cookie"].split(";")[0]
        self.assertEqual((right, self.server.ask("GET", "/api/v1/account", cookie=cookie)[0]), (200, 200))
        self.assertEqual(self.server.ask("POST", "/api/v1/account/sign-out", cookie=cookie)[0], 204)
        self.assertEqual(self.server.ask("GET", "/api/v1/account", cookie=cookie)[0], 401)

    def test_a_cross_site_post_is_refused(self):
        _, cookie = self.sign_up()
        status, _, _ = self.server.ask("POST", "/api/v1/account/sign-out", headers={"Cookie": cookie, "Sec-Fetch-Site": "cross-site"})
        self.assertEqual(status, 403)

    def test_a_batch_is_answered_in_order(self):
        self.sign_up()
        uses = [{"lookup": {"email": "ada@example.com"}, "fields": [field], "purpose": "service"} for field in ("email", "name", "shoe")]
        status, told, _ = self.server.ask("POST", "/api/v1/uses/batch", uses, self.server.token("agent"))
        self.assertEqual(status, 200)
        self.assertEqual([list(use["fields"].values())[0]["because"] for use in told],
                         ["stated_at_collection", "stated_at_collection", "not_declared"])

    def test_pages_are_served_and_personal_data_never_reaches_the_log(self):
        self.sign_up()
        for path in ("/", "/privacy", "/healthz", "/readyz", "/api/v1/policy", "/.well-known/gpc.json"):
            self.assertEqual(self.server.ask("GET", path)[0], 200, path)
        missing = "/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200"
        self.assertEqual(self.server.ask("GET", missing)[0], 404)
        self.server.stop()
        log = (self.server.folder / "log").read_text()
        for word in ("ada@example.com", PASSWORD, "Ada Byron"):
            self.assertNotIn(word, log)
            for file in self.server.data.rglob("*"):
                if file.is_file():
                    self.assertNotIn(word.encode(), file.read_bytes(), f"{word} in {file.name}")


if __name__ == "__main__":
    unittest.main()
