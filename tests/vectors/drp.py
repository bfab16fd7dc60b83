#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes drp.json: signed bodies of the Data Rights Protocol, each with what becomes of it at one moment. Ed25519 is
deterministic, so a run changes nothing."""
import base64
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "system"))
from drp_agent import Key  # noqa: E402

NOW = "2026-11-27T12:00:00.000+00:00"
AGENT, OTHER = Key(bytes(range(32))), Key(bytes(range(32, 64)))
CLAIMS = {"agent-id": "AGENT_A", "business-id": "OUR_SHOP", "issued-at": "2026-11-27T11:59:00.000+00:00",
          "expires-at": "2026-11-27T12:10:00.000+00:00", "drp.version": "0.9.4"}
ASKS = {**CLAIMS, "agent-request-id": "r-1", "exercise": "deletion", "regime": "ccpa", "relationships": ["customer"],
        "name": "Ada Lovelace", "email": "ada@example.org", "email_verified": True}


def bent(body, at):
    raw = bytearray(base64.b64decode(body))
    raw[at] ^= 1
    return base64.b64encode(raw).decode()


def without(claim):
    return {name: value for name, value in ASKS.items() if name != claim}


text = json.dumps(ASKS)
spaced = AGENT.body(json.dumps(ASKS, indent=2).encode())
assert set(spaced) & set("+/") and AGENT.body(ASKS).endswith("=")
bodies = [
    ("exercise", "deletion, whole and right", AGENT.body(ASKS), "taken"),
    ("agent", "a token is asked for", AGENT.body(CLAIMS), "taken"),
    ("exercise", "times in another zone and with Z", AGENT.body({**ASKS, "issued-at": "2026-11-27T13:59:00+02:00",
                                                                 "expires-at": "2026-11-27T12:05:00Z"}), "taken"),
    ("exercise", "white space within the JSON", spaced, "taken"),
    ("revoke", "a reason alone", AGENT.body({"reason": "I do not want my account deleted"}), "taken"),
    ("revoke", "bound by the claims it may have", AGENT.body({**CLAIMS, "reason": ""}), "taken"),
    ("exercise", "nothing", "", "not_base64"),
    ("exercise", "the JSON alone", text, "not_base64"),
    ("exercise", "base64url", spaced.replace("+", "-").replace("/", "_"), "not_base64"),
    ("exercise", "without its padding", AGENT.body(ASKS).rstrip("="), "not_base64"),
    ("exercise", "63 bytes", base64.b64encode(bytes(63)).decode(), "bad_signature"),
    ("exercise", "a bit of the signature flipped", bent(AGENT.body(ASKS), 5), "bad_signature"),
    ("exercise", "a bit of the JSON flipped", bent(AGENT.body(ASKS), 70), "bad_signature"),
    ("exercise", "another key", OTHER.body(ASKS), "bad_signature"),
    ("exercise", "another key, expired and for another business",
     OTHER.body({**ASKS, "business-id": "OTHER_SHOP", "expires-at": "2020-01-01T00:00:00Z"}), "bad_signature"),
    ("exercise", "the signature behind the JSON", base64.b64encode(text.encode() + AGENT.sign(text.encode())).decode(),
     "bad_signature"),
    ("exercise", "a list", AGENT.body([ASKS]), "not_json"),
    ("exercise", "a member twice", AGENT.body(('{"agent-id":"AGENT_A",' + text[1:]).encode()), "not_json"),
    ("exercise", "an object that does not end", AGENT.body(b"{"), "not_json"),
    ("exercise", "another agent", AGENT.body({**ASKS, "agent-id": "AGENT_B"}), "other_agent"),
    ("exercise", "no agent", AGENT.body(without("agent-id")), "other_agent"),
    ("exercise", "another business", AGENT.body({**ASKS, "business-id": "OTHER_SHOP"}), "other_business"),
    ("exercise", "another agent and another business",
     AGENT.body({**ASKS, "agent-id": "AGENT_B", "business-id": "OTHER_SHOP"}), "other_agent"),
    ("exercise", "issued in this very moment", AGENT.body({**ASKS, "issued-at": NOW}), "issued_in_future"),
    ("exercise", "issued in a second", AGENT.body({**ASKS, "issued-at": "2026-11-27T12:00:01+00:00"}), "issued_in_future"),
    ("exercise", "issued in no zone", AGENT.body({**ASKS, "issued-at": "2026-11-27T11:59:00"}), "issued_in_future"),
    ("exercise", "over in this very moment", AGENT.body({**ASKS, "expires-at": NOW}), "expired"),
    ("exercise", "it never ends", AGENT.body(without("expires-at")), "expired"),
    ("exercise", "a quarter of an hour and a millisecond",
     AGENT.body({**ASKS, "expires-at": "2026-11-27T12:14:00.001+00:00"}), "window_too_long"),
    ("exercise", "a quarter of an hour", AGENT.body({**ASKS, "expires-at": "2026-11-27T12:14:00+00:00"}), "taken"),
    ("revoke", "one claim of the four", AGENT.body({"reason": "", "agent-id": "AGENT_A"}), "other_business"),
]
(HERE / "drp.json").write_text(json.dumps({
    "about": "Bodies of the Data Rights Protocol 0.9.4 (= 1.0) and the first check that refuses each, at `now`.",
    "agent_id": "AGENT_A", "business_id": "OUR_SHOP", "now": NOW, "agent_seed": base64.b64encode(AGENT.seed).decode(),
    "agent_public_key": AGENT.public,
    "bodies": [{"call": call, "what": what, "body": body, "result": result} for call, what, body, result in bodies],
}, indent=1) + "\n")
