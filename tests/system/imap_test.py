# SPDX-License-Identifier: Apache-2.0
"""Mail that is fetched by IMAP, from a real Dovecot: told at once by IDLE, each mail once, moved away."""
import json
import os
import signal
import unittest

from dovecot import PASSWORD, USER, Dovecot
from imap_peer import Peer
from patience import tries
from requests_test import HELP, SECRET, Desk, mail

NESTED = "From: a@example.org\r\nMIME-Version: 1.0\r\n" + "".join(
    f"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n" for i in range(1000))
MANY_PARTS = "From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n\r\nx\r\n" * 10_000


def desk_that_reads(mailbox, **settings):
    desk = Desk(**mailbox.settings(), **settings)
    del desk.settings["AVOW_MAIL_LMTP_LISTEN"]
    return desk


def fetching(server):
    told = server.run("mail", "status", "--json", "--data", server.data)
    assert told.returncode == 0, told.stderr
    return json.loads(told.stdout)["fetching"]


def wait_until(server, **wanted):
    for _ in tries():
        found = fetching(server)
        if all(found[name] == value for name, value in wanted.items()):
            return found
    raise AssertionError(f"{found}, not {wanted}; the log: " + (server.folder / "log").read_text()[-3000:])


def wait_for_requests(desk, token, count):
    for _ in tries():
        found = desk.queue(token, "?limit=200")
        if len(found) == count:
            return found
    raise AssertionError(f"{len(found)} requests, not {count}; the log: "
                         + (desk.server.folder / "log").read_text()[-3000:])


