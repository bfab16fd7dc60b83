# SPDX-License-Identifier: Apache-2.0
"""kill -9 while uses are filed by customer: each act is there once, before and afterwards, and the ledger verifies."""
import os
import signal
import sys
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../system"))
from avow_server import Server  # noqa: E402
from forgetting import needs_faults  # noqa: E402
from patience import PATIENCE, tries  # noqa: E402

USES = 20


class Filing(unittest.TestCase):
    @needs_faults
    def test_killed_half_way_nothing_is_lost_and_nothing_twice(self):
        server = Server().start()
        self.addCleanup(lambda: server.process.poll() is None and server.stop(signal.SIGKILL))
        customers = [server.ask("POST", "/api/v1/collections", {
            "channel": "portal", "fields": {"email": f"{number}@example.com"}}, server.token("intake"))[1]["customer"]
            for number in range(2)]
        agent = server.token("agent")
        uses = [{"customer": customers[number % 2], "fields": ["email"], "purpose": "service"} for number in range(USES)]
        unfiled = "select count(*) from unfiled_acts"
        whole = f"select (select count(*) from acts where kind = 'used') + ({unfiled})"
        done = 0
        # The housekeeper may file them before the kill: then once more.
        for _ in tries():
            status, told, _ = server.ask("POST", "/api/v1/uses/batch", {"uses": uses}, agent)
            self.assertEqual(status, 200, told)
            done += USES
            server.stop(signal.SIGKILL)
            if server.tell(unfiled) == str(USES):
                break
            server.start()
        self.assertEqual(server.tell(whole), str(done))
        self.assertEqual(server.verify().returncode, 0)
        # What is left is filed at the start.
        server.start({"AVOW_FAULT_AT": "gate.half_filed"}, expect_ready=None)
        self.assertEqual(server.process.wait(timeout=PATIENCE), -signal.SIGKILL)
        server.process.stdout.close()
        server.log.close()
        self.assertEqual((server.tell(unfiled), server.tell(whole)), (str(USES), str(done)))
        self.assertEqual(server.verify().returncode, 0)
        server.start()
        for _ in tries():
            if server.tell(unfiled) == "0":
                break
        self.assertEqual((server.tell(unfiled), server.tell(whole)), ("0", str(done)))
        for customer in customers:
            told = server.ask("GET", f"/api/v1/customers/{customer}/uses", token=server.token("officer"))[1]
            self.assertEqual(len([one for one in told["items"] if one["kind"] == "used"]), done // 2)
        server.stop()
        self.assertEqual(server.verify().returncode, 0)


if __name__ == "__main__":
    unittest.main()
