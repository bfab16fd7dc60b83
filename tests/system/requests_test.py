# SPDX-License-Identifier: Apache-2.0
"""Requests with the real program: by the portal, by telephone, and by mail that a real Exim hands in by LMTP."""
import json
import os
import re
import signal
import smtplib
import ssl
import subprocess
import time
import unittest

from avow_server import DESK, Server, write_policy
from exim import PASSWORD, USER, Exim, free_port, read_messages
from mail_test import sign_up
from patience import tries

HELP = "help@sample.example"
SECRET = "zyxmarker wants an appointment"


def mail(sender, subject="Hello", text=SECRET, identity=None, more=""):
    identity = identity or f"{time.monotonic_ns()}@sender.example"
    return (f"From: {sender}\r\nTo: {HELP}\r\nSubject: {subject}\r\nMessage-ID: <{identity}>\r\n{more}\r\n{text}\r\n")


class Desk:
    """A server that takes mail at a socket of its own, without Exim."""

    def __init__(self, promises=DESK, **settings):
        self.server = Server()
        write_policy(self.server.folder / "policy", promises)
        self.socket = str(self.server.folder / "lmtp")
        self.settings = {"AVOW_MAIL_LMTP_LISTEN": "unix:" + self.socket, "AVOW_MAIL_DESK": HELP,
                         "AVOW_MAIL_FOLDER": str(self.server.folder / "letters"), **settings}

    def start(self, **settings):
        self.server.start({**self.settings, **settings})
        return self

    def hand_in(self, message, sender="grace@example.org", recipients=(HELP,)):
        """By LMTP, as a mail server does; the answers by recipient that were no 250."""
        with smtplib.LMTP(self.socket, local_hostname="mx.test") as line:
            return line.sendmail(sender, list(recipients), message.encode() if isinstance(message, str) else message)

    def queue(self, token, query=""):
        status, told, _ = self.server.ask("GET", "/api/v1/desk/requests" + query, token=token)
        assert status == 200, told
        return told["items"]

    def letters(self):
        return read_messages(self.server.folder / "letters" / "new")

    def wait_for_letter(self, subject):
        for _ in tries():
            for letter in self.letters():
                if letter["Subject"] == subject:
                    return letter
        raise AssertionError(f"no letter {subject!r} came")


