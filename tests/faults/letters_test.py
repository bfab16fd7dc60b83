# SPDX-License-Identifier: Apache-2.0
"""kill -9 at every step of a letter's way to a real mail server: after a restart each has arrived, and copies of
one letter carry one Message-ID."""
import collections
import os
import random
import signal
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../system"))
from avow_server import Server  # noqa: E402
from exim import Exim  # noqa: E402
from forgetting import needs_faults  # noqa: E402
from mail_test import sign_up, wait_for_states, write_letters  # noqa: E402
from patience import PATIENCE  # noqa: E402

SEED = int(os.environ.get("AVOW_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 30)
KILLS = int(os.environ.get("AVOW_KILLS", "8"))
LETTERS = 3
# Before its content has gone out whole nobody has the letter; after that the same one may come twice.
ONCE = ("gate.letter_half_written", "letters.opened", "smtp.content_almost_sent", "letters.settled")
MAYBE_TWICE = ("smtp.content_sent", "letters.sent")


class Letters(unittest.TestCase):
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

    def make(self, count):
        server = Server().start()
        self.addCleanup(lambda: server.process.poll() is None and server.stop(signal.SIGKILL))
        customer, cookie = sign_up(server)
        server.stop()
        write_letters(server, customer, count=count)
        return server, customer, cookie

    def check(self, server, customer, cookie, count):
        """How often each came, by Message-ID."""
        wait_for_states(server, {"sent": count})
        came = collections.Counter(message["Message-ID"] for message in self.exim.wait_for(count))
        self.assertEqual(len(came), count)
        links = {message.get_content().split("#")[1].split()[0] for message in self.exim.messages()}
        self.assertEqual(len(links), count, "each is the letter that was written")
        _, told, _ = server.ask("GET", f"/api/v1/customers/{customer}/uses?limit=200", cookie=cookie)
        self.assertEqual(len([one for one in told["items"] if one["kind"] == "messaged"]), count)
        server.stop()
        verified = server.verify()
        self.assertEqual(verified.returncode, 0, verified.stderr)
        return came

    @needs_faults
    def test_killed_at_any_step_each_letter_arrives_under_one_id(self):
        for point in ONCE + MAYBE_TWICE:
            with self.subTest(point):
                self.setUp()
                server, customer, cookie = self.make(LETTERS)
                server.start({**self.exim.settings(), "AVOW_FAULT_AT": point + ":2"}, expect_ready=None)
                server.process.wait(timeout=PATIENCE)
                self.assertEqual(server.process.returncode, -signal.SIGKILL)
                server.process.stdout.close()
                server.start(self.exim.settings())
                came = self.check(server, customer, cookie, LETTERS)
                if point in ONCE:
                    self.assertEqual(set(came.values()), {1}, came)
                else:
                    self.assertLessEqual(sum(came.values()), LETTERS + 1)

    @needs_faults
    def test_an_act_killed_while_it_writes_leaves_no_letter(self):
        server, customer, _ = self.make(1)
        self.assertEqual(write_letters(server, customer, environment={"AVOW_FAULT_AT": "letters.written"}), -signal.SIGKILL)
        self.assertEqual(server.tell("select count(*) from letters"), "1")

    def test_killed_at_any_moment_nothing_is_lost(self):
        print(f"seed {SEED}, {KILLS} kills", file=sys.stderr)
        dice = random.Random(SEED)
        server, customer, cookie = self.make(30)
        for _ in range(KILLS):
            server.start(self.exim.settings())
            time.sleep(dice.uniform(0.0, 0.15))
            server.stop(signal.SIGKILL)
        server.start(self.exim.settings())
        came = self.check(server, customer, cookie, 30)
        self.assertLessEqual(sum(came.values()), 30 + KILLS)


if __name__ == "__main__":
    unittest.main()