class Imap(unittest.TestCase):
    def begin(self, mailbox=None, **settings):
        self.mailbox = mailbox or Dovecot().start()
        self.addCleanup(self.mailbox.stop)
        self.desk = desk_that_reads(self.mailbox, **settings)
        self.server = self.desk.server
        self.addCleanup(lambda: self.server.process and self.server.process.poll() is None and self.server.stop(signal.SIGKILL))

    def start(self):
        self.desk.start()
        self.agent = self.server.token("agent")

    def text_of(self, request):
        status, told, _ = self.server.ask("GET", "/api/v1/desk/requests/" + request["request"], token=self.agent)
        self.assertEqual(status, 200, told)
        return [one["text"]["value"] for one in told["messages"]]

    def test_mail_is_told_of_taken_and_moved(self):
        self.begin()
        self.mailbox.deliver(mail("early@example.org"))
        self.start()
        wait_for_requests(self.desk, self.agent, 1)
        wait_until(self.server, state="waiting", idle=True, fetched=1, set_aside=0)
        standing = self.server.ask("GET", "/readyz")[1]["mail"]["imap"]
        self.assertEqual(standing["state"], "waiting")
        self.assertRegex(standing["seen"], r"^\d{4}-")
        self.mailbox.deliver(mail("Grace <grace@example.org>", identity="first@sender.example"))
        newest = wait_for_requests(self.desk, self.agent, 2)[0]
        self.assertEqual(self.text_of(newest), [SECRET])
        self.mailbox.wait_for("Processed", 2)
        self.assertEqual(self.mailbox.count("INBOX"), 0)
        # The answer's address, to which the customer writes, leads back without an envelope.
        here = "/api/v1/desk/requests/" + newest["request"]
        self.assertEqual(self.server.ask("POST", here + "/answers", {"text": "On Tuesday."}, token=self.agent)[0], 201)
        letter = self.desk.wait_for_letter("Re: Hello")
        reply_to = letter["Reply-To"].split("<")[1].rstrip(">")
        self.mailbox.deliver(mail("grace@example.org", "Re: Hello", "Fine.").replace(f"To: {HELP}", f"To: <{reply_to}>"),
                             recipient=reply_to)
        self.mailbox.wait_for("Processed", 3)
        self.assertEqual(self.text_of(newest), [SECRET, "On Tuesday.", "Fine."])
        self.assertEqual(self.server.stop(), 0)
        log = (self.server.folder / "log").read_text()
        for word in ("zyxmarker", "grace@", "Tuesday", reply_to, PASSWORD, USER):
            self.assertNotIn(word, log)
        self.assertEqual(self.server.verify().returncode, 0)

    def test_a_copy_of_a_mail_and_what_programs_write_are_moved_and_ask_nothing(self):
        self.begin()
        message = mail("grace@example.org", identity="one@sender.example")
        for _ in range(2):
            self.mailbox.deliver(message)
        self.mailbox.deliver(mail("a@example.org", more="Auto-Submitted: auto-replied\r\n"))
        self.mailbox.deliver(mail("a@example.org", more="List-Id: <x.example>\r\n"))
        self.mailbox.deliver(mail("mailer-daemon@example.org"), sender="")
        self.mailbox.deliver(mail(HELP))
        self.start()
        self.mailbox.wait_for("Processed", 6)
        self.assertEqual(len(self.desk.queue(self.agent)), 1)
        self.assertEqual(self.desk.letters(), [])

    def test_what_cannot_be_read_or_loaded_is_moved_aside(self):
        self.begin()
        self.mailbox.deliver(b"From: a@example.org\r\nSubject: large\r\n\r\n" + (b"x" * 76 + b"\r\n") * 650_000)
        for message in (NESTED, MANY_PARTS, "Subject: nobody wrote this\r\n\r\nx\r\n"):
            self.mailbox.deliver(message)
        self.mailbox.deliver(mail("grace@example.org"))
        self.start()
        wait_for_requests(self.desk, self.agent, 1)
        self.mailbox.wait_for("Set aside", 4)
        self.mailbox.wait_for("Processed", 1)
        wait_until(self.server, set_aside=4, state="waiting")
        told = self.server.run("mail", "status", "--data", self.server.data).stdout
        self.assertIn("mail is fetched by IMAP: waiting", told)
        self.assertIn("4  moved into mail.imap_set_aside", told)
        # The large one was never loaded, so three are in our own quarantine.
        self.assertIn("3 mails could not be read and are set aside, sealed", told)

    def test_a_server_that_goes_away_is_come_back_to(self):
        self.begin()
        self.start()
        wait_until(self.server, state="waiting")
        self.mailbox.stop(signal.SIGKILL)
        self.assertTrue(wait_until(self.server, state="unreachable")["cause"])
        os.system(f"rm -rf {self.mailbox.folder}/run")
        self.mailbox.start()
        self.mailbox.deliver(mail("grace@example.org"))
        wait_for_requests(self.desk, self.agent, 1)
        self.assertEqual(self.server.stop(), 0)

    def test_numbers_that_begin_anew_lose_and_double_nothing(self):
        self.begin()
        # Nothing can be moved away: what is known must be known by its bytes.
        self.desk.settings["AVOW_MAIL_IMAP_PROCESSED"] = "Made/by/nobody"
        home = self.mailbox.folder / "mail/sample.example/help/Maildir"
        for one in range(3):
            self.mailbox.deliver(mail(f"person{one}@example.org"))
        (home / ".Made.by.nobody").write_text("in the way")
        self.start()
        wait_for_requests(self.desk, self.agent, 3)
        wait_until(self.server, state="waiting")
        self.assertEqual(self.server.stop(), 0)
        before = self.server.tell("select validity from mailboxes")
        self.mailbox.stop()
        for path in home.glob("dovecot*"):
            path.unlink()
        self.mailbox.start()
        self.mailbox.deliver(mail("late@example.org"))
        self.desk.start()
        wait_for_requests(self.desk, self.agent, 4)
        wait_until(self.server, state="waiting")
        self.assertNotEqual(self.server.tell("select validity from mailboxes"), before)
        self.assertIn("mailbox_numbered_anew", (self.server.folder / "log").read_text())
        self.assertEqual(self.server.tell("select count(*) from request_messages"), "4")

    def test_a_wrong_password_and_a_wrong_certificate_are_said(self):
        self.begin()
        settings = self.desk.settings
        wrong = self.server.folder / "wrong"
        wrong.write_text("guess")
        wrong.chmod(0o600)
        self.desk.start(AVOW_MAIL_IMAP_PASSWORD_FILE=str(wrong))
        told = wait_until(self.server, state="refused")
        self.assertIn("refuses our user or password", told["cause"])
        self.server.stop()
        self.desk.settings = {name: value for name, value in settings.items() if name != "AVOW_MAIL_CA"}
        self.start()
        self.assertIn("not to be trusted", wait_until(self.server, state="unreachable")["cause"])
        self.server.stop()
        for changed, word in (({"AVOW_MAIL_IMAP": "http://x/y"}, "mail.imap"),
                              ({"AVOW_MAIL_IMAP_PROCESSED": "INBOX"}, "mail.imap_processed"),
                              ({"AVOW_MAIL_IMAP_POLL_SECONDS": "0"}, "from 1 to"),
                              ({"AVOW_MAIL_IMAP_TOKEN_COMMAND": "true"}, "mail.imap_password_file")):
            (self.server.folder / "log").unlink()
            self.server.start({**settings, **changed}, expect_ready=False)
            self.assertIn(word, (self.server.folder / "log").read_text())


