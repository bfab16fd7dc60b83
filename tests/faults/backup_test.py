# SPDX-License-Identifier: Apache-2.0
"""Backups while serving, read back, and restored: whoever was erased since stays erased; killed at every step a
backup is whole or not there, and a restore is done again."""
import os
import re
import shutil
import signal
import unittest

from avow_server import Server
from forgetting import EMAIL, fill, make_server, needs_faults, search, secrets_of

OLD_MS = str(-31 * 86_400_000)


class Backup(unittest.TestCase):
    def setUp(self):
        self.server = make_server().start()
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))
        self.customer, self.cookie, self.tokens = fill(self.server, others=20)
        self.to = self.server.folder / "backups"

    def back_up(self, environment=None):
        return self.server.run("backup", "--to", self.to, "--data", self.server.data, environment=environment)

    def archives(self):
        return sorted(self.to.glob("store-*.avow")), sorted(self.to.glob("keyring-*.avow"))

    def new_place(self, name="new", with_journal=True):
        """A machine on which only what no backup holds is left: the master key and the erasure journal."""
        place = Server(self.server.folder / name)
        place.data.mkdir(parents=True)
        shutil.copy(self.server.data / "master.key", place.data / "master.key")
        if with_journal and (self.server.data / "erasures").exists():
            shutil.copytree(self.server.data / "erasures", place.data / "erasures")
        shutil.copytree(self.server.policy, place.policy, dirs_exist_ok=True)
        return place

    def restore(self, place, *more, environment=None):
        stores, keyrings = self.archives()
        return place.run("restore", "--from", stores[-1], "--keyring", keyrings[-1], "--data", place.data, *more,
                         environment=environment)

    def test_a_restored_backup_serves_what_it_held_and_erases_again_who_was_erased(self):
        secrets = secrets_of(self.server)
        made = self.back_up()
        self.assertEqual(made.returncode, 0, made.stderr)
        # What stands for a customer's data is not to be seen in a backup, either.
        self.assertEqual(search(self.to, secrets), [])
        status, kept, _ = self.server.ask("POST", "/api/v1/collections", {
            "channel": "survey", "fields": {"email": "later@example.com"}}, self.tokens["intake"])
        proof = self.server.ask("DELETE", f"/api/v1/customers/{self.customer}", cookie=self.cookie)[1]
        self.server.stop()
        place = self.new_place()
        done = self.restore(place)
        self.assertEqual((done.returncode, done.stdout), (0, "restored; 1 erasures were carried out again\n"), done.stderr)
        self.assertEqual(place.verify().returncode, 0, place.verify().stderr)
        place.start()
        self.addCleanup(lambda: place.process.poll() is None and place.stop(signal.SIGKILL))
        ask = lambda body: place.ask("POST", "/api/v1/uses", {"fields": ["email"], "purpose": "service", **body}, self.tokens["agent"])
        self.assertEqual(ask({"lookup": {"email": EMAIL}})[0], 404)
        self.assertEqual(ask({"customer": self.customer})[1]["fields"]["email"]["because"], "erased")
        self.assertEqual(ask({"lookup": {"email": "other3@example.com"}})[1]["fields"]["email"]["value"], "other3@example.com")
        again = place.ask("DELETE", f"/api/v1/customers/{self.customer}", token=self.tokens["officer"])[1]
        self.assertEqual(again["proof"], proof["proof"])
        self.assertEqual(search(place.data, {name: secret for name, secret in secrets.items() if not name.startswith("sealed")}), [])
        place.stop()

    def test_a_restore_never_takes_back_what_the_ledger_published(self):
        self.back_up()
        for _ in range(5):
            self.server.ask("POST", "/api/v1/uses", {"customer": self.customer, "fields": ["email"], "purpose": "service"}, self.tokens["agent"])
        self.server.stop()
        size = lambda folder: int((folder / "checkpoint").read_text().split("\n")[1])
        published = size(self.server.data / "ledger")
        place = self.new_place()
        done = self.restore(place, "--ledger", self.server.data / "ledger")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(size(place.data / "ledger"), published + 1, "all that was published, and the entry of the restore")
        bundle = f"tile/entries/000.p/{published}"
        before = (self.server.data / "ledger" / bundle).read_bytes()
        after = (place.data / "ledger" / f"tile/entries/000.p/{published + 1}").read_bytes()
        self.assertTrue(after.startswith(before))
        place.start()
        for _ in range(3):
            status, told, _ = place.ask("POST", "/api/v1/uses", {"customer": self.customer, "fields": ["email"], "purpose": "service"}, self.tokens["agent"])
            self.assertEqual((status, told["decision"]), (200, "allowed"))
        place.stop()
        self.assertEqual(place.verify().returncode, 0, place.verify().stderr)

    def test_without_its_journal_or_key_or_whole_a_backup_is_not_restored(self):
        self.back_up()
        self.server.stop()
        stores, keyrings = self.archives()
        place = self.new_place(with_journal=False)
        refused = self.restore(place)
        self.assertNotEqual(refused.returncode, 0)
        self.assertIn("--journal-lost", refused.stderr)
        self.assertFalse((place.data / "store.db").exists())
        good = stores[-1].read_bytes()
        for damaged, words in ((good[:-1], "cut"), (good[:200] + bytes([good[200] ^ 1]) + good[201:], "changed"), (b"x" + good[1:], "not an archive")):
            stores[-1].write_bytes(damaged)
            refused = self.restore(place, "--journal-lost")
            self.assertNotEqual(refused.returncode, 0)
            self.assertIn(words, refused.stderr)
        stores[-1].write_bytes(good)
        (place.data / "master.key").write_text("0" * 64)
        self.assertIn("master key does not open", self.restore(place, "--journal-lost").stderr)
        shutil.copy(self.server.data / "master.key", place.data / "master.key")
        self.assertEqual(self.restore(place, "--journal-lost").returncode, 0)
        self.assertEqual(place.verify().returncode, 0)
        self.assertIn("is there", self.restore(place, "--journal-lost").stderr)

    @needs_faults
    def test_old_backups_are_removed_by_the_next(self):
        self.server.stop()
        old = self.back_up({"AVOW_FAULT_CLOCK_MS": OLD_MS})
        self.assertEqual(old.returncode, 0, old.stderr)
        before = self.archives()
        made = self.back_up()
        self.assertIn("2 older ones removed", made.stdout, made.stderr)
        after = self.archives()
        self.assertEqual([len(kind) for kind in after], [1, 1])
        self.assertNotEqual(before, after)

    @needs_faults
    def test_a_backup_killed_at_any_step_leaves_whole_archives_or_none(self):
        self.server.stop()
        for point in ("backup.store_copied", "archive.chunk_written", "archive.written", "backup.store_done", "archive.written:2", "backup.keyring_done"):
            with self.subTest(point):
                shutil.rmtree(self.to, ignore_errors=True)
                self.assertEqual(self.back_up({"AVOW_FAULT_AT": point}).returncode, -signal.SIGKILL)
                # Two in one second would have one name.
                made = self.back_up({"AVOW_FAULT_CLOCK_MS": "2000"})
                self.assertEqual(made.returncode, 0, made.stderr)
                self.assertEqual(list(self.to.glob("*.tmp")), [])
                self.assertFalse((self.server.data / "backup.tmp").exists())

    @needs_faults
    def test_a_restore_killed_at_any_step_is_not_served_and_is_done_again(self):
        self.back_up()
        self.server.ask("DELETE", f"/api/v1/customers/{self.customer}", cookie=self.cookie)
        self.server.stop()
        points = ("restore.store_read", "restore.keyring_read", "restore.ready", "restore.part_moved", "restore.part_moved:2",
                  "restore.part_moved:3", "restore.part_moved:4", "erase.key_destroyed", "erase.half_written", "restore.opened")
        for number, point in enumerate(points):
            with self.subTest(point):
                place = self.new_place(f"place{number}")
                self.assertEqual(self.restore(place, environment={"AVOW_FAULT_AT": point}).returncode, -signal.SIGKILL)
                if not (place.data / "store.db").exists():
                    place.start(expect_ready=False)
                    self.assertIn("run avow restore again", (place.folder / "log").read_text())
                done = self.restore(place)
                self.assertEqual(done.returncode, 0, done.stderr)
                found = place.run("customer", "find", "--email", EMAIL, "--data", place.data)
                self.assertEqual(found.returncode, 1, found.stdout)
                self.assertEqual(place.run("customer", "find", "--email", "other3@example.com", "--data", place.data).returncode, 0)
                verified = place.verify()
                self.assertEqual(verified.returncode, 0, verified.stderr)
                self.assertFalse((place.data / "restoring").exists())


