# SPDX-License-Identifier: Apache-2.0
"""Requests found by their words, with the real program: by mail and by the portal, after a restart, and nowhere on disk."""
import json
import signal
import unittest

from mail_test import sign_up
from requests_test import Desk, mail

TEXT = "Where is the zyxmarker handbook für Straßburg?"


class DeskSearch(unittest.TestCase):
    def setUp(self):
        self.desk = Desk().start()
        self.server = self.desk.server
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))
        self.agent = self.server.token("agent")

    def ask(self, method, path, body=None, expect=200, **how):
        status, told, _ = self.server.ask(method, path, body, **how)
        self.assertEqual(status, expect, told)
        return told

    def search(self, words, **more):
        return self.ask("POST", "/api/v1/desk/searches", {"words": words, **more}, token=self.agent)

    def test_what_was_written_is_found_after_a_restart_and_its_customer_knows(self):
        customer, cookie = sign_up(self.server, "ada@example.org", confirmed=False)
        asked = self.ask("POST", "/api/v1/requests", {"subject": "A handbook", "text": TEXT}, 201, cookie=cookie)
        self.assertEqual(self.desk.hand_in(mail("grace@example.org", "Handbook", "The qwyjibo letter")), {})
        self.server.stop()
        self.desk.start()
        found = self.search("strassburg ZYXMARKER")
        self.assertEqual([one["request"]["request"] for one in found["items"]], [asked["request"]])
        self.assertEqual((found["items"][0]["subject"], found["items"][0]["excerpt"]), ("A handbook", TEXT))
        self.assertEqual((found["looked_through"], found["withheld"], found["next"]), (2, 0, None))
        self.assertEqual(len(self.search("handbook")["items"]), 2)
        self.assertEqual(self.search("qwyjibo nothing")["items"], [])
        uses = self.ask("GET", f"/api/v1/customers/{customer}/uses", cookie=cookie)["items"]
        self.assertEqual(sum("was found by its words" in one.get("reason", "") for one in uses), 2)
        self.server.stop()
        self.assertEqual(self.server.verify().returncode, 0)
        for file in self.server.folder.rglob("*"):
            if file.is_file() and "mail" not in file.parts and "letters" not in file.parts:
                content = file.read_bytes().lower()
                for word in (b"zyxmarker", b"qwyjibo", "straßburg".encode(), b"strassburg"):
                    self.assertNotIn(word, content, file.name)

    def test_what_is_erased_is_found_no_more(self):
        _, cookie = sign_up(self.server, "ada@example.org", confirmed=False)
        self.ask("POST", "/api/v1/requests", {"subject": "A handbook", "text": TEXT}, 201, cookie=cookie)
        self.assertEqual(len(self.search("zyxmarker")["items"]), 1)
        customer = self.search("zyxmarker")["items"][0]["request"]["customer"]
        self.ask("DELETE", f"/api/v1/customers/{customer}", token=self.server.token("officer"))
        found = self.search("zyxmarker")
        self.assertEqual((found["items"], found["looked_through"]), ([], 0))
        self.assertEqual(self.server.tell("select count(*) from request_terms"), "0")

    def test_who_does_not_work_at_the_desk_finds_nothing(self):
        _, cookie = sign_up(self.server, "ada@example.org", confirmed=False)
        self.ask("POST", "/api/v1/requests", {"subject": "A handbook", "text": TEXT}, 201, cookie=cookie)
        here = "/api/v1/desk/searches"
        self.ask("POST", here, {"words": "zyxmarker"}, 401)
        self.ask("POST", here, {"words": "zyxmarker"}, 403, token=self.server.token("marketer"))
        self.ask("POST", here, {"words": "zyxmarker"}, 403, cookie=cookie)
        for wrong in ({}, {"words": ""}, {"words": " - "}, {"words": "x" * 201}, {"words": "x", "before": "y"}, {"words": 1},
                      {"words": "a b c d e f g h i"}):
            told = self.ask("POST", here, wrong, 422, token=self.agent)
            self.assertNotIn("zyxmarker", json.dumps(told))


if __name__ == "__main__":
    unittest.main()
