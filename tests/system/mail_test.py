# SPDX-License-Identifier: Apache-2.0
"""Letters from the outbox to a real mail server (Exim), over STARTTLS and TLS with an authority of our own."""
import json
import os
import pathlib
import re
import signal
import subprocess
import unittest

from avow_server import Server
from exim import PASSWORD, Exim, read_messages
from patience import PATIENCE, tries

WRITER = os.environ.get("AVOW_LETTERS_WRITER",
                        pathlib.Path(__file__).resolve().parents[2] / "build/release/tests/system/letters_writer")
EMAIL = "zyxmarker@example.com"
LINK = "/account/confirm#zyxsecret0"


def sign_up(server, address=EMAIL, language="en", confirmed=True):
    """The customer's id and cookie; the letter of the sign-up itself is taken away, so that a test sees only its own."""
    status, told, headers = server.ask("POST", "/api/v1/account/sign-up", {
        "email": address, "password": "nobody guesses these words", "policy_version": "1", "language": language})
    assert status == 201, told
    assert server.tell("delete from letters returning letter_id"), "signing up writes a letter"
    if confirmed:
        server.confirm_addresses()
    return told["customer"], headers["Set-Cookie"].split(";")[0]


def write_letters(server, customer, kind="verify_address", language="en", count=1, to=None, environment=None):
    done = subprocess.run([WRITER, server.data, customer, str(count), kind, language] + ([to] if to else []),
                          capture_output=True, text=True, timeout=PATIENCE, env={**server.environment, **(environment or {})})
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode


def states(server):
    told = server.run("mail", "status", "--json", "--data", server.data)
    assert told.returncode == 0, told.stderr
    return {state: count["letters"] for state, count in json.loads(told.stdout)["states"].items()}


def wait_for_states(server, wanted):
    for _ in tries():
        found = states(server)
        if found == wanted:
            return
    raise AssertionError(f"{found}, not {wanted}")