class Keys(unittest.TestCase):
    def test_the_master_key_comes_from_a_command_a_credential_or_a_passphrase(self):
        credentials = Server().folder
        (credentials / "avow.master").write_text("ab" * 32)
        phrase = credentials / "phrase"
        phrase.write_text("seven plain words of some length\n")
        for name, value, more in (("AVOW_MASTER_COMMAND", f"cat {credentials}/avow.master", {}),
                                  ("AVOW_MASTER_CREDENTIAL", "avow.master", {"CREDENTIALS_DIRECTORY": str(credentials)}),
                                  ("AVOW_MASTER_PASSPHRASE_COMMAND", f"cat {phrase}", {})):
            with self.subTest(name):
                server = Server()
                environment = {name: value, **more}
                server.start(environment)
                server.stop()
                self.assertFalse((server.data / "master.key").exists())
                server.start(environment)
                self.assertEqual(server.stop(), 0)
                server.start(expect_ready=False)  # without its source there is no key
                self.assertEqual(server.process.returncode, 3)
        phrase.write_text("seven plain words of other length\n")
        server.start(environment, expect_ready=False)
        self.assertIn("does not open", (server.folder / "log").read_text())
        phrase.write_text("short\n")
        server.start(environment, expect_ready=False)
        self.assertIn("shorter than 15", (server.folder / "log").read_text())

    def test_no_core_is_written_and_no_other_process_reads_the_memory(self):
        server = Server().start()
        limits = dict((line[:26].strip(), line[26:].split()) for line in open(f"/proc/{server.process.pid}/limits"))
        self.assertEqual(limits["Max core file size"][:2], ["0", "0"])
        # The pool of keys is locked, and left out of dumps even where cores are allowed.
        if os.geteuid() == 0:
            mapped = open(f"/proc/{server.process.pid}/smaps").read()
            flags = [line.split()[1:] for line in mapped.splitlines() if line.startswith("VmFlags:")]
            self.assertTrue([f for f in flags if "lo" in f and "dd" in f], "no locked mapping that is kept from dumps")
        else:  # who runs the server may not look, and that is the point; how much is locked is told to everybody
            for private in ("smaps", "mem"):
                self.assertRaises(PermissionError, open, f"/proc/{server.process.pid}/{private}", "rb")
            locked = re.search(r"^VmLck:\s+(\d+) kB", open(f"/proc/{server.process.pid}/status").read(), re.M)
            self.assertGreater(int(locked[1]), 0)
        server.process.send_signal(signal.SIGABRT)
        _, status = os.waitpid(server.process.pid, 0)
        server.process.returncode = -signal.SIGABRT
        server.process.stdout.close()
        server.log.close()
        self.assertFalse(os.WCOREDUMP(status))


if __name__ == "__main__":
    unittest.main()
