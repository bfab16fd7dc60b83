# SPDX-License-Identifier: Apache-2.0
"""One customer asks for another's anything: every operation of docs/openapi.yaml that names something, with another's
ids, as another customer, with a token of no role for it, and as nobody. Read from the document, so that a new route is
tried from its first day."""
import json
import re
import signal
import unittest

from avow_server import SERVICES, SURVEYS, Server, write_policy
from openapi_test import DOCUMENT, resolve
from passkey import Passkey

PASSWORD = "a sentence nobody would guess"
MARK = "zyxmarker"
OPERATIONS = [(method.upper(), path, operation) for path, item in DOCUMENT["paths"].items()
              for method, operation in item.items() if method in ("get", "put", "post", "delete", "patch")]
GUARDED = [one for one in OPERATIONS if one[2].get("security") and {} not in one[2]["security"]]
# What they name is the same for everybody: it is nobody's.
COMMON = ("purpose", "channel", "field", "service", "report", "language", "survey", "version", "study", "number", "tag")
OF_SOMEBODY = [one for one in GUARDED if set(re.findall(r"\{(\w+)\}", one[1])) - set(COMMON)]


def sample(schema):
    """The least that fits the schema: a body that reaches the question whose it is."""
    schema = resolve(schema)
    if "enum" in schema:
        return schema["enum"][0]
    for group in ("oneOf", "anyOf"):
        if group in schema:
            return sample(schema[group][0])
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        known = schema.get("properties", {})
        return {name: sample(known.get(name, {"type": "string"})) for name in schema.get("required", [])}
    return {"string": "solved", "boolean": True, "integer": 1, "number": 1, "array": []}[kind]


def body_of(operation):
    if "requestBody" not in operation:
        return None
    return sample(operation["requestBody"]["content"]["application/json"]["schema"])


