# SPDX-License-Identifier: Apache-2.0
"""Passkeys and codes of an authenticator, over the API: what they open, and what does not open by them."""
import copy
import signal
import unittest

from avow_server import Server
from passkey import Passkey, code_of

PASSWORD = "a sentence nobody would guess"
EMAIL = "ada@example.com"
PASSKEYS = "/api/v1/account/passkeys"


class Factors(unittest.TestCase):
    def setUp(self):
        self.server = Server().start()
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))
        self.origin = f"https://localhost:{self.server.port}"
        self.cookie = self.sign_up(EMAIL)
        self.server.confirm_addresses()

    def ask(self, method, path, body=None, cookie=None, expect=None):
        status, told, headers = self.server.ask(method, path, body, headers={
            **({"Cookie": cookie} if cookie else {}), "Sec-Fetch-Site": "same-origin",
            "Host": f"localhost:{self.server.port}"})
        if expect:
            self.assertEqual(status, expect, told)
        return status, told, headers

    def sign_up(self, email):
        _, _, headers = self.ask("POST", "/api/v1/account/sign-up",
                                 {"email": email, "password": PASSWORD, "policy_version": "1"}, expect=201)
        return next(c for c in headers.get_all("Set-Cookie") if c.startswith("__Host-")).split(";")[0]

    def challenge(self, act, cookie=None):
        return self.ask("POST", PASSKEYS + "/challenge", {"for": act}, cookie, expect=200)[1]

    def add(self, key, cookie, **expect):
        return self.ask("POST", PASSKEYS, {"name": "my telephone", **key.register(self.challenge("register", cookie))},
                        cookie, **expect)

    def sign_in(self, answer):
        return self.ask("POST", "/api/v1/account/sign-in/passkey", answer)

    def test_a_passkey_signs_its_holder_in_once_for_a_challenge(self):
        key = Passkey(self.origin)
        self.add(key, self.cookie, expect=201)
        self.assertEqual(self.add(key, self.cookie)[0], 409, "the same key twice")
        answer = key.sign(self.challenge("sign_in"))
        status, told, headers = self.sign_in(answer)
        self.assertEqual(status, 200, told)
        cookie = headers.get_all("Set-Cookie")[0].split(";")[0]
        self.assertEqual(self.ask("GET", "/api/v1/account", cookie=cookie)[1]["email"], EMAIL)
        items = self.ask("GET", PASSKEYS, cookie=cookie)[1]["items"]
        self.assertEqual([(one["name"], one["used"] is None) for one in items], [("my telephone", False)])
        self.assertEqual(self.sign_in(answer)[0], 401, "a challenge is used up")
        self.assertIsNone(self.server.tell("select 1 from letters where kind = 'passkey_copied'"))
        key.count = 0
        self.assertEqual(self.sign_in(key.sign(self.challenge("sign_in")))[0], 200)
        self.assertEqual(self.server.tell("select 1 from letters where kind = 'passkey_copied'"), "1", "the holder judges")
        self.ask("DELETE", f"{PASSKEYS}/{items[0]['passkey']}", cookie=cookie, expect=204)
        self.assertEqual(self.sign_in(key.sign(self.challenge("sign_in")))[0], 401)
        for kind in ("passkey_added", "passkey_removed"):
            self.assertEqual(self.server.tell(f"select count(*) from letters where kind = '{kind}'"), "1", kind)

    def test_what_is_bent_opens_nothing(self):
        key = Passkey(self.origin)
        self.add(key, self.cookie, expect=201)
        words = set()

        def refused(answer):
            status, told, _ = self.sign_in(answer)
            self.assertEqual(status, 401, told)
            words.add(told["detail"])

        good = key.sign(self.challenge("sign_in"))
        for part in ("client_data", "authenticator_data", "signature"):
            bent = copy.deepcopy(key.sign(self.challenge("sign_in")))
            text = bent["response"][part]
            bent["response"][part] = text[:8] + ("A" if text[8] != "A" else "B") + text[9:]
            refused(bent)
        refused({**good, "holder": "AAAAAAAAAAAAAAAAAAAAAA"})
        refused({**key.sign(self.challenge("sign_in")), "credential": "AAAA"})
        refused({**key.sign(self.challenge("sign_in")), "challenge": self.challenge("sign_in")["challenge"]})
        refused(key.sign(self.challenge("step_up", self.cookie)))
        for bend in ({"origin": self.origin + "0"}, {"site": "example.com"}, {"flags": 0x01}, {"flags": 0x04}, {"flags": 0x15}):
            kept = {name: getattr(key, name) for name in bend}
            for name, value in bend.items():
                setattr(key, name, value)
            refused(key.sign(self.challenge("sign_in")))
            for name, value in kept.items():
                setattr(key, name, value)
        self.assertEqual(len(words), 1, "what was wrong is told to nobody")
        self.assertEqual(self.sign_in(key.sign(self.challenge("sign_in")))[0], 200)

    def test_one_customers_passkeys_are_nothing_to_another(self):
        key, bob = Passkey(self.origin), self.sign_up("bob@example.com")
        self.add(key, self.cookie, expect=201)
        one = self.ask("GET", PASSKEYS, cookie=self.cookie)[1]["items"][0]["passkey"]
        self.assertEqual(self.ask("GET", PASSKEYS, cookie=bob)[1]["items"], [])
        self.assertEqual(self.ask("DELETE", f"{PASSKEYS}/{one}", cookie=bob)[0], 404)
        self.assertEqual(self.ask("PUT", f"{PASSKEYS}/{one}", {"name": "mine"}, bob)[0], 404)
        status, told, _ = self.ask("POST", "/api/v1/account/step-up",
                                   {"passkey": key.sign(self.challenge("step_up", bob))}, bob)
        self.assertEqual((status, told["errors"][0]["pointer"]), (422, "/passkey"))
        mine = self.ask("POST", PASSKEYS, {"name": "x", **Passkey(self.origin).register(self.challenge("register", self.cookie))}, bob)
        self.assertEqual((mine[0], mine[1]["errors"][0]["pointer"]), (422, "/challenge"))
        self.assertEqual(self.ask("GET", PASSKEYS)[0], 401)

    def test_what_changes_a_sign_in_asks_for_the_password_once_more(self):
        key = Passkey(self.origin)
        self.add(key, self.cookie, expect=201)
        one = self.ask("GET", PASSKEYS, cookie=self.cookie)[1]["items"][0]["passkey"]
        asked = self.challenge("register", self.cookie)
        self.server.stop()
        self.server.tell("update sessions set proved_ms = 0 returning 1")
        self.server.start()
        key.origin = f"https://localhost:{self.server.port}"
        for method, path, body in (("POST", PASSKEYS + "/challenge", {"for": "register"}),
                                   ("POST", PASSKEYS, {"name": "x", **Passkey(key.origin).register(asked)}),
                                   ("DELETE", f"{PASSKEYS}/{one}", None), ("POST", "/api/v1/account/authenticator", None),
                                   ("PUT", "/api/v1/account/authenticator", {"code": "123456"}),
                                   ("DELETE", "/api/v1/account/authenticator", None),
                                   ("POST", "/api/v1/account/recovery-codes", None)):
            status, told, headers = self.ask(method, path, body, self.cookie)
            self.assertEqual(status, 401, f"{method} {path}: {told}")
            self.assertIn("insufficient_user_authentication", headers["WWW-Authenticate"])
        status, told, headers = self.ask("POST", "/api/v1/account/step-up",
                                         {"passkey": key.sign(self.challenge("step_up", self.cookie))}, self.cookie)
        self.assertEqual(status, 204, told)
        stepped = headers["Set-Cookie"].split(";")[0]
        self.ask("DELETE", f"{PASSKEYS}/{one}", cookie=stepped, expect=204)

    def test_a_password_alone_does_not_pass_the_second_factor(self):
        offer = self.ask("POST", "/api/v1/account/authenticator", cookie=self.cookie, expect=200)[1]
        self.assertIn("issuer=", offer["uri"])
        status, told, _ = self.ask("PUT", "/api/v1/account/authenticator", {"code": code_of(offer["secret"])}, self.cookie)
        self.assertEqual(status, 200, told)
        codes = told["recovery_codes"]
        form = {"email": EMAIL, "password": PASSWORD}
        place = "/api/v1/account/sign-in"
        status, told, headers = self.ask("POST", place, form)
        self.assertEqual((status, told["errors"][0]["pointer"], headers["Set-Cookie"]), (401, "/code", None))
        self.assertNotIn("errors", {k: v for k, v in self.ask("POST", place, {**form, "password": "not it"})[1].items() if v})
        self.assertEqual(self.ask("POST", place, {**form, "code": code_of(offer["secret"], -3)})[0], 401)
        self.assertEqual(self.ask("POST", place, {**form, "code": codes[0].lower().replace("-", " ")})[0], 200)
        self.assertEqual(self.ask("POST", place, {**form, "code": codes[0]})[0], 401)
        status, told, _ = self.ask("POST", "/api/v1/account/step-up", {"password": PASSWORD}, self.cookie)
        self.assertEqual((status, told["errors"][0]["pointer"]), (422, "/code"))
        stored = self.server.data / "store.db"
        if not self.server.database:
            kept = stored.read_bytes() + (self.server.data / "store.db-wal").read_bytes()
            for secret in (offer["secret"], codes[1], codes[1].replace("-", "")):
                self.assertNotIn(secret.encode(), kept)


if __name__ == "__main__":
    unittest.main()
