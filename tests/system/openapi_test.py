# SPDX-License-Identifier: Apache-2.0
"""Holds the server to docs/openapi.yaml: every documented operation exists, every route is documented, and what a
real run answers fits the schemas."""
import base64
import http.client
import json
import re
import signal
import socket
import time
import unittest
import urllib.parse

import jsonschema
import yaml

from avow_server import LIST, SERVICES, SOURCE, SURVEYS, Server, write_policy
from drp_agent import Agent
from employees import code_at
from passkey import Passkey, code_of
from patience import tries

PASSWORD = "a sentence nobody would guess"
DOCUMENT = yaml.safe_load((SOURCE / "docs/openapi.yaml").read_text())
METHODS = ("get", "put", "post", "delete", "patch", "options")
OPERATIONS = {(method, path): operation for path, item in DOCUMENT["paths"].items()
              for method, operation in item.items() if method in METHODS}


def resolve(node):
    while "$ref" in node:
        found = DOCUMENT
        for part in node["$ref"][2:].split("/"):
            found = found[part]
        node = found
    return node


def faults_of(schema, value):
    """What does not fit, as words. Refs of the schema point into the document."""
    resolver = jsonschema.RefResolver("", DOCUMENT)
    found = jsonschema.Draft202012Validator(schema, resolver=resolver).iter_errors(value)
    return [f"{'/'.join(map(str, fault.absolute_path))}: {fault.message}" for fault in found]


def matches(documented, asked):
    parts = re.split(r"\{(\w+)\}", documented)
    pattern = "".join(re.escape(part) if i % 2 == 0 else (".+" if part == "rest" else "[^/]+")
                      for i, part in enumerate(parts))
    return re.fullmatch(pattern, asked.split("?")[0])


def operation_of(method, path):
    exact = (method, path.split("?")[0])
    if exact in OPERATIONS:
        return exact
    return next((key for key in OPERATIONS if key[0] == method and matches(key[1], path)), None)


def check_answer(operation, status, headers, body):
    """Faults of one real answer."""
    answers = operation["responses"]
    if str(status) not in answers and (status < 400 or "default" not in answers):
        return [f"status {status} is not documented"]
    answer = resolve(answers.get(str(status), answers.get("default")))
    faults = []
    for name, header in answer.get("headers", {}).items():
        if headers[name] is None:
            faults.append(f"header {name} is missing")
        else:
            faults += faults_of(header["schema"], headers[name])
    if "content" not in answer:
        return faults + (["a body that is not documented"] if body else [])
    kind = headers["Content-Type"].split(";")[0]
    content = answer["content"].get(kind, answer["content"].get("*/*"))
    if content is None:
        return faults + [f"type {kind} is not documented"]
    value = json.loads(body) if kind.endswith("json") else body.decode("latin-1")
    return faults + faults_of(content["schema"], value)


class Document(unittest.TestCase):
    def test_it_is_whole(self):
        self.assertEqual(DOCUMENT["openapi"], "3.1.0")
        ids = [operation["operationId"] for operation in OPERATIONS.values()]
        self.assertEqual(len(ids), len(set(ids)))
        refs = re.findall(r'\$ref: "(#/[^"]+)"', (SOURCE / "docs/openapi.yaml").read_text())
        for ref in refs:
            self.assertTrue(resolve({"$ref": ref}), ref)
        for group in ("schemas", "responses", "parameters"):
            for name, part in DOCUMENT["components"][group].items():
                self.assertIn(f"#/components/{group}/{name}", refs, "nothing refers to it")
                if group == "schemas":
                    jsonschema.Draft202012Validator.check_schema(part)
        for (_, path), operation in OPERATIONS.items():
            named = {resolve(p)["name"] for p in operation.get("parameters", []) if resolve(p)["in"] == "path"}
            self.assertEqual(named, set(re.findall(r"\{(\w+)\}", path)), path)
            self.assertTrue(operation["summary"] and operation["tags"] and operation["responses"], path)

    def test_the_validator_finds_what_does_not_fit(self):
        operation = OPERATIONS["get", "/healthz"]
        headers = {"Content-Type": "application/json; charset=utf-8"}
        self.assertEqual(check_answer(operation, 200, headers, b'{"status":"alive"}'), [])
        for status, body in ((200, b'{"status":"dead"}'), (200, b'{"status":"alive","more":1}'), (200, b"{}"),
                             (201, b'{"status":"alive"}'), (500, b"{}")):
            self.assertTrue(check_answer(operation, status, headers, body), (status, body))
        self.assertTrue(check_answer(operation, 200, {"Content-Type": "text/html"}, b"x"))
        refused = {"decision": "refused", "because": "role", "value": "leaked"}
        self.assertTrue(faults_of({"$ref": "#/components/schemas/UsedField"}, refused))