class Requests(unittest.TestCase):
    def setUp(self):
        self.desk = Desk().start()
        self.server = self.desk.server
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))
        self.agent = self.server.token("agent")

    def ask(self, method, path, body=None, expect=None, **how):
        status, told, headers = self.server.ask(method, path, body, **how)
        if expect:
            self.assertEqual(status, expect, told)
        return told

    def test_a_question_of_the_portal_is_answered_there(self):
        customer, cookie = sign_up(self.server, "ada@example.org", confirmed=False)
        other, stranger = sign_up(self.server, "bob@example.org", confirmed=False)
        asked = self.ask("POST", "/api/v1/requests", {"subject": "An appointment", "text": SECRET}, 201, cookie=cookie,
                         headers={"Idempotency-Key": "k"})
        again = self.ask("POST", "/api/v1/requests", {"subject": "An appointment", "text": SECRET}, 201, cookie=cookie,
                         headers={"Idempotency-Key": "k"})
        self.assertEqual(asked["request"], again["request"])
        self.assertEqual((asked["subject"], asked["messages"][0]["text"], asked["state"]), ("An appointment", SECRET, "new"))
        place = "/api/v1/requests/" + asked["request"]
        for method, path, body in (("GET", place, None), ("POST", place + "/messages", {"text": "x"})):
            self.ask(method, path, body, 404, cookie=stranger)
            self.ask(method, path, body, 401)
        self.assertEqual(self.ask("GET", "/api/v1/requests", cookie=stranger, expect=200)["items"], [])
        self.ask("GET", "/api/v1/desk/requests", cookie=cookie, expect=403)
        self.ask("GET", "/api/v1/desk/requests", token=self.server.token("marketer"), expect=403)

        queue = self.desk.queue(self.agent)
        self.assertEqual([one["request"] for one in queue], [asked["request"]])
        self.assertNotIn(SECRET, json.dumps(queue))
        here = "/api/v1/desk/requests/" + asked["request"]
        opened = self.ask("GET", here, token=self.agent, expect=200)
        self.assertEqual(opened["messages"][0]["text"]["value"], SECRET)
        self.assertEqual(opened["contact"]["fields"]["email"]["value"], "ada@example.org")
        self.ask("POST", here + "/notes", {"text": "ask the boss"}, 201, token=self.agent)
        self.ask("PUT", here, {"assignee": "Eve", "revision": opened["revision"]}, 409, token=self.agent)
        self.ask("PUT", here, {"assignee": "Eve"}, 200, token=self.agent)
        self.ask("PUT", here, {"state": "new"}, 422, token=self.agent)
        answered = self.ask("POST", here + "/answers", {"text": "On Tuesday."}, 201, token=self.agent)
        self.assertEqual((answered["message"]["carried"], answered["request"]["state"]), ("portal", "waiting"))
        thread = self.ask("GET", place, cookie=cookie, expect=200)
        self.assertEqual([one["text"] for one in thread["messages"]], [SECRET, "On Tuesday."])
        self.ask("POST", place + "/messages", {"text": "Fine."}, 201, cookie=cookie)
        self.assertEqual([one["state"] for one in self.desk.queue(self.agent, "?state=open&assignee=Eve")], ["open"])

        uses = self.ask("GET", f"/api/v1/customers/{customer}/uses", cookie=cookie)["items"]
        self.assertTrue(any(asked["request"] in one.get("reason", "") for one in uses))
        held = json.dumps(self.ask("GET", f"/api/v1/customers/{customer}/export", cookie=cookie))
        for text in (SECRET, "On Tuesday.", "ask the boss"):
            self.assertIn(text, held)
        self.ask("PUT", here, {"state": "closed"}, 200, token=self.agent)
        self.ask("POST", place + "/messages", {"text": "x"}, 409, cookie=cookie)
        self.server.stop()
        self.assertEqual(self.server.verify().returncode, 0)

    def test_a_call_is_written_down(self):
        call = {"subject": "A call", "text": SECRET, "fields": {"email": "eve@example.org", "name": "Eve"}}
        made = self.ask("POST", "/api/v1/desk/requests", call, 201, token=self.agent)
        self.assertEqual(made["channel"], "phone")
        answered = self.ask("POST", f"/api/v1/desk/requests/{made['request']}/answers", {"text": "Hello"}, 201, token=self.agent)
        # No account to read it in, and an address that nobody showed to be theirs: call back.
        self.assertEqual(answered["message"]["carried"], "nowhere")
        self.ask("POST", "/api/v1/desk/requests", {"subject": "x", "text": "x"}, 422, token=self.agent)

    def test_the_desk_works_together(self):
        made = self.ask("POST", "/api/v1/desk/requests", {"subject": "x", "text": "x", "fields": {"email": "eve@example.org"}}, 201,
                        token=self.agent)
        here = f"/api/v1/desk/requests/{made['request']}"
        other = self.server.token("agent")
        self.assertEqual(self.ask("PUT", here + "/presence", {"writing": True}, 200, token=self.agent)["others"], [])
        told = self.ask("PUT", here + "/presence", {"writing": False}, 200, token=other)
        self.assertEqual([one["writing"] for one in told["others"]], [True])
        self.assertEqual(told["request"]["revision"], made["revision"])
        self.ask("DELETE", here + "/presence", expect=204, token=self.agent)
        self.assertEqual(self.ask("PUT", here + "/presence", {"writing": False}, 200, token=other)["others"], [])
        self.assertEqual(self.ask("GET", "/api/v1/desk", expect=200, token=self.agent),
                         {"waiting": 1, "overdue": 0, "unassigned": 1, "mine": 0})
        self.assertIn("close", made["acts"])
        self.assertEqual(self.ask("PUT", here, {"state": "closed"}, 200, token=self.agent)["acts"], [])
        self.assertEqual(self.desk.queue(self.agent, "?ours=true"), [])
        again = self.ask("POST", "/api/v1/desk/requests", {"subject": "y", "text": "y", "fields": {"email": "eve@example.org"}}, 201,
                         token=self.agent)
        self.ask("POST", "/api/v1/desk/requests", {"subject": "z", "text": "z", "fields": {"email": "mallory@example.org"}}, 201,
                 token=self.agent)
        self.assertEqual([one["request"] for one in self.desk.queue(self.agent, "?customer=" + made["customer"])],
                         [again["request"], made["request"]])

    def test_the_notice_of_a_call_is_of_the_policy_in_force(self):
        notice = self.ask("GET", "/api/v1/desk/notices/ja", expect=200, token=self.agent)
        # This policy has no translation: it is read in its own language.
        self.assertEqual((notice["policy_version"], notice["language"]), ("1", "en"))
        self.assertIn("message", notice["fields"])
        self.assertIn("offers", [one["purpose"] for one in notice["permissions"]])
        self.assertTrue(any("version 1" in one for one in notice["paragraphs"]), notice)
        self.ask("GET", "/api/v1/desk/notices/ja", expect=403, token=self.server.token("marketer"))

    def test_a_spoken_permission_wants_the_notice_read(self):
        call = {"subject": "A call", "text": "x", "fields": {"email": "eve@example.org"}, "permissions": {"offers": True}}
        refused = self.ask("POST", "/api/v1/desk/requests", call, 422, token=self.agent)
        self.assertEqual([one["pointer"] for one in refused["errors"]], ["/notice_read"])
        call["notice_read"] = {"language": "ja"}
        stale = {**call, "policy_version": "an older one"}
        self.ask("POST", "/api/v1/desk/requests", stale, 409, token=self.agent)
        made = self.ask("POST", "/api/v1/desk/requests", call, 201, token=self.agent)
        officer = self.server.token("officer")
        told = self.ask("GET", f"/api/v1/customers/{made['customer']}/permissions", token=officer)
        (offers,) = [one for one in told["items"] if one["purpose"] == "offers"]
        self.assertTrue(offers["granted"])
        held = json.dumps(self.ask("GET", f"/api/v1/customers/{made['customer']}/export", token=officer))
        self.assertIn("in the language ja", held)

    def test_mail_comes_in_and_its_answer_finds_back(self):
        self.assertEqual(self.desk.hand_in(mail("Grace <grace@example.org>", identity="first@sender.example")), {})
        (request,) = self.desk.queue(self.agent)
        here = "/api/v1/desk/requests/" + request["request"]
        self.assertEqual(self.ask("GET", here, token=self.agent)["messages"][0]["text"]["value"], SECRET)
        answered = self.ask("POST", here + "/answers", {"text": "On Tuesday."}, 201, token=self.agent)
        self.assertEqual(answered["message"]["carried"], "letter")
        letter = self.desk.wait_for_letter("Re: Hello")
        self.assertEqual(letter["In-Reply-To"], "<first@sender.example>")
        reply_to = re.search(r"<(.+)>", letter["Reply-To"]).group(1)
        self.assertRegex(reply_to, r"^help\+r\w+@sample\.example$")
        self.desk.hand_in(mail("grace@example.org", "Re: Hello", "Fine."), recipients=(reply_to,))
        self.assertEqual([one["state"] for one in self.desk.queue(self.agent)], ["open"])
        # Somebody else, with the right token.
        self.desk.hand_in(mail("mallory@evil.example", "Re: Hello", "To me, please."), "mallory@evil.example", (reply_to,))
        newest, first = self.desk.queue(self.agent)
        self.assertEqual((newest["review"], newest["linked"]), (True, request["request"]))
        self.assertNotEqual(newest["customer"], first["customer"])
        self.assertEqual(len(self.ask("GET", here, token=self.agent)["messages"]), 3)
        log = (self.server.folder / "log").read_text()
        for word in ("zyxmarker", "grace@", "mallory@", "Tuesday", reply_to):
            self.assertNotIn(word, log)

    def test_each_recipient_is_answered_and_form_is_bounded(self):
        refused = self.desk.hand_in(mail("grace@example.org"), recipients=(HELP, "nobody@sample.example"))
        self.assertEqual({address: code for address, (code, _) in refused.items()}, {"nobody@sample.example": 550})
        self.assertEqual(len(self.desk.queue(self.agent)), 1)
        with self.assertRaises(smtplib.SMTPResponseException) as too_large:
            self.desk.hand_in(b"From: a@example.org\r\n\r\n" + b"x" * 26_000_000)
        self.assertEqual(too_large.exception.smtp_code, 552)
        nested = "From: a@example.org\r\nMIME-Version: 1.0\r\n" + "".join(
            f"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n" for i in range(1000))
        parts = "From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + "--b\r\n\r\nx\r\n" * 10_000
        for message in (nested, parts, "Subject: nobody wrote this\r\n\r\nx\r\n", ""):
            for _ in range(2):
                self.assertEqual(self.desk.hand_in(message), {})
        self.assertEqual(len(self.desk.queue(self.agent)), 1)
        told = self.server.run("mail", "status", "--json", "--data", self.server.data)
        self.assertEqual(json.loads(told.stdout)["set_aside"]["mails"], 4, told.stdout)
        self.assertEqual(self.server.stop(), 0)

    def test_what_programs_write_begins_nothing_and_is_not_answered(self):
        for more, sender in (("Auto-Submitted: auto-replied\r\n", "a@example.org"), ("Precedence: bulk\r\n", "a@example.org"),
                             ("List-Id: <x.example>\r\n", "a@example.org"), ("", "")):
            self.assertEqual(self.desk.hand_in(mail("a@example.org", more=more), sender), {})
        self.assertEqual(self.desk.hand_in(mail(HELP)), {})
        self.assertEqual(self.desk.queue(self.agent), [])
        self.assertEqual(self.desk.letters(), [])

    def test_a_policy_that_takes_no_mail_refuses_it(self):
        self.server.stop()
        write_policy(self.server.folder / "policy", DESK.replace('version = "1"', 'version = "2"').replace(
            '[channels.email]\nlabel = "Mail"\nfields = ["email", "name", "message"]',
            '[channels.email]\nlabel = "Mail"\nfields = ["email", "name"]'))
        self.desk.start()
        with self.assertRaises((smtplib.SMTPResponseException, smtplib.SMTPDataError)) as refused:
            self.desk.hand_in(mail("a@example.org"))
        self.assertEqual(refused.exception.smtp_code, 550)

    def test_two_requests_of_one_matter_are_merged_and_mails_follow(self):
        for number in (1, 2):
            self.desk.hand_in(mail("grace@example.org", f"Hello {number}", f"{SECRET} {number}", f"{number}@sender.example"))
        one, other = self.desk.queue(self.agent)
        here, there = (f"/api/v1/desk/requests/{found['request']}" for found in (one, other))
        self.ask("POST", here + "/answers", {"text": "On Tuesday."}, 201, token=self.agent)
        reply_to = re.search(r"<(.+)>", self.desk.wait_for_letter("Re: Hello 2")["Reply-To"]).group(1)
        merged = self.ask("POST", here + "/merge", {"into": other["request"]}, 200, token=self.agent)
        self.assertEqual(merged["request"], other["request"])
        self.desk.hand_in(mail("grace@example.org", "Re: Hello 2", "Fine."), recipients=(reply_to,))
        self.desk.hand_in(mail("grace@example.org", "Re: Hello 2", "By Message-ID.", more="In-Reply-To: <2@sender.example>\r\n"))
        told = self.ask("GET", here, token=self.agent, expect=200)
        self.assertEqual(told["request"], other["request"])
        self.assertEqual([message["text"]["value"] for message in told["messages"]],
                         [f"{SECRET} 1", f"Hello 2\n\n{SECRET} 2", "On Tuesday.", "Fine.", "By Message-ID."])
        closed = [found for found in self.desk.queue(self.agent) if found["request"] == one["request"]][0]
        self.assertEqual((closed["state"], closed["merged_into"], closed["acts"]), ("closed", other["request"], []))
        # And taken apart again: an answer to what moved joins the part that it belongs to.
        part = self.ask("POST", there + "/split", {"message": told["messages"][1]["message"]}, 201, token=self.agent)
        self.assertEqual((part["linked"], part["state"]), (other["request"], "open"))
        self.desk.hand_in(mail("grace@example.org", "Re: Hello 2", "To the part.", more="In-Reply-To: <2@sender.example>\r\n"),
                          recipients=(reply_to,))
        self.assertEqual(self.ask("GET", "/api/v1/desk/requests/" + part["request"], token=self.agent)["messages"][-1]["text"]["value"],
                         "To the part.")
        stranger = self.ask("POST", "/api/v1/desk/requests", {"subject": "x", "text": "x", "fields": {"email": "eve@example.org"}},
                            201, token=self.agent)
        self.ask("POST", there + "/merge", {"into": stranger["request"]}, 422, token=self.agent)
        uses = self.ask("GET", f"/api/v1/customers/{one['customer']}/uses?kind=reading", token=self.server.token("officer"))["items"]
        self.assertEqual([("merged" in use["reason"], "split" in use["reason"]) for use in uses], [(False, True), (True, False)])
        self.server.stop()
        self.assertEqual(self.server.verify().returncode, 0)

    def test_the_queue_is_sorted_by_the_tags_of_the_house(self):
        made = self.ask("POST", "/api/v1/desk/requests", {"subject": "x", "text": "x", "fields": {"email": "eve@example.org"}}, 201,
                        token=self.agent)
        here = "/api/v1/desk/requests/" + made["request"]
        refused = self.ask("PUT", here, {"tags": ["billing"]}, 422, token=self.agent)
        self.assertEqual([one["pointer"] for one in refused["errors"]], ["/tags/0"])
        self.assertEqual(self.ask("POST", "/api/v1/desk/tags", {"tag": " Billing "}, 201, token=self.agent), {"tag": "billing"})
        self.ask("POST", "/api/v1/desk/tags", {"tag": "Straße"}, 201, token=self.agent)
        self.assertEqual(self.ask("PUT", here, {"tags": ["billing", "strasse", "billing"]}, 200, token=self.agent)["tags"],
                         ["billing", "strasse"])
        self.assertEqual(len(self.desk.queue(self.agent, "?tag=Billing&ours=true")), 1)
        for none in ("bill", "%25", "other", "_illing", "billing%7Cstrasse"):
            self.assertEqual(self.desk.queue(self.agent, "?tag=" + none), [], none)
        self.ask("DELETE", "/api/v1/desk/tags/billing", token=self.agent, expect=204)
        self.assertEqual(self.ask("PUT", here, {"tags": ["billing"]}, 200, token=self.agent)["tags"], ["billing"])
        self.assertEqual(self.ask("PUT", here, {"tags": []}, 200, token=self.agent)["tags"], [])
        self.ask("PUT", here, {"tags": ["billing"]}, 422, token=self.agent)
        self.ask("GET", "/api/v1/desk/tags", expect=403, token=self.server.token("marketer"))

    def test_how_mail_stands_is_told_without_an_address(self):
        ready = lambda: self.ask("GET", "/readyz", expect=200)["mail"]
        self.assertEqual(ready(), {"lmtp": "listening", "imap": None, "outbox": {"carrier": "folder", "waiting": 0, "oldest": None}})
        metrics = subprocess.run(["curl", "--silent", "--fail", "--unix-socket", self.server.data / "admin.sock", "http://admin/metrics"],
                                 capture_output=True, text=True, check=True).stdout
        for line in ("avow_lmtp_up 1", "avow_letters_waiting 0", "avow_letters_oldest_seconds 0"):
            self.assertIn("\n" + line + "\n", metrics)
        self.assertNotIn("imap", metrics)
        self.assertNotIn("@", metrics)
        self.ask("GET", "/metrics", expect=404)  # for the operator alone
        # Nothing takes letters, and one waits.
        self.server.stop()
        del self.desk.settings["AVOW_MAIL_FOLDER"]
        self.desk.start()
        self.desk.hand_in(mail("grace@example.org"))
        (request,) = self.desk.queue(self.agent)
        self.ask("POST", f"/api/v1/desk/requests/{request['request']}/answers", {"text": "x"}, 201, token=self.agent)
        outbox = ready()["outbox"]
        self.assertEqual((outbox["carrier"], outbox["waiting"]), ("none", 1))
        self.assertRegex(outbox["oldest"], r"^\d{4}-")

    def test_it_listens_to_this_machine_only(self):
        self.server.stop()
        self.server.start({**self.desk.settings, "AVOW_MAIL_LMTP_LISTEN": "0.0.0.0:2424"}, expect_ready=False)
        self.assertIn("mail.lmtp_listen", (self.server.folder / "log").read_text())


