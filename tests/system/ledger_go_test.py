# SPDX-License-Identifier: Apache-2.0
"""The running server's ledger, read by somebody else's code: Go's sumdb/note and sumdb/tlog check signature,
entries, inclusion and consistency (ledger_check/main.go). Offline: the modules are Debian's."""
import base64
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import unittest

from avow_server import Server
from patience import PATIENCE

CODE = pathlib.Path(__file__).parent / "ledger_check"
# Debian keeps the modules' source here; no proxy is asked.
GO = {**os.environ, "GOPATH": "/usr/share/gocode", "GO111MODULE": "off", "GOFLAGS": "-mod=mod", "GOPROXY": "off"}
BATCH = 300  # more than one tile


class LedgerByGo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(tempfile.mkdtemp(prefix="avow-go-"))
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.program = cls.folder / "check"
        subprocess.run(["go", "build", "-o", cls.program, "."], cwd=CODE, check=True, timeout=300,
                       env={**GO, "GOCACHE": str(cls.folder / "cache")})
        cls.server = Server().start()
        cls.addClassCleanup(lambda: cls.server.process.poll() is None and cls.server.stop(signal.SIGKILL))
        cls.fetch_everything()

    @classmethod
    def get(cls, path, **more):
        status, body, _ = cls.server.ask("GET", path, **more)
        assert status == 200, (path, status, body)
        return body if isinstance(body, bytes) else json.dumps(body).encode()

    @classmethod
    def checkpoint(cls, name):
        (cls.folder / name).write_bytes(cls.get("/ledger/checkpoint"))
        return int((cls.folder / name).read_text().splitlines()[1])

    @classmethod
    def tile(cls, level, number, width):
        parts = f"{number % 1000:03}" + (f".p/{width}" if width != 256 else "")
        place = cls.folder / "tile" / level / parts
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(cls.get(f"/ledger/tile/{level}/{parts}"))

    @classmethod
    def fetch_everything(cls):
        status, told, headers = cls.server.ask("POST", "/api/v1/account/sign-up", {
            "email": "go@example.com", "password": "a sentence nobody would guess", "policy_version": "1"})
        assert status == 201, told
        cookie = headers["Set-Cookie"].split(";")[0]
        _, held, _ = cls.server.ask("GET", f"/api/v1/customers/{told['customer']}/collections", cookie=cookie)
        entry = held["items"][0]["ledger"]["entry"]
        cls.get(f"/api/v1/ledger/proofs/{entry}")  # answers when the entry is published
        cls.old = cls.checkpoint("checkpoint.old")
        use = {"customer": told["customer"], "fields": ["email"], "purpose": "service"}
        status, told, _ = cls.server.ask("POST", "/api/v1/uses/batch", [use] * BATCH, cls.server.token("agent"))
        assert status == 200, told
        cls.get(f"/api/v1/ledger/proofs/{told[-1]['ledger']['entry']}")
        cls.new = cls.checkpoint("checkpoint.new")
        for level, size in (("entries", cls.new), ("0", cls.new), ("1", cls.new // 256)):
            for number in range((size + 255) // 256):
                cls.tile(level, number, min(256, size - 256 * number))
        # The customer's own proof: its extra holds the entry's bytes.
        proof = cls.get(f"/api/v1/ledger/proofs/{entry}", cookie=cookie)
        extra = json.loads(base64.b64decode(proof.splitlines()[1].split(b" ", 1)[1]))
        (cls.folder / "proof").write_bytes(proof)
        (cls.folder / "entry").write_text(extra["entry"])
        cls.key = cls.get("/ledger/key").decode().strip()

    def check(self, key=None):
        return subprocess.run([self.program, key or self.key, self.folder, self.folder / "proof", self.folder / "entry"],
                              capture_output=True, text=True, timeout=PATIENCE)

    def test_signature_entries_inclusion_and_consistency_hold(self):
        # The server's own first entries (the policy, a run of retention) come when they come.
        self.assertGreaterEqual(self.old, 2)
        self.assertGreaterEqual(self.new, self.old + BATCH)
        checked = self.check()
        self.assertEqual(checked.returncode, 0, checked.stderr)
        index = int((self.folder / "proof").read_text().splitlines()[2].split()[1])
        self.assertEqual(checked.stdout.splitlines(), [
            f"signature: checkpoints of {self.old} and {self.new} entries", f"entries: {self.new}, each its leaf",
            f"consistency: {self.old} grew into {self.new}",
            f"proof: entry {index} of {self.new} is included"])

    def test_whatever_is_changed_is_refused(self):
        tiles = [str(file.relative_to(self.folder)) for file in (self.folder / "tile").rglob("*") if file.is_file()]
        self.assertEqual(len(tiles), 5)
        for name in ("checkpoint.old", "checkpoint.new", *tiles, "proof", "entry"):
            with self.subTest(name):
                file = self.folder / name
                good = file.read_bytes()
                # In the last third: of a proof that is the checkpoint, of a note its signature.
                at = len(good) - len(good) // 3
                file.write_bytes(good[:at] + bytes([good[at] ^ 4]) + good[at + 1:])
                self.assertEqual(self.check().returncode, 1)
                file.write_bytes(good)

    def test_another_servers_key_is_refused(self):
        other = Server().start()
        status, key, _ = other.ask("GET", "/ledger/key")
        other.stop()
        self.assertEqual(status, 200)
        self.assertEqual(self.check(key.decode().strip()).returncode, 1)


if __name__ == "__main__":
    unittest.main()