class Others(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        write_policy(cls.server.folder / "policy", SURVEYS, SERVICES)
        cls.server.start()
        cls.addClassCleanup(lambda: cls.server.process.poll() is None and cls.server.stop(signal.SIGKILL))
        cls.ids, cls.ada = cls.somebody(MARK + "@example.com")
        cls.own, cls.bob = cls.somebody("bob@example.com")

    @classmethod
    def ask(cls, method, path, body=None, cookie=None, token=None):
        return cls.server.ask(method, path, body, token, headers={
            **({"Cookie": cookie} if cookie else {}), "Sec-Fetch-Site": "same-origin", "Host": f"localhost:{cls.server.port}"})

    @classmethod
    def somebody(cls, email):
        """A customer with one of everything that an address names: the ids by the parameter that takes them."""
        status, told, headers = cls.ask("POST", "/api/v1/account/sign-up", {
            "email": email, "password": PASSWORD, "name": MARK, "policy_version": "1"})
        assert status == 201, told
        cookie = headers.get_all("Set-Cookie")[0].split(";")[0]
        ids = {"id": told["customer"], "purpose": "offers", "channel": "portal", "field": "email", "service": "courses",
               "language": "en"}
        place = "/api/v1/customers/" + ids["id"]
        held = cls.ask("GET", place + "/collections", cookie=cookie)[1]["items"][0]
        ids |= {"collection": held["collection"], "datum": held["fields"][0]["datum"], "entry": held["ledger"]["entry"]}
        ids["survey"] = cls.ask("POST", "/api/v1/surveys", {
            "name": "Visit", "purposes": ["insight"], "definition": {"elements": [{"type": "boolean", "name": "again"}]}},
            token=cls.server.token("researcher"))[1]["survey"]
        ids["version"] = "1"
        ids["study"] = cls.ask("POST", "/api/v1/studies", {"kind": "goal", "name": email, "terms": ["page:/"]},
                               token=cls.server.token("web"))[1]["study"]
        asked = cls.ask("POST", "/api/v1/requests", {"subject": MARK, "text": MARK}, cookie)[1]
        ids |= {"request": asked["request"], "message": asked["messages"][0]["message"], "number": "1", "tag": "billing",
                "ring": "rng_" + "0" * 26}
        cls.server.confirm_addresses()
        ids["right"] = cls.ask("POST", "/api/v1/rights", {"kind": "access"}, cookie)[1]["right"]
        ids["answer"] = cls.ask("POST", "/api/v1/desk/ready-answers", {"texts": {"en": {"title": MARK, "text": MARK}}},
                                token=cls.server.token("agent"))[1]["answer"]
        ids["export"] = cls.ask("POST", place + "/exports", {}, cookie)[1]["export"]
        ids["hold"] = cls.ask("POST", place + "/holds", {"kind": "restriction", "reason": "a wish"},
                              token=cls.server.token("officer"))[1]["hold"]
        challenge = cls.ask("POST", "/api/v1/account/passkeys/challenge", {"for": "register"}, cookie)[1]
        key = Passkey(f"https://localhost:{cls.server.port}")
        cls.ask("POST", "/api/v1/account/passkeys", {"name": MARK, **key.register(challenge)}, cookie)
        ids["passkey"] = cls.ask("GET", "/api/v1/account/passkeys", cookie=cookie)[1]["items"][0]["passkey"]
        cls.ask("POST", "/api/v1/account/sign-in", {"email": email, "password": PASSWORD})
        ids["session"] = next(one["session"] for one in cls.ask("GET", "/api/v1/account/sessions", cookie=cookie)[1]["items"]
                              if not one["current"])
        return ids, cookie

    def everything(self):
        """All that the customer can see of what is theirs."""
        place = "/api/v1/customers/" + self.ids["id"]
        return json.dumps([self.ask("GET", path, cookie=self.ada)[1] for path in (
            place + "/collections", place + "/permissions", place + "/uses", place + "/holds", "/api/v1/account/passkeys",
            "/api/v1/requests", "/api/v1/requests/" + self.ids["request"], "/api/v1/account")] +
            [len(self.ask("GET", "/api/v1/account/sessions", cookie=self.ada)[1]["items"])])

    def address(self, path, ids):
        for name, value in ids.items():
            path = path.replace("{" + name + "}", value)
        self.assertNotIn("{", path, "somebody() has nothing for this parameter yet: give it one")
        return path

    def test_there_is_much_to_try(self):
        self.assertGreater(len(OF_SOMEBODY), 20)
        self.assertIn(("DELETE", "/api/v1/customers/{id}"), [one[:2] for one in OF_SOMEBODY])

    def test_another_customer_is_answered_as_if_there_were_nothing(self):
        before = self.everything()
        nothing = {name: value[:-1] + ("a" if value[-1] != "a" else "b") for name, value in self.ids.items()
                   if name not in COMMON}
        for method, path, operation in OF_SOMEBODY:
            with self.subTest(method=method, path=path):
                body = body_of(operation)
                status, told, _ = self.ask(method, self.address(path, self.ids), body, self.bob)
                self.assertIn(status, (401, 403, 404, 422), told)
                self.assertNotIn(MARK, json.dumps(told))
                absent = self.ask(method, self.address(path, self.ids | nothing), body, self.bob)
                self.assertEqual((absent[0], absent[1]["detail"]), (status, told["detail"]), "it tells that there is one")
        self.assertEqual(self.everything(), before)

    def test_mixed_ids_reach_nothing_through_ones_own(self):
        """Under one's own customer, another's collection, datum, hold or archive."""
        before = self.everything()
        for method, path, operation in OF_SOMEBODY:
            inner = [name for name in ("collection", "datum", "hold", "entry", "export") if "{" + name + "}" in path]
            if "{id}" not in path or not inner:
                continue
            mixed = self.own | {name: self.ids[name] for name in inner}
            with self.subTest(method=method, path=path):
                status, told, _ = self.ask(method, self.address(path, mixed), body_of(operation), self.bob)
                self.assertIn(status, (401, 403, 404), told)
                self.assertNotIn(MARK, json.dumps(told))
        self.assertEqual(self.everything(), before)

    def test_nobody_is_asked_to_sign_in_everywhere(self):
        for method, path, operation in GUARDED:
            with self.subTest(method=method, path=path):
                asked = self.address(path.replace("{report}", "pages"), self.ids)
                for cookie, token in ((None, None), ("__Host-session=" + "A" * 22, None), (None, "avow_made-up")):
                    status, told, _ = self.ask(method, asked, body_of(operation), cookie, token)
                    self.assertIn(status, (401, 403), told)

    def test_a_proof_without_the_session_of_its_customer_opens_nothing(self):
        status, own, _ = self.ask("GET", "/api/v1/ledger/proofs/" + self.ids["entry"], cookie=self.ada)
        self.assertEqual((status, b"\nextra " in own), (200, True))
        for cookie in (self.bob, None):
            status, told, _ = self.ask("GET", "/api/v1/ledger/proofs/" + self.ids["entry"], cookie=cookie)
            self.assertFalse(status == 200 and b"\nextra " in told, told)

    def test_a_customers_session_is_none_of_the_consoles(self):
        for method, path, operation in GUARDED:
            if any("session" in one for one in operation["security"]):
                continue
            with self.subTest(method=method, path=path):
                asked = self.address(path.replace("{report}", "pages"), self.ids)
                status, told, _ = self.ask(method, asked, body_of(operation), self.ada)
                self.assertIn(status, (401, 403, 404), told)


if __name__ == "__main__":
    unittest.main()
