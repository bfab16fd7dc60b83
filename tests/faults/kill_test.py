# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any moment of collect, permit and use: after a restart all that was acknowledged is there,
nothing half is, and the ledger verifies. AVOW_KILLS sets how often (the seed is printed)."""
import contextlib
import os
import random
import signal
import sqlite3
import sys
import threading
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../system"))
import postgres  # noqa: E402
from avow_server import Server  # noqa: E402

KILLS = int(os.environ.get("AVOW_KILLS", "12"))
SEED = int(os.environ.get("AVOW_SEED", str(random.SystemRandom().randrange(1 << 30))))


class Client(threading.Thread):
    """Collects, permits and uses until the server dies; keeps what was acknowledged."""

    def __init__(self, server, tokens, number, book):
        super().__init__(daemon=True)
        self.server, self.tokens, self.number, self.book = server, tokens, number, book

    def run(self):
        try:
            line = self.server.connection()
            for step in range(10_000):
                email = f"c{self.number}-{time.time_ns()}@example.com"
                status, told, _ = self.server.ask("POST", "/api/v1/collections", {
                    "channel": "portal", "fields": {"email": email}}, self.tokens["intake"], connection=line)
                assert status == 201, told
                customer = told["customer"]
                self.book.append(("collected", customer, told["receipt"]["entry"], email))
                status, told, _ = self.server.ask("PUT", f"/api/v1/customers/{customer}/permissions/offers",
                                                  {"granted": True}, self.tokens["intake"], connection=line)
                assert status == 200, told
                self.book.append(("permitted", customer, told["receipt"]["entry"], email))
                status, told, _ = self.server.ask("POST", "/api/v1/uses", {
                    "customer": customer, "fields": ["email"], "purpose": "offers"}, self.tokens["marketer"], connection=line)
                assert status == 200, told
                self.book.append(("used", customer, told["ledger"]["entry"], email))
        except (OSError, ConnectionError):
            pass
        except Exception as fault:  # http.client raises its own kinds when a peer dies
            if isinstance(fault, AssertionError):
                self.book.append(("wrong", None, str(fault), None))


@contextlib.contextmanager
def changed(server, table, column):
    """The first row's value, changed as by somebody with the database's files; put back afterwards."""
    if server.database:
        kind = {"sealed": f"set_byte({column}, 0, get_byte({column}, 0) # 1)", "purposes": "'t' || purposes",
                "mark": f"set_byte({column}, 0, get_byte({column}, 0) # 1)"}
        changing = kind.get(column, f"{column} + 1000" if table == "ledger_index" else f"{column} # 1")
        first = f"(select min(ctid) from {table})"
        tell = lambda words: postgres.shared().tell(words, server.database)  # noqa: E731
        tell(f"create table kept as select * from {table}")
        tell(f"update {table} set {column} = {changing} where ctid = {first}")
        yield
        tell(f"truncate {table}; insert into {table} select * from kept; drop table kept")
        return
    store = sqlite3.connect(server.data / "store.db")
    row, old = store.execute(f"select rowid, {column} from {table} order by rowid limit 1").fetchone()
    new = bytes([old[0] ^ 1]) + old[1:] if isinstance(old, bytes) else \
        chr(ord(old[0]) ^ 1) + old[1:] if isinstance(old, str) else old + 1000 if table == "ledger_index" else old ^ 1
    store.execute(f"update {table} set {column} = ? where rowid = ?", (new, row))
    store.commit()
    yield
    store.execute(f"update {table} set {column} = ? where rowid = ?", (old, row))
    store.commit()
    store.close()


class Kill(unittest.TestCase):
    def restart_and_check(self, server, tokens, book):
        self.assertFalse([entry for entry in book if entry[0] == "wrong"])
        server.start()
        newest = book[-30:]
        for kind, customer, entry, email in newest:
            status, told, _ = server.ask("POST", "/api/v1/uses", {
                "lookup": {"email": email}, "fields": ["email"], "purpose": "service"}, tokens["agent"])
            self.assertEqual((status, told["customer"]), (200, customer), (kind, told))
            self.assertEqual(told["fields"]["email"]["value"], email)
            status, _, _ = server.ask("GET", f"/api/v1/ledger/proofs/{entry}")
            self.assertEqual(status, 200, f"the acknowledged {kind} has no proof")
        for kind, customer, _, _ in newest:
            if kind == "permitted":
                _, told, _ = server.ask("GET", f"/api/v1/customers/{customer}/permissions", token=tokens["intake"])
                self.assertTrue([p for p in told["items"] if p["purpose"] == "offers"][0]["granted"])
        server.stop()
        verified = server.verify()
        self.assertEqual(verified.returncode, 0, verified.stderr)
        server.start()

    def test_nothing_acknowledged_is_lost_and_nothing_is_half_done(self):
        print(f"seed {SEED}, {KILLS} kills", file=sys.stderr)
        dice = random.Random(SEED)
        server = Server().start()
        tokens = {role: server.token(role) for role in ("intake", "marketer", "agent")}
        book = []
        for _ in range(KILLS):
            clients = [Client(server, tokens, number, book) for number in range(4)]
            for client in clients:
                client.start()
            time.sleep(dice.uniform(0.01, 0.6))
            server.stop(signal.SIGKILL)
            for client in clients:
                client.join(10)
            self.restart_and_check(server, tokens, book)
        server.stop()
        self.assertGreater(len(book), KILLS)

    def test_a_second_server_on_the_same_data_is_refused(self):
        server = Server().start()
        other = Server(server.folder)
        other.start(expect_ready=False)
        self.assertNotEqual(other.process.returncode, 0)
        self.assertIn("another avow serves", (server.folder / "log").read_text())
        server.stop()

    def test_a_wrong_missing_or_readable_master_key_is_refused_and_said(self):
        server = Server().start()
        server.stop()
        key = server.data / "master.key"
        good = key.read_text()
        for prepare, words in ((lambda: key.write_text("0" * 64), "does not open"),
                               (lambda: key.write_text("short"), "64 hex digits"),
                               (lambda: (key.write_text(good), key.chmod(0o644)), "chmod 600"),
                               (lambda: key.unlink(), "is missing")):
            prepare()
            server.start(expect_ready=False)
            self.assertEqual(server.process.returncode, 3)
            self.assertIn(words, (server.folder / "log").read_text())
        key.write_text(good)
        key.chmod(0o600)
        server.start()
        server.stop()

    def test_a_flipped_byte_in_any_row_is_found(self):
        server = Server().start()
        token = server.token("intake")
        server.ask("POST", "/api/v1/collections", {"channel": "portal", "fields": {"email": "a@example.com"},
                                                   "permissions": {"offers": True}}, token)
        server.stop()
        self.assertEqual(server.verify().returncode, 0)
        changes = (("data", "sealed"), ("collections", "purposes"), ("collections", "mark"), ("permissions", "granted"),
                   ("acts", "sealed"), ("acts", "at_ms"), ("customers", "created_ms"), ("ledger_index", "leaf_index"))
        for table, column in changes:
            with changed(server, table, column):
                self.assertNotEqual(server.verify().returncode, 0, f"{table}.{column}")
        self.assertEqual(server.verify().returncode, 0)


if __name__ == "__main__":
    unittest.main()
