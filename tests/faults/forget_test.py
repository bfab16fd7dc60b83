# SPDX-License-Identifier: Apache-2.0
"""kill -9 at every step of erasing, rotating keys and the retention: after a restart the step is done or was
never begun, nothing is half, and the ledger verifies."""
import http.client
import json
import os
import signal
import sqlite3
import unittest

from avow_server import Server
from forgetting import EMAIL, fill, make_server, needs_faults, search_until_clean, secrets_of
from patience import PATIENCE, tries

BEGUN = ("erase.journal_written", "erase.key_destroyed", "erase.half_written", "erase.rows_removed", "erase.done")
THREE_YEARS_MS = str(3 * 366 * 86_400_000)


class Forget(unittest.TestCase):
    def served(self, environment=None):
        server = make_server().start(environment)
        self.addCleanup(lambda: server.process.poll() is None and server.stop(signal.SIGKILL))
        return server

    def run_retention(self, server):
        """The server's own run may be under way: one waits for the other."""
        for _ in tries(0.1):
            run = server.run("retention", "run", "--json", "--data", server.data)
            if run.returncode == 0:
                return json.loads(run.stdout)
        self.fail(run.stderr)

    def dies(self, server, act):
        with self.assertRaises((OSError, http.client.HTTPException)):
            act()
        server.process.wait(timeout=PATIENCE)
        server.process.stdout.close()

    def verify(self, server):
        server.stop()
        verified = server.verify()
        self.assertEqual(verified.returncode, 0, verified.stderr)

    @needs_faults
    def test_killed_before_the_journal_nothing_was_erased(self):
        server = self.served({"AVOW_FAULT_AT": "erase.before_journal"})
        customer, cookie, tokens = fill(server, others=2)
        self.dies(server, lambda: server.ask("DELETE", f"/api/v1/customers/{customer}", cookie=cookie))
        server.start()
        status, told, _ = server.ask("GET", f"/api/v1/customers/{customer}/export", token=tokens["officer"])
        self.assertEqual((status, len(told["collections"])), (200, 3))
        self.verify(server)

    @needs_faults
    def test_killed_at_any_later_step_the_erasure_is_carried_out(self):
        for point in BEGUN:
            with self.subTest(point):
                server = self.served({"AVOW_FAULT_AT": point})
                customer, cookie, tokens = fill(server, others=2)
                secrets = secrets_of(server)
                self.dies(server, lambda: server.ask("DELETE", f"/api/v1/customers/{customer}", cookie=cookie))
                server.start()
                self.assertEqual(server.ask("GET", f"/api/v1/customers/{customer}", token=tokens["officer"])[0], 404)
                self.assertEqual(server.ask("GET", "/api/v1/account", cookie=cookie)[0], 401)
                status, told, _ = server.ask("POST", "/api/v1/uses", {
                    "customer": customer, "fields": ["email"], "purpose": "service"}, tokens["agent"])
                self.assertEqual((status, told["fields"]["email"]["because"]), (200, "erased"), told)
                status, _, _ = server.ask("POST", "/api/v1/uses", {
                    "lookup": {"email": EMAIL}, "fields": ["email"], "purpose": "service"}, tokens["agent"])
                self.assertEqual(status, 404)
                status, proof, _ = server.ask("DELETE", f"/api/v1/customers/{customer}", token=tokens["officer"])
                self.assertEqual((status, proof["whole"]), (200, True), proof)
                self.assertEqual(server.ask("GET", "/api/v1/ledger/proofs/" + proof["ledger"]["entry"])[0], 200)
                self.assertEqual(search_until_clean(server.folder, secrets), [])
                self.verify(server)

    @needs_faults
    def test_a_part_is_erased_whole_or_not_at_all(self):
        for point in ("erase.journal_written", "erase.half_written", "erase.rows_removed"):
            with self.subTest(point):
                server = self.served({"AVOW_FAULT_AT": point})
                customer, cookie, tokens = fill(server, others=2)
                self.dies(server, lambda: server.ask("DELETE", f"/api/v1/customers/{customer}/channels/survey", cookie=cookie))
                server.start()
                status, told, _ = server.ask("GET", f"/api/v1/customers/{customer}/export", token=tokens["officer"])
                self.assertEqual(sorted(c["channel"] for c in told["collections"]), ["list", "portal"])
                self.assertIn("erased", [act["kind"] for act in told["acts"]])
                status, told, _ = server.ask("POST", "/api/v1/uses", {
                    "customer": customer, "fields": ["message"], "purpose": "service"}, tokens["agent"])
                self.assertEqual(told["fields"]["message"]["because"], "erased", told)
                self.verify(server)

    def test_preview_says_what_goes_and_erasing_does_that(self):
        server = self.served()
        customer, cookie, tokens = fill(server, others=2)
        place = f"/api/v1/customers/{customer}"
        status, plan, _ = server.ask("DELETE", place + "?preview=true", cookie=cookie)
        self.assertEqual(status, 200, plan)
        goes = {(line["what"], line.get("channel")): line["count"] for line in plan["goes"]}
        self.assertEqual(goes, {("values", "portal"): 2, ("values", "survey"): 2, ("values", "list"): 2, ("account", None): 1, ("letters", None): 1,
                                ("sessions", None): 1, ("permissions", None): 1, ("acts", None): 7, ("address", None): 1, ("key", None): 1})
        status, export, _ = server.ask("GET", place + "/export", cookie=cookie)
        self.assertEqual((status, len(export["collections"])), (200, 3), "a preview erases nothing")
        datum = [f["datum"] for f in export["collections"][0]["fields"] if f["field"] == "name"][0]
        self.assertEqual(server.ask("DELETE", f"{place}/data/{datum}", cookie=cookie)[0], 200)
        self.assertEqual(server.ask("DELETE", f"{place}/data/{datum}", cookie=cookie)[0], 404)
        self.assertEqual(server.ask("DELETE", f"{place}/fields/message", cookie=cookie)[0], 200)
        self.assertEqual(server.ask("DELETE", f"{place}/collections/{export['collections'][2]['collection']}", cookie=cookie)[0], 200)
        status, export, _ = server.ask("GET", place + "/export", cookie=cookie)
        self.assertEqual([[f["field"] for f in c["fields"]] for c in export["collections"]], [["email"], ["email"]])
        self.assertEqual(server.ask("DELETE", place, token=tokens["agent"])[0], 404)
        self.verify(server)

    def test_a_hold_stops_the_erasure_at_its_record_and_says_why(self):
        server = self.served()
        customer, cookie, tokens = fill(server, others=2)
        place = f"/api/v1/customers/{customer}"
        _, export, _ = server.ask("GET", place + "/export", cookie=cookie)
        survey = [c["collection"] for c in export["collections"] if c["channel"] == "survey"][0]
        self.assertEqual(server.ask("POST", place + "/holds", {"kind": "legal_hold", "reason": "case 7"}, cookie=cookie)[0], 403)
        status, hold, _ = server.ask("POST", place + "/holds", {"kind": "legal_hold", "collection": survey, "reason": "case 7"}, tokens["officer"])
        self.assertEqual(status, 201, hold)
        self.assertEqual(server.ask("DELETE", f"{place}/collections/{survey}", cookie=cookie)[0], 409)
        status, plan, _ = server.ask("DELETE", place + "?preview=true", cookie=cookie)
        kept = [line for line in plan["stays"] if line["what"] == "values"]
        self.assertEqual((plan["whole"], kept[0]["ground"], kept[0]["reason"]), (False, "legal_hold", "case 7"))
        status, told, _ = server.ask("DELETE", place, cookie=cookie)
        self.assertEqual((status, told["whole"]), (200, False), told)
        _, export, _ = server.ask("GET", place + "/export", token=tokens["officer"])
        self.assertEqual([c["channel"] for c in export["collections"]], ["survey"])
        self.assertEqual(server.ask("DELETE", f"{place}/holds/{hold['hold']}", token=tokens["officer"])[0], 204)
        status, told, _ = server.ask("DELETE", place, token=tokens["officer"])
        self.assertEqual((status, told["whole"]), (200, True), told)
        self.verify(server)

    def test_the_operator_finds_exports_and_erases_with_the_server_running_or_stopped(self):
        server = self.served()
        customer, _, _ = fill(server, others=2)
        data = ("--data", server.data)
        self.assertEqual(server.run("customer", "find", "--email", EMAIL, *data).stdout.strip(), customer)
        self.assertEqual(server.run("customer", "find", "--email", "no@example.com", *data).returncode, 1)
        self.assertIn("add --yes", server.run("customer", "erase", customer, *data).stderr)
        self.assertEqual(len(json.loads(server.run("customer", "export", customer, *data).stdout)["collections"]), 3)
        server.stop()
        erased = server.run("customer", "erase", customer, "--channel", "list", "--yes", "--json", *data)
        self.assertFalse(json.loads(erased.stdout)["whole"], erased.stderr)
        erased = server.run("customer", "erase", customer, "--yes", "--json", *data)
        self.assertTrue(json.loads(erased.stdout)["whole"], erased.stderr)
        self.assertEqual(server.run("customer", "find", "--email", EMAIL, *data).returncode, 1)
        self.assertEqual(server.verify().returncode, 0)

    def test_a_journal_that_was_changed_stops_the_start(self):
        server = self.served()
        customer, cookie, _ = fill(server, others=0)
        server.ask("DELETE", f"/api/v1/customers/{customer}", cookie=cookie)
        server.stop()
        journal = server.data / "erasures" / "journal"
        good = journal.read_bytes()
        journal.write_bytes(good.replace(b'"whole":true', b'"whole":fals', 1))
        server.start(expect_ready=False)
        self.assertIn("record 1 was changed", (server.folder / "log").read_text())
        journal.write_bytes(good + good[:40])  # torn by a crash: never acknowledged
        server.start()
        self.assertEqual(journal.read_bytes(), good)

    def test_a_key_that_an_old_keyring_brings_back_is_destroyed_again(self):
        server = self.served()
        customer, cookie, tokens = fill(server, others=2)
        server.stop()
        old = (server.data / "keyring.avow").read_bytes()
        server.start()
        _, _, headers = server.ask("POST", "/api/v1/account/sign-in", {"email": EMAIL, "password": "zyxmarker password of nobody"})
        server.ask("DELETE", f"/api/v1/customers/{customer}", cookie=headers["Set-Cookie"].split(";")[0])
        server.stop()
        (server.data / "keyring.avow").write_bytes(old)
        self.verify(server.start())

    def wait_for_rotation(self, server):
        for _ in tries(0.2):
            standing = json.loads(server.run("keys", "status", "--json", "--data", server.data).stdout)
            if not standing["rotating"]:
                break
        self.assertEqual((standing["rotating"], standing["wrapped_by_current"]), (False, 11), standing)

    def check_rotated(self, server, customer, tokens, before):
        after = {file.name for file in (server.data / "keys").glob("epoch-*")}
        self.assertEqual((len(after), before & after), (1, set()))
        status, told, _ = server.ask("POST", "/api/v1/uses", {
            "customer": customer, "fields": ["email"], "purpose": "service"}, tokens["agent"])
        self.assertEqual(told["fields"]["email"]["value"], EMAIL)
        self.verify(server)

    @needs_faults
    def test_rotation_killed_at_any_step_goes_on_and_ends(self):
        for point in ("keys.rewrapping", "keys.rewrapped", "file.overwritten", "keys.epoch_destroyed"):
            with self.subTest(point):
                server = self.served()
                customer, _, tokens = fill(server, others=10)
                before = {file.name for file in (server.data / "keys").glob("epoch-*")}
                server.stop()
                killed = server.run("keys", "rotate", "--data", server.data, environment={"AVOW_FAULT_AT": point})
                self.assertEqual(killed.returncode, -signal.SIGKILL)
                server.start()
                self.wait_for_rotation(server)
                self.check_rotated(server, customer, tokens, before)

    @needs_faults
    def test_rotation_goes_on_without_the_server_that_began_it(self):
        server = self.served({"AVOW_FAULT_AT": "keys.rewrapping"})
        customer, _, tokens = fill(server, others=10)
        before = {file.name for file in (server.data / "keys").glob("epoch-*")}
        rotated = server.run("keys", "rotate", "--data", server.data)
        server.process.wait(timeout=PATIENCE)
        server.process.stdout.close()
        if rotated.returncode != 0:  # its question was under way when the server died
            rotated = server.run("keys", "rotate", "--data", server.data)
        self.assertEqual(rotated.returncode, 0, rotated.stderr)
        server.start()
        self.check_rotated(server, customer, tokens, before)

    def test_keys_are_rotated_while_others_use_them(self):
        server = self.served()
        customer, _, tokens = fill(server, others=10)
        before = {file.name for file in (server.data / "keys").glob("epoch-*")}
        rotated = server.run("keys", "rotate", "--data", server.data)
        self.assertEqual(rotated.returncode, 0, rotated.stderr)
        self.wait_for_rotation(server)
        self.check_rotated(server, customer, tokens, before)

    def test_a_store_with_another_stores_keyring_is_refused_and_named(self):
        one, other = Server().start(), Server().start()
        one.stop(), other.stop()
        (one.data / "keyring.avow").write_bytes((other.data / "keyring.avow").read_bytes())
        one.start(expect_ready=False)
        self.assertEqual(one.process.returncode, 3)
        self.assertIn("belongs to another store", (one.folder / "log").read_text())
        (one.data / "keyring.avow").unlink()
        one.start(expect_ready=False)
        self.assertIn("keyring.avow", (one.folder / "log").read_text())
        self.assertFalse((one.data / "keyring.avow").exists(), "a refused start makes no keyring")

    def rows(self, server, statement):
        store = sqlite3.connect(server.data / "store.db")
        try:
            return store.execute(statement).fetchall()
        finally:
            store.close()

    @needs_faults
    def test_retention_killed_at_any_step_takes_what_is_due_once_and_nothing_else(self):
        for point in ("retention.half_written", "retention.batch_taken", "retention.ended"):
            with self.subTest(point):
                server = self.served()
                fill(server, others=30)
                preview = server.run("retention", "preview", "--data", server.data)
                self.assertIn("0 would lose values", preview.stdout)
                server.stop()
                later = {**os.environ, "AVOW_FAULT_CLOCK_MS": THREE_YEARS_MS}
                server.start({**later, "AVOW_FAULT_AT": point}, expect_ready=None)
                server.process.wait(timeout=PATIENCE)
                server.process.stdout.close()
                # A lease outlives its dead holder by a minute at most.
                later["AVOW_FAULT_CLOCK_MS"] = str(int(THREE_YEARS_MS) + 120_000)
                run = server.run("retention", "run", "--json", "--data", server.data, environment=later)
                self.assertEqual(run.returncode, 0, run.stderr)
                self.assertEqual(self.rows(server, "select count(*) from collections where channel = 'survey'"), [(0,)])
                self.assertEqual(self.rows(server, "select count(*) from collections"), [(2,)])
                taken = self.rows(server, "select sum(taken), sum(held_back) from retention_runs")
                self.assertEqual(taken, [(62, 0)])
                # The clock goes back: nothing more is taken, and no run begins.
                back = server.run("retention", "run", "--data", server.data)
                self.assertNotEqual(back.returncode, 0)
                self.assertEqual(self.rows(server, "select sum(taken) from retention_runs"), [(62,)])
                verified = server.verify()
                self.assertEqual(verified.returncode, 0, verified.stderr)

    def test_retention_ends_with_the_permission_and_with_the_account_but_not_under_a_hold(self):
        server = self.served()
        customer, cookie, tokens = fill(server, others=1)
        place = f"/api/v1/customers/{customer}"
        must = lambda answer: self.assertIn(answer[0], (200, 201, 204), answer[1])
        must(server.ask("PUT", place + "/permissions/offers", {"granted": False}, cookie=cookie))
        preview = json.loads(server.run("retention", "preview", "--json", "--data", server.data).stdout)
        self.assertEqual(preview["values"], {"list": 2})
        status, hold, _ = server.ask("POST", place + "/holds", {"kind": "restriction", "reason": "disputed"}, tokens["officer"])
        run = self.run_retention(server)
        self.assertEqual((run["taken"], run["held_back"]), (0, 2))
        must(server.ask("DELETE", f"{place}/holds/{hold['hold']}", token=tokens["officer"]))
        must(server.ask("POST", "/api/v1/account/close", cookie=cookie))
        self.assertEqual(server.ask("GET", "/api/v1/account", cookie=cookie)[0], 401)
        run = self.run_retention(server)
        self.assertEqual((run["taken"], run["held_back"]), (4, 0))
        _, export, _ = server.ask("GET", place + "/export", token=tokens["officer"])
        self.assertEqual([c["channel"] for c in export["collections"]], ["survey"])
        self.verify(server)


if __name__ == "__main__":
    unittest.main()
