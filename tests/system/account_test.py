# SPDX-License-Identifier: Apache-2.0
"""Accounts against those who are not their holders: guessers, and whoever finds a browser open."""
import collections
import concurrent.futures
import signal
import time
import unittest

from avow_server import Server

PASSWORD = "a sentence nobody would guess"


class Accounts(unittest.TestCase):
    def setUp(self):
        self.server = Server().start()
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))

    def ask(self, method, path, body=None, cookie=None):
        status, told, headers = self.server.ask(method, path, body, headers={
            **({"Cookie": cookie} if cookie else {}), "Sec-Fetch-Site": "same-origin"})
        return status, told, headers

    def sign_up(self, email):
        status, told, headers = self.ask("POST", "/api/v1/account/sign-up",
                                         {"email": email, "password": PASSWORD, "policy_version": "1"})
        self.assertEqual(status, 201, told)
        cookies = headers.get_all("Set-Cookie")
        return told["customer"], *(next(c for c in cookies if c.startswith(name)).split(";") for name in
                                   ("__Host-session=", "__Secure-device="))

    def sign_in(self, email, password, cookie=None):
        return self.ask("POST", "/api/v1/account/sign-in", {"email": email, "password": password}, cookie)

    def guess_until_slowed(self, email):
        """What a wrong password is told, and a try that must wait for some seconds yet: however slow this machine is."""
        refused = None
        for i in range(60):
            status, told, headers = self.sign_in(email, f"guess number {i} of many")
            if status == 429 and int(headers["Retry-After"]) > 2:
                self.assertGreaterEqual(i, 5)
                return refused, told
            if status == 401:
                refused = told
            else:
                self.assertEqual(status, 429)
                time.sleep(1)
        self.fail("nobody slowed the guesser")

    def test_a_guesser_waits_and_the_holders_browser_does_not(self):
        _, _, device = self.sign_up("ada@example.com")
        attributes = {part.strip() for part in device[1:]}
        self.assertLessEqual({"Path=/api/v1/account/sign-in", "Secure", "HttpOnly", "SameSite=Strict"}, attributes)
        words = {}
        for email in ("nobody@example.com", "ada@example.com"):
            refused, slowed = self.guess_until_slowed(email)
            words[email] = [{key: told[key] for key in ("title", "detail", "status")} for told in (refused, slowed)]
        self.assertEqual(words["ada@example.com"], words["nobody@example.com"])
        self.assertEqual(self.sign_in("ada@example.com", PASSWORD)[0], 429, "even with the right one")
        status, told, headers = self.sign_in("ada@example.com", PASSWORD, device[0])
        self.assertEqual(status, 200, told)
        self.assertTrue(all("__Secure-device" not in cookie for cookie in headers.get_all("Set-Cookie")))

    def try_all(self, tries, device):
        """How many were looked at, of many tries at once; meanwhile the holder's browser signs in."""
        answers = collections.Counter()
        began = time.monotonic()

        def work(part):
            line = self.server.connection()
            statuses = collections.Counter()
            for email, password in part:
                status, told, headers = self.server.ask("POST", "/api/v1/account/sign-in", {"email": email, "password": password},
                                                        headers={"Sec-Fetch-Site": "same-origin"}, connection=line)
                statuses[status] += 1
                self.assertTrue(status == 401 or (status == 429 and int(headers["Retry-After"]) > 0), told)
            line.close()
            return statuses

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            parts = [pool.submit(work, tries[i::8]) for i in range(8)]
            while not all(part.done() for part in parts):
                self.assertEqual(self.sign_in("ada@example.com", PASSWORD, device)[0], 200, "the holder is never slowed")
                time.sleep(0.5)
            for part in parts:
                answers += part.result()
        self.assertEqual(sum(answers.values()), len(tries))
        return answers[401], time.monotonic() - began

    def test_ten_thousand_wrong_passwords_for_one_account_are_hardly_looked_at(self):
        _, _, device = self.sign_up("ada@example.com")
        looked_at, seconds = self.try_all([("ada@example.com", f"guess number {i} of many") for i in range(10_000)], device[0])
        # Five free ones, then waits of 5, 10, 20 … seconds.
        self.assertLessEqual(looked_at, 5 + 1 + seconds / 5)
        # A wait that ended just now is taken by one more guess.
        self.sign_in("ada@example.com", "one more guess")
        self.assertEqual(self.sign_in("ada@example.com", PASSWORD)[0], 429)

    def test_one_password_for_ten_thousand_accounts_is_hardly_looked_at(self):
        _, _, device = self.sign_up("ada@example.com")
        for i in range(3):
            self.sign_up(f"n{i}@example.com")
        looked_at, seconds = self.try_all([(f"n{i}@example.com", "the password of many people") for i in range(10_000)], device[0])
        self.assertLessEqual(looked_at, 50 + 1 + seconds / 5)

    def test_what_must_not_be_left_to_an_open_browser_asks_for_the_password_once_more(self):
        customer, session, _ = self.sign_up("ada@example.com")
        cookie = session[0]
        place = f"/api/v1/customers/{customer}"
        change = {"fields": {"email": "mallory@example.com"}, "policy_version": "1"}
        self.assertEqual(self.server.stop(), 0)
        self.server.tell("update sessions set proved_ms = 0")
        self.server.start()
        guarded = (("GET", place + "/export", None), ("POST", place + "/exports", None), ("DELETE", place, None), ("DELETE", place + "/fields/email", None),
                   ("DELETE", place + "/channels/portal", None), ("POST", "/api/v1/account/close", None),
                   ("PUT", "/api/v1/account/profile", change))
        for method, path, body in guarded:
            status, told, headers = self.ask(method, path, body, cookie)
            self.assertEqual(status, 401, f"{method} {path}: {told}")
            self.assertIn('error="insufficient_user_authentication"', headers["WWW-Authenticate"])
        for method, path, body in (("DELETE", place + "?preview=true", None), ("GET", place, None),
                                   ("PUT", "/api/v1/account/profile", {"fields": {"name": "Ada"}, "policy_version": "1"})):
            self.assertEqual(self.ask(method, path, body, cookie)[0], 200, path)
        self.assertEqual(self.ask("GET", "/api/v1/account/profile", cookie=cookie)[1]["fields"]["email"], "ada@example.com")

        status, told, _ = self.ask("POST", "/api/v1/account/step-up", {"password": "not the password"}, cookie)
        self.assertEqual((status, told["errors"][0]["pointer"]), (422, "/password"))
        status, told, headers = self.ask("POST", "/api/v1/account/step-up", {"password": PASSWORD}, cookie)
        self.assertEqual(status, 204, told)
        stepped = headers["Set-Cookie"].split(";")[0]
        self.assertNotEqual(stepped, cookie)
        self.assertEqual(self.ask("GET", place, cookie=cookie)[0], 401, "the old token is over")
        self.assertEqual(self.ask("GET", place + "/export", cookie=stepped)[0], 200)
        self.assertEqual(self.ask("PUT", "/api/v1/account/profile", change, stepped)[0], 200)
        self.assertEqual(self.ask("DELETE", place, cookie=stepped)[0], 200)
        for table in ("accounts", "sessions", "devices", "password_help"):
            self.assertEqual(self.server.tell(f"select count(*) from {table}"), "0", table)

    def test_a_guessed_password_is_refused_where_it_is_chosen(self):
        for password in ("Password2026!!", "princessprincess", "ada.lovelace@example.com", "1234567890123"):
            status, told, _ = self.ask("POST", "/api/v1/account/sign-up", {
                "email": "ada.lovelace@example.com", "password": password, "policy_version": "1"})
            self.assertEqual((status, told.get("errors", [{}])[0].get("pointer")), (422, "/password"), password)
            self.assertNotIn(password, str(told))

    def test_the_operators_rules_are_told_and_hold(self):
        self.assertEqual(self.ask("GET", "/api/v1/account/password/rules")[1]["letters_and_numbers"], False)
        self.server.stop()
        self.server.start({"AVOW_PASSWORDS": "pci"})
        self.assertEqual(self.ask("GET", "/api/v1/account/password/rules")[1],
                         {"preset": "pci", "length_min": 12, "letters_and_numbers": True, "former": 4, "max_age_days": 90})
        self.assertIn("ASVS 5.0 6.2.10", (self.server.folder / "log").read_text())
        form = {"email": "ada@example.com", "password": PASSWORD, "policy_version": "1"}
        status, told, _ = self.ask("POST", "/api/v1/account/sign-up", form)
        self.assertEqual((status, told["errors"][0]["pointer"]), (422, "/password"))
        old = "seven lamps 7"
        self.assertEqual(self.ask("POST", "/api/v1/account/sign-up", form | {"password": old})[0], 201)
        self.server.tell("update accounts set changed_ms = 0 returning changed_ms")
        status, told, headers = self.sign_in("ada@example.com", old)
        self.assertEqual((status, told["errors"][0]["pointer"], headers["Set-Cookie"]), (401, "/new_password", None))
        form = {"email": "ada@example.com", "password": old, "new_password": old}
        self.assertEqual(self.ask("POST", "/api/v1/account/sign-in", form)[0], 401)
        self.assertEqual(self.ask("POST", "/api/v1/account/sign-in", form | {"new_password": "eight lamps 8"})[0], 200)
        self.assertEqual((self.sign_in("ada@example.com", old)[0], self.sign_in("ada@example.com", "eight lamps 8")[0]), (401, 200))
        self.server.stop()
        self.server.start({"AVOW_PASSWORDS": "strict"}, expect_ready=False)
        self.assertIn("must be standard, pci or legacy", (self.server.folder / "log").read_text())

    def test_a_changed_password_ends_every_other_session_and_the_age_is_shown(self):
        _, session, _ = self.sign_up("ada@example.com")
        elsewhere = self.sign_in("ada@example.com", PASSWORD)[2].get_all("Set-Cookie")[0].split(";")[0]
        status, told, headers = self.ask("PUT", "/api/v1/account/password",
                                         {"current": PASSWORD, "password": "a kettle under forty lamps"}, session[0])
        self.assertEqual((status, told["sessions_ended"]), (200, 2), told)
        for old in (session[0], elsewhere):
            self.assertEqual(self.ask("GET", "/api/v1/account", cookie=old)[0], 401)
        fresh = headers["Set-Cookie"].split(";")[0]
        self.assertEqual(self.ask("GET", "/api/v1/account/password", cookie=fresh)[0], 200)
        self.assertEqual(self.sign_in("ada@example.com", PASSWORD)[0], 401)

    def test_another_customers_session_is_like_none(self):
        _, ada, _ = self.sign_up("ada@example.com")
        _, bob, _ = self.sign_up("bob@example.com")
        items = self.ask("GET", "/api/v1/account/sessions", cookie=ada[0])[1]["items"]
        self.assertEqual(len(items), 1)
        self.assertEqual(self.ask("DELETE", "/api/v1/account/sessions/" + items[0]["session"], cookie=bob[0])[0], 404)
        self.assertEqual(self.ask("GET", "/api/v1/account", cookie=ada[0])[0], 200)
        self.assertEqual(self.ask("GET", "/api/v1/account/sessions")[0], 401)


if __name__ == "__main__":
    unittest.main()
