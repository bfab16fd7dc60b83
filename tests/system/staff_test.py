# SPDX-License-Identifier: Apache-2.0
"""Employees over HTTP: invited by the command line, in by password and authenticator, with the capabilities of their
roles, and nobody's data before the guidelines are acknowledged."""
import base64
import hashlib
import time
import unittest

from avow_server import NEWER, write_policy
from employees import EMAIL, PASSWORD, Employees, code_at
from passkey import Passkey
from patience import tries


class Staff(Employees):
    def grow_stale(self):
        """Ten minutes after every sign-in."""
        self.server.stop()
        self.server.tell("update staff_sessions set created_ms = created_ms - 600000 returning created_ms")
        self.server.start()

    def test_in_by_invitation_password_and_code_and_out_again(self):
        employee, link = self.invite("web")
        status, shown, _ = self.ask("POST", "/api/v1/staff/invitation", {"link": link})
        self.assertEqual((status, shown["email"], shown["roles"]), (200, EMAIL, ["web"]))
        self.assertIn(shown["totp_secret"], shown["totp_uri"])
        for wrong, pointer in (({"code": "000000"}, "/code"), ({"password": "short"}, "/password"),
                               ({"password": "password123456"}, "/password")):
            status, told, _ = self.ask("POST", "/api/v1/staff/join", {
                "link": link, "password": PASSWORD, "code": code_at(shown["totp_secret"], int(time.time()) // 30)} | wrong)
            self.assertEqual((status, told["errors"][0]["pointer"]), (422, pointer), wrong)
        status, told, headers = self.ask("POST", "/api/v1/staff/join", {
            "link": link, "password": PASSWORD, "code": self.next_code(shown["totp_secret"])})
        self.assertEqual((status, told["employee"], len(told["recovery_codes"])), (201, employee, 10))
        cookie, attributes = self.cookie_of(headers)
        self.assertLessEqual({"Path=/", "Secure", "HttpOnly", "SameSite=Strict"}, attributes)
        self.assertEqual(self.ask("POST", "/api/v1/staff/invitation", {"link": link})[0], 404)
        self.assertEqual(self.ask("GET", "/api/v1/staff/me", cookie=cookie)[1]["name"], "Grace Example")
        status, _, headers = self.ask("POST", "/api/v1/staff/sign-out", cookie=cookie)
        self.assertEqual((status, "Clear-Site-Data" in headers), (204, True))
        self.assertEqual(self.ask("GET", "/api/v1/staff/me", cookie=cookie)[0], 401)

        form = {"email": EMAIL, "password": PASSWORD}
        status, told, headers = self.ask("POST", "/api/v1/staff/sign-in", form)
        self.assertEqual((status, told, headers.get_all("Set-Cookie")), (200, {"wants": "code"}, None))
        status, told, headers = self.ask("POST", "/api/v1/staff/sign-in", form | {"code": self.next_code(shown["totp_secret"])})
        self.assertEqual(status, 200, told)
        again = self.cookie_of(headers)[0]
        self.assertNotEqual(cookie, again)
        self.assertEqual(len(self.ask("GET", "/api/v1/staff/sessions", cookie=again)[1]["items"]), 1)

    def test_an_unknown_address_and_a_wrong_password_are_one_answer(self):
        self.join("web")
        answers = []
        for email, password in ((EMAIL, "not the right one"), ("nobody@example.com", PASSWORD)):
            status, told, headers = self.ask("POST", "/api/v1/staff/sign-in", {"email": email, "password": password})
            answers.append((status, {key: told[key] for key in ("title", "detail")}, sorted(headers.keys())))
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(answers[0][0], 401)

    def test_no_personal_datum_opens_before_the_guidelines_are_acknowledged(self):
        self.server.ask("POST", "/api/v1/collections", {"channel": "portal", "fields": {"email": "ada@example.com"}},
                        self.server.token("intake"))
        employee, _, _, cookie = self.join("agent", "officer")
        use = {"lookup": {"email": "ada@example.com"}, "fields": ["email"], "purpose": "service"}
        status, told, _ = self.ask("POST", "/api/v1/uses", use, cookie)
        self.assertEqual((status, told["decision"], told["fields"]["email"]["because"]),
                         (200, "refused", "staff_not_acknowledged"))
        customer = told["customer"]
        for path in ("collections", "uses", "permissions", "export"):
            self.assertEqual(self.ask("GET", f"/api/v1/customers/{customer}/{path}", cookie=cookie)[0], 403, path)
        text, made = self.acknowledge(cookie)
        self.assertEqual(made["digest"], hashlib.sha256((self.server.policy / "privacy.md").read_bytes()).hexdigest())
        self.assertEqual(self.ask("POST", "/api/v1/staff/guidelines", {
            "version": text["version"], "language": "en", "digest": "0" * 64}, cookie)[0], 409)
        status, told, _ = self.ask("POST", "/api/v1/uses", use, cookie)
        self.assertEqual(told["fields"]["email"]["value"], "ada@example.com")
        uses = self.ask("GET", f"/api/v1/customers/{customer}/uses", cookie=cookie)[1]["items"]
        self.assertEqual({one["actor"] for one in uses if one["kind"] in ("used", "refused")}, {employee})

        write_policy(self.server.policy, NEWER)
        published = self.server.run("policy", "publish", self.server.policy, "--data", self.server.data)
        self.assertEqual(published.returncode, 0, published.stderr)
        told = self.ask("POST", "/api/v1/uses", use, cookie)[1]
        self.assertEqual(told["fields"]["email"]["because"], "staff_not_acknowledged", "a new version is read anew")
        self.server.stop()
        checked = self.server.run("ledger", "verify", "--data", self.server.data)
        self.assertEqual(checked.returncode, 0, checked.stdout + checked.stderr)

    def test_an_employee_erases_only_after_a_sign_in_of_the_last_minutes(self):
        token = self.server.token("intake")
        customer = self.server.ask("POST", "/api/v1/collections", {"channel": "portal", "fields": {"email": "ada@example.com"}},
                                   token)[1]["customer"]
        place = f"/api/v1/customers/{customer}"
        _, secret, _, cookie = self.join("officer")
        self.assertEqual(self.ask("DELETE", place, cookie=cookie)[0], 403, "the guidelines come first")
        self.acknowledge(cookie)
        self.grow_stale()
        self.assertEqual(self.ask("DELETE", place + "?preview=true", cookie=cookie)[0], 200, "to look is no erasure")
        for path in ("", "/fields/email", "/channels/portal", "/export"):
            status, told, headers = self.ask("GET" if path == "/export" else "DELETE", place + path, cookie=cookie)
            self.assertEqual(status, 401, (path, told))
            self.assertIn("insufficient_user_authentication", headers["WWW-Authenticate"])
        self.assertEqual(self.server.ask("GET", place, token=self.server.token("officer"))[0], 200, "nothing went")
        status, told, headers = self.ask("POST", "/api/v1/staff/sign-in", {"email": EMAIL, "password": PASSWORD,
                                                                            "code": self.next_code(secret)})
        self.assertEqual(status, 200, told)
        self.assertEqual(self.ask("DELETE", place, cookie=self.cookie_of(headers)[0])[0], 200)

    def challenge(self, act, cookie=None):
        status, asked, _ = self.ask("POST", "/api/v1/staff/passkeys/challenge", {"for": act}, cookie)
        self.assertEqual(status, 200, asked)
        return asked

    def with_passkey(self, cookie):
        key = Passkey(f"https://localhost:{self.server.port}")
        made = {"name": "My telephone", **key.register(self.challenge("register", cookie))}
        self.assertEqual(self.ask("POST", "/api/v1/staff/passkeys", made, cookie)[0], 201)
        return key

    def test_a_passkey_signs_in_without_password_and_code_once_for_a_challenge(self):
        employee, _, _, cookie = self.join("agent")
        key = self.with_passkey(cookie)
        answer = key.sign(self.challenge("sign_in"))
        status, told, headers = self.ask("POST", "/api/v1/staff/sign-in/passkey", answer)
        self.assertEqual((status, told["employee"]), (200, employee))
        self.assertEqual(self.ask("GET", "/api/v1/staff/me", cookie=self.cookie_of(headers)[0])[0], 200)
        self.assertIn("HttpOnly", self.cookie_of(headers, "__Secure-staff-device")[1])
        self.assertEqual(self.ask("POST", "/api/v1/staff/sign-in/passkey", answer)[0], 401, "a challenge is for once")
        self.assertEqual(self.server.run("staff", "disable", employee, "--data", self.server.data).returncode, 0)
        self.assertEqual(self.ask("POST", "/api/v1/staff/sign-in/passkey", key.sign(self.challenge("sign_in")))[0], 401)

    def test_a_passkey_of_an_employee_is_nothing_to_others(self):
        _, _, _, cookie = self.join("agent")
        key = self.with_passkey(cookie)
        _, _, _, other = self.join("agent", email="alan@example.com")
        listed = self.ask("GET", "/api/v1/staff/passkeys", cookie=cookie)[1]["items"]
        self.assertEqual([one["name"] for one in listed], ["My telephone"])
        self.assertEqual(self.ask("GET", "/api/v1/staff/passkeys", cookie=other)[1]["items"], [])
        place = "/api/v1/staff/passkeys/" + listed[0]["passkey"]
        self.assertEqual(self.ask("PUT", place, {"name": "mine"}, other)[0], 404)
        self.assertEqual(self.ask("DELETE", place, cookie=other)[0], 404)
        asked = self.challenge("step_up", other)
        self.assertEqual(self.ask("POST", "/api/v1/staff/step-up", {"passkey": key.sign(asked)}, other)[0], 422)
        asked = self.ask("POST", "/api/v1/account/passkeys/challenge", {"for": "sign_in"})[1]
        self.assertEqual(self.ask("POST", "/api/v1/account/sign-in/passkey", key.sign(asked))[0], 401,
                         "an employee is no customer")
        self.assertEqual(self.ask("DELETE", place, cookie=cookie)[0], 204)

    def test_what_proves_an_employee_is_changed_only_after_a_fresh_sign_in(self):
        _, secret, recovery, cookie = self.join("agent")
        key = self.with_passkey(cookie)
        self.grow_stale()
        stale = self.ask("POST", "/api/v1/staff/recovery-codes", cookie=cookie)
        self.assertEqual(stale[0], 401)
        self.assertIn("insufficient_user_authentication", stale[2]["WWW-Authenticate"])
        self.assertEqual(self.ask("POST", "/api/v1/staff/passkeys/challenge", {"for": "register"}, cookie)[0], 401)
        status, told, _ = self.ask("POST", "/api/v1/staff/step-up", {"password": PASSWORD}, cookie)
        self.assertEqual((status, told["errors"][0]["pointer"]), (422, "/code"), "a password alone opens nothing")
        status, told, _ = self.ask("POST", "/api/v1/staff/step-up", {"password": "wrong", "code": recovery[0]}, cookie)
        self.assertEqual((status, told["errors"][0]["pointer"]), (422, "/password"))
        status, _, headers = self.ask("POST", "/api/v1/staff/step-up", {"password": PASSWORD, "code": recovery[0]}, cookie)
        self.assertEqual(status, 204)
        fresh, _ = self.cookie_of(headers)
        self.assertEqual(self.ask("GET", "/api/v1/staff/me", cookie=cookie)[0], 401, "the former session is over")
        status, told, _ = self.ask("POST", "/api/v1/staff/recovery-codes", cookie=fresh)
        self.assertEqual((status, len(told["recovery_codes"])), (200, 10))
        self.assertFalse(set(told["recovery_codes"]) & set(recovery))
        form = {"email": EMAIL, "password": PASSWORD}
        self.assertEqual(self.ask("POST", "/api/v1/staff/sign-in", {**form, "code": recovery[1]})[0], 422)
        self.assertEqual(self.ask("POST", "/api/v1/staff/sign-in", {**form, "code": told["recovery_codes"][0]})[0], 200)
        self.grow_stale()
        key.origin = f"https://localhost:{self.server.port}"  # another one after a restart
        proof = {"passkey": key.sign(self.challenge("step_up", fresh))}
        status, told, headers = self.ask("POST", "/api/v1/staff/step-up", proof, fresh)
        self.assertEqual(status, 204, told)
        self.assertEqual(self.ask("POST", "/api/v1/staff/recovery-codes", cookie=self.cookie_of(headers)[0])[0], 200)

    def test_roles_are_capabilities_as_for_tokens(self):
        *_, web = self.join("web")
        *_, agent = self.join("agent", email="alan@example.com")
        self.assertEqual(self.ask("GET", "/api/v1/traffic/pages", cookie=web)[0], 200)
        self.assertEqual(self.ask("GET", "/api/v1/traffic/pages", cookie=agent)[0], 403)
        self.assertEqual(self.ask("GET", "/api/v1/traffic/pages")[0], 401)
        self.assertEqual(self.ask("GET", "/api/v1/account", cookie=web)[0], 401, "an employee is no customer")
        collected = {"channel": "portal", "fields": {"email": "ada@example.com"}}
        self.assertEqual(self.ask("POST", "/api/v1/collections", collected, web)[0], 403)
        self.assertEqual(self.ask("POST", "/api/v1/collections", collected, agent)[0], 201)
        self.assertEqual(self.ask("POST", "/api/v1/collections", collected, agent, site="cross-site")[0], 403)

    def test_who_is_disabled_is_out_at_once_and_may_be_invited_anew(self):
        employee, secret, recovery, cookie = self.join("web")
        again = self.server.run("staff", "invite", "--role", "web", "--name", "G", "--email", EMAIL, "--data", self.server.data)
        self.assertNotEqual(again.returncode, 0)
        self.assertIn(employee, again.stderr)
        self.assertEqual(self.server.run("staff", "disable", employee, "--data", self.server.data).returncode, 0)
        self.assertEqual(self.ask("GET", "/api/v1/staff/me", cookie=cookie)[0], 401)
        status, told, _ = self.ask("POST", "/api/v1/staff/sign-in", {"email": EMAIL, "password": PASSWORD, "code": recovery[0]})
        self.assertEqual(status, 401, told)
        self.assertEqual(self.invite("web")[0], employee)
        listed = self.server.run("staff", "list", "--data", self.server.data)
        self.assertIn(f"{employee}  invited  web  Grace Example  {EMAIL}", listed.stdout)

    def test_a_changed_password_ends_the_other_sessions(self):
        _, secret, recovery, cookie = self.join("web")
        form = {"email": EMAIL, "password": PASSWORD, "code": recovery[0]}
        other = self.cookie_of(self.ask("POST", "/api/v1/staff/sign-in", form)[2])[0]
        wanted = {"current": PASSWORD, "password": "another sentence nobody knows"}
        status, told, _ = self.ask("PUT", "/api/v1/staff/password", wanted | {"current": "wrong"}, cookie)
        self.assertEqual((status, told["errors"][0]["pointer"]), (422, "/current"))
        status, _, headers = self.ask("PUT", "/api/v1/staff/password", wanted, cookie)
        self.assertEqual(status, 204)
        self.assertEqual([self.ask("GET", "/api/v1/staff/me", cookie=one)[0] for one in (cookie, other)], [401, 401])
        self.assertEqual(self.ask("GET", "/api/v1/staff/me", cookie=self.cookie_of(headers)[0])[0], 200)

    def test_names_and_secrets_stand_nowhere_in_clear(self):
        _, secret, recovery, cookie = self.join("web")
        self.acknowledge(cookie)
        self.server.stop()
        words = [b"Grace Example", EMAIL.encode(), secret.encode(), base64.b32decode(secret), recovery[0].encode(),
                 cookie.partition("=")[2].encode(), PASSWORD.encode()]
        files = [path for path in self.server.folder.rglob("*") if path.is_file()]
        self.assertGreater(len(files), 5)
        for path in files:
            held = path.read_bytes()
            for word in words:
                self.assertNotIn(word, held, path)

    def test_an_invitation_is_made_with_the_server_stopped_too(self):
        self.server.stop()
        employee, _ = self.invite("admin")
        self.assertTrue(employee.startswith("emp_"))


class Digests(Employees):
    """A site's figures by letter: as the report has them, once, and to nobody who left."""
    MONDAY = (int(time.time()) // 86400 + 3) // 7 * 7 - 3  # of this week, in days since the epoch

    def setUp(self):
        super().setUp()
        self.environment = {"AVOW_MAIL_FOLDER": str(self.server.folder / "mail")}

    def read_last_week(self, views):
        at = time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime((self.MONDAY - 3) * 86400))
        log = self.server.folder / "access.log"
        log.write_text("".join(
            f'192.0.2.{n} - - [{at}] "GET {"/prices" if n % 3 else "/rare/" + str(n)} HTTP/1.1" 200 9 '
            '"https://blog.example/post" "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"\n'
            for n in range(views)))
        told = self.server.run("traffic", "import", log, "--data", self.server.data)
        self.assertEqual(told.returncode, 0, told.stderr)

    def let_a_week_end(self):
        """As if the choice had been made a week ago; the letters of a start are written at once."""
        self.server.stop()
        self.server.tell("update digests set told_day = told_day - 7 returning told_day")
        self.server.start(self.environment)

    def letters(self, count):
        for _ in tries():
            found = self.server.letters_to(EMAIL)
            if len(found) >= count:
                break
        return found

    def test_a_week_that_ended_is_told_once(self):
        *_, cookie = self.join("web")
        status, told, _ = self.ask("PUT", "/api/v1/digests", {"every": "week"}, cookie)
        self.assertEqual((status, told), (200, {"site": "localhost", "every": "week"}))
        self.assertEqual(self.ask("GET", "/api/v1/digests", cookie=cookie)[1]["items"], [told])
        self.read_last_week(60)
        self.let_a_week_end()
        letters = self.letters(1)
        self.assertEqual(len(letters), 1)
        self.assertIn("Views: 60 (the time before: 0)", letters[0])
        self.assertIn("/prices: 40", letters[0])
        self.assertIn("blog.example: 60", letters[0])
        self.assertNotIn("/rare/", letters[0])  # fewer than five each: folded, as in the report
        self.assertIn("/console/traffic", letters[0])
        self.server.stop()
        self.server.start(self.environment)
        self.assertEqual(len(self.letters(1)), 1)
        self.assertEqual(self.server.tell("select told_day from digests"), str(self.MONDAY))
        self.server.stop()
        self.assertEqual(self.server.verify().returncode, 0)

    def test_who_left_or_wants_it_no_more_is_told_nothing(self):
        employee, *_, cookie = self.join("web")
        *_, other = self.join("web", email="alan@example.com")
        *_, agent = self.join("agent", email="ada@example.com")
        for who in (cookie, other):
            self.ask("PUT", "/api/v1/digests", {"every": "week"}, who)
        self.assertEqual(self.ask("PUT", "/api/v1/digests", {"every": "week"}, agent)[0], 403)
        self.assertEqual(self.ask("PUT", "/api/v1/digests", {"every": "week", "site": "other.example"}, other)[0], 422)
        self.assertEqual(self.ask("PUT", "/api/v1/digests", {"every": "never"}, other)[0], 200)
        self.assertEqual(self.server.run("staff", "disable", employee, "--data", self.server.data).returncode, 0)
        self.let_a_week_end()
        self.assertTrue(any(self.server.tell("select count(*) from digests") == "0" for _ in tries()))
        self.assertEqual(self.letters(0), [])


if __name__ == "__main__":
    unittest.main()