class WithExim(unittest.TestCase):
    def begin(self):
        """Exim, and a server that sends by it and takes what it hands in."""
        port = free_port()
        exim = Exim(lmtp_port=port, domain="sample.example").start()
        self.addCleanup(exim.stop)
        desk = Desk(AVOW_MAIL_LMTP_LISTEN=f"127.0.0.1:{port}")
        del desk.settings["AVOW_MAIL_FOLDER"]
        desk.settings.update(exim.settings())
        desk.start()
        self.addCleanup(lambda: desk.server.process.poll() is None and desk.server.stop(signal.SIGKILL))
        return exim, desk

    def test_mail_goes_round_and_waits_while_we_are_away(self):
        exim, desk = self.begin()
        server, agent = desk.server, desk.server.token("agent")

        def send(message, sender, recipient):
            with smtplib.SMTP("localhost", exim.port) as line:
                line.starttls(context=ssl.create_default_context(cafile=str(exim.folder / "ca.pem")))
                line.login(USER, PASSWORD)
                line.sendmail(sender, [recipient], message)

        def wait_for(count, **query):
            for _ in tries():
                found = desk.queue(agent)
                if len(found) == count and all(found[0][key] == value for key, value in query.items()):
                    return found
            raise AssertionError(str(found) + (exim.folder / "mainlog").read_text()[-3000:])

        send(mail("Grace <grace@example.org>"), "grace@example.org", HELP)
        (request,) = wait_for(1)
        status, told, _ = server.ask("POST", f"/api/v1/desk/requests/{request['request']}/answers", {"text": "On Tuesday."},
                                     token=agent)
        self.assertEqual(status, 201, told)
        (letter,) = exim.wait_for(1)
        self.assertIn("On Tuesday.", letter.get_content())
        reply_to = re.search(r"<(.+)>", letter["Reply-To"]).group(1)
        # While nobody listens the mail server keeps it.
        server.stop()
        send(mail("grace@example.org", "Re: Hello", "Fine."), "grace@example.org", reply_to)
        time.sleep(0.5)
        desk.start()
        wait_for(1, state="open")
        self.assertEqual(server.stop(), 0)

    def test_an_answer_that_comes_back_says_so_and_its_address_is_not_written_to(self):
        exim, desk = self.begin()
        server, agent = desk.server, desk.server.token("agent")
        _, cookie = sign_up(server, "gone@example.org")
        status, asked, _ = server.ask("POST", "/api/v1/requests", {"subject": "Hello", "text": SECRET}, cookie=cookie)
        self.assertEqual(status, 201, asked)
        here = "/api/v1/desk/requests/" + asked["request"]

        def answer(text):
            status, told, _ = server.ask("POST", here + "/answers", {"text": text, "state": "solved"}, token=agent)
            self.assertEqual(status, 201, told)
            return told

        def verified():
            return server.ask("GET", "/api/v1/account", cookie=cookie)[1]["address_verified"]

        first = answer("On Tuesday.")
        self.assertEqual((first["message"]["carried"], first["request"]["state"]), ("letter", "solved"))
        for _ in tries():
            opened = server.ask("GET", here, token=agent)[1]
            if opened["messages"][-1]["carried"] == "returned":
                break
        self.assertEqual((opened["messages"][-1]["carried"], opened["state"]), ("returned", "open"), (exim.folder / "mainlog").read_text())
        self.assertIsNotNone(opened["deadline"])
        told = json.loads(server.run("mail", "status", "--json", "--data", server.data).stdout)
        self.assertEqual(told["states"]["returned"]["letters"], 1, told)
        self.assertEqual((told["set_aside"]["mails"], len(desk.queue(agent))), (0, 1))
        # Nobody is there: from now on the answer waits in the portal, until the address is confirmed anew.
        self.assertFalse(verified())
        self.assertEqual(answer("Are you there?")["message"]["carried"], "portal")
        server.tell("delete from account_links returning customer_id")  # that of the sign-up, else the next comes too soon
        self.assertEqual(server.ask("POST", "/api/v1/account/verify/send", {}, cookie=cookie)[0], 202)
        # Later than anything that still comes back, for the link's own letter does, too.
        later = int(time.time() * 1000) + 3_600_000
        server.tell(f"update address_proofs set proved_ms = {later} returning proved_ms")
        self.assertTrue(verified())
        log = (server.folder / "log").read_text()
        self.assertIn('"fate":"returned"', log)
        self.assertNotIn("gone@", log)


