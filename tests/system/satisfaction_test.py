# SPDX-License-Identifier: Apache-2.0
"""A survey that is asked after requests, with the real program: who is written to when the desk is done, who is not and
why, what a permission that is taken back makes of the letter, and what is left of it all after an erasure."""
import io
import json
import re
import signal
import unittest
import zipfile

from avow_server import SURVEYS, Server, write_policy
from mail_test import sign_up, wait_for_states
from patience import tries

# The study's purpose means writing to people.
INVITING = SURVEYS.replace('label = "Study"\nbasis = "permission"', 'label = "Study"\nbasis = "permission"\ncontact = true')
ASKS = {"elements": [{"type": "rating", "name": "csat", "rateMin": 1, "rateMax": 5}]}


class Satisfaction(unittest.TestCase):
    def serve(self, sends):
        self.server = Server()
        write_policy(self.server.folder / "policy", INVITING)
        self.mail = {"AVOW_MAIL_FOLDER": str(self.server.folder / "mail")}
        self.server.start(self.mail if sends else {})
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))
        self.agent, self.researcher = self.server.token("agent"), self.server.token("researcher")

    def ask(self, method, path, body=None, expect=200, **who):
        status, told, _ = self.server.ask(method, "/api/v1" + path, body, **who)
        self.assertEqual(status, expect, told)
        return told

    def make(self, mode="named", purposes=("insight", "study"), asked=200):
        made = self.ask("POST", "/surveys", {"name": "After", "mode": mode, "purposes": list(purposes), "definition": ASKS}, 201,
                        token=self.researcher)["survey"]
        told = self.ask("PUT", f"/surveys/{made}/after-requests", {"asked": True}, asked, token=self.researcher)
        if asked == 422:
            self.assertEqual([one["pointer"] for one in told["errors"]], ["/asked"])
        self.ask("PUT", f"/surveys/{made}/state", {"state": "open"}, token=self.researcher)
        return made

    def customer(self, email, permits=True):
        who, cookie = sign_up(self.server, email)
        if permits:
            self.ask("PUT", f"/customers/{who}/permissions/study", {"granted": True}, cookie=cookie)
        return who, cookie

    def request(self, cookie):
        return self.ask("POST", "/requests", {"subject": "Forty pages", "text": "From Japanese."}, 201, cookie=cookie)["request"]

    def satisfaction(self, request):
        return self.ask("GET", f"/desk/requests/{request}", token=self.agent)["satisfaction"]

    def solve(self, request, state="solved"):
        self.ask("PUT", f"/desk/requests/{request}", {"state": state}, token=self.agent)

    def invited(self):
        return int(self.server.tell("select count(*) from survey_invitations"))

    def letters(self):
        return int(self.server.tell("select count(*) from letters where kind = 'survey_invitation'"))

    def entries(self, who, cookie):
        """Of invitations, as the customer reads them."""
        told = self.ask("GET", f"/customers/{who}/uses", cookie=cookie)["items"]
        return [one for one in told if one.get("letter") == "survey_invitation"]

    def archive(self, who, cookie):
        place = f"/customers/{who}/exports"
        made = self.ask("POST", place, None, 202, cookie=cookie)
        for _ in tries():
            if self.ask("GET", f"{place}/{made['export']}", cookie=cookie)["state"] == "ready":
                break
        _, file, _ = self.server.ask("GET", f"/api/v1{place}/{made['export']}/file", cookie=cookie)
        return json.loads(zipfile.ZipFile(io.BytesIO(file)).read("data.json"))

    def test_who_permits_it_is_asked_once_and_finds_the_survey(self):
        self.serve(sends=True)
        survey = self.make()
        ada, cookie = self.customer("ada@example.org")
        request = self.request(cookie)
        self.assertEqual(self.satisfaction(request), "asked")
        self.ask("POST", f"/desk/requests/{request}/answers", {"text": "They are done.", "state": "solved"}, 201, token=self.agent)
        self.assertIsNone(self.satisfaction(request))
        self.assertEqual(self.server.mailed_link("ada@example.org", "/account/surveys"), survey)
        letter = next(one for one in self.server.letters_to("ada@example.org") if "/account/surveys#" in one)
        self.assertIn("Study", letter)
        self.assertRegex(letter, r"https://\S+/stop#\S+")
        for text in ("They are done.", "Forty pages", "The link works"):
            self.assertNotIn(text, letter)
        (entry,) = self.entries(ada, cookie)
        self.assertEqual((entry["kind"], entry["purpose"], entry["decision"]), ("messaged", "study", "allowed"))
        self.assertEqual(entry["fields"]["email"]["because"], "permission_given")
        self.assertIn("only when you said yes", entry["fields"]["email"]["sentence"])
        self.assertEqual([one["survey"] for one in self.ask("GET", "/account/surveys", cookie=cookie)["waiting"]], [survey])
        (told,) = self.archive(ada, cookie)["surveys"]
        self.assertEqual((told["survey"], told["state"]), (survey, "invited"))

        again = self.request(cookie)
        self.assertEqual(self.satisfaction(again), "resting")
        self.solve(again, "closed")
        self.ask("POST", f"/account/surveys/{survey}/answer",
                 {"version": 1, "policy_version": "1", "answers": {"csat": 5}}, 201, cookie=cookie)
        self.assertEqual(self.satisfaction(self.request(cookie)), "answered")
        self.assertEqual((self.invited(), self.letters()), (1, 1))
        log = (self.server.folder / "log").read_text()
        self.assertNotIn("ada@", log)
        self.assertNotIn(survey, log)
        self.ask("DELETE", f"/customers/{ada}", None, cookie=cookie)
        self.assertEqual((self.invited(), self.letters()), (0, 0))
        self.server.stop()
        self.assertEqual(self.server.verify().returncode, 0)

    def test_the_letter_takes_its_permission_back_by_one_click(self):
        self.serve(sends=True)
        self.make("anonymous")
        eve, cookie = self.customer("eve@example.org")
        self.solve(self.request(cookie))
        secret = self.server.mailed_link("eve@example.org", "/stop")
        (letter,) = [text for text in (path.read_bytes() for path in (self.server.folder / "mail" / "new").glob("*.eml"))
                     if b"List-Unsubscribe" in text]
        self.assertIn(b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", letter)
        (address,) = re.findall(rb"List-Unsubscribe: <https://[^/]+(/stop/[^>]+)>", letter.replace(b"\r\n ", b" "))
        self.assertEqual(address.decode(), "/stop/" + secret)
        permits = lambda: [one["granted"] for one in self.ask("GET", f"/customers/{eve}/permissions", cookie=cookie)["items"]
                           if one["purpose"] == "study"]
        # A scanner that opens it ends nothing.
        status, _, headers = self.server.ask("GET", address.decode())
        self.assertEqual((status, headers["Location"], permits()), (303, "/stop#" + secret, [True]))
        # As a mail provider sends it: no cookie, no Origin, a form (RFC 8058 §3.2).
        click = {"body": "List-Unsubscribe=One-Click", "headers": {"Content-Type": "application/x-www-form-urlencoded"}}
        for _ in range(2):
            status, told, _ = self.server.ask("POST", address.decode(), **click)
            self.assertEqual((status, told), (200, {"purpose": "study", "label": "Study", "granted": False}))
        self.assertEqual(permits(), [False])
        self.assertEqual(self.server.ask("POST", address.decode() + "x", **click)[0], 404)
        self.assertEqual(self.satisfaction(self.request(cookie)), "no_permission")
        # By the page, after a change of mind; the secret is nowhere in clear.
        self.ask("PUT", f"/customers/{eve}/permissions/study", {"granted": True}, cookie=cookie)
        self.ask("POST", "/public/stops", {"link": secret})
        self.assertEqual(permits(), [False])
        self.assertNotIn(secret, (self.server.folder / "log").read_text())
        self.ask("DELETE", f"/customers/{eve}", None, cookie=cookie)
        self.ask("POST", "/public/stops", {"link": secret}, 404)
        self.assertEqual(self.server.tell("select count(*) from letter_stops"), "0")

    def test_nobody_else_is_asked(self):
        self.serve(sends=False)
        self.make(purposes=("insight",), asked=422)
        _, bob = self.customer("bob@example.org", permits=False)
        _, eve = self.customer("eve@example.org")
        request = self.request(eve)
        self.assertEqual(self.satisfaction(request), "no_survey")
        self.solve(request)
        first = self.make()
        request = self.request(bob)
        self.assertEqual(self.satisfaction(request), "no_permission")
        self.solve(request)
        self.server.tell("delete from address_proofs returning proved_ms")
        request = self.request(eve)
        self.assertEqual(self.satisfaction(request), "no_address")
        self.solve(request)
        self.server.confirm_addresses()
        called = self.ask("POST", "/desk/requests", {
            "subject": "A call", "text": "x", "fields": {"email": "call@example.org"}, "permissions": {"study": True},
            "notice_read": {"language": "en"}}, 201, token=self.agent)
        self.assertEqual(self.satisfaction(called["request"]), "no_address")
        # Another one takes the place of the first; closed, it asks nobody.
        second = self.make("anonymous")
        told = {one["survey"]: one["after_requests"] for one in self.ask("GET", "/surveys", token=self.researcher)["items"]}
        self.assertEqual((told[first], told[second]), (False, True))
        self.assertEqual(self.satisfaction(self.request(eve)), "asked")
        self.ask("PUT", f"/surveys/{second}/state", {"state": "closed"}, token=self.researcher)
        self.solve(self.request(eve), "closed")
        self.assertEqual((self.invited(), self.letters()), (0, 0))
        # Whoever works at the desk makes no surveys.
        self.ask("PUT", f"/surveys/{first}/after-requests", {"asked": True}, 403, token=self.agent)
        self.ask("PUT", f"/surveys/{first}/after-requests", {"asked": True}, 401)
        self.ask("PUT", f"/surveys/{first}/after-requests", {"asked": 1}, 422, token=self.researcher)

    def test_a_permission_taken_back_before_the_letter_goes_withholds_it(self):
        self.serve(sends=False)  # letters wait
        self.make("pseudonymous")
        eve, cookie = self.customer("eve@example.org")
        ada, other = self.customer("ada@example.org")
        for one in (cookie, other):
            self.solve(self.request(one))
        self.assertEqual((self.invited(), self.letters()), (2, 2))
        self.ask("PUT", f"/customers/{eve}/permissions/study", {"granted": False}, cookie=cookie)
        self.server.stop(signal.SIGKILL)
        self.server.start(self.mail)
        wait_for_states(self.server, {"sent": 1, "withheld": 1})
        self.assertRegex(self.server.letters_to("ada@example.org")[0], r"https://\S+/surveys#srv_")
        self.assertEqual(self.server.letters_to("eve@example.org"), [])
        (entry,) = self.entries(eve, cookie)
        self.assertEqual((entry["kind"], entry["purpose"], entry["decision"]), ("refused", "study", "refused"))
        self.assertEqual(entry["fields"]["email"]["because"], "no_permission")
        (entry,) = self.entries(ada, other)
        self.assertEqual(entry["kind"], "messaged")


if __name__ == "__main__":
    unittest.main(verbosity=2)
