# SPDX-License-Identifier: Apache-2.0
"""The mailing list with the real program: by the page as a browser without JavaScript, by the API, from another site's
form, and with the server killed between the letter and the link."""
import html
import signal
import unittest
import urllib.parse

from avow_server import LIST, PROMISES, Server, write_policy
from patience import tries

ADA = "ada@example.org"
WITH_LIST = PROMISES + LIST


class MailingList(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        write_policy(self.server.folder / "policy", WITH_LIST)
        self.settings = {"AVOW_MAIL_FOLDER": str(self.server.folder / "mail")}
        self.server.start(self.settings)
        self.addCleanup(lambda: self.server.stop(signal.SIGKILL))
        self.intake = self.server.token("intake")
        self.marketer = self.server.token("marketer")

    def submit(self, path, fields, **headers):
        status, body, sent = self.server.ask(
            "POST", path, urllib.parse.urlencode(fields, doseq=True),
            headers={"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html", **headers})
        return status, html.unescape(body.decode()) if isinstance(body, bytes) else body, sent

    def form(self, **changed):
        return {"email": ADA, "name": "Ada", "topic": "offers", "policy_version": "1", **changed}

    def uses(self):
        """What a marketer may do with the address; None when nobody has it."""
        status, told, _ = self.server.ask("POST", "/api/v1/uses", {
            "lookup": {"email": ADA}, "fields": ["email"], "purpose": "offers"}, self.marketer)
        return told["fields"]["email"] if status == 200 else None

    def link(self):
        return self.server.mailed_link(ADA, "/list/confirm")

    def test_joining_and_leaving_without_javascript(self):
        status, page, _ = self.server.ask("GET", "/list", headers={"Accept": "text/html"})
        self.assertEqual(status, 200)
        page = html.unescape(page.decode())
        self.assertIn('name="policy_version" value="1"', page)
        self.assertIn('value="offers"', page)
        status, page, sent = self.submit("/list", self.form())
        self.assertEqual(status, 202, page)
        self.assertIsNone(sent["Set-Cookie"])
        self.assertIsNone(self.uses())
        link = self.link()
        # A mail scanner opens links, and does nothing by it.
        self.assertEqual(self.server.ask("GET", "/list/confirm")[0], 200)
        self.assertIsNone(self.uses())
        status, page, _ = self.submit("/list/confirm", {"link": "https://localhost/list/confirm#" + link})
        self.assertEqual(status, 200, page)
        self.assertEqual(self.uses()["because"], "permission_given")

        self.assertEqual(self.submit("/list/leave", {"email": ADA})[0], 202)
        self.assertEqual(self.uses()["because"], "permission_given")
        for _ in tries():  # the letter to leave is the newest as soon as it is there
            leaving = self.link()
            if leaving != link:
                break
        self.assertEqual(self.submit("/list/confirm", {"link": leaving})[0], 200)
        # What was held for the list alone is over with the last yes.
        self.assertEqual(self.uses()["because"], "retention_over")
        self.assertEqual(self.server.verify_url().returncode, 0)

    def test_a_wrong_form_comes_back_filled_in_with_each_mistake_at_its_field(self):
        status, page, _ = self.submit("/list", self.form(email="\"><b>no", topic=[]))
        self.assertEqual(status, 422)
        self.assertIn('aria-describedby="wrong-email"', page)
        self.assertIn('aria-describedby="wrong-topics"', page)
        self.assertIn('name="name" type="text" autocomplete="name" dir="auto" maxlength="60" value="Ada"', page)
        status, raw, _ = self.server.ask("POST", "/list", urllib.parse.urlencode(self.form(email="\"><b>no")), headers={
            "Content-Type": "application/x-www-form-urlencoded"})
        self.assertNotIn(b"<b>no", raw)

    def test_a_form_of_another_site_leads_to_ours_and_keeps_nothing_by_itself(self):
        elsewhere = {"Origin": "https://shop.example", "Sec-Fetch-Site": "cross-site"}
        status, page, _ = self.submit("/list", {"email": ADA, "topic": "offers"}, **elsewhere)
        self.assertEqual(status, 200)
        self.assertIn(f'value="{ADA}"', page)
        self.assertRegex(page, r'value="offers" checked')
        self.assertEqual(self.server.tell("select count(*) from list_askings"), "0")
        # With the version that was read it asks at once; confirming is for our own page alone.
        self.assertEqual(self.submit("/list", self.form(), **elsewhere)[0], 202)
        self.assertEqual(self.submit("/list/confirm", {"link": self.link()}, **elsewhere)[0], 403)

    def test_a_text_that_changed_meanwhile_is_read_before_anything_is_sent(self):
        status, page, _ = self.submit("/list", self.form(policy_version="0"))
        self.assertEqual(status, 409)
        self.assertIn('role="alert"', page)
        self.assertIn('name="policy_version" value="1"', page)
        self.assertEqual(self.server.tell("select count(*) from letters"), "0")

    def test_a_network_that_sends_too_much_is_told_so_on_a_page_of_ours(self):
        self.server.stop()
        self.server.start({**self.settings, "AVOW_FORMS_PER_MINUTE": "2"})
        told = [self.submit("/list", self.form(email=f"a{i}@example.org")) for i in range(6)]
        status, page, sent = told[-1]
        self.assertEqual((told[0][0], status), (202, 429), page)
        self.assertIn("<main", page)
        self.assertTrue(0 < int(sent["Retry-After"]) <= 60)
        self.assertEqual(self.submit("/list/leave", {"email": ADA})[0], 429)
        status, problem, sent = self.server.ask("POST", "/api/v1/list/leave", {"email": ADA})
        self.assertEqual((status, problem["status"]), (429, 429))
        self.assertEqual(self.server.ask("GET", "/list", headers={"Accept": "text/html"})[0], 200)

    def test_who_is_known_is_answered_like_anybody(self):
        told = {}
        for known in (False, True):
            if known:
                self.assertEqual(self.server.ask("POST", "/api/v1/collections", {
                    "channel": "portal", "fields": {"email": ADA}}, self.intake)[0], 201)
            for path, fields in (("/list", self.form()), ("/list/leave", {"email": ADA})):
                told.setdefault(path, []).append(self.submit(path, fields)[:2])
        for answers in told.values():
            self.assertEqual(answers[0], answers[1])

    def test_programs_ask_by_json(self):
        status, offer, _ = self.server.ask("GET", "/api/v1/list")
        self.assertEqual(status, 200)
        self.assertEqual([topic["purpose"] for topic in offer["topics"]], ["offers"])
        asked = {"email": ADA, "topics": ["offers"], "policy_version": offer["policy_version"]}
        status, told, _ = self.server.ask("POST", "/api/v1/list", {**asked, "topics": ["service"]})
        self.assertEqual((status, told["errors"][0]["pointer"]), (422, "/topics/0"))
        self.assertEqual(self.server.ask("POST", "/api/v1/list", asked)[0], 202)
        link = self.link()
        status, told, _ = self.server.ask("POST", "/api/v1/list/confirm", {"link": link})
        self.assertEqual((status, told), (200, {"joined": True, "topics": ["offers"]}))
        self.assertEqual(self.server.ask("POST", "/api/v1/list/confirm", {"link": link})[1],
                         {"joined": True, "topics": []})
        self.assertEqual(self.server.ask("POST", "/api/v1/list/confirm", {"link": "no"})[0], 404)

    def test_a_marketer_sees_how_many_may_be_written_to_and_why_not_the_others(self):
        for number, permissions in enumerate([{}, {}, {"offers": True}]):
            self.assertEqual(self.server.ask("POST", "/api/v1/collections", {
                "channel": "portal", "fields": {"email": f"n{number}@example.org"}, "permissions": permissions},
                self.intake)[0], 201)
        self.assertEqual(self.submit("/list", self.form())[0], 202)
        self.assertEqual(self.submit("/list/confirm", {"link": self.link()})[0], 200)
        ask = lambda body, token: self.server.ask("POST", "/api/v1/audiences", body, token)
        self.assertEqual(ask({"purpose": "offers"}, self.marketer)[1], {
            "purpose": "offers", "reachable": 1, "excluded": {"no_permission": 2, "unconfirmed": 1}})
        self.assertEqual(ask({"purpose": "service"}, self.marketer)[1]["excluded"], {"role": 4})
        status, told, _ = ask({"purpose": "nothing"}, self.marketer)
        self.assertEqual((status, told["errors"][0]["pointer"]), (422, "/purpose"))
        self.assertEqual(ask({"purpose": "offers"}, self.intake)[0], 403)
        self.assertEqual(ask({"purpose": "offers"}, None)[0], 401)

    def test_a_link_outlives_a_killed_server(self):
        self.assertEqual(self.submit("/list", self.form())[0], 202)
        link = self.link()
        self.server.stop(signal.SIGKILL)
        self.server.start(self.settings)
        self.assertEqual(self.submit("/list/confirm", {"link": link})[0], 200)
        self.assertEqual(self.uses()["because"], "permission_given")
        self.server.stop(signal.SIGKILL)
        self.server.start(self.settings)
        self.assertEqual(self.uses()["because"], "permission_given")
        self.server.stop()
        verified = self.server.verify()
        self.assertEqual(verified.returncode, 0, verified.stderr)
        self.server.start(self.settings)

    def test_no_address_stands_in_any_log_or_file_of_ours(self):
        self.assertEqual(self.submit("/list", self.form())[0], 202)
        self.link()
        self.server.stop()
        for file in [self.server.folder / "log", *self.server.data.rglob("*")]:
            if file.is_file():
                self.assertNotIn(ADA.encode(), file.read_bytes(), file)
        self.server.start(self.settings)

    def test_a_policy_without_a_list_has_no_page(self):
        server = Server()
        write_policy(server.folder / "policy", PROMISES)
        server.start()
        self.addCleanup(lambda: server.stop(signal.SIGKILL))
        for path in ("/list", "/api/v1/list"):
            self.assertEqual(server.ask("GET", path)[0], 404)
        self.assertNotIn(b"/list", server.ask("GET", "/")[1])


if __name__ == "__main__":
    unittest.main()