class WithoutExim(unittest.TestCase):
    def test_a_report_about_no_letter_of_ours_changes_nothing(self):
        desk = Desk().start()
        self.addCleanup(lambda: desk.server.process.poll() is None and desk.server.stop(signal.SIGKILL))
        agent = desk.server.token("agent")
        desk.hand_in(mail("grace@example.org"))
        (request,) = desk.queue(agent)
        here = "/api/v1/desk/requests/" + request["request"]
        desk.server.ask("POST", here + "/answers", {"text": "On Tuesday."}, token=agent)
        letter = desk.wait_for_letter("Re: Hello")

        def report(message_id, action="failed"):
            return ("From: MAILER-DAEMON@mx.example\r\nTo: portal@sample.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; "
                    "report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nNo.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
                    f"Reporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; x@y\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n--b\r\n"
                    f"Content-Type: text/rfc822-headers\r\n\r\nMessage-ID: {message_id}\r\n\r\n--b--\r\n")

        def carried():
            return desk.server.ask("GET", here, token=agent)[1]["messages"][-1]["carried"]

        for message in (report("<0@portal.example>"), report("<first@sender.example>"), report(letter["Message-ID"], "delayed")):
            self.assertEqual(desk.hand_in(message, ""), {})
            self.assertEqual(carried(), "letter")
        for _ in range(2):
            self.assertEqual(desk.hand_in(report(letter["Message-ID"]), ""), {})
            self.assertEqual(carried(), "returned")
        self.assertEqual(len(desk.queue(agent)), 1)

    def test_mail_between_two_houses_of_ours_ends(self):
        """What one writes the other takes; neither answers by itself, and reports go in no circle."""
        one, other = Desk(AVOW_MAIL_DESK="help@one.example", AVOW_MAIL_FROM="help@one.example"), \
            Desk(AVOW_MAIL_DESK="help@other.example", AVOW_MAIL_FROM="help@other.example")
        for desk in (one, other):
            desk.start()
            self.addCleanup(lambda desk=desk: desk.server.process.poll() is None and desk.server.stop(signal.SIGKILL))
        one.hand_in(mail("help@other.example").replace(HELP, "help@one.example"), "help@other.example", ("help@one.example",))
        seen = {one: 0, other: 0}
        for turn in range(3):
            writer, reader = (one, other) if turn % 2 == 0 else (other, one)
            agent = writer.server.token("agent")
            request = writer.queue(agent)[0]
            writer.server.ask("POST", f"/api/v1/desk/requests/{request['request']}/answers", {"text": f"turn {turn}"}, token=agent)
            for _ in tries():
                if len(writer.letters()) > seen[writer]:
                    break
            seen[writer] += 1
            letter = writer.letters()[-1] if len(writer.letters()) == 1 else \
                [one for one in writer.letters() if f"turn {turn}" in one.get_content()][0]
            to = re.search(r"<(.+)>|(\S+)", letter["To"])
            self.assertEqual(reader.hand_in(letter.as_bytes(policy=letter.policy.clone(linesep="\r\n")), "help@" + ("one.example" if writer is one else "other.example"),
                                            (to.group(1) or to.group(2),)), {})
        time.sleep(2)
        self.assertEqual([(len(desk.letters()), len(desk.queue(desk.server.token("agent")))) for desk in (one, other)], [(2, 1), (1, 1)])


if __name__ == "__main__":
    unittest.main()
