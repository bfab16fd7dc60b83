# SPDX-License-Identifier: Apache-2.0
"""A business's server of the Data Rights Protocol that is wrong in ways one can choose, for who tests a check. It
verifies signatures by openssl, keeps everything in memory, and is right where nothing is chosen."""
import base64
import datetime
import http.server
import json
import pathlib
import re
import subprocess
import tempfile
import uuid

from drp_agent import at
from tls_listener import TlsListener

FIELDS = ("agent-id", "business-id", "issued-at", "expires-at")
PUBLIC_HEAD = bytes.fromhex("302a300506032b6570032100")  # SPKI of an Ed25519 key (RFC 8410 §4)


class Refused(Exception):
    pass


def strict(pairs):
    if len(dict(pairs)) != len(pairs):
        raise Refused("a member twice")
    return dict(pairs)


class WrongServer(TlsListener):
    """`faults`: names of what it gets wrong."""

    def __init__(self, data, agents, business, *faults):
        self.agents, self.business, self.faults = agents, business, set(faults)  # agents: {id: public key in base64}
        self.tokens, self.requests, self.taken = {}, {}, set()
        self.folder = tempfile.TemporaryDirectory(prefix="avow-wrong-")
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                size = int(self.headers.get("Content-Length") or 0)
                server.answer(self, self.rfile.read(size).decode("latin-1"))
            do_GET = do_POST = do_DELETE = answer

            def log_message(self, *_):
                pass

        super().__init__(data, Handler)
        self.url = f"https://{self.host}"

    def stop(self):
        super().stop()
        self.folder.cleanup()

    def wrong(self, name):
        return name in self.faults

    def verify(self, agent, signature, message):
        place = pathlib.Path(tempfile.mkdtemp(dir=self.folder.name))
        (place / "key").write_bytes(PUBLIC_HEAD + base64.b64decode(self.agents[agent]))
        (place / "signature").write_bytes(signature)
        (place / "message").write_bytes(message)
        ran = subprocess.run(["openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-keyform", "DER", "-inkey", place / "key",
                              "-sigfile", place / "signature", "-in", place / "message"], capture_output=True)
        if ran.returncode != 0:
            raise Refused("signature")

    def read(self, agent, body, names_needed=True):
        try:
            raw = base64.b64decode(body, validate=not self.wrong("lax_base64"))
        except ValueError:
            raise Refused("base64")
        if not self.wrong("takes_any_signature"):
            self.verify(agent, raw[:64], raw[64:])
        try:
            claims = json.loads(raw[64:], object_pairs_hook=None if self.wrong("takes_a_member_twice") else strict)
        except (ValueError, RecursionError):
            raise Refused("JSON")
        if not isinstance(claims, dict):
            raise Refused("object")
        if names_needed:
            self.check(agent, claims)
            if not self.wrong("takes_replays"):
                if raw in self.taken:
                    raise Refused("replayed")
                self.taken.add(raw)
        return claims

    def check(self, agent, claims):
        times = {}
        for name in ("issued-at", "expires-at"):
            try:
                times[name] = datetime.datetime.fromisoformat(claims[name])
            except (KeyError, ValueError, TypeError):
                raise Refused(name)
        now = datetime.datetime.now(datetime.timezone.utc)
        if claims.get("agent-id") != agent and not self.wrong("takes_any_agent"):
            raise Refused("agent-id")
        if claims.get("business-id") != self.business and not self.wrong("takes_any_business"):
            raise Refused("business-id")
        if times["issued-at"] > now and not self.wrong("takes_the_future"):
            raise Refused("issued-at")
        if times["expires-at"] < now and not self.wrong("takes_the_expired"):
            raise Refused("expires-at")
        if times["expires-at"] - times["issued-at"] > datetime.timedelta(minutes=15) and not self.wrong("takes_any_window"):
            raise Refused("window")

    def answer(self, line, body):
        token = (line.headers.get("Authorization") or "").removeprefix("Bearer ")
        set_up = line.command == "POST" and line.path.startswith("/v1/agent/")
        try:
            told = self.set_up(line.path.rsplit("/", 1)[1], body) if set_up else self.route(line.command, line.path, body, token)
            status = 200
        except Refused as refused:
            status = refused.args[1] if len(refused.args) > 1 else 400
            told = {"code": str(status), "message": refused.args[0]}
            if self.wrong("errors_are_words"):
                told = None
            if set_up:
                status, told = 403, {"message": "why"} if self.wrong("set_up_explains") else None
        text = b"" if told is None else json.dumps(told).encode()
        line.send_response(status)
        line.send_header("Content-Type", "application/json")
        line.send_header("Content-Length", str(len(text)))
        line.end_headers()
        line.wfile.write(text)

    def set_up(self, agent, body):
        if agent not in self.agents:
            raise Refused("agent")
        self.read(agent, body)
        token = uuid.uuid4().hex
        self.tokens[token] = agent
        return {"agent-id": agent, "token": token}

    def route(self, method, path, body, token):
        agent = self.tokens.get(token)
        if agent is None and not self.wrong("needs_no_token"):
            raise Refused("token", 401)
        agent = agent or next(iter(self.agents))
        if path.startswith("/v1/agent/"):
            if path.rsplit("/", 1)[1] != agent and not self.wrong("token_of_anybody"):
                raise Refused("agent", 403)
            return {}
        if method == "POST":
            claims = self.read(agent, body)
            if claims.get("exercise") not in ("access", "deletion"):
                raise Refused("rights action")
            name = str(uuid.uuid4())
            self.requests[name] = {"agent": agent, "told": {
                "request_id": name, "received_at": at(), "expected_by": at(86_400), "status": "in_progress",
                "agent_request_id": claims.get("agent-request-id")}}
        else:
            name = path.rsplit("/", 1)[1]
        request = self.requests.get(name)
        if request is None:
            raise Refused("request", 404)
        if request["agent"] != agent and not self.wrong("shows_everybodys"):
            raise Refused("request", 403)
        if method == "DELETE":
            if not self.wrong("revokes_unsigned"):
                self.read(agent, body, names_needed=False)
            if not self.wrong("revokes_nothing"):
                request["told"] |= {"status": "revoked"}
        told = dict(request["told"])
        if self.wrong("loses_the_agents_id"):
            del told["agent_request_id"]
        if self.wrong("times_without_zone"):
            told["received_at"] = re.sub(r"\+00:00$", "", told["received_at"])
        if self.wrong("status_of_its_own") and told["status"] == "in_progress":
            told["status"] = "processing"
        if self.wrong("no_expected_by"):
            del told["expected_by"]
        return told
