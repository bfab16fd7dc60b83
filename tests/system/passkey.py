# SPDX-License-Identifier: Apache-2.0
"""A device with a passkey (ES256, by openssl) and an authenticator that makes codes (RFC 6238), for the tests."""
import atexit
import base64
import hashlib
import hmac
import json
import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import time


def code_of(secret, steps=0):
    """The code of now; `steps` later or earlier."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + steps), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def plain(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Passkey:
    """Of one site. `flags` can be bent, and `origin` is what the browser would say."""

    def __init__(self, origin, site="localhost"):
        self.origin, self.site, self.count, self.flags = origin, site, 0, 0x05
        self.credential = os.urandom(32)
        folder = tempfile.mkdtemp(prefix="avow-passkey-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        self.key = pathlib.Path(folder) / "key.pem"
        subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", self.key], check=True)
        public = subprocess.run(["openssl", "ec", "-in", self.key, "-pubout", "-outform", "DER"], check=True,
                                capture_output=True).stdout[-64:]
        self.cose = b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20" + public[:32] + b"\x22\x58\x20" + public[32:]

    def _client_data(self, act, asked):
        return json.dumps({"type": "webauthn." + act, "challenge": asked["challenge"], "origin": self.origin}).encode()

    def _head(self, flags):
        return hashlib.sha256(self.site.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count)

    def register(self, asked):
        self.holder = asked["holder"]
        data = self._head(self.flags | 0x40) + bytes(16) + struct.pack(">H", len(self.credential)) + self.credential + self.cose
        attestation = (b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58" + bytes([len(data)]) + data)
        return {"challenge": asked["challenge"], "response": {
            "client_data": plain(self._client_data("create", asked)), "attestation": plain(attestation)}}

    def sign(self, asked):
        self.count += 1
        client_data, data = self._client_data("get", asked), self._head(self.flags)
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], check=True, capture_output=True,
                                   input=data + hashlib.sha256(client_data).digest()).stdout
        return {"challenge": asked["challenge"], "credential": plain(self.credential), "holder": self.holder, "response": {
            "client_data": plain(client_data), "authenticator_data": plain(data), "signature": plain(signature)}}