class ScriptedPeers(unittest.TestCase):
    """A peer that has what Dovecot has not, or less than it."""

    def begin(self, peer, **settings):
        self.addCleanup(peer.stop)
        desk = desk_that_reads(peer, **settings)
        desk.start()
        self.addCleanup(lambda: desk.server.process.poll() is None and desk.server.stop(signal.SIGKILL))
        return desk, desk.server.token("agent")

    def test_a_token_opens_the_mailbox_and_a_new_one_is_made_each_time(self):
        peer = Peer("SASL-IR AUTH=XOAUTH2 IDLE MOVE UIDPLUS", tokens=["first", "second"])
        desk, agent = self.begin(peer)
        peer.deliver(mail("grace@example.org"))
        wait_for_requests(desk, agent, 1)
        peer.hang_up()
        peer.deliver(mail("heidi@example.org"))
        wait_for_requests(desk, agent, 2)
        self.assertEqual(peer.signed_in, ["first", "second"])
        self.assertEqual((len(peer.folders["INBOX"]), len(peer.folders["Processed"])), (0, 2))

    def test_a_server_that_offers_nothing_is_asked_again_and_again(self):
        peer = Peer("AUTH=PLAIN")
        desk, agent = self.begin(peer, AVOW_MAIL_IMAP_POLL_SECONDS="1")
        peer.deliver(mail("grace@example.org"))
        wait_for_requests(desk, agent, 1)
        peer.deliver(mail("heidi@example.org"))
        wait_for_requests(desk, agent, 2)
        wait_until(desk.server, state="waiting", fetched=2, idle=False)
        # Copied, marked, and not expunged: without UIDPLUS that would take what others marked.
        self.assertEqual((len(peer.folders["INBOX"]), len(peer.folders["Processed"])), (2, 2))
        self.assertEqual([peer.commands.count(word) for word in ("EXPUNGE", "UID EXPUNGE", "UID MOVE")], [0, 0, 0])

    def test_a_server_that_lies_about_sizes_costs_one_mail_and_no_memory(self):
        peer = Peer("SASL-IR AUTH=PLAIN IDLE MOVE UIDPLUS")
        peer.deliver(b"From: a@example.org\r\n\r\n" + b"x" * 26_000_000, size=100)
        peer.deliver(mail("grace@example.org"))
        desk, agent = self.begin(peer)
        wait_for_requests(desk, agent, 1)
        wait_until(desk.server, state="waiting", set_aside=1)
        self.assertEqual(len(peer.folders["Set aside"]), 1)


if __name__ == "__main__":
    unittest.main()
