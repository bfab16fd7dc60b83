# SPDX-License-Identifier: Apache-2.0
"""The Data Rights Protocol with the real program: an agent asks, the person confirms, and the agent reads no more than
the protocol says."""
import base64
import datetime
import http.client
import http.server
import json
import os
import re
import signal
import time
import unittest

from avow_server import Server
from drp_agent import Agent, Key, at
from patience import PATIENCE, tries
from rights_test import Office
from tls_listener import TlsListener

BUSINESS = "OUR_SHOP"
HERE = "/v1/data-rights-request"
UNVERIFIED = ("in_progress", "need_user_verification")


def kind(told):
    return told["status"], told.get("reason")


class Rights(unittest.TestCase):
    def setUp(self):
        self.office = Office(AVOW_DRP_BUSINESS_ID=BUSINESS).start().begin()
        self.server = self.office.server
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))
        self.agent = self.trust("AGENT_A", 1)

    def trust(self, name, seed, *more):
        agent = Agent(self.server, name, BUSINESS, seed)
        made = self.server.run("drp", "agent", "add", name, f"Agent {name[-1]}", agent.key.public, *more, "--data", self.server.data)
        self.assertEqual(made.returncode, 0, made.stderr)
        agent.set_up()
        return agent

    def wait_for(self, request, *wanted):
        for _ in tries():
            told = self.agent.look(request)
            if kind(told) in wanted:
                return told
        self.fail(f"still {told}, not {wanted}")

    def own_right(self, count=1):
        for _ in tries():
            mine = self.office.own("GET")["items"]
            if len(mine) >= count and all(one["state"] != "received" for one in mine):
                return mine[0]
        self.fail("no request came to the portal")

    def test_a_deletion_is_confirmed_by_the_person_approved_and_fulfilled(self):
        asked = self.agent.ask("deletion", **{"agent-request-id": "their-1"})
        self.assertEqual(kind(asked), UNVERIFIED)
        self.assertEqual(asked["agent_request_id"], "their-1")
        self.assertTrue(asked["user_verification_url"].endswith("/account/requests"))
        for name in ("received_at", "expected_by", "expires_at"):
            self.assertTrue(asked[name].endswith("+00:00"), asked)
            datetime.datetime.fromisoformat(asked[name])
        clock = datetime.datetime.fromisoformat(asked["expected_by"]) - datetime.datetime.fromisoformat(asked["received_at"])
        self.assertEqual(clock.days, 45, "the clock is that of the regime")
        right = self.own_right()
        self.assertEqual((right["kind"], right["regime"], right["agent"], right["state"], right["identified"]),
                         ("erasure", "ccpa", "Agent A", "unshown", False))
        self.assertIn("We have your request", self.office.wait_for_letters("We have your request")[0]["Subject"])
        self.assertEqual(self.office.look(right["right"])["customer"], self.office.customer)
        self.office.own("POST", f"/{right['right']}/identify", {})
        told = self.wait_for(asked["request_id"], ("in_progress", None))
        self.assertNotIn("user_verification_url", told)
        self.assertTrue(told["expected_by"])
        self.office.wait(right["right"], "review")
        self.office.act(right["right"], "approve")
        done = self.wait_for(asked["request_id"], ("fulfilled", None))
        self.assertNotIn("results_url", done)
        self.assertTrue(done["expires_at"])
        self.assertEqual(self.server.ask("GET", f"/api/v1/customers/{self.office.customer}/collections",
                                         token=self.office.officer)[0], 404)
        self.agent.revoke(asked["request_id"], expect=409)
        self.server.stop()
        self.assertEqual(self.server.verify().returncode, 0)

    def test_an_archive_goes_to_the_person_and_the_agent_reads_where(self):
        asked = self.agent.ask("access:specific")
        right = self.own_right()["right"]
        self.office.own("POST", f"/{right}/identify", {})
        self.office.wait(right, "review")
        self.office.act(right, "extend", reason="complexity")
        told = self.agent.look(asked["request_id"])
        self.assertGreater(told["expected_by"], asked["expected_by"])
        self.assertIn("extended", told["processing_details"])
        self.office.act(right, "approve")
        done = self.wait_for(asked["request_id"], ("fulfilled", None))
        self.assertTrue(done["results_url"].endswith("/account/requests"))
        self.assertEqual(self.server.ask("GET", f"/api/v1/rights/{right}/file", token=self.agent.token)[0], 401)
        # What was told stays told, also when the archive went and is made anew.
        self.server.stop()
        self.server.tell("delete from exports where of_right = 1 returning 1")
        self.server.tell("update rights set due_ms = 1 returning 1")
        self.office.start()
        self.office.wait(right, "review")
        self.assertEqual(kind(self.agent.look(asked["request_id"])), ("fulfilled", None))

    def test_an_opt_out_is_an_objection_and_an_opt_in_is_the_persons_own(self):
        self.office.ask("PUT", f"/customers/{self.office.customer}/permissions/offers", {"granted": True}, cookie=self.office.cookie)
        asked = self.agent.ask("sale:opt-out")
        right = self.own_right()["right"]
        self.office.own("POST", f"/{right}/identify", {})
        self.office.wait(right, "review")
        self.office.act(right, "approve")
        self.wait_for(asked["request_id"], ("fulfilled", None))
        told = self.office.ask("GET", f"/customers/{self.office.customer}/permissions", cookie=self.office.cookie)["items"]
        self.assertFalse(any(one["granted"] for one in told), told)
        denied = self.agent.ask("sale:opt-in")
        self.assertEqual(kind(denied), ("denied", "other"))
        self.assertTrue(denied["processing_details"])
        self.assertEqual(len(self.office.own("GET")["items"]), 1)

    def test_an_agent_is_told_the_same_of_everybody(self):
        """Known, unknown, known and asked for already by another way: not a word differs."""
        self.office.own("POST", "", {"kind": "access"})
        busy = self.agent.ask("access")
        known = self.agent.ask("deletion")
        unknown = self.agent.ask("access", "nobody@example.org")
        mine = self.own_right(2)
        for _ in range(40):
            told = []
            for one in (busy, known, unknown):
                now = self.agent.look(one["request_id"])
                self.assertEqual(now, one, "what comes after the answer shows")
                told.append({key: re.sub(r"\d", "0", value) for key, value in now.items() if key != "request_id"})
            self.assertEqual(told[0], told[1])
            self.assertEqual(told[0], told[2])
            time.sleep(0.05)
        letters = self.office.wait_for_letters("We have your request", 2)
        self.assertEqual({one["To"] for one in letters}, {"ada@example.org", "nobody@example.org"})
        texts = {re.sub(r"rgt_\w+|(29|30) days", "", one.get_content()) for one in letters}
        self.assertEqual(len(texts), 1, texts)
        # What the person asked for in the portal goes its way, and no agent hears of it.
        own = next(one["right"] for one in self.office.own("GET")["items"] if one["channel"] == "portal")
        self.office.wait(own, "review")
        self.office.act(own, "approve")
        self.office.wait(own, "ready")
        self.assertEqual(kind(self.agent.look(busy["request_id"])), UNVERIFIED)
        self.assertTrue(mine)
        self.assertNotIn("nobody@example.org", self.server.tell("select group_concat(hex(sealed)) from drp_requests") or ""
                         if not self.server.database else "")

    def test_nobody_confirms_and_it_is_denied_after_thirty_days(self):
        asked = [self.agent.ask("access", who)["request_id"] for who in ("ada@example.org", "nobody@example.org")]
        self.own_right()
        for days, wanted in ((29, UNVERIFIED), (2, ("denied", "insuf_verification"))):
            self.server.tell(f"update drp_requests set received_ms = received_ms - {days * 86_400_000} returning 1")
            self.assertEqual([kind(self.agent.look(one)) for one in asked], [wanted] * 2)

    def test_a_request_is_revoked_until_it_is_over(self):
        for confirm in (False, True):
            asked = self.agent.ask("deletion", **{"agent-request-id": f"r-{confirm}"})
            right = self.own_right(1 + confirm)["right"]  # the newest
            if confirm:
                self.office.own("POST", f"/{right}/identify", {})
                self.office.wait(right, "review")
            self.assertEqual(kind(self.agent.revoke(asked["request_id"])), ("revoked", None))
            self.assertEqual(self.office.look(right)["state"], "withdrawn")
            again = self.agent.revoke(asked["request_id"])
            self.assertEqual((kind(again), again["agent_request_id"]), (("revoked", None), f"r-{confirm}"))
        # The very moment after the answer, before anything is opened, or just when it is.
        for i in range(20):
            asked = self.agent.ask("access", f"quick-{i}@example.org")
            self.assertEqual(kind(self.agent.revoke(asked["request_id"])), ("revoked", None))
        time.sleep(1.5)
        self.assertEqual({one["state"] for one in self.office.list("?limit=100")["items"]}, {"withdrawn"})

    def test_another_agents_request_and_token_are_refused(self):
        other = self.trust("AGENT_B", 2)
        asked = self.agent.ask("access", **{"agent-request-id": "same"})["request_id"]
        other.look(asked, expect=403)
        other.revoke(asked, expect=403)
        self.agent.look("0198c0de-0000-7000-8000-000000000000", expect=404)
        self.assertNotEqual(other.ask("access", **{"agent-request-id": "same"})["request_id"], asked)
        self.assertEqual(other.send("GET", "/v1/agent/AGENT_A")[0], 403)
        self.assertEqual(self.agent.send("GET", "/v1/agent/AGENT_A")[:2], (200, {}))
        self.assertEqual(self.agent.send("GET", "/v1/agent/AGENT_A", token="drp_made-up")[0], 401)
        self.assertEqual(self.agent.send("GET", "/v1/agent/AGENT_A", token="")[0], 401)
        # One agent's body under another's token, and a machine's token.
        status, told, _ = self.agent.send("POST", HERE, self.agent.key.body(self.agent.exercise()), token=other.token)
        self.assertEqual((status, told["message"]), (403, "The signature is not that of your key."))
        self.assertEqual(self.agent.send("GET", f"{HERE}/{asked}", token=self.server.token("officer"))[0], 401)
        gone = self.server.run("drp", "agent", "remove", "AGENT_B", "--data", self.server.data)
        self.assertEqual(gone.returncode, 0, gone.stderr)
        self.assertEqual(other.send("GET", "/v1/agent/AGENT_B")[0], 401)
        listed = self.server.run("drp", "agent", "list", "--json", "--data", self.server.data)
        self.assertEqual([one["id"] for one in json.loads(listed.stdout)["items"]], ["AGENT_A"])

    def test_every_defect_is_refused_by_its_own_check(self):
        key, stranger = self.agent.key, Key(b"\7" * 32)
        good = self.agent.exercise()
        bent = bytearray(base64.b64decode(key.body(good)))
        bent[100] ^= 4
        twice = ('{"exercise": "deletion", ' + json.dumps(good)[1:]).encode()
        deep = json.dumps({**good, "deep": 0}).replace('"deep": 0', '"deep": ' + "[" * 40 + "]" * 40).encode()
        refusals = [
            ("*" + key.body(good), 400, "base64"), ("", 400, "base64"),
            (base64.b64encode(bent).decode(), 403, "signature"), (stranger.body(good), 403, "signature"),
            (base64.b64encode(base64.b64decode(key.body(good))[:50]).decode(), 403, "signature"),
            (key.body(twice), 400, "JSON"), (key.body(deep), 400, "JSON"), (key.body([good]), 400, "JSON"),
            (key.body({**good, "agent-id": "AGENT_B"}), 403, "agent-id"),
            (key.body({**good, "business-id": "OTHER_SHOP"}), 403, "business-id"),
            (key.body({**good, "issued-at": at(60)}), 400, "issued-at"),
            (key.body({**good, "expires-at": at(-1)}), 400, "expires-at"),
            (key.body({**good, "expires-at": at(1000)}), 400, "15 minutes"),
            (key.body({**good, "exercise": "portability"}), 400, "rights actions"),
            (key.body({**good, "exercise": ["access"]}), 400, "exercise"),
            (key.body({**good, "regime": "gdpr"}), 400, "regime"),
            (key.body({**good, "email": "ada"}), 400, "email"),
            (key.body({**good, "status_callback": "https://elsewhere.example/"}), 400, "status_callback"),
            (key.body({name: value for name, value in good.items() if name != "drp.version"}), 400, "drp.version"),
        ]
        for body, status, word in refusals:
            with self.subTest(word=word, status=status):
                got, told, headers = self.agent.send("POST", HERE, body)
                self.assertEqual(got, status, told)
                self.assertIn(word, told["message"])
                self.assertEqual(told["code"], str(status))
                self.assertEqual(headers["Content-Type"].split(";")[0], "application/json")
                self.assertLessEqual(set(told), {"code", "message", "fatal"})
        self.assertEqual(self.server.tell("select count(*) from drp_requests"), "0", "nothing was kept of them")
        for body, *_ in refusals[:13]:
            status, told, _ = self.agent.send("POST", "/v1/agent/AGENT_A", body, token="")
            self.assertEqual((status, told), (403, b""), "a refused set-up says nothing")
        claims = self.agent.key.body(self.agent.claims())
        self.assertEqual(self.agent.send("POST", "/v1/agent/AGENT_B", claims, token="")[:2], (403, b""))

    def test_a_message_is_taken_once_also_over_a_kill(self):
        for path, claims, token in ((HERE, self.agent.exercise("access"), None), ("/v1/agent/AGENT_A", self.agent.claims(), "")):
            body = self.agent.key.body(claims)
            self.assertEqual(self.agent.send("POST", path, body, token=token)[0], 200)
            refused = 409 if token is None else 403
            self.assertEqual(self.agent.send("POST", path, body, token=token)[0], refused)
            self.server.stop(signal.SIGKILL)
            self.office.start()
            self.assertEqual(self.agent.send("POST", path, body, token=token)[0], refused)
        self.assertEqual(self.server.tell("select count(*) from drp_requests"), "1")
        # What is over is not remembered for ever.
        self.server.tell("update drp_taken set until_ms = 1 returning 1")
        self.server.stop()
        self.office.start()
        self.agent.ask("deletion")
        self.assertEqual(self.server.tell("select count(*) from drp_taken"), "1")

    def test_an_answer_that_was_lost_is_asked_for_again_by_the_agents_own_id(self):
        first = self.agent.ask("access", **{"agent-request-id": "mine"})
        again = self.agent.ask("access", **{"agent-request-id": "mine"})
        self.assertEqual(first["request_id"], again["request_id"])
        self.assertIn("agent-request-id", self.agent.ask("deletion", expect=409, **{"agent-request-id": "mine"})["message"])

    def test_without_an_address_nobody_is_looked_for(self):
        body = self.agent.exercise()
        del body["email"]
        status, told, _ = self.agent.send("POST", HERE, self.agent.key.body(body))
        self.assertEqual((status, kind(told)), (200, ("denied", "insuf_verification")))
        self.assertEqual(self.agent.look(told["request_id"]), told)

    def test_agents_are_checked_when_they_are_added(self):
        key = self.agent.key.public
        for arguments in (("", "Name", key), ("A B", "Name", key), ("NEW", "", key), ("NEW", "Name", "AAAA"), ("NEW", "Name", "?"),
                          ("NEW", "Name", key, "--callback", "https://a.example"), ("NEW", "Name", key, "--callback", "127.0.0.1"),
                          ("NEW", "Name", key, "--callback", "a.example/path"), ("AGENT_A", "Name", key)):
            self.assertNotEqual(self.server.run("drp", "agent", "add", *arguments, "--data", self.server.data).returncode, 0, arguments)
        self.assertEqual(self.server.run("drp", "agent", "remove", "NOBODY", "--data", self.server.data).returncode, 3)


