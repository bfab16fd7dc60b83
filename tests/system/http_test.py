# SPDX-License-Identifier: Apache-2.0
"""The server against clients that are slow, broken or hostile: each gets its answer, others go on."""
import signal
import socket
import ssl
import unittest

from avow_server import Server


class Http(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()

    @classmethod
    def tearDownClass(cls):
        assert cls.server.stop(signal.SIGTERM) == 0

    def raw(self, request):
        trust = ssl.create_default_context(cafile=str(self.server.data / "ca.pem"))
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=20) as plain:
            with trust.wrap_socket(plain, server_hostname="localhost") as line:
                line.sendall(request)
                line.settimeout(20)
                answer = b""
                while b"\r\n\r\n" not in answer:
                    more = line.recv(65536)
                    if not more:
                        break
                    answer += more
        return int(answer.split(b" ")[1]) if answer else None

    def get(self, target, host="localhost", more=""):
        return self.raw(f"GET {target} HTTP/1.1\r\nHost: {host}\r\n{more}Connection: close\r\n\r\n".encode())

    def test_a_foreign_host_is_misdirected(self):
        self.assertEqual(self.get("/healthz"), 200)
        self.assertEqual(self.get("/healthz", host="evil.example"), 421)

    def test_targets_that_try_to_climb_are_refused(self):
        for target in ("/../etc/passwd", "/assets/%2e%2e/x", "/assets/..%2fx", "/%zz", "/\x01", "/%00", "x"):
            self.assertEqual(self.get(target), 400, target)

    def test_lengths_stated_twice_are_refused(self):
        request = (b"POST /api/v1/uses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n"
                   b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n")
        self.assertEqual(self.raw(request), 400)

    def test_sizes_have_limits(self):
        self.assertEqual(self.get("/", more="X-Long: " + "x" * 20000 + "\r\n"), 431)
        self.assertEqual(self.get("/" + "x" * 9000), 400)
        body = b"POST /api/v1/uses HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999999\r\n\r\n"
        self.assertEqual(self.raw(body), 413)

    def test_methods_are_told(self):
        status, _, headers = self.server.ask("DELETE", "/api/v1/policy")
        self.assertEqual(status, 405)
        self.assertIn("GET", headers["Allow"])
        self.assertEqual(self.raw(b"BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n"), 501)
        status, body, _ = self.server.ask("HEAD", "/privacy")
        self.assertEqual((status, body), (200, b""))

    def test_every_answer_has_the_security_headers(self):
        for path in ("/", "/nothing/here", "/api/v1/policy"):
            _, _, headers = self.server.ask("GET", path)
            self.assertIn("default-src 'none'", headers["Content-Security-Policy"])
            self.assertIn("max-age=63072000", headers["Strict-Transport-Security"])
            self.assertIsNone(headers["Server"])

    def test_garbage_and_half_open_clients_do_not_disturb_others(self):
        idle = [socket.create_connection(("127.0.0.1", self.server.port)) for _ in range(50)]
        for number, line in enumerate(idle):
            if number % 2:
                line.sendall(b"GET / HTTP/1.1\r\n\r\n" + b"\x00" * 500)
        for _ in range(20):
            self.assertEqual(self.server.ask("GET", "/healthz")[0], 200)
        for line in idle:
            line.close()

    def test_old_tls_is_refused(self):
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname = False
        old.verify_mode = ssl.CERT_NONE
        old.minimum_version = old.maximum_version = ssl.TLSVersion.TLSv1_1
        with socket.create_connection(("127.0.0.1", self.server.port)) as plain:
            with self.assertRaises((ssl.SSLError, OSError)):
                old.wrap_socket(plain)

    def test_a_kept_connection_answers_again_and_again(self):
        line = self.server.connection()
        for _ in range(500):
            self.assertEqual(self.server.ask("GET", "/healthz", connection=line)[0], 200)
        line.close()


if __name__ == "__main__":
    unittest.main()
