# SPDX-License-Identifier: Apache-2.0
"""The canary: markers in every field and channel, the customer is erased, then every byte of every file is
searched for them and for the key. The same search must find something when one step of erasure is left out."""
import signal
import unittest

from forgetting import fill, make_server, needs_faults, search, search_until_clean, secrets_of
from patience import PATIENCE


class Canary(unittest.TestCase):
    def erase(self, skipped=None, seconds=PATIENCE):
        server = make_server().start({"AVOW_FAULT_SKIP": skipped} if skipped else None)
        self.addCleanup(lambda: server.process.poll() is None and server.stop(signal.SIGKILL))
        customer, cookie, _ = fill(server)
        secrets = secrets_of(server)
        status, told, _ = server.ask("DELETE", f"/api/v1/customers/{customer}", cookie=cookie)
        self.assertEqual(status, 200, told)
        self.assertTrue(told["whole"])
        found = search_until_clean(server.folder, secrets, seconds)
        journal = (server.data / "erasures" / "journal").read_text()
        if customer not in journal:
            found.append("nothing in the erasure journal")
        self.assertEqual(server.stop(), 0)
        return server, customer, secrets, found

    def test_of_an_erased_customer_no_byte_is_left(self):
        server, _, secrets, found = self.erase()
        self.assertEqual(found, [])
        self.assertEqual(search(server.folder, secrets), [])
        verified = server.verify()
        self.assertEqual(verified.returncode, 0, verified.stderr)

    def test_the_search_sees_what_it_looks_for_before_the_erasure(self):
        server = make_server().start()
        self.addCleanup(lambda: server.process.poll() is None and server.stop(signal.SIGKILL))
        fill(server, others=2)
        secrets = secrets_of(server)
        found = {line.split(" in ")[0] for line in search(server.folder, secrets)}
        # Values and key never stand on disk in clear; all that stands for them does.
        unseen = {name for name in secrets if name not in found}
        self.assertEqual(unseen, {name for name in secrets if name.startswith("marker ")} | {"the key", "the password"})

    @needs_faults
    def test_it_notices_each_step_that_is_left_out(self):
        for step in ("erase.journal", "erase.key", "erase.index", "erase.values", "erase.companions", "erase.scrub"):
            with self.subTest(step):
                self.assertNotEqual(self.erase(step, seconds=2)[3], [], step)


if __name__ == "__main__":
    unittest.main()