class Mail(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.exim = Exim().start()

    @classmethod
    def tearDownClass(cls):
        cls.exim.stop()

    def setUp(self):
        inbox = self.exim.folder / "inbox" / "new"
        for path in inbox.iterdir() if inbox.exists() else ():
            path.unlink()
        self.server = Server()
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))

    def customer_with_letters(self, address=EMAIL, **letters):
        """Signs somebody up, and leaves letters behind that nobody has sent yet."""
        self.server.start()
        customer, self.cookie = sign_up(self.server, address)
        self.server.stop()
        write_letters(self.server, customer, environment=self.exim.settings(), **letters)
        return customer

    def log(self):
        return (self.server.folder / "log").read_text()

    def test_a_letter_arrives_as_it_was_meant(self):
        customer = self.customer_with_letters()
        self.server.start(self.exim.settings())
        message, = self.exim.wait_for(1)
        self.assertEqual(message["To"], EMAIL)
        self.assertEqual(message["Envelope-to"], EMAIL)
        self.assertEqual(message["From"], "Sample <portal@sample.example>")
        self.assertEqual(message["Reply-To"], "Sample <privacy@sample.example>")
        self.assertEqual(message["Subject"], "Confirm your email address for Sample")
        self.assertEqual(message["Auto-Submitted"], "auto-generated")
        self.assertRegex(message["Message-ID"], r"^<let_[0-9a-z]{26}@sample\.example>$")
        self.assertEqual(message.get_content_type(), "text/plain")
        self.assertIn(f"\nhttps://localhost:{self.server.port}{LINK}\n", message.get_content())
        self.assertIn("The link works for 23 hours.", message.get_content())
        self.assertIn("TLS1.", message["Received"])
        wait_for_states(self.server, {"sent": 1})
        status, told, _ = self.server.ask("GET", f"/api/v1/customers/{customer}/uses", cookie=self.cookie)
        line, = [one for one in told["items"] if one["kind"] == "messaged"]
        self.assertEqual((status, line["letter"], line["purpose"], line["actor"]),
                         (200, "verify_address", "service", "the portal"), told)
        self.assertEqual(self.server.ask("GET", "/api/v1/ledger/proofs/" + line["ledger"]["entry"])[0], 200)
        self.server.stop()
        verified = self.server.verify()
        self.assertEqual(verified.returncode, 0, verified.stderr)
        for secret in ("zyxmarker", "zyxsecret", PASSWORD):
            self.assertNotIn(secret, self.log())

    def test_each_language_and_kind_is_readable(self):
        self.server.start()
        customer, _ = sign_up(self.server)
        self.server.stop()
        kinds = ("verify_address", "address_known", "reset_password", "password_changed", "address_changed_old", "address_changed_new",
                 "passkey_added", "passkey_removed", "passkey_copied", "authenticator_added", "authenticator_removed",
                 "recovery_codes_made", "recovery_code_used")
        for language in ("en", "fr", "de", "ja", "ar"):
            for kind in kinds:
                write_letters(self.server, customer, kind, language, to=EMAIL if kind.endswith("old") else None)
        self.server.start(self.exim.settings())
        messages = self.exim.wait_for(65)
        self.assertEqual(len({message["Subject"] for message in messages}), 65)
        for message in messages:
            text = message.get_content()
            # Every phrase was found, and every place filled.
            self.assertNotRegex(message["Subject"] + text, r"\{\w+\}|[a-z]+_[a-z]+_(subject|text|unasked)|link_(hours|minutes)")
            self.assertIn("privacy@sample.example", text)
            for line in text.split("\n"):
                if "https://" in line:
                    self.assertEqual(line, f"https://localhost:{self.server.port}{LINK}", "a link stands alone")
        arabic = [message for message in messages if message["Content-Language"] == "ar"]
        self.assertTrue(all(re.search("[\u0600-\u06ff]", message["Subject"]) for message in arabic))

    def test_tls_from_the_first_byte(self):
        self.customer_with_letters(kind="password_changed", language="ja")
        self.server.start(self.exim.settings(server=f"localhost:{self.exim.tls_port}", security="tls"))
        message, = self.exim.wait_for(1)
        self.assertIn("パスワード", message["Subject"])

    def test_many_letters_share_a_session(self):
        self.customer_with_letters(count=40)
        began = (self.exim.folder / "mainlog").read_text().count("TCP/IP connection count")
        self.server.start(self.exim.settings())
        self.assertEqual(len(self.exim.wait_for(40)), 40)
        wait_for_states(self.server, {"sent": 40})
        log = (self.exim.folder / "mainlog").read_text()
        self.assertEqual(log.count("TCP/IP connection count") - began, 4)
        self.assertNotIn("no immediate delivery", log)

    def refused(self, words, **settings):
        """Nothing is handed over while the set-up is wrong; with a right one the letter goes."""
        self.customer_with_letters()
        self.server.start(self.exim.settings(**settings))
        for _ in tries():
            if "mail_unreachable" in self.log():
                break
        self.assertIn(words, self.log())
        self.assertEqual(states(self.server), {"waiting": 1})
        self.server.stop()
        self.assertEqual(self.exim.messages(), [])
        self.server.start(self.exim.settings())
        self.assertEqual(len(self.exim.wait_for(1)), 1)
        for secret in ("zyxmarker", "zyxsecret", PASSWORD, "not the password"):
            self.assertNotIn(secret, self.log())

    def test_a_certificate_of_another_authority_is_refused(self):
        self.refused("not to be trusted", ca="")

    def test_a_certificate_of_another_name_is_refused(self):
        self.refused("not to be trusted", server=f"127.0.0.1:{self.exim.port}")

    def test_a_wrong_password_refuses_no_letter_for_good(self):
        wrong = self.exim.folder / "wrong"
        wrong.write_text("not the password")
        wrong.chmod(0o600)
        self.refused("refuses mail.user and its password", password_file=str(wrong))

    def test_tls_that_is_not_offered_is_not_done_without(self):
        self.refused("cannot be reached", server="localhost:1")

    def test_a_recipient_refused_for_good_is_not_tried_again(self):
        self.customer_with_letters("nobody@example.com")
        self.server.start(self.exim.settings())
        wait_for_states(self.server, {"refused": 1})
        self.assertEqual(self.server.tell("select status from letters"), "5.0.0")
        self.assertEqual(self.server.tell("select length(sealed) from letters"), "0")
        self.assertNotIn("nobody@", self.log())

    def test_a_recipient_refused_for_now_waits(self):
        self.customer_with_letters("greylist@example.com")
        self.server.start(self.exim.settings())
        for _ in tries():
            if self.server.tell("select attempts from letters where claimed_by = ''") == "1":
                break
        self.assertEqual(self.server.tell("select state from letters where claimed_by = ''"), "waiting")
        self.assertIn("letter_not_sent", self.log())
        self.assertNotIn("greylist@", self.log())

    def test_the_operator_sends_a_test(self):
        self.server.start(self.exim.settings())
        def test(address, **run):
            return self.server.run("mail", "test", address, "--data", self.server.data, **run)
        done = test("operator@example.com")
        self.assertEqual((done.returncode, done.stdout), (0, "delivered 2.0.0: the mail server has taken it on\n"), done.stderr)
        self.assertEqual(self.exim.wait_for(1)[0]["Subject"], "A test message of Sample")
        done = test("nobody@example.com")
        self.assertEqual((done.returncode, done.stdout), (1, "refused 5.0.0: the mail server refuses the recipient\n"))
        self.assertEqual(test("not an address").returncode, 3)
        self.server.stop()
        done = test("operator@example.com", environment=self.exim.settings(ca=""))
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("certificate verify failed", done.stdout)

    def test_without_a_mail_server_letters_wait_and_the_operator_is_told(self):
        self.customer_with_letters()
        self.server.start()
        self.assertIn("mail_not_configured", self.log())
        told = self.server.run("mail", "status", "--data", self.server.data)
        self.assertIn("letters wait: mail.server is not set", told.stdout)
        self.assertRegex(told.stdout, r" 1  waiting ")
        done = self.server.run("mail", "test", "operator@example.com", "--data", self.server.data)
        self.assertEqual(done.returncode, 3)
        self.assertIn("set mail.server", done.stderr)

    def test_a_folder_stands_in_for_a_mail_server(self):
        self.customer_with_letters(count=3)
        folder = self.server.folder / "mail"
        self.server.start({"AVOW_MAIL_FOLDER": str(folder)})
        wait_for_states(self.server, {"sent": 3})
        messages = read_messages(folder / "new")
        self.assertEqual(len(messages), 3)
        self.assertIn(LINK[:-1], messages[0].get_content())
        self.assertEqual(folder.stat().st_mode & 0o777, 0o700)

    def test_a_wrong_configuration_is_said_at_the_start(self):
        readable = self.exim.folder / "readable"
        readable.write_text("secret")
        readable.chmod(0o644)
        for settings, words in (({"security": "none"}, "starttls, tls or none-on-loopback"),
                                ({"server": "localhost:port"}, "mail.server must be a host and a port"),
                                ({"from": "nobody"}, "mail.from must be an email address"),
                                ({"password_file": ""}, "belong together"),
                                ({"password_file": str(readable)}, "chmod 600"),
                                ({"folder": "mail"}, "set it or mail.server"),
                                ({"ca": "/nowhere"}, "/nowhere")):
            self.server.start(self.exim.settings(**settings), expect_ready=False)
            self.assertEqual(self.server.process.returncode, 3)
            self.assertIn(words, self.log())

    def test_an_erased_customers_letters_are_not_sent(self):
        customer = self.customer_with_letters(count=2)
        self.server.start()
        self.assertEqual(self.server.ask("DELETE", f"/api/v1/customers/{customer}", cookie=self.cookie)[0], 200)
        self.assertEqual(self.server.tell("select count(*) from letters"), "0")
        self.server.stop()


if __name__ == "__main__":
    unittest.main()
