# SPDX-License-Identifier: Apache-2.0
"""What a server meets that nobody wishes for: absurd input, slow clients, a full disk. It says what is wrong,
keeps nothing half, and goes on serving the others."""
import concurrent.futures
import http.client
import json
import os
import resource
import shutil
import signal
import socket
import ssl
import subprocess
import time
import unittest

from avow_server import NEWER, POLICY, Server, write_policy

PASSWORD = "a sentence nobody would guess"


class WithServer(unittest.TestCase):
    def setUp(self):
        self.server = Server().start()
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))

    def sign_up(self, email="ada@example.com"):
        status, told, headers = self.server.ask("POST", "/api/v1/account/sign-up", {
            "email": email, "password": PASSWORD, "name": "Ada", "policy_version": "1"})
        self.assertEqual(status, 201, told)
        return told["customer"], headers["Set-Cookie"].split(";")[0]

    def collect(self, email, token):
        return self.server.ask("POST", "/api/v1/collections", {"channel": "portal", "fields": {"email": email}}, token)


class Policies(WithServer):
    def publish(self, name, text, promises=NEWER):
        folder = write_policy(self.server.folder / name, promises)
        (folder / "privacy.md").write_bytes(text)
        return self.server.run("policy", "publish", folder, "--data", self.server.data)

    def in_force(self):
        return self.server.ask("GET", "/api/v1/policy")[1]["version"]

    def test_what_is_no_policy_is_refused_with_its_place_and_the_old_one_stays(self):
        text = POLICY.encode()
        for name, content, words in (("long", text + b"\n\nNothing binds this." * 600_000, "privacy.md:1:1: the file has"),
                                     ("latin", text + b"\nCaf\xe9.\n", "privacy.md:7:"),
                                     ("unbound", text + b"\nOne more.\n", "privacy.md:7:")):
            published = self.publish(name, content)
            self.assertEqual(published.returncode, 1, published.stderr)
            self.assertIn(words, published.stderr)
            self.assertEqual(self.in_force(), "1", name)

    def test_line_ends_of_windows_are_as_good_as_ours(self):
        published = self.publish("crlf", POLICY.replace("\n", "\r\n").encode(), NEWER.replace("\n", "\r\n"))
        self.assertEqual((published.returncode, self.in_force()), (0, "2"), published.stderr)

    def test_right_to_left_text_is_served_as_it_was_written(self):
        arabic = "نستخدم بياناتك لخدمتك فقط."
        promises = NEWER + f'[[promises]]\nsays = "{arabic}"\nkept_by = "use.stated-purpose"\n'
        published = self.publish("rtl", (POLICY + f"\n{arabic}\n").encode(), promises)
        self.assertEqual(published.returncode, 0, published.stderr)
        told = self.server.ask("GET", "/api/v1/policy")[1]
        self.assertIn(arabic, [sentence["text"] for sentence in told["sentences"]])
        status, page, _ = self.server.ask("GET", "/privacy")
        self.assertEqual((status, arabic.encode() in page), (200, True))

    def test_an_upload_over_the_limit_is_cut_off_and_named(self):
        line = http.client.HTTPConnection("admin")
        line.sock = socket.socket(socket.AF_UNIX)
        line.sock.connect(str(self.server.data / "admin.sock"))
        body = json.dumps({"files": {"privacy.md": "x" * 10_000_000}})
        line.putrequest("POST", "/policy")
        line.putheader("Content-Type", "application/json")
        line.putheader("Content-Length", str(len(body)))
        line.endheaders()
        answer = line.getresponse()
        self.assertEqual((answer.status, answer.headers["Content-Type"]), (413, "application/problem+json"))
        line.close()
        self.assertEqual(self.in_force(), "1")


