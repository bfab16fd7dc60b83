# SPDX-License-Identifier: Apache-2.0
"""kill -9 around the commit of a merge and of a split: afterwards it was done whole, or not at all."""
import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../system"))
from forgetting import needs_faults  # noqa: E402
from patience import PATIENCE  # noqa: E402
from requests_test import Desk, mail  # noqa: E402


class Moving(unittest.TestCase):
    @needs_faults
    def test_killed_at_any_step_a_merge_and_a_split_are_whole_or_nothing(self):
        for act in ("merge", "split"):
            for point, done in (("desk.half_moved", False), ("desk.moved", True)):
                with self.subTest(act=act, point=point):
                    self.kill(act, point, done)

    def kill(self, act, point, done):
        desk = Desk().start()
        server = desk.server
        self.addCleanup(lambda: server.process.poll() is None and server.stop(signal.SIGKILL))
        agent = server.token("agent")
        for number in (1, 2):
            desk.hand_in(mail("grace@example.org", f"Hello {number}", str(number), f"{number}@sender.example",
                              more="In-Reply-To: <1@sender.example>\r\n" if act == "split" and number == 2 else ""))
        found = desk.queue(agent)
        here = "/api/v1/desk/requests/" + found[0]["request"]
        body = {"into": found[-1]["request"]}
        if act == "split":
            body = {"message": server.ask("GET", here, token=agent)[1]["messages"][1]["message"]}
        server.stop()
        desk.start(AVOW_FAULT_AT=point)
        with self.assertRaises(OSError):
            server.ask("POST", f"{here}/{act}", body, token=agent)
        self.assertEqual(server.process.wait(timeout=PATIENCE), -signal.SIGKILL)
        server.process.stdout.close()
        desk.start()
        now = desk.queue(agent)
        closed = [one for one in now if one["merged_into"]]
        self.assertEqual((len(now), len(closed)), (2, int(done)) if act == "merge" else (1 + int(done), 0))
        self.assertEqual(server.tell("select count(*) from request_messages"), "2")
        # An entry is there for what was done, and for nothing else; and mails find the one that has their message.
        uses = server.ask("GET", f"/api/v1/customers/{found[0]['customer']}/uses?kind=reading", token=server.token("officer"))[1]
        self.assertEqual(len([use for use in uses["items"] if act in use.get("reason", "")]), int(done))
        stray = server.tell("select count(*) from mail_threads t where not exists (select 1 from request_messages m where "
                            "m.customer_id = t.customer_id and m.request_id = t.request_id and m.message_id = t.message_id)")
        self.assertEqual(stray, "0")
        server.stop()
        self.assertEqual(server.verify().returncode, 0)


if __name__ == "__main__":
    unittest.main()
