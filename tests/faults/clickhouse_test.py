# SPDX-License-Identifier: Apache-2.0
"""ClickHouse goes away and comes back, avow is killed amid a delivery: every acknowledged event is counted, once."""
import json
import pathlib
import signal
import sys
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "system"))
import clickhouse
from avow_server import Server
from patience import tries

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


@unittest.skipUnless(clickhouse.PROGRAM.exists(), "ClickHouse is not installed")
class ClickHouse(unittest.TestCase):
    def setUp(self):
        self.shards = clickhouse.Shards()
        self.addCleanup(self.shards.remove)
        self.server = Server()
        self.environment = {**self.server.environment, **self.shards.settings(), "AVOW_TRAFFIC_EVENTS_PER_MINUTE": "1000000"}
        self.database = self.environment["AVOW_TRAFFIC_CLICKHOUSE_DATABASE"]
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))

    def start(self, **more):
        self.server.environment = {**self.environment, **more}
        self.server.start()

    def send(self, page, line=None):
        event = json.dumps({"n": "pageview", "u": f"https://localhost{page}", "d": "localhost"})
        return self.server.ask("POST", "/t/event", event, connection=line, headers={
            "Content-Type": "text/plain", "User-Agent": FIREFOX})[0]

    def spool(self):
        return list((self.server.data / "traffic/spool").glob("*.rows"))

    def delivered(self):
        for _ in tries():
            if not self.spool():
                return self.count()
        raise AssertionError("not delivered: " + (self.server.folder / "log").read_text())

    def count(self):
        counted = self.shards.tell("select sum(n) from views where site > 0", database=self.database)
        return int(counted or 0)

    def test_events_wait_for_a_server_that_is_away(self):
        self.start()
        self.assertEqual([self.send("/a") for _ in range(10)], [202] * 10)
        self.assertEqual(self.delivered(), 10)
        token = self.server.token("web")
        self.shards.stop()
        self.assertEqual([self.send("/b") for _ in range(40)], [202] * 40)
        status, told, _ = self.server.ask("GET", "/api/v1/traffic/summary", token=token)
        self.assertEqual(status, 503, told)
        self.assertNotIn("127.0.0.1", json.dumps(told))
        # A restart meanwhile loses nothing, and does not wait either.
        self.assertEqual(self.server.stop(), 0)
        self.start()
        self.assertEqual([self.send("/c") for _ in range(7)], [202] * 7)
        self.shards.start()
        self.assertEqual(self.delivered(), 57)
        status, told, _ = self.server.ask("GET", "/api/v1/traffic/pages", token=token)
        self.assertEqual({row["page"]: row["views"] for row in told["rows"]}, {"/a": 10, "/b": 40, "/c": 7})

    def test_at_the_bound_events_are_refused_cleanly(self):
        self.start(AVOW_TRAFFIC_SPOOL_MB="1")
        self.shards.stop()
        line = self.server.connection()
        taken = 0
        for _ in range(20_000):
            # A long address fills it soon.
            status = self.send("/" + "long/" * 350 + str(taken), line)
            if status != 202:
                break
            taken += 1
        line.close()
        self.assertEqual(status, 503)
        self.assertGreater(taken, 100)
        self.shards.start()
        self.assertEqual(self.delivered(), taken)
        self.assertEqual(self.send("/after"), 202)
        self.assertEqual(self.delivered(), taken + 1)

    def test_a_kill_amid_a_delivery_counts_nothing_twice(self):
        acknowledged = unsure = 0
        for wait in (0.9, 1.05, 1.2, 1.6):
            self.start()
            stop = threading.Event()
            taken, lost = [], []

            def client():
                line = self.server.connection()
                while not stop.is_set():
                    try:
                        if self.send(f"/{len(taken) % 50}", line) == 202:
                            taken.append(1)
                    except Exception:  # killed with the event under way: it may be counted, or not
                        lost.append(1)
                        break
                line.close()
            clients = [threading.Thread(target=client) for _ in range(4)]
            for one in clients:
                one.start()
            time.sleep(wait)
            self.server.stop(signal.SIGKILL)
            stop.set()
            for one in clients:
                one.join(10)
            acknowledged += len(taken)
            unsure += len(lost)
        self.start()
        counted = self.delivered()
        self.assertGreater(acknowledged, 50)
        self.assertGreaterEqual(counted, acknowledged)
        self.assertLessEqual(counted, acknowledged + unsure)


if __name__ == "__main__":
    unittest.main()