class Input(WithServer):
    """Every call that reads a body, against every kind of nonsense."""

    BROKEN = ("[" * 10_000 + "]" * 10_000, '{"a":' * 10_000, '{"channel":"portal"', '{"a":1,"a":1}', "{'a':1}", "nul", "",
              '"\\ud800"', b'{"a":"\xff"}', "[1e999]", "\ufeff{}")
    SHAPES = ("null", "7", '"text"', "[]", "{}", "[null]", '{"fields":[],"purpose":{},"granted":"yes"}',
              '{"channel":1,"fields":{"email":["x"]},"customer":7,"lookup":"x"}')

    def writes(self, customer, cookie):
        intake, agent = self.server.token("intake"), self.server.token("agent")
        return (("POST", "/api/v1/collections", {"token": intake}), ("POST", "/api/v1/uses", {"token": agent}),
                ("POST", "/api/v1/uses/batch", {"token": agent}), ("POST", "/api/v1/account/sign-up", {}),
                ("POST", "/api/v1/account/sign-in", {}), ("PUT", "/api/v1/account/profile", {"cookie": cookie}),
                ("PUT", f"/api/v1/customers/{customer}/permissions/offers", {"cookie": cookie}))

    def test_nonsense_is_named_everywhere_and_changes_nothing(self):
        customer, cookie = self.sign_up()
        for method, path, who in self.writes(customer, cookie):
            for bodies, statuses in ((self.BROKEN, (400,)), (self.SHAPES, (422,))):
                for body in bodies:
                    body = body if isinstance(body, bytes) else body.encode()
                    status, told, headers = self.server.ask(method, path, body, **who)
                    self.assertIn(status, statuses, (path, body[:40], told))
                    self.assertEqual(headers["Content-Type"], "application/problem+json")
                    self.assertTrue(told["detail"] and told["error_id"])
            status, _, _ = self.server.ask(method, path, "{}", headers={"Content-Type": "text/plain"}, **who)
            self.assertEqual(status, 415, path)
        _, told, _ = self.server.ask("GET", f"/api/v1/customers/{customer}/collections", cookie=cookie)
        self.assertEqual(len(told["items"]), 1)

    def test_addresses_at_the_edge_of_their_grammar_go_in_and_come_out_unchanged(self):
        intake, agent = self.server.token("intake"), self.server.token("agent")
        longest = "a" * 64 + "@" + ".".join(["b" * 63] * 3 + ["c" * 63])
        for email in (longest, "пользователь@пример.рф", "用户@例え.jp", '"very odd \\" quoted"@example.com',
                      "o'hara+tag@example.com", "a'; drop table data; --@example.com".replace(" ", "")):
            status, told, _ = self.collect(email, intake)
            if status == 422:
                self.assertEqual(told["errors"][0]["pointer"], "/fields/email")
                self.assertIn(";", email, "only the last is none")
                continue
            self.assertEqual(status, 201, told)
            _, used, _ = self.server.ask("POST", "/api/v1/uses", {
                "lookup": {"email": email}, "fields": ["email"], "purpose": "service"}, agent)
            self.assertEqual((used["customer"], used["fields"]["email"]["value"]), (told["customer"], email))
        self.assertEqual(self.collect(longest + "c", intake)[0], 422)


class SlowClients(WithServer):
    def wrapped(self, line):
        trust = ssl.create_default_context(cafile=str(self.server.data / "ca.pem"))
        return trust.wrap_socket(line, server_hostname="localhost")

    def plain(self):
        return socket.create_connection(("127.0.0.1", self.server.port), timeout=60)

    def until_closed(self, line, drip=None):
        """Feeds it a byte now and then; returns when the server hangs up (the socket's timeout fails it else)."""
        line.settimeout(0.25 if drip else 60)
        with line:
            for byte in drip or [b""]:
                try:
                    line.sendall(byte)
                    if line.recv(4096) == b"":
                        return True
                except TimeoutError:
                    continue
                except OSError:
                    return True
        return False

    def test_who_dawdles_is_hung_up_on_while_others_are_served(self):
        hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"  # of a handshake that never goes on
        header = (b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"x" * 1000)
        body = b"POST /api/v1/uses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{"

        def stalled():
            line = self.plain()
            line.sendall(hello)
            return self.until_closed(line)

        def silent():
            return self.until_closed(self.plain())

        def dripping_hello():
            return self.until_closed(self.plain(), (bytes([b]) for b in hello + b"\x00" * 400))

        def dripping_header():
            return self.until_closed(self.wrapped(self.plain()), (bytes([b]) for b in header))

        def missing_body():
            line = self.wrapped(self.plain())
            line.sendall(body)
            return self.until_closed(line)

        kinds = (stalled, silent, dripping_hello, dripping_header, missing_body)
        with concurrent.futures.ThreadPoolExecutor(2 * len(kinds)) as pool:
            slow = [pool.submit(kind) for kind in kinds for _ in range(2)]
            served = 0
            while not all(one.done() for one in slow):
                self.assertEqual(self.server.ask("GET", "/healthz")[0], 200)
                served += 1
                time.sleep(0.1)
            self.assertEqual([one.result() for one in slow], [True] * len(slow))
        self.assertGreater(served, 10)


