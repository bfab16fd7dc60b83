# SPDX-License-Identifier: Apache-2.0
"""Deadlines that are over, with the real program: told by letter to who asked for it, once, without a word of a customer;
and what somebody left when they were disabled becomes nobody's."""
import signal
import time
import unittest

from avow_server import DESK
from employees import EMAIL, Employees
from patience import tries

CUSTOMER = "zyxmarker@example.org"
LAST = "last@example.com"
HOUR = 3_600_000


class Escalation(Employees):
    promises = DESK

    def setUp(self):
        super().setUp()
        self.environment = {"AVOW_MAIL_FOLDER": str(self.server.folder / "mail")}
        self.agent = self.server.token("agent")

    def call(self, subject="zyxmarker", **fields):
        status, told, _ = self.server.ask("POST", "/api/v1/desk/requests", {
            "subject": subject, "text": "zyxmarker", "fields": {"email": CUSTOMER, **fields}}, self.agent)
        self.assertEqual(status, 201, told)
        return told["request"]

    def choose(self, cookie, expect=200, **choice):
        status, told, _ = self.ask("PUT", "/api/v1/desk/overdue-letters", choice, cookie)
        self.assertEqual(status, expect, told)
        return told

    def tell(self, *statements):
        """Of the store, while the server is stopped; it has the first turn of telling when it starts."""
        self.server.stop()
        for one in statements:
            self.server.tell(one)
        self.server.start(self.environment)

    def let_deadlines_pass(self, hours=0):
        """Of all that waits and was not overdue yet: they were over that long ago."""
        self.server.stop()
        now = int(time.time() * 1000)
        self.server.tell(f"update requests set deadline_ms = {now - hours * HOUR} where deadline_ms > {now} returning revision")
        self.server.start(self.environment)

    def let_two_days_pass(self):
        """Since somebody asked for letters."""
        self.tell(f"update overdue_letters set told_until_ms = told_until_ms - {48 * HOUR} returning told_ms")

    def let_an_hour_pass(self):
        """Since the last letters."""
        self.tell(f"update overdue_letters set told_ms = told_ms - {HOUR} returning told_ms")

    def join_last(self):
        """Somebody who is told after all others, by whom it is seen that a turn is over."""
        *_, cookie = self.join("agent", email=LAST)
        self.choose(cookie, requests=True)

    def let_a_turn_pass(self):
        before = len(self.server.letters_to(LAST))
        self.tell("update overdue_letters set told_until_ms = 0, told_ms = 0 where employee = "
                  "(select employee from overdue_letters order by employee desc limit 1) returning told_ms")
        self.wait_until(lambda: len(self.server.letters_to(LAST)) > before)

    def wait_until(self, what):
        self.assertTrue(any(what() for _ in tries()))

    def letters(self, count, to=EMAIL):
        self.wait_until(lambda: len(self.server.letters_to(to)) >= count)
        self.assertEqual(len(self.server.letters_to(to)), count)
        return [one.replace("\r\n", "\n") for one in self.server.letters_to(to)]

    def request(self, request):
        return next(one for one in self.server.ask("GET", "/api/v1/desk/requests?limit=50", token=self.agent)[1]["items"]
                    if one["request"] == request)

    def test_what_is_overdue_is_told_once_in_one_letter_that_names_nobody(self):
        employee, *_, cookie = self.join("agent")
        self.call("first")
        mine = self.call("second")
        self.server.ask("PUT", "/api/v1/desk/requests/" + mine, {"assignee": employee}, self.agent)
        self.assertEqual(self.choose(cookie, requests=True), {"requests": True, "rights": False})
        self.join_last()
        self.let_two_days_pass()
        self.let_deadlines_pass()
        letter, = self.letters(1)
        self.assertIn("Overdue: 2\n", letter)
        self.assertIn("Nobody\u2019s yet: 1\n", letter)
        self.assertIn("/console/desk?show=overdue\n", letter)
        for word in ("zyxmarker", "first", mine, mine[-6:]):
            self.assertNotIn(word, letter)
        self.let_a_turn_pass()
        self.letters(1)
        # One that comes due within the hour waits for its end.
        self.call("third")
        self.let_deadlines_pass()
        self.let_a_turn_pass()
        self.letters(1)
        self.let_an_hour_pass()
        self.assertIn("Overdue: 3\n", "".join(self.letters(2)))
        self.let_an_hour_pass()
        self.let_a_turn_pass()
        self.letters(2)
        self.server.stop()
        self.assertEqual(self.server.verify().returncode, 0)

    def test_a_request_that_was_opened_again_is_told_of_its_new_deadline(self):
        *_, cookie = self.join("agent")
        request = self.call()
        self.choose(cookie, requests=True)
        self.let_two_days_pass()
        self.let_deadlines_pass(hours=1)
        self.letters(1)
        for state in ("solved", "open"):
            self.assertEqual(self.server.ask("PUT", "/api/v1/desk/requests/" + request, {"state": state}, self.agent)[0], 200)
        self.let_deadlines_pass()
        self.let_an_hour_pass()
        self.letters(2)

    def test_an_officer_is_told_of_the_clock_of_law(self):
        *_, officer = self.join("officer")
        *_, agent = self.join("agent", email="alan@example.com")
        self.choose(officer, rights=True)
        self.choose(officer, 403, requests=True)
        self.choose(agent, 403, rights=True)
        request = self.call()
        status, told, _ = self.server.ask("POST", f"/api/v1/desk/requests/{request}/right", {"kind": "access"},
                                          self.server.token("officer"))
        self.assertEqual(status, 201, told)
        self.let_two_days_pass()
        self.tell(f"update rights set deadline_ms = {int(time.time() * 1000)} returning revision")
        letter, = self.letters(1)
        self.assertIn("Overdue: 1\n", letter)
        self.assertIn("/console/desk/rights\n", letter)
        self.assertNotIn("show=overdue", letter)
        self.assertEqual(self.server.letters_to("alan@example.com"), [])

    def test_what_a_disabled_employee_left_becomes_nobodys_and_they_are_not_written_to(self):
        left, *_, cookie = self.join("agent")
        other, *_, here = self.join("agent", email="alan@example.com")
        theirs, his = self.call("a"), self.call("b")
        for request, who in ((theirs, left), (his, other)):
            self.server.ask("PUT", "/api/v1/desk/requests/" + request, {"assignee": who}, self.agent)
        self.choose(cookie, requests=True)
        self.choose(here, requests=True)
        self.assertEqual(self.server.run("staff", "disable", left, "--data", self.server.data).returncode, 0)
        self.let_two_days_pass()
        self.assertEqual(self.request(theirs)["assignee"], left, "it is not overdue yet")
        self.let_deadlines_pass()
        letter, = self.letters(1, "alan@example.com")
        self.assertIn("Nobody\u2019s yet: 1\n", letter)
        released = self.request(theirs)
        self.assertEqual((released["assignee"], released["state"]), (None, "open"))
        self.assertEqual(self.request(his)["assignee"], other)
        self.wait_until(lambda: self.server.tell("select count(*) from overdue_letters") == "1")
        self.assertEqual(self.server.letters_to(EMAIL), [])

    def test_the_moment_can_be_moved_and_who_asked_for_no_letters_gets_none(self):
        self.environment["AVOW_DESK_ESCALATE_AFTER"] = "3"
        self.call("long overdue")
        self.let_deadlines_pass(hours=120)
        *_, cookie = self.join("agent")
        *_, other = self.join("agent", email="alan@example.com")
        self.choose(cookie, requests=True)
        self.choose(other, requests=True)
        self.choose(other, requests=False)
        self.join_last()
        self.let_two_days_pass()
        self.call("late")
        self.let_deadlines_pass(hours=2)
        self.let_a_turn_pass()
        self.letters(0)
        self.environment["AVOW_DESK_ESCALATE_AFTER"] = "1"
        self.tell()  # nothing: a start alone
        self.assertIn("Overdue: 2\n", self.letters(1)[0])
        self.assertEqual(self.server.letters_to("alan@example.com"), [])
        # A day before: told when less than that is left.
        self.environment["AVOW_DESK_ESCALATE_AFTER"] = "-24"
        self.call("another")
        self.let_deadlines_pass(hours=-23)
        self.let_an_hour_pass()
        self.assertIn("Overdue or due soon: 3\n", "".join(self.letters(2)))
        self.server.stop()
        for wrong in ("-49", "721", "soon", ""):
            self.server.start({"AVOW_DESK_ESCALATE_AFTER": wrong}, expect_ready=False)
            self.assertIn("AVOW_DESK_ESCALATE_AFTER: must be a number of hours from -48 to 720",
                          (self.server.folder / "log").read_text().splitlines()[-1])

    def test_killed_while_it_tells_it_tells_once(self):
        *_, cookie = self.join("agent")
        self.call()
        self.choose(cookie, requests=True)
        self.let_two_days_pass()
        self.let_deadlines_pass()
        for _ in range(5):  # at moments that nobody chose
            self.server.stop(signal.SIGKILL)
            self.server.start(self.environment)
        self.wait_until(lambda: self.server.letters_to(EMAIL))
        self.assertEqual(self.server.tell("select count(*) from letters where kind = 'work_overdue'"), "1")


if __name__ == "__main__":
    unittest.main()
