# SPDX-License-Identifier: Apache-2.0
"""kill -9 around the commit of a mail that comes in: whoever hands it in again finds it taken once."""
import os
import random
import signal
import smtplib
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../system"))
from forgetting import needs_faults  # noqa: E402
from patience import PATIENCE, tries  # noqa: E402
from requests_test import Desk, mail  # noqa: E402

SEED = int(os.environ.get("AVOW_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 30)
KILLS = int(os.environ.get("AVOW_KILLS", "6"))
MAILS = 40


def hand_in_until_taken(desk, message, sender):
    for _ in tries():
        try:
            return desk.hand_in(message, sender)
        except (OSError, smtplib.SMTPException):
            pass
    raise AssertionError("nobody took the mail")


def check_taken_once(test, desk, queue, count):
    """Ends the server, too."""
    test.assertEqual(len(queue), count)
    test.assertEqual(len({one["customer"] for one in queue}), count)
    test.assertEqual(desk.server.tell("select count(*) from request_messages"), str(count))
    desk.server.stop()
    verified = desk.server.verify()
    test.assertEqual(verified.returncode, 0, verified.stderr)


class MailIn(unittest.TestCase):
    def check(self, desk, count):
        check_taken_once(self, desk, desk.queue(desk.server.token("agent"), "?limit=200"), count)

    @needs_faults
    def test_killed_at_any_step_a_mail_is_taken_once(self):
        for point in ("desk.half_written", "desk.committed", "mailroom.answer"):
            with self.subTest(point):
                desk = Desk()
                desk.start(AVOW_FAULT_AT=point)
                self.addCleanup(lambda server=desk.server: server.process.poll() is None and server.stop(signal.SIGKILL))
                message = mail("grace@example.org")
                with self.assertRaises((OSError, smtplib.SMTPException)):
                    desk.hand_in(message)
                self.assertEqual(desk.server.process.wait(timeout=PATIENCE), -signal.SIGKILL)
                desk.server.process.stdout.close()
                desk.start()
                for _ in range(2):
                    hand_in_until_taken(desk, message, "grace@example.org")
                self.check(desk, 1)

    def test_killed_at_any_moment_each_mail_is_there_once(self):
        print(f"seed {SEED}, {KILLS} kills", file=sys.stderr)
        dice = random.Random(SEED)
        desk = Desk().start()
        self.addCleanup(lambda: desk.server.process.poll() is None and desk.server.stop(signal.SIGKILL))
        waiting = list(range(MAILS))

        def carry():
            while waiting:
                try:
                    one = waiting.pop()
                except IndexError:
                    return
                sender = f"person{one}@example.org"
                hand_in_until_taken(desk, mail(sender, identity=f"{one}@sender.example"), sender)

        carriers = [threading.Thread(target=carry) for _ in range(3)]
        for carrier in carriers:
            carrier.start()
        for _ in range(KILLS):
            time.sleep(dice.uniform(0.02, 0.25))
            desk.server.stop(signal.SIGKILL)
            desk.start()
        for carrier in carriers:
            carrier.join()
        self.check(desk, MAILS)


if __name__ == "__main__":
    unittest.main()
