# SPDX-License-Identifier: Apache-2.0
"""Employees for tests: invited by the command line, in by password and authenticator."""
import base64
import hashlib
import hmac
import json
import signal
import struct
import time
import unittest

from avow_server import Server, write_policy

PASSWORD = "a sentence nobody would guess"
EMAIL = "grace@example.com"


def code_at(secret, step):
    """RFC 6238 by the standard library: an authenticator that is not ours."""
    mac = hmac.new(base64.b32decode(secret), struct.pack(">Q", step), hashlib.sha1).digest()
    at = mac[-1] & 15
    return f"{(struct.unpack('>I', mac[at:at + 4])[0] & 0x7fffffff) % 1_000_000:06d}"


class Employees(unittest.TestCase):
    promises = None  # other than the usual
    settings = {}

    def setUp(self):
        self.server = Server()
        if self.promises:
            write_policy(self.server.folder / "policy", self.promises)
        self.server.start(self.settings)
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))
        self.steps = {}

    def ask(self, method, path, body=None, cookie=None, site="same-origin"):
        return self.server.ask(method, path, body, headers={
            **({"Cookie": cookie} if cookie else {}), "Sec-Fetch-Site": site, "Host": f"localhost:{self.server.port}"})

    def invite(self, *roles, email=EMAIL):
        asked = [word for role in roles for word in ("--role", role)]
        made = self.server.run("staff", "invite", *asked, "--name", "Grace Example", "--email", email, "--json",
                               "--data", self.server.data)
        self.assertEqual(made.returncode, 0, made.stderr)
        told = json.loads(made.stdout)
        address, _, secret = told["link"].partition("#")
        self.assertTrue(address.endswith("/console/join"), address)
        return told["id"], secret

    def next_code(self, secret):
        """A code of a step that was not used yet: at most one step ahead of the clock, which is waited for."""
        step = max(int(time.time()) // 30, self.steps.get(secret, 0) + 1)
        while step > int(time.time()) // 30 + 1:
            time.sleep(0.5)
        self.steps[secret] = step
        return code_at(secret, step)

    def cookie_of(self, headers, name="__Host-staff"):
        found = next(c for c in headers.get_all("Set-Cookie") if c.startswith(name + "="))
        return found.split(";")[0], {part.strip() for part in found.split(";")[1:]}

    def join(self, *roles, email=EMAIL):
        employee, link = self.invite(*roles, email=email)
        _, shown, _ = self.ask("POST", "/api/v1/staff/invitation", {"link": link})
        status, told, headers = self.ask("POST", "/api/v1/staff/join", {
            "link": link, "password": PASSWORD, "code": self.next_code(shown["totp_secret"])})
        self.assertEqual(status, 201, told)
        return employee, shown["totp_secret"], told["recovery_codes"], self.cookie_of(headers)[0]

    def acknowledge(self, cookie):
        _, text, _ = self.ask("GET", "/api/v1/staff/guidelines", cookie=cookie)
        status, told, _ = self.ask("POST", "/api/v1/staff/guidelines", {
            key: text[key] for key in ("version", "language", "digest")}, cookie)
        self.assertEqual(status, 200, told)
        return text, told