class Listener(TlsListener):
    """An agent's server that takes statuses. `answers`: what it says first, then 200."""

    def __init__(self, data, *answers):
        self.got, self.answers, self.kinds = [], list(answers), []
        listener = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = listener.answers.pop(0) if listener.answers else 200
                listener.kinds.append(self.headers["Content-Type"])
                listener.got.append((status, self.path, body))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", f"https://localhost:{self.server.server_address[1]}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(data, Handler)

    def wait(self, wanted):
        for _ in tries():
            taken = [kind(body) for status, _, body in self.got if status == 200]
            if taken[-1:] == [wanted]:
                return
        raise AssertionError(f"{wanted} was not told: {self.got}")


class Callbacks(unittest.TestCase):
    setUp, trust, own_right = Rights.setUp, Rights.trust, Rights.own_right

    def begin(self, *answers):
        self.server.stop()
        self.office.start(AVOW_DRP_CA=str(self.server.data / "ca.pem"))
        listener = Listener(self.server.data, *answers)
        self.addCleanup(listener.stop)
        self.agent = self.trust("AGENT_C", 3, "--callback", listener.host)
        return listener

    def wait_until_nothing_is_left(self):
        for _ in tries():
            if self.server.tell("select next_ms from drp_requests") == "0":
                return
        self.fail("there is something left to be told")

    def test_an_agent_is_told_each_change_once_and_again_until_it_took_it(self):
        listener = self.begin(500, 302)
        address = f"https://{listener.host}/update/?of=them"
        asked = self.agent.ask("deletion", status_callback=address, **{"agent-request-id": "mine"})
        right = self.own_right()["right"]
        before = self.server.tell("select told from drp_requests")
        self.office.own("POST", f"/{right}/identify", {})
        listener.wait(("in_progress", None))
        # Whoever dies before it is noted tells it again.
        self.assertTrue(any(self.server.tell("select told from drp_requests") != before for _ in tries()))
        self.server.stop(signal.SIGKILL)
        self.office.start(AVOW_DRP_CA=str(self.server.data / "ca.pem"))
        self.office.wait(right, "review")
        self.office.act(right, "approve")
        listener.wait(("fulfilled", None))
        self.assertEqual({path for _, path, _ in listener.got}, {"/update/?of=them"}, "nothing is followed")
        self.assertEqual([status for status, *_ in listener.got[:3]], [500, 302, 200])
        taken = [body for status, _, body in listener.got if status == 200]
        self.assertEqual([kind(body) for body in taken], [("in_progress", None), ("fulfilled", None)])
        self.assertEqual({(body["request_id"], body["agent_request_id"]) for body in taken}, {(asked["request_id"], "mine")})
        self.assertEqual(set(listener.kinds), {"application/json"})
        self.wait_until_nothing_is_left()

    def test_only_the_host_that_the_operator_named_is_told(self):
        listener = self.begin()
        for elsewhere in (f"http://{listener.host}/", "https://localhost/", f"https://{listener.host}.evil.example/",
                          f"https://{listener.host}@evil.example/", f"https://evil.example/{listener.host}"):
            self.agent.ask("access", expect=400, status_callback=elsewhere)
        asked = self.agent.ask("access", status_callback=f"https://{listener.host}/")
        self.own_right()
        # Taken back by the operator, it is told nothing more.
        self.assertEqual(self.server.run("drp", "agent", "remove", "AGENT_C", "--data", self.server.data).returncode, 0)
        right = self.office.own("GET")["items"][0]
        self.assertEqual(right["agent"], None)
        self.office.own("POST", f"/{right['right']}/withdraw", {})
        self.wait_until_nothing_is_left()
        self.assertEqual(listener.got, [])
        self.assertTrue(asked)


