# SPDX-License-Identifier: Apache-2.0
"""Requests under the policy with the real program: by the portal and by mail, from the question to the end."""
import io
import json
import os
import re
import signal
import smtplib
import time
import unittest
import zipfile

from avow_server import DESK, Server, write_policy
from exim import read_messages
from mail_test import sign_up
from patience import tries

HELP = "help@sample.example"
PROMISES = DESK.replace("[fields.email]", """[purposes.planning]
label = "Plan our work"
basis = "legitimate-interest"
[fields.email]""", 1).replace('purposes = ["service"]', 'purposes = ["service", "planning"]', 1)
ENDS = ("done", "refused", "withdrawn", "expired")


class Office:
    """A server with a portal, a mail door and an officer."""

    def __init__(self, **settings):
        self.server = Server()
        write_policy(self.server.folder / "policy", PROMISES)
        self.socket = str(self.server.folder / "lmtp")
        self.settings = {"AVOW_MAIL_LMTP_LISTEN": "unix:" + self.socket, "AVOW_MAIL_DESK": HELP,
                         "AVOW_MAIL_FOLDER": str(self.server.folder / "letters"), **settings}

    def start(self, **settings):
        self.server.start({**self.settings, **settings})
        return self

    def begin(self, address="ada@example.org"):
        self.officer = self.server.token("officer")
        self.customer, self.cookie = sign_up(self.server, address)
        return self

    def ask(self, method, path, body=None, **how):
        status, told, _ = self.server.ask(method, "/api/v1" + path, body, **how)
        assert status < 300, (method, path, status, told)
        return told

    def own(self, method, path="", body=None):
        return self.ask(method, "/rights" + path, body, cookie=self.cookie)

    def act(self, right, what, **body):
        now = self.look(right)
        return self.ask("POST", f"/desk/rights/{right}/{what}", {"revision": now["revision"], **body}, token=self.officer)

    def look(self, right):
        return self.ask("GET", "/desk/rights/" + right, token=self.officer)

    def wait(self, right, *states):
        for _ in tries():
            now = self.look(right)
            if now["state"] in states:
                return now
        raise AssertionError(f"still {now['state']}, not {states}: " + (self.server.folder / "log").read_text()[-3000:])

    def hand_in(self, sender, recipient, subject="My data", text="Please", more=""):
        message = (f"From: {sender}\r\nTo: {recipient}\r\nSubject: {subject}\r\n"
                   f"Message-ID: <{time.monotonic_ns()}@sender.example>\r\n{more}\r\n{text}\r\n")
        with smtplib.LMTP(self.socket, local_hostname="mx.test") as line:
            return line.sendmail(sender, [recipient], message.encode())

    def letters(self, subject):
        return [one for one in read_messages(self.server.folder / "letters" / "new") if subject in one["Subject"]]

    def wait_for_letters(self, subject, count=1):
        for _ in tries():
            found = self.letters(subject)
            if len(found) >= count:
                return found
        raise AssertionError(f"no letter {subject!r} came")

    def list(self, query=""):
        return self.ask("GET", "/desk/rights" + query, token=self.officer)


