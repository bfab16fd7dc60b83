# SPDX-License-Identifier: Apache-2.0
"""An agent of the Data Rights Protocol: signs with Ed25519 by openssl, and speaks to a server under test."""
import atexit
import base64
import datetime
import json
import pathlib
import shutil
import subprocess
import tempfile

# PKCS #8 of an Ed25519 seed (RFC 8410 §7), up to the seed.
HEAD = bytes.fromhex("302e020100300506032b657004220420")


class Key:
    """Of a 32-byte seed."""

    def __init__(self, seed):
        self.seed = seed
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="avow-drp-"))
        atexit.register(shutil.rmtree, self.folder, ignore_errors=True)
        (self.folder / "key.der").write_bytes(HEAD + seed)
        public = self.openssl("pkey", "-inform", "DER", "-in", self.folder / "key.der", "-pubout", "-outform", "DER")
        self.public = base64.b64encode(public[-32:]).decode()

    def openssl(self, *arguments):
        return subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True).stdout

    def sign(self, message):
        (self.folder / "message").write_bytes(message)
        return self.openssl("pkeyutl", "-sign", "-rawin", "-keyform", "DER", "-inkey", self.folder / "key.der",
                            "-in", self.folder / "message")

    def body(self, message):
        """What is sent: base64 of the signature and what it signs."""
        message = message if isinstance(message, bytes) else json.dumps(message).encode()
        return base64.b64encode(self.sign(message) + message).decode()


def at(seconds=0.0):
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    return now.isoformat(timespec="milliseconds")


class Agent:
    def __init__(self, server, name="AGENT_A", business="OUR_SHOP", seed=1):
        self.server, self.name, self.business = server, name, business
        self.key = Key(bytes([seed]) * 32)
        self.token = None
        self.made = 0

    def claims(self, **more):
        self.made += 1
        return {"agent-id": self.name, "business-id": self.business, "issued-at": at(-2), "expires-at": at(600),
                "drp.version": "0.9.4", **more}

    def exercise(self, right="access", email="ada@example.org", **more):
        return self.claims(exercise=right, regime="ccpa", email=email, email_verified=True, name="Ada Lovelace", **more)

    def send(self, method, path, body=None, token=None):
        """(status, told, headers) of a body that is sent as it is."""
        bearer = self.token if token is None else token
        return self.server.ask(method, path, body, token=bearer, headers={"Content-Type": "text/plain"})

    def set_up(self):
        status, told, _ = self.send("POST", f"/v1/agent/{self.name}", self.key.body(self.claims()), token="")
        assert status == 200, (status, told)
        self.token = told["token"]
        return told

    def ask(self, right="access", email="ada@example.org", expect=200, **more):
        status, told, _ = self.send("POST", "/v1/data-rights-request", self.key.body(self.exercise(right, email, **more)))
        assert status == expect, (status, told)
        return told

    def look(self, request, expect=200):
        status, told, _ = self.send("GET", f"/v1/data-rights-request/{request}")
        assert status == expect, (status, told)
        return told

    def revoke(self, request, expect=200, **body):
        status, told, _ = self.send("DELETE", f"/v1/data-rights-request/{request}",
                                    self.key.body({"reason": "changed my mind", **body}))
        assert status == expect, (status, told)
        return told