@unittest.skipUnless(os.environ.get("AVOW_FAULTS") == "1", "this build has no fault points")
class Killed(unittest.TestCase):
    def test_what_was_answered_is_opened_once_whatever_dies(self):
        for point in ("drp.taken", "rights.half_asked", "drp.half_opened", "rights.asked_for", "drp.opened"):
            with self.subTest(point=point):
                office = Office(AVOW_DRP_BUSINESS_ID=BUSINESS).start().begin()
                self.addCleanup(lambda server=office.server: server.process.poll() is None and server.stop(signal.SIGKILL))
                agent = Agent(office.server)
                added = office.server.run("drp", "agent", "add", agent.name, "A", agent.key.public, "--data", office.server.data)
                self.assertEqual(added.returncode, 0)
                agent.set_up()
                office.server.stop()
                office.start(AVOW_FAULT_AT=point)
                bodies = [agent.key.body(agent.exercise("deletion", who)) for who in ("ada@example.org", "nobody@example.org")]
                for body in bodies:
                    try:
                        agent.send("POST", HERE, body)
                    except (OSError, http.client.HTTPException):
                        pass
                office.server.process.wait(timeout=PATIENCE)
                office.server.stop()
                office.start()
                taken = [agent.send("POST", HERE, body)[0] for body in bodies]
                self.assertTrue(set(taken) <= {200, 409}, taken)
                for _ in tries():
                    rights = office.list()["items"]
                    if len(rights) == 2 and all(one["state"] == "unshown" for one in rights):
                        break
                self.assertEqual([one["state"] for one in rights], ["unshown"] * 2)
                self.assertEqual(office.server.tell("select count(*) from drp_requests where open_ms = 0"), "2")
                office.wait_for_letters("We have your request", 2)
                office.server.stop()
                self.assertEqual(office.server.verify().returncode, 0)


class Off(unittest.TestCase):
    def test_where_it_is_not_set_up_there_is_nothing(self):
        server = Server().start()
        self.addCleanup(server.stop, signal.SIGKILL)
        agent = Agent(server)
        self.assertEqual(server.run("drp", "agent", "add", "AGENT_A", "A", agent.key.public, "--data", server.data).returncode, 0)
        self.assertEqual(agent.send("POST", "/v1/agent/AGENT_A", agent.key.body(agent.claims()), token="")[0], 404)
        self.assertEqual(agent.send("POST", HERE, "x")[0], 404)


if __name__ == "__main__":
    unittest.main()