class FullDisk(unittest.TestCase):
    """The store may not grow: by a limit on files, and where we may mount one, on a small file system."""

    def fill_and_free(self, server, fill, free):
        self.addCleanup(lambda: server.process.poll() is None and server.stop(signal.SIGKILL))
        intake = server.token("intake")
        agent = server.token("agent")

        def collect(number):
            return server.ask("POST", "/api/v1/collections", {
                "channel": "portal", "fields": {"email": f"{number}@example.com", "name": "x" * 8000}}, intake)

        def use():
            return server.ask("POST", "/api/v1/uses", {
                "customer": customer, "fields": ["email"], "purpose": "service", "reason": "y" * 2000}, agent)

        def until_refused(call):
            """What was answered before the disk was full, and the refusal."""
            answered = []
            for number in range(1000, 3000):
                status, told, headers = call(number)
                if status not in (200, 201):
                    return answered, (status, told, headers)
                answered.append(number)
            self.fail("the disk never got full")

        status, told, headers = server.ask("POST", "/api/v1/account/sign-up", {
            "email": "ada@example.com", "password": PASSWORD, "policy_version": "1"})
        self.assertEqual(status, 201, told)
        customer, cookie = told["customer"], headers["Set-Cookie"].split(";")[0]
        acknowledged = [f"{n}@example.com" for n in range(3) if collect(n)[0] == 201]
        fill()
        more, refused = until_refused(collect)
        acknowledged += [f"{number}@example.com" for number in more]
        # A use is a write: nothing opens that cannot be recorded.
        for status, told, headers in (refused, until_refused(lambda _: use())[1]):
            self.assertEqual(status, 503, told)
            self.assertIn("the disk is full", told["detail"])
            self.assertEqual(headers["Retry-After"], "1")
            self.assertNotIn("ada@example.com", json.dumps(told))
        for path in ("/", "/privacy", "/healthz", "/api/v1/policy", "/ledger/checkpoint"):
            self.assertEqual(server.ask("GET", path)[0], 200, path)
        for path in ("/api/v1/account", f"/api/v1/customers/{customer}/collections"):
            self.assertEqual(server.ask("GET", path, cookie=cookie)[0], 200, path)
        free()
        self.assertEqual(collect(5000)[0], 201, "space is back and so is the server")
        self.assertEqual(use()[1]["fields"]["email"]["value"], "ada@example.com")
        for email in acknowledged:
            status, told, _ = server.ask("POST", "/api/v1/uses", {
                "lookup": {"email": email}, "fields": ["email"], "purpose": "service"}, agent)
            self.assertEqual((status, told["fields"]["email"]["value"]), (200, email))
        self.assertEqual(server.stop(), 0)
        verified = server.verify()
        self.assertEqual(verified.returncode, 0, verified.stderr)

    def test_files_that_may_not_grow(self):
        server = Server().start()
        hard = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)[1]

        def limit(size):
            resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (size, hard))

        largest = max(file.stat().st_size for file in server.data.rglob("*") if file.is_file())
        self.fill_and_free(server, lambda: limit(largest + 400_000), lambda: limit(hard))

    @unittest.skipUnless(os.geteuid() == 0, "only root mounts")
    def test_a_file_system_without_space(self):
        server = Server()
        server.data.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "avow-test", server.data], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("no mounting here")
        self.addCleanup(subprocess.run, ["umount", "-l", server.data])
        server.start()
        ballast = server.data / "ballast"

        def fill():
            free = shutil.disk_usage(server.data).free
            ballast.write_bytes(b"x" * (free - 300_000))

        self.fill_and_free(server, fill, ballast.unlink)


if __name__ == "__main__":
    unittest.main()
