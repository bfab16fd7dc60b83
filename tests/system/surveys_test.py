# SPDX-License-Identifier: Apache-2.0
"""Surveys with the real program: made, answered by name, by a code and as nobody, counted, read, taken back; what
comes late, twice, of an old version, too large or with questions that nobody asked."""
import json
import signal
import unittest

from avow_server import SURVEYS, Server, write_policy
from mail_test import sign_up

SECRET = "zyxmarker is my dentist"
VISIT = {
    "title": {"default": "Your visit", "de": "Ihr Besuch"},
    "elements": [
        {"type": "rating", "name": "nps", "rateMin": 0, "rateMax": 10, "isRequired": True},
        {"type": "radiogroup", "name": "plan", "choices": ["free", "paid"], "showOtherItem": True},
        {"type": "comment", "name": "why", "visibleIf": "{nps} <= 6"}]}


class Surveys(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        write_policy(cls.server.folder / "policy", SURVEYS)
        cls.server.start()
        cls.addClassCleanup(lambda: cls.server.process.poll() is None and cls.server.stop(signal.SIGKILL))
        cls.researcher = cls.server.token("researcher")
        cls.people = 0

    def ask(self, method, path, body=None, expect=200, **who):
        status, told, _ = self.server.ask(method, "/api/v1" + path, body, **who)
        self.assertEqual(status, expect, told)
        return told

    def customer(self):
        type(self).people += 1
        return sign_up(self.server, f"c{self.people}@example.com")[1]

    def make(self, mode="named", purposes=("insight",), definition=None):
        made = self.ask("POST", "/surveys", {"name": "Visit", "mode": mode, "purposes": list(purposes),
                                             "definition": definition or VISIT}, 201, token=self.researcher)
        self.ask("PUT", f"/surveys/{made['survey']}/state", {"state": "open"}, token=self.researcher)
        return made["survey"]

    def answer(self, survey, cookie, answers, expect=201, **more):
        return self.ask("POST", f"/account/surveys/{survey}/answer",
                        {"version": 1, "policy_version": "1", "answers": answers, **more}, expect, cookie=cookie)

    def results(self, survey, query="", purpose="insight"):
        return self.ask("GET", f"/surveys/{survey}/results?purpose={purpose}{query}", token=self.researcher)

    def test_a_definition_that_the_server_cannot_check_is_refused_at_its_place(self):
        told = self.ask("POST", "/surveys", {
            "name": "x", "purposes": ["insight", "service"],
            "definition": {"elements": [{"type": "file", "name": "f"}, {"type": "text", "name": "t", "enableIf": "{f} empty"}]}},
            422, token=self.researcher)
        self.assertEqual([one["pointer"] for one in told["errors"]], ["/purposes/1"])
        told = self.ask("POST", "/surveys", {
            "name": "x", "purposes": ["insight"],
            "definition": {"elements": [{"type": "file", "name": "f"}, {"type": "text", "name": "t", "enableIf": "{f} empty"}]}},
            422, token=self.researcher)
        self.assertEqual([one["pointer"] for one in told["errors"]],
                         ["/definition/elements/0/type", "/definition/elements/1/enableIf"])

    def test_only_researchers_make_and_read_them(self):
        survey = self.make()
        agent = self.server.token("agent")
        for method, path in (("GET", "/surveys"), ("POST", "/surveys"), ("GET", f"/surveys/{survey}"),
                             ("PUT", f"/surveys/{survey}/state"), ("GET", f"/surveys/{survey}/results?purpose=insight"),
                             ("GET", f"/surveys/{survey}/answers?purpose=insight"),
                             ("GET", f"/surveys/{survey}/answers.csv?purpose=insight")):
            body = {} if method != "GET" else None
            self.ask(method, path, body, 403, token=agent)
            self.ask(method, path, body, 401)

    def test_from_the_draft_to_the_result_and_back(self):
        survey = self.make()
        cookies = [self.customer() for _ in range(6)]
        waiting = self.ask("GET", "/account/surveys?lang=de", cookie=cookies[0])["waiting"]
        self.assertIn(survey, [one["survey"] for one in waiting])
        form = self.ask("GET", f"/account/surveys/{survey}", cookie=cookies[0])
        self.assertEqual(form["definition"]["clearInvisibleValues"], "onHidden")
        self.ask("PUT", f"/account/surveys/{survey}/draft", {"version": 1, "answers": {"nps": 3}, "page": 0}, 204,
                 cookie=cookies[0])
        own = self.ask("GET", f"/account/surveys/{survey}", cookie=cookies[0])["answer"]
        self.assertEqual(own["content"], {"answers": {"nps": 3}, "page": 0})
        for nps, cookie in enumerate(cookies, 5):
            self.answer(survey, cookie, {"nps": nps, "plan": "paid", "why": SECRET})
        told = self.results(survey, "&rows=plan&columns=nps")
        self.assertEqual(told["answers"], 6)
        nps = told["questions"][0]
        self.assertEqual((nps["measure"], nps["estimate"]["value"]), ("nps", 0))  # 5 6 | 7 8 | 9 10
        self.assertLess(nps["estimate"]["low"], 0)
        self.assertEqual(told["cross"]["cells"][1][5], None)  # one alone is not told
        answered = self.ask("GET", "/account/surveys", cookie=cookies[0])["answered"]
        self.assertEqual([one["survey"] for one in answered], [survey])
        own = self.ask("GET", f"/account/surveys/{survey}", cookie=cookies[0])["answer"]
        self.assertEqual(own["content"]["answers"], {"nps": 5, "plan": "paid", "why": SECRET})

        # The customer finds it where everything is, and who read it.
        page = self.ask("GET", f"/surveys/{survey}/answers?purpose=insight&limit=4", token=self.researcher)
        rest = self.ask("GET", f"/surveys/{survey}/answers?purpose=insight&cursor={page['next']}", token=self.researcher)
        read = page["items"] + rest["items"]
        self.assertEqual(len(read), 6)
        self.assertEqual(sum("why" in one["answers"] for one in read), 2)
        me = self.ask("GET", "/account", cookie=cookies[0])["customer"]
        self.assertIn(SECRET, json.dumps(self.ask("GET", f"/customers/{me}/collections", cookie=cookies[0])))
        uses = self.ask("GET", f"/customers/{me}/uses?kind=use", cookie=cookies[0])["items"]
        self.assertEqual([one["purpose"] for one in uses], ["insight"])

        line = self.server.connection()
        line.request("GET", f"/api/v1/surveys/{survey}/answers.csv?purpose=insight",
                     headers={"Authorization": "Bearer " + self.researcher})
        self.addCleanup(line.close)
        table = line.getresponse().read().decode("utf-8-sig").splitlines()
        self.assertEqual(table[0], '"day","version","nps","plan","plan-Comment","why"')
        self.assertEqual(len(table), 7)

        # Taken back: in no result, and nowhere else.
        self.ask("DELETE", f"/account/surveys/{survey}/answer", None, 204, cookie=cookies[0])
        self.assertEqual(self.results(survey)["answers"], 5)
        self.assertNotIn(SECRET, json.dumps(self.ask("GET", f"/customers/{me}/collections", cookie=cookies[0])))
        # A mind that changed, by the permissions page.
        other = self.ask("GET", "/account", cookie=cookies[1])["customer"]
        self.ask("PUT", f"/customers/{other}/permissions/insight", {"granted": False}, cookie=cookies[1])
        self.assertEqual(self.results(survey)["answers"], 4)
        self.assertEqual(self.results(survey)["questions"], [])

    def test_what_comes_late_twice_stale_large_or_unasked(self):
        survey = self.make()
        cookie = self.customer()
        self.answer(survey, cookie, {"nps": 1, "shoe": 46}, 422)
        told = self.answer(survey, cookie, {"nps": 11}, 422)
        self.assertEqual(told["errors"][0]["pointer"], "/answers/nps")
        line = self.server.connection()  # the answer comes before the five megabytes are sent
        line.putrequest("POST", f"/api/v1/account/surveys/{survey}/answer")
        for name, value in (("Content-Type", "application/json"), ("Content-Length", "5000000"), ("Cookie", cookie),
                            ("Sec-Fetch-Site", "same-origin")):
            line.putheader(name, value)
        line.endheaders()
        self.assertEqual(line.getresponse().status, 413)
        line.close()
        self.answer(survey, cookie, {"nps": 1, "why": "x" * 400_000}, 413)
        self.answer(survey, cookie, {"nps": 1, "why": "x" * 20_000}, 422)
        self.answer(survey, cookie, {"nps": 1}, 409, policy_version="0")
        self.answer(survey, cookie, {"nps": 1}, 409, version=2)
        self.answer(survey, cookie, {"nps": 1})
        self.assertIn("already", self.answer(survey, cookie, {"nps": 2}, 409)["detail"])
        revised = self.ask("PUT", f"/surveys/{survey}", {"name": "Visit", "version": 1, "definition": VISIT},
                           token=self.researcher)
        self.assertEqual([one["version"] for one in revised["versions"]], [1, 2])
        self.ask("PUT", f"/surveys/{survey}", {"name": "Visit", "version": 1, "definition": VISIT}, 409,
                 token=self.researcher)
        late = self.customer()
        self.assertIn("version 2", self.answer(survey, late, {"nps": 1}, 409)["detail"])
        self.ask("PUT", f"/surveys/{survey}/state", {"state": "closed"}, token=self.researcher)
        self.assertIn("closed", self.answer(survey, late, {"nps": 1}, 409, version=2)["detail"])
        self.ask("GET", f"/account/surveys/{survey}", None, 404, cookie=late)
        self.assertEqual(self.ask("GET", f"/account/surveys/{survey}", cookie=cookie)["answer"]["state"], "answered")

    def public(self, survey, answers, ticket, expect=201, **more):
        return self.ask("POST", f"/public/surveys/{survey}/answers",
                        {"version": 1, "policy_version": "1", "answers": answers, "ticket": ticket, **more}, expect)

    def test_a_visitor_takes_the_answer_back_by_the_code(self):
        survey = self.make("pseudonymous", ("study",))
        self.ask("GET", f"/account/surveys/{survey}", None, 404, cookie=self.customer())
        form = self.ask("GET", f"/public/surveys/{survey}")
        self.assertTrue(form["purposes"][0]["permission"])
        told = self.public(survey, {"nps": 2}, "ticket-0123456789", 422)
        self.assertEqual(told["errors"][0]["pointer"], "/permissions/study")
        code = self.public(survey, {"nps": 2}, "ticket-0123456789", permissions={"study": True})["code"]
        self.public(survey, {"nps": 2}, "ticket-0123456789", 409, permissions={"study": True})
        self.assertEqual(self.results(survey, purpose="study")["answers"], 1)
        self.ask("POST", "/public/surveys/withdrawals", {"code": "nothing"}, 404)
        self.ask("POST", "/public/surveys/withdrawals", {"code": code.lower().replace("-", " ")}, 204)
        self.assertEqual(self.results(survey, purpose="study")["answers"], 0)
        self.ask("POST", "/public/surveys/withdrawals", {"code": code}, 404)

    def test_an_anonymous_answer_is_nobodys(self):
        survey = self.make("anonymous")
        for i in range(5):
            self.assertIsNone(self.public(survey, {"nps": 4, "why": SECRET}, f"ticket-of-browser-{i}")["code"])
        self.public(survey, {"nps": 4}, "ticket-of-browser-0", 409)
        self.assertEqual(self.results(survey)["questions"][0]["estimate"]["value"], -100)
        read = self.ask("GET", f"/surveys/{survey}/answers?purpose=insight", token=self.researcher)["items"]
        self.assertEqual({one["answers"]["why"] for one in read}, {SECRET})
        self.assertTrue(all(len(one["day"]) == 10 for one in read))

    def test_one_network_sends_only_so_much_in_a_minute(self):
        server = Server()
        write_policy(server.folder / "policy", SURVEYS)
        server.start({"AVOW_FORMS_PER_MINUTE": "3"})
        self.addCleanup(lambda: server.process.poll() is None and server.stop(signal.SIGKILL))
        path = "/api/v1/public/surveys/srv_00000000000000000000000000/answers"
        told = [server.ask("POST", path, {}) for _ in range(8)]  # over the end of one minute, six may be let through
        self.assertNotIn(429, [status for status, _, _ in told[:3]])
        status, problem, headers = told[-1]
        self.assertEqual(status, 429, problem)
        self.assertTrue(0 < int(headers["Retry-After"]) <= 60, headers["Retry-After"])
        self.assertEqual(server.ask("POST", "/api/v1/public/surveys/withdrawals", {"code": "x"})[0], 429)
        # Who signs in is not counted with them, and reading is not.
        self.assertEqual(server.ask("GET", path.removesuffix("/answers"))[0], 404)
        self.assertNotIn("127.0.0.1", (server.folder / "log").read_text().replace("127.0.0.1:", ""))

    def test_nobody_is_asked_twice_in_a_short_time(self):
        for survey in self.ask("GET", "/surveys", token=self.researcher)["items"]:
            if survey["state"] == "open":
                self.ask("PUT", f"/surveys/{survey['survey']}/state", {"state": "closed"}, token=self.researcher)
        first, second = self.make(), self.make()
        cookie = self.customer()
        waiting = lambda: [one["survey"] for one in self.ask("GET", "/account/surveys", cookie=cookie)["waiting"]]
        self.assertEqual(waiting(), [first])
        self.ask("POST", f"/account/surveys/{first}/decline", {}, 204, cookie=cookie)
        self.assertEqual(waiting(), [])
        self.answer(second, cookie, {"nps": 3})  # by a link of their own they still may


if __name__ == "__main__":
    unittest.main(verbosity=2)
