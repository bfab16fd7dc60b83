# SPDX-License-Identifier: Apache-2.0
"""Files that come with mails, with the real program: seen by the desk, saved through the gate, in the export, gone with
what they rest on."""
import email.message
import email.policy
import io
import json
import signal
import time
import unittest
import zipfile

from avow_server import FILES
from patience import tries
from requests_test import HELP, Desk

PDF = b"%PDF-1.7\n" + bytes(range(256)) * 3_000  # three parts of it
SCRIPT = b"<script>alert('zyxmarker')</script>"


def mail_with_files(sender, *files):
    message = email.message.EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = sender, HELP, "An offer"
    message["Message-ID"] = f"<{time.monotonic_ns()}@sender.example>"
    message.set_content("See there.")
    for name, content, kind in files:
        message.add_attachment(content, maintype=kind[0], subtype=kind[1], filename=name)
    return message.as_bytes()


class Attachments(unittest.TestCase):
    def setUp(self):
        self.desk = Desk(FILES).start()
        self.server = self.desk.server
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))
        self.agent = self.server.token("agent")
        files = (("offer.pdf", PDF, ("application", "octet-stream")), ("../..\u202efdp.html", SCRIPT, ("image", "png")))
        self.assertEqual(self.desk.hand_in(mail_with_files("grace@example.org", *files)), {})
        (request,) = self.desk.queue(self.agent)
        self.customer = request["customer"]
        self.here = "/api/v1/desk/requests/" + request["request"]

    def ask(self, method, path, body=None, expect=200, **how):
        status, told, headers = self.server.ask(method, path, body, **how)
        self.assertEqual(status, expect, told)
        return told, headers

    def message(self):
        return self.ask("GET", self.here, token=self.agent)[0]["messages"][0]

    def test_the_desk_sees_what_came_and_saves_it_through_the_gate(self):
        message = self.message()
        self.assertNotIn("attachments_left_out", message)
        self.assertEqual([(one["name"], one["type"], one["bytes"], one["decision"]) for one in message["attachments"]],
                         [("offer.pdf", "application/pdf", len(PDF), "allowed"),
                          ("fdp.html", "text/html", len(SCRIPT), "allowed")])
        place = f"{self.here}/messages/{message['message']}/attachments/"
        told, headers = self.ask("GET", place + "1", token=self.agent)
        self.assertEqual(told, PDF)
        told, headers = self.ask("GET", place + "2", token=self.agent)
        self.assertEqual(told, SCRIPT)
        self.assertEqual((headers["Content-Type"], headers["X-Content-Type-Options"], headers["Content-Disposition"]),
                         ("application/octet-stream", "nosniff", "attachment; filename*=UTF-8''fdp.html"))
        self.ask("GET", place + "3", token=self.agent, expect=404)
        self.ask("GET", place + "x", token=self.agent, expect=404)
        self.ask("GET", place + "1", expect=401)
        self.ask("GET", place + "1", token=self.server.token("marketer"), expect=403)
        self.ask("GET", place + "1", token=self.agent, headers={"Sec-Fetch-Site": "cross-site"}, expect=403)
        uses = self.ask("GET", f"/api/v1/customers/{self.customer}/uses", token=self.server.token("officer"))[0]["items"]
        self.assertEqual(sum("attachment 1 of request" in one.get("reason", "") for one in uses), 1)
        log = (self.server.folder / "log").read_text()
        for word in ("zyxmarker", "offer.pdf"):
            self.assertNotIn(word, log)
        self.server.stop()
        self.assertEqual(self.server.verify().returncode, 0)

    def test_the_export_has_every_file_and_an_erasure_takes_them(self):
        officer, place = self.server.token("officer"), "/api/v1/customers/" + self.customer
        one = self.ask("POST", place + "/exports", token=officer, expect=202)[0]["export"]
        for _ in tries():
            if self.ask("GET", f"{place}/exports/{one}", token=officer)[0]["state"] == "ready":
                break
        archive = zipfile.ZipFile(io.BytesIO(self.ask("GET", f"{place}/exports/{one}/file", token=officer)[0]))
        files = [name for name in archive.namelist() if name.startswith("attachments/")]
        self.assertEqual([name.rsplit("/", 1)[1] for name in files], ["1-offer.pdf", "2-fdp.html"])
        self.assertEqual([archive.read(name) for name in files], [PDF, SCRIPT])
        self.assertIn("offer.pdf, application/pdf", archive.read("csv/values.csv").decode())
        self.ask("DELETE", place + "/fields/attachments", token=officer)
        self.assertNotIn("attachments", self.message())
        self.assertEqual(self.server.tell("select count(*) from request_attachment_parts"), "0")

    def test_a_restart_finds_them_again(self):
        before = json.dumps(self.message()["attachments"])
        self.server.stop(signal.SIGKILL)
        self.desk.start()
        self.assertEqual(json.dumps(self.message()["attachments"]), before)


if __name__ == "__main__":
    unittest.main()
