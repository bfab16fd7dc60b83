# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL stops, starts, runs out of connections, loses sessions and fails over while customers are served:
nothing acknowledged is lost, what cannot be kept is refused with its reason, and the server goes on by itself."""
import contextlib
import os
import signal
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../system"))
import postgres  # noqa: E402
from avow_server import Server  # noqa: E402
from patience import tries  # noqa: E402


class Client(threading.Thread):
    """Collects and permits until told to stop; keeps what was acknowledged and how the rest was refused."""

    def __init__(self, server, token, number):
        super().__init__(daemon=True)
        self.server, self.token, self.number = server, token, number
        self.kept, self.refused, self.wrong, self.over = [], [], [], False

    def run(self):
        with contextlib.closing(self.server.connection()) as line:
            self.send(line)

    def send(self, line):
        step = 0
        while not self.over:
            step += 1
            email = f"c{self.number}-{step}@example.com"
            try:
                status, told, _ = self.server.ask("POST", "/api/v1/collections", {
                    "channel": "portal", "fields": {"email": email}, "permissions": {"offers": True}},
                    self.token, connection=line)
            except Exception as fault:  # http.client raises its own kinds
                if not self.over:
                    self.wrong.append(f"{email}: {fault!r}")
                return
            if status == 201:
                self.kept.append((email, told["customer"], told["receipt"]["entry"]))
            elif status == 503:
                self.refused.append(told["detail"])
                time.sleep(0.05)
            else:
                self.wrong.append((status, told))


class Postgres(unittest.TestCase):
    def serve(self, address):
        server = Server()
        server.environment["AVOW_STORE"] = address
        server.start()
        self.addCleanup(lambda: server.process.poll() is None and server.stop(signal.SIGKILL))
        return server

    def cluster(self, **settings):
        cluster = postgres.Cluster(**settings).create()
        self.addCleanup(cluster.remove)
        return cluster

    def load(self, server):
        self.token, self.agent = server.token("intake"), server.token("agent")
        self.clients = [Client(server, self.token, number) for number in range(4)]
        for client in self.clients:
            client.start()
            self.addCleanup(setattr, client, "over", True)

    def count(self):
        return sum(len(client.kept) for client in self.clients)

    def wait_for_more(self, more=40):
        wanted = self.count() + more
        for _ in tries():
            if self.count() >= wanted:
                return
        self.fail(f"only {self.count()} of {wanted} were kept; refused: {self.clients[0].refused[-3:]}")

    def proof_status(self, server, entry):
        """The sequencer tries again by itself after a fault; until it has, 503 says to come back."""
        for _ in range(30):
            status = server.ask("GET", f"/api/v1/ledger/proofs/{entry}")[0]
            if status != 503:
                break
            time.sleep(0.5)
        return status

    def end_and_check(self, server):
        for client in self.clients:
            client.over = True
        for client in self.clients:
            client.join(30)
            self.assertEqual(client.wrong, [])
        for client in self.clients:
            for email, customer, entry in client.kept[::7] + client.kept[-5:]:
                status, told, _ = server.ask("POST", "/api/v1/uses", {
                    "lookup": {"email": email}, "fields": ["email"], "purpose": "service"}, self.agent)
                self.assertEqual((status, told.get("customer")), (200, customer), told)
                self.assertEqual(told["fields"]["email"]["value"], email)
                self.assertEqual(self.proof_status(server, entry), 200)
        self.assertEqual(server.stop(), 0)
        # Every row against the ledger, and every acknowledged entry in it.
        verified = server.verify()
        self.assertEqual(verified.returncode, 0, verified.stderr)

    def refusals(self):
        return {words for client in self.clients for words in client.refused}

    def test_stopped_and_started_again_under_load(self):
        cluster = self.cluster()
        server = self.serve(cluster.address(cluster.make_database()))
        self.load(server)
        for how in (signal.SIGINT, signal.SIGQUIT):
            self.wait_for_more()
            cluster.stop(how)
            for _ in tries(0.1):
                if all(client.refused for client in self.clients):
                    break
            status, told, _ = server.ask("POST", "/api/v1/collections", {
                "channel": "portal", "fields": {"email": "nobody@example.com"}}, self.token)
            self.assertEqual(status, 503, told)
            self.assertRegex(told["detail"], "cannot be reached|stopping or starting|was lost")
            cluster.start()
        self.wait_for_more()
        self.assertTrue(self.refusals())
        self.end_and_check(server)

    def test_sessions_that_are_ended_under_load_cost_nobody_anything(self):
        cluster = self.cluster()
        server = self.serve(cluster.address(cluster.make_database()))
        self.load(server)
        for _ in range(12):
            self.wait_for_more(15)
            cluster.tell("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'avow'")
        self.wait_for_more()
        for words in self.refusals():
            # The commit was on its way, nobody can know; or a read had begun to answer.
            self.assertRegex(words, "look whether it is there|connection to the database was lost")
        self.end_and_check(server)

    def test_out_of_connections_is_said_and_survived(self):
        cluster = self.cluster(max_connections="14", superuser_reserved_connections="3")
        database = cluster.make_database()
        cluster.tell("create role guest login; create role taker login")
        cluster.tell("grant all on schema public to guest", database)
        address = cluster.address(database).replace("user=avow", "user=guest")
        server = self.serve(address)
        self.load(server)
        self.wait_for_more()
        # Others take what is free, and the server loses its own: first all but one, then every one.
        takers = []
        self.addCleanup(lambda: [taker.kill() for taker in takers])
        for share, words in ((1, None), (0, "no connection free")):
            while len(takers) < 11 - share:
                cluster.tell("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'guest'")
                if taker := cluster.hold(database, "taker"):
                    takers.append(taker)
            if words is None:
                self.wait_for_more(10)
                continue
            for _ in tries(0.1):
                if any(words in refusal for refusal in self.refusals()):
                    break
            self.assertTrue(any(words in refusal for refusal in self.refusals()), self.refusals())
        cluster.tell("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'taker'")
        for taker in takers:
            taker.wait()
            taker.stdout.close()
        self.wait_for_more()
        self.end_and_check(server)

    def test_a_failover_to_the_standby_loses_nothing_acknowledged(self):
        primary = self.cluster(synchronous_standby_names="*", synchronous_commit="on")
        # The standby must be there before the first commit waits for it.
        standby = primary.standby(synchronous_standby_names="")
        self.addCleanup(standby.remove)
        database = primary.make_database()
        server = self.serve(f"host={primary.folder},{standby.folder} user=avow dbname={database}")
        self.load(server)
        self.wait_for_more(100)
        primary.stop(signal.SIGQUIT)
        standby.run("pg_ctl", "promote", "-D", standby.data, "-w")
        self.wait_for_more(100)
        self.end_and_check(server)

    def test_a_password_is_never_shown(self):
        cluster = self.cluster()
        database = cluster.make_database()
        secret = "correct-horse-battery"
        for address, words in ((f"postgresql://avow:{secret}@localhost:1/{database}", "cannot be reached"),
                               (f"host=localhost password={secret} {secret}", "no address of a PostgreSQL database"),
                               (f"host={cluster.folder} user=nobody password={secret} dbname={database}", "refuses the user"),
                               (f"host={cluster.folder} user=avow password={secret} dbname=none", "create it first")):
            server = Server()
            server.environment["AVOW_STORE"] = address
            server.start(expect_ready=False)
            log = (server.folder / "log").read_text()
            self.assertEqual(server.process.returncode, 3, log)
            self.assertIn(words, log)
            self.assertNotIn(secret, log)

    @unittest.skipUnless(os.getuid() == 0, "wants a small file system of its own")
    def test_a_full_disk_is_said_and_survived(self):
        cluster = self.cluster()
        small = cluster.folder / "small"
        small.mkdir()
        if os.system(f"mount -t tmpfs -o size=24m,mode=777 tmpfs {small}") != 0:
            self.skipTest("no file system may be mounted here")
        self.addCleanup(os.system, f"umount -l {small}")
        (small / "space").mkdir()
        os.system(f"chown --reference={cluster.folder} {small}/space")
        cluster.tell(f"create tablespace small location '{small}/space'")
        cluster.tell("create database t tablespace small")
        server = self.serve(cluster.address("t"))
        self.load(server)
        self.wait_for_more()
        filler = small / "filler"
        with open(filler, "wb") as full:
            try:
                while True:
                    full.write(b"x" * 65536)
                    full.flush()
            except OSError:
                pass
        for _ in tries(0.1):
            if any("disk is full" in words for words in self.refusals()):
                break
        self.assertTrue(any("disk is full" in words for words in self.refusals()), self.refusals())
        filler.unlink()
        self.wait_for_more()
        self.end_and_check(server)


if __name__ == "__main__":
    unittest.main()
