# SPDX-License-Identifier: Apache-2.0
"""The server dies while an answer comes in, while one is taken back, and while a customer is invited to one: after a
start it is there once, or nowhere."""
import http.client
import os
import signal
import unittest

from avow_server import SURVEYS, Server, write_policy
from mail_test import sign_up
from patience import PATIENCE
from satisfaction_test import INVITING

VISIT = {"elements": [{"type": "rating", "name": "nps", "rateMin": 0, "rateMax": 10}]}


@unittest.skipUnless(os.environ.get("AVOW_FAULTS") == "1", "this build has no fault points")
class Killed(unittest.TestCase):
    def begin(self, point, promises=SURVEYS, purposes=("insight",)):
        self.server = Server()
        write_policy(self.server.folder / "policy", promises)
        self.server.start({"AVOW_FAULT_AT": point})
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))
        self.token = self.server.token("researcher")
        self.customer, self.cookie = sign_up(self.server)
        self.survey = self.ask("POST", "/surveys", {"name": "Visit", "purposes": purposes, "definition": VISIT})["survey"]
        self.ask("PUT", f"/surveys/{self.survey}/state", {"state": "open"})

    def ask(self, method, path, body=None):
        status, told, _ = self.server.ask(method, "/api/v1" + path, body, token=self.token)
        self.assertLess(status, 300, told)
        return told

    def own(self, method, body=None):
        return self.server.ask(method, f"/api/v1/account/surveys/{self.survey}/answer", body, cookie=self.cookie)[0]

    def die(self, act):
        with self.assertRaises((OSError, http.client.HTTPException)):
            act()
        self.assertEqual(self.server.process.wait(timeout=PATIENCE), -signal.SIGKILL)
        self.server.process.stdout.close()
        self.server.start()

    def counted(self):
        return self.ask("GET", f"/surveys/{self.survey}/results?purpose=insight")["answers"]

    def held(self):
        told = self.server.ask("GET", f"/api/v1/customers/{self.customer}/collections", cookie=self.cookie)[1]
        return sum(one["channel"] == "survey" for one in told["items"])

    def test_while_an_answer_comes_in(self):
        self.begin("survey.half_written")
        reply = {"version": 1, "policy_version": "1", "answers": {"nps": 9}}
        self.die(lambda: self.own("POST", reply))
        self.assertEqual((self.counted(), self.held()), (0, 0))
        self.assertEqual(self.own("POST", reply), 201)
        self.assertEqual((self.counted(), self.held()), (1, 1))

    def test_while_an_answer_is_taken_back(self):
        self.begin("survey.withdrawn")
        self.assertEqual(self.own("POST", {"version": 1, "policy_version": "1", "answers": {"nps": 9}}), 201)
        self.die(lambda: self.own("DELETE"))
        self.assertEqual((self.counted(), self.held()), (0, 0))
        self.server.stop()
        verified = self.server.run("ledger", "verify", "--data", self.server.data)
        self.assertEqual(verified.returncode, 0, verified.stderr)

    def test_while_a_customer_is_invited(self):
        self.begin("survey.invited", INVITING, ("insight", "study"))
        self.ask("PUT", f"/surveys/{self.survey}/after-requests", {"asked": True})
        told = [self.server.ask("PUT", f"/api/v1/customers/{self.customer}/permissions/study", {"granted": True}, cookie=self.cookie),
                self.server.ask("POST", "/api/v1/requests", {"subject": "Pages", "text": "Forty."}, cookie=self.cookie)]
        self.assertEqual([one[0] for one in told], [200, 201], told)
        agent, place = self.server.token("agent"), f"/api/v1/desk/requests/{told[1][1]['request']}"

        def solve():
            return self.server.ask("PUT", place, {"state": "solved"}, token=agent)[0]

        def stands():
            counted = [self.server.tell(f"select count(*) from {rows}") for rows in (
                "survey_invitations", "letters where kind = 'survey_invitation'", "requests where state = 'solved'")]
            return [int(one) for one in counted]

        self.die(solve)
        self.assertEqual(stands(), [0, 0, 0])
        self.assertEqual(solve(), 200)
        self.assertEqual(stands(), [1, 1, 1])


if __name__ == "__main__":
    unittest.main()
