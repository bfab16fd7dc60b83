# SPDX-License-Identifier: Apache-2.0
"""Nodes of one shared ledger, each killed at every step of a publication, of a commit and of taking the lease, and
at any moment: every acknowledged entry is in the tree exactly once, and the tree verifies from scratch."""
import os
import random
import subprocess
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../system"))
from patience import PATIENCE, tries  # noqa: E402
import postgres  # noqa: E402

PROGRAM = os.environ["AVOW_LEDGER_NODE"]
SEED = int(os.environ.get("AVOW_SEED", str(random.SystemRandom().randrange(1 << 30))))
POINTS = ("ledger.lease_taken", "ledger.after_tiles", "ledger.before_index", "ledger.after_checkpoint",
          "sql.before_commit", "sql.after_commit")


class Node:
    """Appends until it dies; keeps what it was told."""

    def __init__(self, address, name, fault=None):
        environment = {**os.environ, "AVOW_FAULT_AT": fault or ""}
        self.process = subprocess.Popen([PROGRAM, address, name, "append"], stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL, text=True, env=environment)
        self.tried, self.kept = [], []
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def read(self):
        for line in self.process.stdout:
            if line.endswith("\n"):
                word, entry = line[:-1].split(" ", 1)
                (self.kept if word == "kept" else self.tried).append(entry)

    def is_dead_within(self, seconds):
        try:
            self.process.wait(seconds)
            return True
        except subprocess.TimeoutExpired:
            return False

    def end(self):
        self.process.kill()
        self.process.wait()
        self.reader.join()
        self.process.stdout.close()


class SharedLedger(unittest.TestCase):
    def setUp(self):
        cluster = postgres.shared()
        self.database = cluster.make_database()
        self.address = cluster.address(self.database)
        self.nodes = []

    def node(self, name, fault=None):
        self.nodes.append(Node(self.address, name, fault))
        self.addCleanup(lambda node=self.nodes[-1]: node.process.poll() is None and node.end())
        return self.nodes[-1]

    def check(self):
        for node in self.nodes:
            node.end()
        told = subprocess.run([PROGRAM, self.address, "checker", "check"], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(told.returncode, 0, told.stderr)
        entries = told.stdout.splitlines()
        self.assertEqual(len(entries), len(set(entries)), "an entry is in the tree twice")
        kept = {entry for node in self.nodes for entry in node.kept}
        tried = {entry for node in self.nodes for entry in node.tried}
        self.assertGreater(len(kept), 50)
        self.assertEqual(kept - set(entries), set(), "acknowledged, and not in the tree")
        self.assertEqual(set(entries) - tried, set(), "in the tree, and nobody wrote it")
        self.assertEqual(postgres.shared().tell("select count(*) from ledger_pending", self.database), "0")

    def test_killed_at_every_step_while_another_serves_on(self):
        other = self.node("other")
        for point in POINTS:
            # The victim must hold the lease: whoever has it is stopped for longer than it lasts.
            victim = self.node("victim", f"{point}:{3 if point != 'ledger.lease_taken' else 1}")
            other.end()
            self.assertTrue(victim.is_dead_within(30), f"nobody came to {point}")
            self.assertEqual(victim.process.returncode, -9, point)
            other = self.node("other")
            wanted = len(other.kept) + 10
            for _ in tries():
                if len(other.kept) >= wanted:
                    break
            self.assertGreaterEqual(len(other.kept), wanted, f"nobody served on after {point}")
        self.check()

    def test_killed_at_any_moment(self):
        print(f"seed {SEED}", file=sys.stderr)
        dice = random.Random(SEED)
        running = {name: self.node(name) for name in ("one", "two", "three")}
        for _ in range(12):
            time.sleep(dice.uniform(0.05, 0.8))
            name = dice.choice(list(running))
            running[name].end()
            running[name] = self.node(name)
        self.check()

    def test_a_holder_that_is_stopped_and_wakes_up_publishes_nothing_old(self):
        import signal
        first, second = self.node("first"), self.node("second")
        for _ in range(3):
            for sleeper, awake in ((first, second), (second, first)):
                sleeper.process.send_signal(signal.SIGSTOP)
                time.sleep(2.6)  # longer than a lease lasts without a sign of life
                self.assertGreater(len(awake.kept), 0)
                sleeper.process.send_signal(signal.SIGCONT)
                time.sleep(0.3)
        self.check()


if __name__ == "__main__":
    unittest.main()
