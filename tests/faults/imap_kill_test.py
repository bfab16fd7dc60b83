# SPDX-License-Identifier: Apache-2.0
"""kill -9 around everything that is done to a mail that is fetched: it is taken once, and moved. One that kills
whoever takes it is moved aside in the end."""
import os
import random
import signal
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../system"))
from dovecot import Dovecot  # noqa: E402
from forgetting import needs_faults  # noqa: E402
from imap_test import desk_that_reads, wait_for_requests  # noqa: E402
from mail_in_test import check_taken_once  # noqa: E402
from patience import PATIENCE  # noqa: E402
from requests_test import mail  # noqa: E402

SEED = int(os.environ.get("AVOW_SEED", "0")) or random.SystemRandom().randrange(1, 1 << 30)
KILLS = int(os.environ.get("AVOW_KILLS", "6"))
MAILS = 40
TRIES = 6  # kTriesMax


class FetchedMail(unittest.TestCase):
    def begin(self):
        mailbox = Dovecot().start()
        self.addCleanup(mailbox.stop)
        desk = desk_that_reads(mailbox)
        self.addCleanup(lambda: desk.server.process and desk.server.process.poll() is None and desk.server.stop(signal.SIGKILL))
        return mailbox, desk

    def die(self, desk, point):
        desk.server.start({**desk.settings, "AVOW_FAULT_AT": point}, expect_ready=None)
        self.assertEqual(desk.server.process.wait(timeout=PATIENCE), -signal.SIGKILL)
        desk.server.process.stdout.close()

    def check(self, desk, count):
        check_taken_once(self, desk, wait_for_requests(desk, desk.server.token("agent"), count), count)

    @needs_faults
    def test_killed_at_any_step_a_mail_is_taken_once_and_moved(self):
        for point in ("fetcher.begun", "desk.half_written", "desk.committed", "fetcher.taken", "fetcher.moved"):
            with self.subTest(point):
                mailbox, desk = self.begin()
                mailbox.deliver(mail("grace@example.org"))
                self.die(desk, point)
                desk.start()
                mailbox.wait_for("Processed", 1)
                self.assertEqual(mailbox.count("INBOX"), 0)
                self.check(desk, 1)

    @needs_faults
    def test_a_mail_that_kills_whoever_takes_it_is_moved_aside_and_the_next_is_taken(self):
        mailbox, desk = self.begin()
        for sender in ("poison@example.org", "grace@example.org"):
            mailbox.deliver(mail(sender))
        for _ in range(1 + TRIES):  # once with the others, then by itself
            self.die(desk, "fetcher.taken")
        self.assertEqual(mailbox.count("INBOX"), 2)
        desk.start()
        mailbox.wait_for("Processed", 1)
        self.assertEqual((mailbox.count("Set aside"), mailbox.count("INBOX")), (1, 0))

    def test_killed_at_any_moment_each_mail_is_there_once(self):
        print(f"seed {SEED}, {KILLS} kills", file=sys.stderr)
        dice = random.Random(SEED)
        mailbox, desk = self.begin()
        for one in range(MAILS // 2):
            mailbox.deliver(mail(f"person{one}@example.org"))
        for kill in range(KILLS):
            desk.start()
            time.sleep(dice.uniform(0.02, 0.5))
            for one in range(kill, MAILS // 2, KILLS):
                mailbox.deliver(mail(f"late{one}@example.org"))
            desk.server.stop(signal.SIGKILL)
        desk.start()
        mailbox.wait_for("Processed", MAILS)
        self.assertEqual((mailbox.count("INBOX"), mailbox.count("Set aside")), (0, 0))
        self.check(desk, MAILS)


if __name__ == "__main__":
    unittest.main()
