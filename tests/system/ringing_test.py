# SPDX-License-Identifier: Apache-2.0
"""Calls that ring, with the real program: told by a telephone system's token, seen by who works at the desk, and kept
nowhere."""
import base64
import unittest
import urllib.parse

from avow_server import DESK
from employees import EMAIL, Employees

RINGS = "/api/v1/desk/calls/ringing"
NUMBER = "+49 30 7654321"


class Ringing(Employees):
    promises = DESK

    def setUp(self):
        super().setUp()
        self.telephone = self.server.token("telephone")

    def tell(self, expect=204, **said):
        status, told, _ = self.server.ask("POST", RINGS, said, self.telephone)
        self.assertEqual(status, expect, told)
        return told

    def post_form(self, authorization, **said):
        return self.server.ask("POST", RINGS, urllib.parse.urlencode(said), headers={
            "Content-Type": "application/x-www-form-urlencoded", "Authorization": authorization})

    def basic(self, user="avow"):
        return "Basic " + base64.b64encode(f"{user}:{self.telephone}".encode()).decode()

    def rings(self, cookie, **said):
        status, told, _ = self.ask("PUT", RINGS, said, cookie)
        self.assertEqual(status, 200, told)
        return told["items"]

    def numbers(self, cookie, **said):
        return [one["number"] for one in self.rings(cookie, **said)]

    def test_a_call_rings_for_the_desk_and_whoever_takes_it_has_it(self):
        *_, grace = self.join("agent")
        *_, alan = self.join("agent", email="alan@example.com")
        self.tell(number=NUMBER, call="1.1")
        self.assertIn("staff_not_acknowledged", self.ask("PUT", RINGS, {}, grace)[1]["detail"])
        self.acknowledge(grace)
        self.acknowledge(alan)
        self.tell(number=NUMBER, call="1.1")
        self.assertEqual(self.numbers(alan), [NUMBER])
        ring, = self.rings(grace)
        self.assertEqual((ring["number"], ring["own"]), (NUMBER, False))
        self.assertEqual(self.ask("DELETE", f"{RINGS}/{ring['ring']}", cookie=grace)[0], 204)
        self.assertEqual(self.ask("DELETE", f"{RINGS}/{ring['ring']}", cookie=alan)[0], 404)
        self.assertEqual(self.numbers(alan), [])

        self.tell(number=NUMBER, call="1.2", to=EMAIL.upper())
        self.assertEqual((self.numbers(alan), self.rings(grace)[0]["own"]), ([], True))
        self.tell(call="1.2", state="ended")
        self.assertEqual(self.numbers(grace), [])

        self.tell(number=NUMBER, call="1.3", to="204")
        self.assertEqual((self.numbers(grace, extension="204"), self.numbers(alan, extension="205")), ([NUMBER], []))

    def test_what_forms_say_is_taken_with_the_token_as_a_password(self):
        *_, grace = self.join("agent")
        self.acknowledge(grace)
        twilio = {"From": NUMBER, "To": "+4940765432", "CallSid": "CA1", "AccountSid": "AC1", "Direction": "inbound"}
        self.assertEqual(self.post_form(self.basic(), **twilio, CallStatus="ringing")[0], 204)
        self.assertEqual(self.numbers(grace), [NUMBER])
        self.assertEqual(self.post_form(self.basic(""), **twilio, CallStatus="no-answer")[0], 204)
        self.assertEqual(self.numbers(grace), [])
        self.assertEqual(self.post_form("Bearer " + self.telephone, number=NUMBER, call="2")[0], 204)
        self.assertEqual(self.numbers(grace), [NUMBER])
        status, _, headers = self.post_form("Basic " + base64.b64encode(b"avow:nothing").decode(), number=NUMBER)
        self.assertEqual((status, headers["WWW-Authenticate"]), (401, 'Basic realm="avow"'))
        for wrong in ("Basic ???", "Basic " + base64.b64encode(self.telephone.encode()).decode(), ""):
            self.assertEqual(self.post_form(wrong, number=NUMBER)[0], 401, wrong)

    def test_what_is_not_right_is_named_by_its_place(self):
        *_, web = self.join("web")
        self.tell(422)
        for said, pointer in (({"number": "anonymous"}, "/number"), ({"number": "+49 <b>30"}, "/number"),
                              ({"number": NUMBER, "to": "nobody@example.com"}, "/to"), ({"number": NUMBER, "to": EMAIL}, "/to"),
                              ({"number": NUMBER, "state": "gone"}, "/state"), ({"number": NUMBER, "call": "a b"}, "/call"),
                              ({"number": NUMBER, "Number": "x"}, "/Number")):
            told = self.tell(422, **said)
            self.assertEqual([one["pointer"] for one in told["errors"]], [pointer], said)
        self.assertEqual(self.server.ask("POST", RINGS, "{", self.telephone)[0], 400)
        self.assertEqual(self.server.ask("POST", RINGS, "x", self.telephone, headers={"Content-Type": "text/plain"})[0], 415)
        self.assertEqual(self.ask("PUT", RINGS, {}, web)[0], 403)

    def test_the_token_can_ring_and_nothing_else_and_nobody_else_can(self):
        for method, path, body in (("GET", "/api/v1/desk", None), ("GET", "/api/v1/desk/requests", None), ("PUT", RINGS, {}),
                                   ("POST", "/api/v1/desk/requests", {"subject": "a", "text": "b", "fields": {"email": EMAIL}}),
                                   ("POST", "/api/v1/collections", {"channel": "phone", "fields": {"email": EMAIL}}),
                                   ("POST", "/api/v1/uses", {"lookup": {"email": EMAIL}, "fields": ["email"],
                                                             "purpose": "service", "reason": "to try"})):
            self.assertEqual(self.server.ask(method, path, body, self.telephone)[0], 401, path)
        for role in ("agent", "intake", "officer", "admin"):
            self.assertEqual(self.server.ask("POST", RINGS, {"number": NUMBER}, self.server.token(role))[0], 403, role)
        self.assertEqual(self.server.ask("PUT", RINGS, {}, self.server.token("agent"))[0], 403, "no program sees a number")
        refused = self.server.run("staff", "invite", "--role", "telephone", "--name", "Ada", "--email", "ada@example.com",
                                  "--data", self.server.data)
        self.assertNotEqual(refused.returncode, 0)

    def test_a_mad_system_is_refused_and_no_number_is_kept(self):
        *_, grace = self.join("agent")
        self.acknowledge(grace)
        for i in range(100):
            self.tell(number=NUMBER, call=str(i))
        status, _, headers = self.server.ask("POST", RINGS, {"number": NUMBER, "call": "late"}, self.telephone)
        self.assertEqual((status, headers["Retry-After"]), (429, "120"))
        self.assertEqual(len(self.numbers(grace)), 100)
        self.tell(422, number=NUMBER + "x")
        self.server.stop()
        for path in (path for path in self.server.folder.rglob("*") if path.is_file()):
            for form in (NUMBER, NUMBER.replace(" ", ""), urllib.parse.quote(NUMBER), urllib.parse.quote_plus(NUMBER)):
                self.assertNotIn(form.encode(), path.read_bytes(), path)
        self.server.start()
        self.assertEqual(self.numbers(grace), [])


class WithoutCalls(Employees):
    def test_a_policy_that_takes_no_calls_takes_no_ringing(self):
        status, told, _ = self.server.ask("POST", RINGS, {"number": NUMBER}, self.server.token("telephone"))
        self.assertEqual((status, told["detail"]), (404, "the policy in force takes no calls"))


if __name__ == "__main__":
    unittest.main()