class Run(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        write_policy(cls.server.folder / "policy", SURVEYS + LIST, SERVICES)
        cls.server.start({"AVOW_MAIL_FOLDER": str(cls.server.folder / "mail"), "AVOW_DRP_BUSINESS_ID": "OUR_SHOP"})
        cls.addClassCleanup(lambda: cls.server.process.poll() is None and cls.server.stop(signal.SIGKILL))
        cls.tokens = {role: cls.server.token(role) for role in ("intake", "agent", "marketer", "officer", "auditor", "web", "researcher", "telephone")}

    def ask(self, method, path, body=None, token=None, cookie=None, expect=None, headers=None):
        """One call, held to the document; its parsed body."""
        key = operation_of(method, path)
        self.assertIsNotNone(key, f"{method} {path} is not documented")
        wanted = resolve(OPERATIONS[key].get("requestBody", {})).get("content", {})
        media = next(iter(wanted), "application/json")
        write = urllib.parse.urlencode if media == "application/x-www-form-urlencoded" else json.dumps
        write = str if isinstance(body, str) else write
        sent = {"Content-Type": media, **(headers or {})}
        if token:
            sent["Authorization"] = "Bearer " + self.tokens[token]
        if cookie:
            sent.update({"Cookie": cookie, "Sec-Fetch-Site": "same-origin"})
        line = self.server.connection()
        line.request(method.upper(), path, body=None if body is None else write(body), headers=sent)
        answer = line.getresponse()
        text = answer.read()
        line.close()
        if body is not None and answer.status < 400:
            self.assertEqual(faults_of(wanted[media]["schema"], body), [], f"{method} {path}: what was sent")
        self.assertEqual(check_answer(OPERATIONS[key], answer.status, answer.headers, text), [],
                         f"{method} {path} {answer.status}: {text[:600]}")
        if expect:
            self.assertEqual(answer.status, expect, text)
        self.asked.add(key)
        self.headers = answer.headers
        return json.loads(text) if answer.headers["Content-Type"] and "json" in answer.headers["Content-Type"] else text

    def use_passkey_and_codes(self, customer, cookie):
        key = Passkey(f"https://localhost:{self.server.port}")
        make = "/api/v1/account/passkeys/challenge"
        asked = self.ask("post", make, {"for": "register"}, cookie=cookie, expect=200)
        self.ask("post", "/api/v1/account/passkeys", {"name": "key", **key.register(asked)}, cookie=cookie, expect=201)
        one = self.ask("get", "/api/v1/account/passkeys", cookie=cookie, expect=200)["items"][0]["passkey"]
        self.ask("put", f"/api/v1/account/passkeys/{one}", {"name": "my key"}, cookie=cookie, expect=204)
        answer = key.sign(self.ask("post", make, {"for": "sign_in"}, expect=200))
        self.ask("post", "/api/v1/account/sign-in/passkey", answer, expect=200)
        self.ask("post", "/api/v1/account/sign-in/passkey", answer, expect=401)
        self.ask("delete", f"/api/v1/account/passkeys/{one}", cookie=cookie, expect=204)
        offer = self.ask("post", "/api/v1/account/authenticator", cookie=cookie, expect=200)
        self.ask("put", "/api/v1/account/authenticator", {"code": "1"}, cookie=cookie, expect=422)
        self.ask("put", "/api/v1/account/authenticator", {"code": code_of(offer["secret"])}, cookie=cookie, expect=200)
        self.ask("get", "/api/v1/account/authenticator", cookie=cookie, expect=200)
        self.ask("post", "/api/v1/account/recovery-codes", cookie=cookie, expect=200)
        self.ask("delete", "/api/v1/account/authenticator", cookie=cookie, expect=204)

    def test_every_operation_answers_as_it_is_described(self):
        self.asked = set()
        form = {"email": "ada@example.com", "password": PASSWORD, "name": "Ada", "language": "en",
                "policy_version": "1", "permissions": {"offers": True}}
        customer = self.ask("post", "/api/v1/account/sign-up", form, expect=201)["customer"]
        self.ask("post", "/api/v1/account/sign-up", form | {"password": "short"}, expect=422)
        self.ask("post", "/api/v1/account/sign-in", {"email": "ada@example.com", "password": "wrong wrong wrong"}, expect=401)
        self.ask("post", "/api/v1/account/sign-in", {"email": "ada@example.com", "password": PASSWORD}, expect=200)
        cookie = self.headers["Set-Cookie"].split(";")[0]
        self.ask("get", "/api/v1/account", cookie=cookie, expect=200)
        self.ask("get", "/api/v1/account", expect=401)
        self.ask("get", "/api/v1/account/profile", cookie=cookie, expect=200)
        self.ask("put", "/api/v1/account/profile", {"fields": {"name": "Countess"}, "policy_version": "1"}, cookie=cookie,
                 headers={"Idempotency-Key": "k"}, expect=200)

        self.ask("post", "/api/v1/account/verify/send", cookie=cookie, expect=429)
        self.ask("post", "/api/v1/account/verify", {"link": "nothing"}, expect=404)
        self.ask("post", "/api/v1/account/undo", {"link": "nothing"}, expect=404)
        self.ask("post", "/api/v1/public/stops", {"link": "nothing"}, expect=404)
        self.ask("post", "/stop/nothing", {"List-Unsubscribe": "One-Click"}, expect=404)
        self.ask("get", "/stop/nothing", expect=303)
        self.ask("get", "/stop/no.thing", expect=404)
        moves = {"fields": {"email": "lovelace@example.com"}, "policy_version": "1"}
        self.assertEqual(self.ask("put", "/api/v1/account/profile", moves, cookie=cookie, expect=200)["email_asked"],
                         "lovelace@example.com")
        self.ask("delete", "/api/v1/account/profile/email-asked", cookie=cookie, expect=204)
        self.ask("post", "/api/v1/account/reset", {"email": "nobody@example.com"}, expect=202)
        self.ask("post", "/api/v1/account/reset/finish", {"link": "nothing", "password": PASSWORD}, expect=404)
        self.ask("get", "/api/v1/account/password/rules", expect=200)
        self.ask("get", "/api/v1/account/password", cookie=cookie, expect=200)
        self.ask("put", "/api/v1/account/password/reminder", {"days": 90}, cookie=cookie, expect=200)
        self.ask("put", "/api/v1/account/password/reminder", {"days": 7}, cookie=cookie, expect=422)
        self.ask("put", "/api/v1/account/password", {"current": "not this one", "password": PASSWORD}, cookie=cookie, expect=422)
        self.ask("put", "/api/v1/account/password", {"current": PASSWORD, "password": PASSWORD + " 2"}, cookie=cookie, expect=200)
        cookie = self.headers["Set-Cookie"].split(";")[0]
        self.ask("post", "/api/v1/account/step-up", {"password": PASSWORD}, cookie=cookie, expect=422)
        self.ask("post", "/api/v1/account/step-up", {"password": PASSWORD + " 2"}, cookie=cookie, expect=204)
        cookie = self.headers["Set-Cookie"].split(";")[0]
        self.use_passkey_and_codes(customer, cookie)
        for _ in range(3):
            self.ask("post", "/api/v1/account/sign-in", {"email": "ada@example.com", "password": PASSWORD + " 2"}, expect=200)
        sessions = self.ask("get", "/api/v1/account/sessions", cookie=cookie, expect=200)["items"]
        other = next(one["session"] for one in sessions if not one["current"])
        self.ask("delete", "/api/v1/account/sessions/" + other, cookie=cookie, expect=204)
        self.ask("delete", "/api/v1/account/sessions/" + other, cookie=cookie, expect=404)
        self.ask("delete", "/api/v1/account/sessions", cookie=cookie, expect=200)

        self.ask("get", "/api/v1/policy/1/changes?since=1", expect=200)
        self.ask("get", "/api/v1/policy/1/changes?since=0", expect=422)
        self.ask("get", "/api/v1/policy/0/changes?since=1", expect=404)
        wish = {"text": "I would like to."}
        self.assertEqual(self.ask("get", "/api/v1/account/services", cookie=cookie, expect=200)["items"][0]["state"], None)
        self.ask("post", "/api/v1/account/services/courses", wish, cookie=cookie, expect=201)
        self.ask("post", "/api/v1/account/services/courses", wish, cookie=cookie, expect=409)
        self.ask("post", "/api/v1/account/services/none", wish, cookie=cookie, expect=404)
        self.ask("put", f"/api/v1/customers/{customer}/services/courses", {"state": "open"}, "agent", expect=204)
        self.ask("put", f"/api/v1/customers/{customer}/services/courses", {"state": "asked"}, "agent", expect=422)

        collected = self.ask("post", "/api/v1/collections", {
            "channel": "portal", "fields": {"email": "bob@example.com", "name": "Bob"}, "purposes": ["service"],
            "permissions": {"offers": False}, "policy_version": "1", "language": "fr", "evidence": {"form": "paper"}}, "intake", expect=201)
        self.ask("post", "/api/v1/collections", {"channel": "pigeon", "fields": {}}, "intake", expect=422)
        self.ask("post", "/api/v1/collections", {"channel": "portal", "fields": {"name": "B"}, "policy_version": "0"}, "intake",
                 expect=409)
        self.ask("post", "/api/v1/collections", {"channel": "portal", "fields": {"name": "B"}}, "marketer", expect=403)

        use = {"customer": customer, "fields": ["email", "shoe"], "purpose": "service", "reason": "a call"}
        self.ask("post", "/api/v1/uses", use, "agent", expect=200)
        self.ask("post", "/api/v1/uses", {"lookup": {"email": "bob@example.com"}, "fields": ["email"], "purpose": "offers"},
                 "marketer", expect=200)
        nobody = {**use, "customer": collected["customer"][:-1] + ("0" if collected["customer"][-1] != "0" else "1")}
        self.ask("post", "/api/v1/uses", nobody, "agent", expect=404)
        self.ask("post", "/api/v1/uses/batch", [use, nobody, {**use, "purpose": "offers"}], "agent", expect=200)
        self.ask("post", "/api/v1/uses/batch", {"uses": [use]}, "agent", expect=200)
        self.ask("post", "/api/v1/uses/batch", [], "agent", expect=422)

        place = f"/api/v1/customers/{customer}"
        self.ask("put", place + "/permissions/offers", {"granted": False, "evidence": "said so"}, cookie=cookie, expect=200)
        self.ask("put", place + "/permissions/offers", {"granted": False}, cookie=cookie, expect=200)
        self.ask("put", place + "/permissions/service", {"granted": False}, cookie=cookie, expect=422)
        self.ask("get", place, cookie=cookie, expect=200)
        self.ask("get", place, token="officer", expect=200)
        self.ask("get", place, token="agent", expect=404)
        self.ask("get", place + "/permissions?lang=fr", cookie=cookie, expect=200)
        self.ask("get", place + "/permissions?practice=true", cookie=cookie, expect=200)
        self.ask("get", place + "/permissions", cookie=cookie, expect=200, headers={"Sec-GPC": "1"})
        self.ask("get", place + "/permissions?practice=maybe", cookie=cookie, expect=422)
        self.ask("get", place + "/receipts?lang=ja", cookie=cookie, expect=200)
        said = self.ask("get", place + "/receipts?purpose=offers&limit=1", token="officer", expect=200)["items"][0]
        self.ask("get", f"{place}/receipts/{said['entry']}", cookie=cookie, expect=200)
        self.ask("get", place + "/receipts/nothing", cookie=cookie, expect=404)
        page = self.ask("get", place + "/collections?limit=1", cookie=cookie, expect=200)
        self.ask("get", f"{place}/collections?cursor={page['next']}", cookie=cookie, expect=200)
        self.ask("get", place + "/uses", cookie=cookie, expect=200)
        uses = self.ask("get", place + "/uses?decision=refused&limit=1", token="auditor", expect=200)
        self.ask("get", place + "/uses?limit=0", cookie=cookie, expect=422)
        self.ask("get", place + "/uses?kind=refusal&purpose=offers&field=email&from=2026-01-01&to=2999-01-01", cookie=cookie,
                 expect=200)
        self.ask("get", place + "/uses?kind=rumour", cookie=cookie, expect=422)
        self.ask("get", place + "/uses?from=yesterday", cookie=cookie, expect=422)

        self.write_and_answer(cookie)
        self.join_and_leave()
        self.ask_and_count(cookie)
        entry = uses["items"][0]["ledger"]["entry"]
        proof = self.ask("get", "/api/v1/ledger/proofs/" + entry, cookie=cookie, expect=200)
        self.assertTrue(json.loads(base64.b64decode(proof.splitlines()[1].split(b" ")[1])))
        self.ask("get", "/api/v1/ledger/proofs/nothing", expect=404)
        size = int(self.ask("get", "/ledger/checkpoint", expect=200).splitlines()[1])
        self.ask("get", "/ledger/key", expect=200)
        self.ask("get", f"/ledger/tile/0/000.p/{size}", expect=200)
        self.ask("get", "/ledger/tile/0/999", expect=404)

        view = {"n": "pageview", "u": "https://localhost/", "d": "localhost", "s": 15, "g": 4, "k": 1}
        for _ in range(6):
            self.ask("post", "/t/event", view, expect=202)
        self.ask("post", "/t/event", {"n": "pageview"}, expect=400)
        self.ask("post", "/api/event", view, expect=202)
        self.ask("post", "/api/event", {"n": "pageview"}, expect=400)
        self.ask("post", "/api/send", {"type": "event", "payload": {"website": "localhost", "hostname": "localhost", "url": "/"}},
                 expect=200)
        for path in ("/t/event", "/api/event", "/api/send"):
            self.ask("options", path, expect=204)
        self.ask("get", "/t/pixel.gif?d=localhost&u=https://localhost/", expect=200)
        self.ask("get", "/t/avow.js", expect=200)
        self.ask("get", "/t/alphabet", expect=200)
        self.ask("get", "/api/v1/traffic", token="web", expect=200)
        funnel = self.ask("post", "/api/v1/studies", {"kind": "funnel", "name": "Shop", "terms": ["/", "/buy"]}, token="web", expect=201)
        more = {"properties": "&filter=event:x", "funnel": "&funnel=" + funnel["study"]}
        for report in OPERATIONS["get", "/api/v1/traffic/{report}"]["parameters"][0]["schema"]["enum"]:
            self.ask("get", f"/api/v1/traffic/{report}?compare=previous{more.get(report, '')}", token="web", expect=200)
        self.ask("get", "/api/v1/studies?site=localhost", token="web", expect=200)
        self.ask("get", "/api/v1/studies", expect=401)
        link = self.ask("post", "/api/v1/studies", {"kind": "link", "name": "Out", "terms": [], "report": "pages", "days": 30,
                                                     "noise": True}, token="web", expect=201)
        self.ask("post", "/api/v1/studies", {"kind": "goal", "name": "", "terms": []}, token="web", expect=422)
        self.ask("post", "/api/v1/studies/shared", {"link": link["link"].partition("#")[2]}, expect=200)
        self.ask("post", "/api/v1/studies/shared", {"link": "nothing"}, expect=404)
        self.ask("delete", "/api/v1/studies/" + link["study"], token="web", expect=204)
        self.ask("get", "/api/v1/traffic/pages?format=csv", token="web", expect=200)
        self.ask("get", "/api/v1/traffic/pages", expect=401)
        self.ask("get", "/api/v1/traffic/nonsense", token="web", expect=404)
        self.ask("get", "/api/v1/traffic/pages?k=1", token="web", expect=422)

        self.ask("put", "/api/v1/account/policy-seen", {"version": "1"}, cookie=cookie, expect=204)
        self.ask("put", "/api/v1/account/policy-seen", {"version": "none"}, cookie=cookie, expect=422)
        for path in ("/sign-in", "/sign-up", "/account", "/account/profile", "/account/permissions", "/account/held",
                     "/account/uses", "/account/requests", "/account/surveys", "/surveys", "/account/security", "/verify", "/undo", "/stop", "/reset", "/reset/new", "/", "/privacy", "/privacy/1", "/privacy/none", "/assets/site.css", "/assets/none", "/api/v1/policy",
                     "/api/v1/policy/1", "/api/v1/policy/none", "/healthz", "/readyz", "/.well-known/gpc.json",
                     "/.well-known/security.txt", "/.well-known/change-password", "/.well-known/passkey-endpoints"):
            self.ask("get", path)
        served = self.ask("get", "/api/v1/openapi.yaml", expect=200)
        self.assertEqual(served, (SOURCE / "docs/openapi.yaml").read_bytes())
        self.staff()
        self.rights(cookie)
        self.agents()
        self.forget(customer, cookie, collected)
        self.ask("post", "/api/v1/account/sign-out", cookie=cookie, expect=204)
        self.assertEqual(set(OPERATIONS) - self.asked, set(), "operations that this test forgot")

    def agents(self):
        """The Data Rights Protocol, each call once, and refused once."""
        agent = Agent(self.server)
        self.assertEqual(self.server.run("drp", "agent", "add", agent.name, "An agent", agent.key.public, "--data", self.server.data).returncode, 0)
        here = "/v1/agent/" + agent.name
        self.ask("post", here, "nothing", expect=403)
        bearer = {"Authorization": "Bearer " + self.ask("post", here, agent.key.body(agent.claims()), expect=200)["token"]}
        self.ask("get", here, headers=bearer, expect=200)
        self.ask("get", here, expect=401)
        asked = agent.key.body(agent.exercise("deletion", "drp@example.org", **{"agent-request-id": "1"}))
        one = self.ask("post", "/v1/data-rights-request", asked, headers=bearer, expect=200)["request_id"]
        self.ask("post", "/v1/data-rights-request", asked, headers=bearer, expect=409)
        self.ask("get", "/v1/data-rights-request/" + one, headers=bearer, expect=200)
        self.ask("get", "/v1/data-rights-request/nothing", headers=bearer, expect=404)
        self.ask("delete", "/v1/data-rights-request/" + one, agent.key.body({"reason": ""}), headers=bearer, expect=200)
        self.ask("delete", "/v1/data-rights-request/" + one, "nothing", headers=bearer, expect=400)

    def rights(self, cookie):
        """Requests under the policy, each act of both sides once."""
        self.server.confirm_addresses()
        own, here = "/api/v1/rights", "/api/v1/desk/rights"

        def look(right, *states):
            for _ in tries():
                told = self.ask("get", f"{here}/{right}", token="officer", expect=200)
                if told["state"] in states:
                    return {"revision": told["revision"]}
            self.fail(told)

        self.ask("post", own, {"kind": "nothing"}, cookie=cookie, expect=422)
        access = self.ask("post", own, {"kind": "access"}, cookie=cookie, expect=201)["right"]
        look(access, "review")
        self.ask("get", own, cookie=cookie, expect=200)
        self.ask("get", f"{own}/{access}", cookie=cookie, expect=200)
        self.ask("get", here + "?unfinished=true&state=review", token="officer", expect=200)
        self.ask("get", here, token="agent", expect=403)
        self.ask("get", f"{own}/{access}/file", cookie=cookie, expect=409)
        self.ask("post", f"{here}/{access}/again", look(access, "review"), "officer", expect=200)
        self.ask("post", f"{here}/{access}/extend", {**look(access, "review"), "reason": "number"}, "officer", expect=200)
        self.ask("post", f"{here}/{access}/approve", {"revision": 1}, "officer", expect=409)
        self.ask("post", f"{here}/{access}/approve", look(access, "review"), "officer", expect=200)
        look(access, "ready")
        self.ask("get", f"{own}/{access}/file", cookie=cookie, expect=200)
        self.ask("post", f"{own}/{access}/received", cookie=cookie, expect=200)
        wrong = self.ask("post", own, {"kind": "correction", "fields": {"name": "Ada L."}}, cookie=cookie, expect=201)["right"]
        look(wrong, "review")
        self.ask("get", f"{here}/{wrong}/fields", token="officer", expect=200)
        self.ask("get", f"{here}/{wrong}/fields", token="agent", expect=403)
        self.ask("get", f"{here}/{access}/fields", token="officer", expect=404)
        self.ask("post", f"{own}/{wrong}/withdraw", cookie=cookie, expect=200)
        objection = self.ask("post", own, {"kind": "objection"}, cookie=cookie, expect=201)["right"]
        self.ask("post", f"{own}/{objection}/identify", cookie=cookie, expect=200)
        look(objection, "review")  # until then the program moves it, too
        self.ask("post", f"{own}/{objection}/withdraw", cookie=cookie, expect=200)
        asked = self.ask("post", "/api/v1/requests", {"subject": "Mine", "text": "All of it?"}, cookie=cookie, expect=201)
        turned = self.ask("post", f"/api/v1/desk/requests/{asked['request']}/right", {"kind": "access"}, "officer", expect=201)
        self.ask("post", f"{here}/{turned['right']}/identify", {**look(turned["right"], "unshown"), "words": "met in person"},
                 "officer", expect=200)
        self.ask("post", f"{here}/{turned['right']}/refuse", {**look(turned["right"], "review"), "ground": "unfounded"},
                 "officer", expect=200)

    def join_and_leave(self):
        offer = self.ask("get", "/api/v1/list?lang=de", expect=200)
        asked = {"email": "list@example.org", "topics": ["offers"], "policy_version": offer["policy_version"]}
        self.ask("post", "/api/v1/list", asked, expect=202)
        self.ask("post", "/api/v1/list", {**asked, "policy_version": "0"}, expect=409)
        link = {"link": self.server.mailed_link("list@example.org", "/list/confirm")}
        self.ask("post", "/api/v1/list/confirm", link, expect=200)
        self.ask("post", "/api/v1/list/confirm", {"link": "none"}, expect=404)
        self.ask("post", "/api/v1/list/leave", {"email": "list@example.org"}, expect=202)
        for page in ("/list", "/list/leave", "/list/confirm"):
            self.ask("get", page, expect=200)
        form = {"email": "form@example.org", "topic": ["offers"]}
        self.ask("post", "/list", {"email": "form@example.org"}, expect=200)
        self.ask("post", "/list", {**form, "topic": [], "policy_version": "1"}, expect=422)
        self.ask("post", "/list/leave", {"email": "form@example.org"}, expect=202)
        self.ask("post", "/list/leave", {"email": "form"}, expect=422)
        self.ask("post", "/list/confirm", {"link": "none"}, expect=404)
        self.ask("post", "/list/confirm", link, expect=200)
        self.ask("post", "/api/v1/audiences", {"purpose": "offers"}, "marketer", expect=200)
        self.ask("post", "/api/v1/audiences", {"purpose": "offers"}, "agent", expect=403)

    def ask_and_count(self, cookie):
        asks = {"elements": [{"type": "rating", "name": "nps", "rateMin": 0, "rateMax": 10},
                             {"type": "boolean", "name": "again"}, {"type": "text", "name": "age", "inputType": "number"}]}
        draft = {"name": "Visit", "purposes": ["insight"], "definition": asks}
        survey = self.ask("post", "/api/v1/surveys", draft, "researcher", expect=201)["survey"]
        self.ask("post", "/api/v1/surveys", draft | {"definition": {}}, "researcher", expect=422)
        one = "/api/v1/surveys/" + survey
        self.ask("put", one, {"name": "The visit", "version": 1, "definition": asks}, "researcher", expect=200)
        self.ask("get", one, token="researcher", expect=200)
        self.ask("get", one + "/versions/1", token="researcher", expect=200)
        self.ask("put", one + "/state", {"state": "open"}, "researcher", expect=200)
        self.ask("put", one + "/after-requests", {"asked": True}, "researcher", expect=422)
        self.ask("put", one + "/after-requests", {"asked": False}, "researcher", expect=200)
        self.ask("get", "/api/v1/surveys?limit=1", token="researcher", expect=200)
        own = "/api/v1/account/surveys/" + survey
        self.ask("get", "/api/v1/account/surveys", cookie=cookie, expect=200)
        self.ask("put", own + "/draft", {"version": 2, "answers": {"nps": 3}, "page": 0}, cookie=cookie, expect=204)
        self.ask("get", own, cookie=cookie, expect=200)
        self.ask("delete", own + "/draft", cookie=cookie, expect=204)
        self.ask("post", own + "/decline", cookie=cookie, expect=204)
        reply = {"version": 2, "policy_version": "1", "answers": {"nps": 9, "again": True, "age": 40}}
        self.ask("post", own + "/answer", reply, cookie=cookie, expect=201)
        self.ask("post", own + "/answer", reply, cookie=cookie, expect=409)
        self.ask("get", "/api/v1/account/surveys", cookie=cookie, expect=200)
        self.ask("get", one + "/answers?purpose=insight", token="researcher", expect=200)
        self.ask("delete", own + "/answer", cookie=cookie, expect=204)
        made = self.ask("post", "/api/v1/surveys", draft | {"mode": "anonymous"}, "researcher", expect=201)["survey"]
        self.ask("put", f"/api/v1/surveys/{made}/state", {"state": "open"}, "researcher", expect=200)
        public = "/api/v1/public/surveys/" + made
        self.ask("get", public + "?lang=fr", expect=200)
        self.ask("get", "/api/v1/public/surveys/" + survey, expect=404)
        for i in range(6):
            self.ask("post", public + "/answers", reply | {"version": 1, "ticket": f"ticket-of-browser-{i}"}, expect=201)
        self.ask("get", f"/api/v1/surveys/{made}/results?purpose=insight&rows=again&columns=nps&from=2020-01-01",
                 token="researcher", expect=200)
        self.ask("get", f"/api/v1/surveys/{made}/results?purpose=service", token="researcher", expect=422)
        self.ask("get", f"/api/v1/surveys/{made}/answers.csv?purpose=insight", token="researcher", expect=200)
        self.ask("post", "/api/v1/public/surveys/withdrawals", {"code": "nothing"}, expect=404)

    def prove_employee(self, cookie, codes):
        """Passkey, step-up and new codes; the cookie of the session that is left."""
        place, make = "/api/v1/staff/passkeys", "/api/v1/staff/passkeys/challenge"
        key = Passkey(f"https://localhost:{self.server.port}")
        asked = self.ask("post", make, {"for": "register"}, cookie=cookie, expect=200)
        self.ask("post", place, {"name": "key", **key.register(asked)}, cookie=cookie, expect=201)
        one = self.ask("get", place, cookie=cookie, expect=200)["items"][0]["passkey"]
        self.ask("put", f"{place}/{one}", {"name": "my key"}, cookie=cookie, expect=204)
        answer = key.sign(self.ask("post", make, {"for": "sign_in"}, expect=200))
        self.ask("post", "/api/v1/staff/sign-in/passkey", answer, expect=200)
        self.ask("post", "/api/v1/staff/sign-in/passkey", answer, expect=401)
        self.ask("delete", f"{place}/{one}", cookie=cookie, expect=204)
        self.ask("post", "/api/v1/staff/step-up", {"password": PASSWORD, "code": codes[1]}, cookie=cookie, expect=204)
        cookie = self.headers["Set-Cookie"].split(";")[0]
        self.ask("post", "/api/v1/staff/recovery-codes", cookie=cookie, expect=200)
        return cookie

    def staff(self):
        made = self.server.run("staff", "invite", "--role", "web", "--role", "agent", "--name", "Grace", "--email",
                               "grace@example.com", "--json", "--data", self.server.data)
        link = json.loads(made.stdout)["link"].partition("#")[2]
        self.ask("get", "/console", expect=200)
        self.ask("get", "/console/traffic/summary", expect=200)
        shown = self.ask("post", "/api/v1/staff/invitation", {"link": link}, expect=200)
        self.ask("post", "/api/v1/staff/invitation", {"link": "nothing"}, expect=404)
        self.ask("post", "/api/v1/staff/join", {"link": link, "password": PASSWORD, "code": "000000"}, expect=422)
        code = code_at(shown["totp_secret"], int(time.time()) // 30)
        codes = self.ask("post", "/api/v1/staff/join", {"link": link, "password": PASSWORD, "code": code},
                         expect=201)["recovery_codes"]
        form = {"email": "grace@example.com", "password": PASSWORD}
        self.ask("post", "/api/v1/staff/sign-in", form, expect=200)
        self.ask("post", "/api/v1/staff/sign-in", form | {"password": "wrong wrong"}, expect=401)
        self.ask("post", "/api/v1/staff/sign-in", form | {"code": code}, expect=422)
        self.ask("post", "/api/v1/staff/sign-in", form | {"code": codes[0]}, expect=200)
        cookie = self.headers["Set-Cookie"].split(";")[0]
        self.ask("get", "/api/v1/staff/me", cookie=cookie, expect=200)
        self.ask("get", "/api/v1/staff/me", expect=401)
        text = self.ask("get", "/api/v1/staff/guidelines", cookie=cookie, expect=200)
        read = {key: text[key] for key in ("version", "language", "digest")}
        self.ask("post", "/api/v1/staff/guidelines", read | {"version": "0"}, cookie=cookie, expect=409)
        self.ask("post", "/api/v1/staff/guidelines", read, cookie=cookie, expect=200)
        self.ask("get", "/api/v1/staff/guidelines", cookie=cookie, expect=200)
        self.ask("get", "/api/v1/traffic/pages?lang=de", cookie=cookie, expect=200)
        self.ask("put", "/api/v1/digests", {"every": "week"}, cookie=cookie, expect=200)
        self.ask("get", "/api/v1/digests", cookie=cookie, expect=200)
        self.ask("put", "/api/v1/digests", {"every": "hour"}, cookie=cookie, expect=422)
        self.ask("put", "/api/v1/digests", {"every": "never"}, cookie=cookie, expect=200)
        self.ask("get", "/api/v1/digests", token="web", expect=403)
        overdue = "/api/v1/desk/overdue-letters"
        self.ask("put", overdue, {"requests": True}, cookie=cookie, expect=200)
        self.ask("put", overdue, {"rights": True}, cookie=cookie, expect=403)
        self.ask("put", overdue, {"requests": "yes"}, cookie=cookie, expect=422)
        self.ask("get", overdue, cookie=cookie, expect=200)
        self.ask("get", overdue, token="agent", expect=403)
        self.ask("get", overdue, token="web", expect=403)
        rings = "/api/v1/desk/calls/ringing"
        self.ask("post", rings, {"number": "+49 30 123456", "to": "grace@example.com", "call": "1.1"}, "telephone", expect=204)
        self.ask("post", rings, {"number": "anonymous"}, "telephone", expect=422)
        self.ask("post", rings, {"number": "+49 30 123456"}, "agent", expect=403)
        self.ask("post", rings, {"number": "+49 30 123456"}, expect=401)
        ring = self.ask("put", rings, {"extension": "204"}, cookie=cookie, expect=200)["items"][0]["ring"]
        self.ask("put", rings, {}, "agent", expect=403)
        self.ask("delete", f"{rings}/{ring}", cookie=cookie, expect=204)
        self.ask("delete", f"{rings}/{ring}", cookie=cookie, expect=404)
        self.ask("get", "/api/v1/staff/sessions", cookie=cookie, expect=200)
        self.ask("delete", "/api/v1/staff/sessions", cookie=cookie, expect=200)
        wanted = {"current": PASSWORD, "password": PASSWORD + " 2"}
        cookie = self.prove_employee(cookie, codes)
        self.ask("put", "/api/v1/staff/password", wanted | {"current": "no"}, cookie=cookie, expect=422)
        self.ask("put", "/api/v1/staff/password", wanted, cookie=cookie, expect=204)
        self.ask("post", "/api/v1/staff/sign-out", cookie=self.headers["Set-Cookie"].split(";")[0], expect=204)

    def write_and_answer(self, cookie):
        key = {"Idempotency-Key": "a-request"}
        asked = self.ask("post", "/api/v1/requests", {"subject": "A bill", "text": "Where is it?"}, cookie=cookie, headers=key,
                         expect=201)
        self.ask("post", "/api/v1/requests", {"subject": "A bill", "text": " "}, cookie=cookie, expect=422)
        own, here = "/api/v1/requests/" + asked["request"], "/api/v1/desk/requests/" + asked["request"]
        self.ask("post", own + "/messages", {"text": "And the other one?"}, cookie=cookie, expect=201)
        self.ask("get", "/api/v1/requests?limit=1", cookie=cookie, expect=200)
        self.ask("get", "/api/v1/requests?cursor=x", cookie=cookie, expect=422)
        self.ask("get", own, cookie=cookie, expect=200)
        self.ask("get", own, token="agent", expect=401)
        self.ask("get", own + "x", cookie=cookie, expect=404)
        self.ask("get", "/api/v1/desk/requests?state=new", token="agent", expect=200)
        self.ask("get", "/api/v1/desk/requests?state=none", token="agent", expect=422)
        self.ask("get", "/api/v1/desk/requests", token="auditor", expect=403)
        self.ask("get", "/api/v1/desk/requests?ours=true&overdue=false", token="agent", expect=200)
        self.ask("get", "/api/v1/desk/requests?overdue=yes", token="agent", expect=422)
        self.ask("get", "/api/v1/desk", token="agent", expect=200)
        self.ask("get", "/api/v1/desk/people", token="agent", expect=200)
        self.ask("get", "/api/v1/desk/notices/fr", token="agent", expect=200)
        ready = {"texts": {"en": {"title": "Hours", "text": "Dear {name}, we open at nine."}}}
        kept = self.ask("post", "/api/v1/desk/ready-answers", ready, "agent", expect=201)
        self.ask("post", "/api/v1/desk/ready-answers", {"texts": {"en": {"title": "Hours", "text": "{email}"}}}, "agent", expect=422)
        self.ask("post", "/api/v1/desk/ready-answers", {"texts": {}}, "agent", expect=422)
        self.ask("get", "/api/v1/desk/ready-answers", token="agent", expect=200)
        self.ask("put", "/api/v1/desk/ready-answers/" + kept["answer"], ready, "agent", expect=200)
        self.ask("delete", "/api/v1/desk/ready-answers/" + kept["answer"], token="agent", expect=204)
        self.ask("put", "/api/v1/desk/ready-answers/" + kept["answer"], ready, "agent", expect=404)
        self.ask("get", f"{here}/messages/{asked['messages'][0]['message']}/attachments/1", token="agent", expect=404)
        self.ask("put", here + "/presence", {"writing": False}, "agent", expect=200)
        self.ask("put", here + "/presence", {}, "agent", expect=422)
        self.ask("delete", here + "/presence", token="agent", expect=204)
        call = {"subject": "A call", "text": "A bill", "fields": {"email": "eve@example.com"}}
        self.ask("post", "/api/v1/desk/requests", call, "agent", expect=201)
        opened = self.ask("get", here, token="agent", expect=200)
        self.ask("get", "/api/v1/desk/requests?customer=" + opened["customer"], token="agent", expect=200)
        self.ask("get", "/api/v1/desk/requests?customer=x", token="agent", expect=422)
        self.ask("put", here, {"assignee": "Eve", "review": False, "revision": opened["revision"]}, "agent", expect=200)
        self.ask("put", here, {"state": "new"}, "agent", expect=422)
        self.ask("post", "/api/v1/desk/tags", {"tag": "Billing"}, "agent", expect=201)
        self.ask("post", "/api/v1/desk/tags", {"tag": "a|b"}, "agent", expect=422)
        self.ask("get", "/api/v1/desk/tags", token="agent", expect=200)
        self.ask("put", here, {"tags": ["billing"]}, "agent", expect=200)
        self.ask("put", here, {"looks_like_a_right": False}, "agent", expect=200)
        self.ask("put", here, {"looks_like_a_right": True}, "agent", expect=422)
        self.ask("put", here, {"tags": ["of no list"]}, "agent", expect=422)
        self.ask("get", "/api/v1/desk/requests?tag=billing", token="agent", expect=200)
        self.ask("delete", "/api/v1/desk/tags/billing", token="agent", expect=204)
        self.ask("delete", "/api/v1/desk/tags/billing", token="agent", expect=404)
        found = self.ask("post", "/api/v1/desk/searches", {"words": "bill other"}, "agent", expect=200)["items"]
        self.assertEqual([one["request"]["request"] for one in found], [])
        found = self.ask("post", "/api/v1/desk/searches", {"words": "other"}, "agent", expect=200)["items"]
        self.assertEqual([one["request"]["request"] for one in found], [asked["request"]])
        self.ask("post", "/api/v1/desk/searches", {"words": "-"}, "agent", expect=422)
        self.ask("post", "/api/v1/desk/searches", {"words": "bill"}, "auditor", expect=403)
        second = self.ask("get", own, cookie=cookie, expect=200)["messages"][1]["message"]
        self.ask("post", here + "/split", {"message": "x"}, "agent", expect=422)
        self.ask("post", here + "/split", {"message": asked["messages"][0]["message"]}, "agent", expect=422)
        part = self.ask("post", here + "/split", {"message": second}, "agent", expect=201)["request"]
        self.ask("post", here + "/split", {"message": second}, "agent", expect=404)
        there = "/api/v1/desk/requests/" + part
        self.ask("post", there + "/merge", {"into": part}, "agent", expect=422)
        self.ask("post", there + "/merge", {"into": asked["request"], "revision": 99}, "agent", expect=409)
        self.ask("post", there + "/merge", {"into": asked["request"], "revision": 1}, "agent", expect=200)
        self.ask("get", there, token="agent", expect=200)
        self.ask("post", here + "/notes", {"text": "ask the boss"}, "agent", expect=201)
        self.ask("post", here + "/answers", {"text": "Here.", "state": "solved"}, "agent", expect=201)
        self.ask("post", here + "/answers", {"text": "Here.", "revision": 1}, "agent", expect=409)
        self.ask("get", own, cookie=cookie, expect=200)

    def forget(self, customer, cookie, other):
        place = f"/api/v1/customers/{customer}"
        held = self.ask("get", place + "/export", cookie=cookie, expect=200)["collections"]
        one = self.ask("post", place + "/exports?lang=de", cookie=cookie, expect=202)["export"]
        self.ask("get", place + "/exports", token="officer", expect=200)
        for _ in tries():
            if self.ask("get", f"{place}/exports/{one}", cookie=cookie, expect=200)["state"] == "ready":
                break
        self.ask("get", f"{place}/exports/{one}/file", cookie=cookie, expect=200)
        self.ask("get", f"{place}/exports/{one}/file", cookie=cookie, expect=409)
        hold = self.ask("post", place + "/holds", {"kind": "legal_hold", "collection": held[0]["collection"], "reason": "a case"},
                        "officer", expect=201)["hold"]
        self.ask("post", place + "/holds", {"kind": "wish", "reason": ""}, "officer", expect=422)
        self.ask("get", place + "/holds", cookie=cookie, expect=200)
        self.ask("delete", place + "?preview=true", cookie=cookie, expect=200)
        self.ask("delete", f"{place}/collections/{held[0]['collection']}", cookie=cookie, expect=409)
        self.ask("delete", f"{place}/holds/{hold}", token="officer", expect=204)
        self.ask("delete", f"{place}/data/{held[-1]['fields'][0]['datum']}", cookie=cookie, expect=200)
        self.ask("delete", place + "/fields/name", cookie=cookie, expect=200)
        self.ask("delete", place + "/channels/pigeon", cookie=cookie, expect=404)
        self.ask("post", "/api/v1/account/close", cookie=cookie, expect=204)
        self.ask("delete", f"/api/v1/customers/{other['customer']}/collections/{other['collection']}", token="officer", expect=200)
        self.ask("delete", place, token="agent", expect=404)
        self.ask("delete", place, token="officer", expect=200)

    def test_every_route_is_described_and_every_description_has_its_route(self):
        line = http.client.HTTPConnection("admin")
        line.sock = socket.socket(socket.AF_UNIX)
        line.sock.connect(str(self.server.data / "admin.sock"))
        line.request("GET", "/routes")
        routes = json.loads(line.getresponse().read())["items"]
        line.close()
        served = {(method.lower(), pattern.replace("...}", "}")) for method, pattern in (r.split(" ") for r in routes)}
        self.assertEqual(served, set(OPERATIONS))

    def test_well_known_names_lead_somewhere_and_unknown_ones_nowhere(self):
        status, _, headers = self.server.ask("GET", "/.well-known/change-password")
        self.assertEqual((status, headers["Location"]), (302, "/account/security"))
        status, told, _ = self.server.ask("GET", "/.well-known/passkey-endpoints")
        self.assertEqual(told["manage"], f"https://localhost:{self.server.port}/account/security")
        for name in ("nothing", "resource-that-should-not-exist-whose-status-code-should-not-be-200", ""):
            self.assertEqual(self.server.ask("GET", "/.well-known/" + name)[0], 404, name)


if __name__ == "__main__":
    unittest.main()
