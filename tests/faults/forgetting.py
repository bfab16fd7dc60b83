# SPDX-License-Identifier: Apache-2.0
"""What the tests of forgetting share: a customer with markers in every field and channel, the secrets that
stand for them on disk, and a search through every byte of every file."""
import base64
import ctypes
import ctypes.util
import os
import sqlite3
import struct
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../system"))
from avow_server import PROMISES, Server, write_policy  # noqa: E402
from patience import PATIENCE  # noqa: E402

# Fault points are compiled into the dev and asan builds only.
needs_faults = unittest.skipUnless(os.environ.get("AVOW_FAULTS", "1") == "1", "this build has no fault points")
MARKER = "zyxmarker"
EMAIL = MARKER + "0@example.com"
PASSWORD = MARKER + " password of nobody"
CHANNELS = PROMISES.replace("[[promises]]", """[fields.message]
label = "What you wrote"
category = "request"
[channels.survey]
label = "A survey"
fields = ["email", "message"]
purposes = ["service"]
retain = "1 year"
[channels.list]
label = "The mailing list"
fields = ["email", "name"]
purposes = ["offers"]
retain = "until withdrawn"
[[promises]]""", 1)


def make_server():
    server = Server()
    write_policy(server.policy, CHANNELS)
    return server


def must(answer, *wanted):
    assert answer[0] in (wanted or (200, 201, 204)), answer[:2]
    return answer[1]


def fill(server, others=40):
    """The marked customer's id, cookie and the tokens; other customers around them."""
    server.wait_for_retention()
    tokens = {role: server.token(role) for role in ("intake", "agent", "marketer", "officer")}
    status, told, headers = server.ask("POST", "/api/v1/account/sign-up", {
        "email": EMAIL, "password": PASSWORD, "name": MARKER + "1", "policy_version": "1"})
    assert status == 201, told
    customer, cookie = told["customer"], headers["Set-Cookie"].split(";")[0]
    for number, (channel, fields) in enumerate((("survey", {"message": MARKER + "2"}), ("list", {"name": MARKER + "3"}))):
        must(server.ask("POST", "/api/v1/collections", {
            "channel": channel, "fields": {"email": EMAIL, **fields}, "evidence": f"{MARKER}4{number}"}, tokens["intake"]))
    must(server.ask("PUT", f"/api/v1/customers/{customer}/permissions/offers",
                    {"granted": True, "evidence": MARKER + "5"}, tokens["intake"]))
    must(server.ask("POST", "/api/v1/uses", {"customer": customer, "fields": ["email", "name", "message"],
                                            "purpose": "service", "reason": MARKER + "6"}, tokens["agent"]))
    place = f"/api/v1/customers/{customer}/holds"
    hold = must(server.ask("POST", place, {"kind": "legal_hold", "reason": MARKER + "7"}, tokens["officer"]))["hold"]
    must(server.ask("DELETE", f"{place}/{hold}", token=tokens["officer"]))
    for number in range(others):
        must(server.ask("POST", "/api/v1/collections", {
            "channel": "survey", "fields": {"email": f"other{number}@example.com", "message": "m" * 300}}, tokens["intake"]))
    return customer, cookie, tokens


def parts(*items):
    return b"".join(struct.pack(">I", len(item)) + item for item in items)


def unseal(key, blob, associated):
    """XChaCha20-Poly1305 by libsodium itself, with the associated data that crypto/seal.hh describes."""
    sodium = ctypes.CDLL(ctypes.util.find_library("sodium") or "libsodium.so.23")
    bound = blob[:6] + associated
    sealed = blob[30:]
    plain = ctypes.create_string_buffer(len(sealed))
    size = ctypes.c_ulonglong()
    failed = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(
        plain, ctypes.byref(size), None, sealed, ctypes.c_ulonglong(len(sealed)), bound,
        ctypes.c_ulonglong(len(bound)), blob[6:30], key)
    assert failed == 0, "the test does not open what the program sealed"
    return plain.raw[:size.value]


def customer_key(server, wrapped):
    master = bytes.fromhex((server.data / "master.key").read_text().strip())
    epoch = struct.unpack(">I", wrapped[2:6])[0]
    name = f"epoch-{epoch}"
    epoch_key = unseal(master, (server.data / "keys" / f"{name}.key").read_bytes(),
                       parts(b"avow/house-key/v1", name.encode()))
    return epoch_key, wrapped


def secrets_of(server):
    """Everything on disk that stands for the marked customer, by name."""
    store = sqlite3.connect(f"file:{server.data}/store.db?mode=ro", uri=True)
    (customer, password), = store.execute("select customer_id, password from accounts").fetchall()
    found = {"the password's hash": password.encode()}
    for (digest,) in store.execute("select token_hash from sessions where customer_id = ?", (customer,)):
        found["a session"] = digest
    for (digest,) in store.execute("select hash from blind_index where customer_id = ?", (customer,)):
        found["the blind index"] = digest
    for table in ("data", "acts", "unfiled_acts"):
        for number, (sealed,) in enumerate(store.execute(f"select sealed from {table} where customer_id = ?", (customer,))):
            found[f"sealed {table} {number}"] = sealed[6:]
    store.close()
    keyring = (server.data / "keyring.avow").read_bytes()
    slot = keyring.index(customer) - 8
    wrapped = keyring[slot + 24:slot + 102]
    found["the wrapped key"] = wrapped[6:]
    epoch_key, _ = customer_key(server, wrapped)
    found["the key"] = unseal(epoch_key, wrapped, parts(b"avow/customer-key/v1", customer))
    for number in range(8):
        found[f"marker {number}"] = f"{MARKER}{number}".encode()
    found["the password"] = PASSWORD.encode()
    return found


def spellings(secret):
    yield secret
    yield secret.hex().encode()
    yield secret.hex().upper().encode()
    for shift in range(3):
        inner = base64.b64encode(b"\0" * shift + secret)[4 if shift else 0:-4]
        if len(inner) >= 8:
            yield inner
            yield inner.replace(b"+", b"-").replace(b"/", b"_")


def search(folder, secrets):
    """Where any spelling of any secret stands, in any file below `folder` or in its name."""
    found = []
    for file in sorted(folder.rglob("*")):
        if not file.is_file():
            continue
        try:
            content = file.read_bytes() + str(file).encode()
        except FileNotFoundError:
            continue
        found += [f"{name} in {file.name}" for name, secret in secrets.items()
                  if any(spelling in content for spelling in spellings(secret))]
    return found


def search_until_clean(folder, secrets, seconds=PATIENCE):
    """The log is emptied in the background: looks until nothing is found, or for so long."""
    deadline = time.monotonic() + seconds
    while True:
        found = search(folder, secrets)
        if not found or time.monotonic() > deadline:
            return found
        time.sleep(0.3)