class Rights(unittest.TestCase):
    def setUp(self):
        self.office = Office().start().begin()
        self.server = self.office.server
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))

    def refused(self, expect, method, path, body=None, **how):
        status, told, _ = self.server.ask(method, "/api/v1" + path, body, **how)
        self.assertEqual(status, expect, told)
        return told

    def kinds(self):
        """The ways of the requests as the customer reads them in who used it, oldest first."""
        uses = self.office.ask("GET", f"/customers/{self.office.customer}/uses?kind=reading&limit=100", cookie=self.office.cookie)
        return [one["reason"].rsplit(", ", 1)[1] for one in reversed(uses["items"]) if "under the policy" in one.get("reason", "")]

    def fetch(self, right):
        return self.server.ask("GET", f"/api/v1/rights/{right}/file", cookie=self.office.cookie)

    def test_access_is_collected_looked_at_approved_and_fetched_once(self):
        right = self.office.own("POST", "", {"kind": "access"})["right"]
        again = self.office.own("POST", "", {"kind": "access"})
        self.assertEqual(again["right"], right, "one of a kind is under way at a time")
        seen = self.office.wait(right, "review")
        self.assertEqual((seen["shown"], seen["overdue"], seen["preview"]["archive"]["state"]), ("portal", False, "ready"))
        self.assertTrue(any(line["what"] == "values" for line in seen["preview"]["plan"]["goes"]))
        self.assertNotIn("ada@example.org", json.dumps(seen))
        self.assertEqual(self.fetch(right)[0], 409, "nothing goes out before an officer's word")
        self.refused(409, "POST", f"/desk/rights/{right}/approve", {"revision": seen["revision"] - 1}, token=self.office.officer)
        approved = self.office.act(right, "approve")
        self.assertTrue(approved["approved_by"])
        ready = self.office.wait(right, "ready")
        self.assertIsNone(ready["deadline"], "the law's clock stands when the answer is there")
        letter = self.office.wait_for_letters("News of your request")[0]
        self.assertIn("/account/requests#" + right, letter.get_content())
        self.assertNotIn("access", letter.get_content())
        # A browser's own archive, made meanwhile, takes nothing away.
        place = "/customers/" + self.office.customer
        self.office.ask("POST", place + "/exports", {}, cookie=self.office.cookie)
        other, stranger = sign_up(self.server, "bob@example.org")
        for path in ("", "/file"):
            self.refused(404, "GET", f"/rights/{right}{path}", cookie=stranger)
        for _ in range(2):  # what was sent may not have arrived
            status, archive, _ = self.fetch(right)
            self.assertEqual(status, 200)
            with zipfile.ZipFile(io.BytesIO(archive)) as opened:
                self.assertIn("ada@example.org", opened.read("data.json").decode())
        self.refused(404, "POST", f"/rights/{right}/received", {}, cookie=stranger)
        self.assertEqual(self.office.own("POST", f"/{right}/received", {})["state"], "done")
        self.assertEqual(self.fetch(right)[0], 409)
        self.assertEqual(self.server.tell("select count(*) from exports where of_right = 1"), "0")
        # Entries of one millisecond have no order among themselves.
        kinds = self.kinds()
        self.assertCountEqual(kinds, ["received", "open", "collecting", "review", "approved", "ready", "done"])
        self.assertEqual((kinds[0], kinds[-1]), ("received", "done"))
        self.server.stop()
        self.assertEqual(self.server.verify().returncode, 0)

    def test_an_erasure_is_done_with_the_customer_and_one_that_is_held_comes_back(self):
        held = self.office.ask("POST", f"/customers/{self.office.customer}/holds",
                               {"kind": "legal_hold", "reason": "a trial"}, token=self.office.officer)["hold"]
        right = self.office.own("POST", "", {"kind": "erasure"})["right"]
        self.office.wait(right, "review")
        self.office.act(right, "approve")
        for _ in tries():
            if "review" in self.kinds()[4:]:
                break
        self.office.wait(right, "review")
        self.office.ask("DELETE", f"/customers/{self.office.customer}/holds/{held}", token=self.office.officer)
        self.office.act(right, "approve")
        done = self.office.wait(right, "done")
        self.assertEqual(self.server.ask("GET", f"/api/v1/customers/{self.office.customer}/collections",
                                         token=self.office.officer)[0], 404)
        self.assertIsNone(done["preview"]["plan"])
        self.server.stop()
        self.assertEqual(self.server.verify().returncode, 0)

    def test_an_objection_stands_for_all_that_can_be_objected_to(self):
        self.office.ask("PUT", f"/customers/{self.office.customer}/permissions/offers", {"granted": True}, cookie=self.office.cookie)
        right = self.office.own("POST", "", {"kind": "objection"})["right"]
        seen = self.office.wait(right, "review")
        self.assertEqual(sorted(seen["preview"]["purposes"]), ["offers", "planning"])
        self.office.act(right, "approve")
        self.office.wait(right, "done")
        told = self.office.ask("GET", f"/customers/{self.office.customer}/permissions", cookie=self.office.cookie)["items"]
        self.assertFalse(any(one["granted"] for one in told), told)
        self.assertTrue(next(one["objected"] for one in told if one["purpose"] == "planning"))

    def test_a_correction_is_written_when_it_is_approved_and_not_before(self):
        right = self.office.own("POST", "", {"kind": "correction", "fields": {"name": "Ada Right"}})["right"]
        self.office.wait(right, "review")
        held = lambda: json.dumps(self.office.ask("GET", f"/customers/{self.office.customer}/collections", cookie=self.office.cookie))
        self.assertNotIn("Ada Right", held())
        # The names stand in the preview; the values open by an act of their own, which their customer reads.
        self.assertEqual(self.office.ask("GET", f"/desk/rights/{right}/fields", token=self.office.officer), {"fields": {"name": "Ada Right"}})
        uses = self.office.ask("GET", f"/customers/{self.office.customer}/uses?kind=reading", cookie=self.office.cookie)["items"]
        self.assertTrue(any("what a correction is to write was opened" in use.get("reason", "") for use in uses), uses)
        self.office.act(right, "approve")
        self.office.wait(right, "done")
        self.assertIn("Ada Right", held())
        empty = self.office.own("POST", "", {"kind": "correction"})["right"]
        seen = self.office.wait(empty, "review")
        self.refused(422, "POST", f"/desk/rights/{empty}/approve", {"revision": seen["revision"]}, token=self.office.officer)
        for fields in ({"email": "eve@example.org"}, {"shoe_size": "9"}):
            self.refused(422, "POST", f"/desk/rights/{empty}/approve", {"revision": seen["revision"], "fields": fields},
                         token=self.office.officer)
        # What the gate does not take when it comes to it is an officer's again, and nothing hangs.
        self.office.act(empty, "approve", fields={"name": "x" * 20_000})
        for _ in tries():
            if self.kinds()[-3:] == ["approved", "carrying", "review"]:
                break
        self.office.act(empty, "approve", fields={"name": "Ada Lovelace"})
        self.office.wait(empty, "done")
        self.assertIn("Ada Lovelace", held())

    def test_a_deadline_moves_once_with_a_reason_and_a_refusal_has_a_ground(self):
        right = self.office.own("POST", "", {"kind": "access"})["right"]
        before = self.office.wait(right, "review")
        self.refused(422, "POST", f"/desk/rights/{right}/extend", {"revision": before["revision"], "reason": "busy"},
                     token=self.office.officer)
        after = self.office.act(right, "extend", reason="complexity")
        self.assertGreater(after["deadline"], before["deadline"])
        self.assertNotIn("extend", after["acts"])
        self.refused(409, "POST", f"/desk/rights/{right}/extend", {"revision": after["revision"], "reason": "number"},
                     token=self.office.officer)
        self.office.wait_for_letters("News of your request", 1)
        self.office.act(right, "refuse", ground="excessive")
        self.office.wait_for_letters("News of your request", 2)
        told = self.office.own("GET", "/" + right)
        self.assertEqual((told["state"], told["ground"], told["extended"]), ("refused", "excessive", "complexity"))
        self.assertEqual(self.server.tell("select count(*) from exports where of_right = 1"), "0")
        self.refused(409, "POST", f"/rights/{right}/withdraw", {}, cookie=self.office.cookie)

    def test_who_may_and_who_may_not(self):
        unproved, cookie = sign_up(self.server, "new@example.org", confirmed=False)
        self.refused(409, "POST", "/rights", {"kind": "access"}, cookie=cookie)
        self.refused(401, "POST", "/rights", {"kind": "access"})
        self.refused(422, "POST", "/rights", {"kind": "export"}, cookie=self.office.cookie)
        self.refused(422, "POST", "/rights", {"kind": "access", "fields": {"name": "x"}}, cookie=self.office.cookie)
        right = self.office.own("POST", "", {"kind": "access"})["right"]
        for path in ("", "/identify", "/approve", "/again", "/extend", "/refuse"):
            method = "POST" if path else "GET"
            for role in ("agent", "marketer", "auditor"):
                self.refused(403, method, f"/desk/rights/{right}{path}", {} if path else None, token=self.server.token(role))
            self.refused(403, method, f"/desk/rights/{right}{path}", {} if path else None, cookie=self.office.cookie)
        self.refused(404, "POST", f"/rights/{right}/identify", {}, cookie=cookie)
        withdrawn = self.office.own("POST", f"/{right}/withdraw", {})
        self.assertEqual(withdrawn["state"], "withdrawn")

    def test_a_mail_that_says_so_becomes_one_and_everybody_is_told_the_same(self):
        for sender in ("ada@example.org", "nobody@example.org"):
            self.office.hand_in(sender, "help+access@sample.example")
            self.office.hand_in(sender, "help+access@sample.example")  # a second one adds no letter
        letters = self.office.wait_for_letters("We have your request", 2)
        told = {one["To"]: re.sub(r"rgt_\w+|(29|30) days", "", one.get_content()) for one in letters}
        self.assertEqual(set(told), {"ada@example.org", "nobody@example.org"})
        self.assertEqual(len(set(told.values())), 1, told)
        mine = [one for one in self.office.own("GET")["items"]]
        self.assertEqual([(one["kind"], one["state"], one["channel"], one["identified"]) for one in mine],
                         [("access", "unshown", "email", False)])
        right = mine[0]["right"]
        identified = self.office.own("POST", f"/{right}/identify", {})
        self.assertTrue(identified["identified"])
        self.office.wait(right, "review")
        self.assertEqual(self.office.list("?unfinished=true")["waiting"], 2)
        # By somebody whom the portal does not know, an officer's word who it is.
        other = next(one["right"] for one in self.office.list()["items"] if one["right"] != right)
        seen = self.office.look(other)
        self.refused(422, "POST", f"/desk/rights/{other}/identify", {"revision": seen["revision"], "words": ""}, token=self.office.officer)
        self.office.act(other, "identify", words="called back on the number in the contract")
        self.office.wait(other, "review")
        time.sleep(0.5)
        self.assertEqual(len(self.office.letters("We have your request")), 2)

    def test_a_mail_that_says_nothing_is_made_one_by_an_officer(self):
        self.office.hand_in("ada@example.org", HELP, "Hello", "What do you hold of me?")
        agent = self.server.token("agent")
        request = self.office.ask("GET", "/desk/requests", token=agent)["items"][0]["request"]
        self.assertEqual(self.office.list()["items"], [])
        self.refused(403, "POST", f"/desk/requests/{request}/right", {"kind": "access"}, token=agent)
        right = self.office.ask("POST", f"/desk/requests/{request}/right", {"kind": "access"}, token=self.office.officer)
        self.assertEqual(right["request"], request)
        self.office.wait(right["right"], "unshown")
        self.office.wait_for_letters("We have your request")

    def test_a_programs_mail_asks_for_nothing(self):
        self.office.hand_in("robot@example.org", "help+erasure@sample.example", more="Auto-Submitted: auto-replied\r\n")
        self.office.hand_in("ada@example.org", "help+erasure@sample.example")
        self.office.wait_for_letters("We have your request")
        self.assertEqual(len(self.office.list()["items"]), 1)

    def test_an_account_that_is_closed_leaves_its_requests_open(self):
        right = self.office.own("POST", "", {"kind": "erasure"})["right"]
        self.office.wait(right, "review")
        self.assertEqual(self.server.ask("POST", "/api/v1/account/close", {}, cookie=self.office.cookie)[0], 204)
        self.assertEqual(self.office.look(right)["state"], "review")
        self.office.act(right, "approve")
        self.office.wait(right, "done")


class Clock(unittest.TestCase):
    @unittest.skipUnless(os.environ.get("AVOW_FAULTS") == "1", "this build has no clock to move")
    def test_what_nobody_confirms_expires_and_what_nobody_fetches_lapses(self):
        office = Office().start().begin()
        self.addCleanup(lambda: office.server.process.poll() is None and office.server.stop(signal.SIGKILL))
        office.hand_in("ada@example.org", "help+erasure@sample.example")
        mine = lambda kind: next(one["right"] for one in office.list()["items"] if one["kind"] == kind)
        office.wait_for_letters("We have your request")
        unshown = mine("erasure")
        right = office.own("POST", "", {"kind": "access"})["right"]
        office.wait(right, "review")
        office.act(right, "approve")
        office.wait(right, "ready")
        office.server.stop()
        office.start(AVOW_FAULT_CLOCK_MS=str(29 * 86_400_000))
        time.sleep(1.5)
        self.assertEqual((office.look(unshown)["state"], office.look(right)["state"]), ("unshown", "ready"))
        office.server.stop()
        office.start(AVOW_FAULT_CLOCK_MS=str(31 * 86_400_000))
        office.wait(unshown, "expired")
        office.wait(right, "done")


if __name__ == "__main__":
    unittest.main()
