# SPDX-License-Identifier: Apache-2.0
"""Traffic from outside: events come in by three doors, reports go out, and nobody is in any file. On either engine:
AVOW_TRAFFIC_ENGINE=clickhouse for the other."""
import base64
import contextlib
import gzip
import hashlib
import html
import json
import os
import random
import signal
import threading
import unittest

import clickhouse
from avow_server import SOURCE, Server
from patience import tries

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
          "Chrome/126.0.0.0 Safari/537.36")
# Addresses of documentation, an agent and a cookie that no program has by chance.
CANARIES = ("203.0.113.77", "198.51.100.66", "2001:db8:cafe::77", "CanaryAgent", "canary-cookie")

ON_CLICKHOUSE = os.environ.get("AVOW_TRAFFIC_ENGINE") == "clickhouse"


@unittest.skipIf(ON_CLICKHOUSE and not clickhouse.PROGRAM.exists(), "ClickHouse is not installed")
class Traffic(unittest.TestCase):
    def start(self, **settings):
        server = Server()
        if ON_CLICKHOUSE:
            server.environment.update(clickhouse.shared().settings())
        environment = {**server.environment, "AVOW_TRAFFIC_TRUSTED_PROXIES": "127.0.0.1",
                       **{"AVOW_TRAFFIC_" + name.upper(): value for name, value in settings.items()}}
        server.start(environment)
        server.environment = environment
        self.addCleanup(lambda: server.process.poll() is None and server.stop(signal.SIGKILL))
        server.web = server.token("web")
        return server

    def send(self, server, event, address="203.0.113.77", agent=FIREFOX, path="/t/event", headers=None, line=None):
        return server.ask("POST", path, event if isinstance(event, (str, bytes)) else json.dumps(event), headers={
            "Content-Type": "text/plain", "User-Agent": agent, "X-Forwarded-For": address, **(headers or {})},
            connection=line)

    def view(self, server, page="/", host="localhost", **more):
        event = {"n": "pageview", "u": f"https://{host}{page}", "d": host}
        for key in ("r", "f", "s", "g", "k"):
            if key in more:
                event[key] = more.pop(key)
        status, told, headers = self.send(server, event, **more)
        self.assertEqual(status, 202, told)
        return headers

    def report(self, server, name, query="", expect=200):
        status, told, _ = server.ask("GET", f"/api/v1/traffic/{name}?{query}", token=server.web)
        self.assertEqual(status, expect, told)
        return told

    def test_views_come_in_and_reports_go_out(self):
        server = self.start()
        for _ in range(7):
            self.view(server, "/a", s=15, g=4, k=1, r="https://www.google.com/")
            self.view(server, "/b", f="/a", s=0, g=0, k=2, agent=CHROME)
        summary = self.report(server, "summary")["totals"]
        self.assertEqual((summary["views"], summary["visits"], summary["visitor_days"]), (14, 7, 7))
        pages = self.report(server, "pages")["rows"]
        self.assertEqual({row["page"]: row["views"] for row in pages}, {"/a": 7, "/b": 7})
        self.assertEqual(self.report(server, "referrers")["rows"][0]["source"], "Google")
        paths = self.report(server, "paths", "page=/a&steps=1")["rows"]
        self.assertEqual([(row["from"], row["to"], row["views"]) for row in paths], [("/a", "/b", 7)])
        live = self.report(server, "live")
        self.assertEqual((live["totals"]["views"], sum(live["minutes"])), (14, 14))
        for name in server.ask("GET", "/api/v1/traffic", token=server.web)[1]["reports"]:
            if name != "funnel":  # asked of one that is kept
                self.report(server, name, "filter=event:x" if name == "properties" else "")
        status, csv, headers = server.ask("GET", "/api/v1/traffic/pages?format=csv", token=server.web)
        self.assertTrue(headers["Content-Type"].startswith("text/csv"))
        self.assertEqual(csv.decode().splitlines()[0], "page,views,visits,visitor_days")
        self.assertEqual(server.stop(), 0)
        server.start(server.environment)
        self.assertEqual(self.report(server, "summary")["totals"]["views"], 14)
        server.stop()

    def test_time_is_told_as_a_distribution(self):
        server = self.start()
        for load in range(10):
            event = {"n": "engagement", "u": "https://localhost/a", "d": "localhost", "b": f"load{load}", "q": 1, "e": 5000}
            self.assertEqual(self.send(server, event)[0], 202)
            self.send(server, event)  # a resend
            self.send(server, {**event, "q": 2, "e": 20000, "w": 5000})
        row = self.report(server, "time_on_page")["rows"][0]
        self.assertEqual((row["page"], row["loads"]), ("/a", 10))
        self.assertAlmostEqual(row["median_s"], 20, delta=1)
        server.stop()

    def test_small_counts_are_not_shown(self):
        server = self.start()
        for _ in range(9):
            self.view(server, "/many", agent=CHROME, s=15, g=4, k=1)
        self.view(server, "/secret", s=15, g=4, k=1)
        self.assertNotIn("/secret", json.dumps(self.report(server, "pages")))
        self.assertTrue(self.report(server, "summary", "filter=browser:Firefox")["suppressed"])
        self.report(server, "summary", "k=1", expect=422)
        self.report(server, "paths", "filter=country:DE", expect=422)
        server.stop()

    def keep(self, server, expect=201, **study):
        status, told, _ = server.ask("POST", "/api/v1/studies", study, server.web)
        self.assertEqual(status, expect, told)
        return told

    def test_goals_and_funnels_are_kept_and_told(self):
        server = self.start()
        for _ in range(7):
            self.view(server, "/prices", s=15, g=4, k=1)
            self.view(server, "/buy", f="/prices", s=0, g=0, k=2)
        self.view(server, "/prices", s=15, g=4, k=1)
        self.keep(server, kind="goal", name="Bought", terms=["page:/buy"])
        self.keep(server, kind="goal", name="Signed", terms=["event:signed"])
        self.keep(server, 409, kind="goal", name="Bought", terms=["page:/other"])
        rows = self.report(server, "goals")["rows"]
        self.assertEqual(rows, [{"goal": "Bought", "completions": 7, "per_100_visits": 87.5},
                                {"goal": "Signed", "completions": None, "per_100_visits": None}])
        self.assertEqual(server.ask("GET", "/api/v1/traffic/goals?format=csv", token=server.web)[1].decode().splitlines()[1],
                         "Bought,7,87.5")
        made = self.keep(server, kind="funnel", name="Shop", terms=["/prices", "/buy"])
        rows = self.report(server, "funnel", "funnel=" + made["study"])["rows"]
        self.assertEqual([(row["page"], row["views"], row["went_on"]) for row in rows],
                         [("/prices", 8, None), ("/buy", 7, None)], "one who did not go on would be told by subtraction")
        for _ in range(4):
            self.view(server, "/prices", s=15, g=4, k=1)
        rows = self.report(server, "funnel", "funnel=" + made["study"])["rows"]
        self.assertEqual((rows[0]["views"], rows[0]["went_on"], rows[0]["share"]), (12, 7, 58.3))
        self.report(server, "funnel", "funnel=std_nothing", expect=422)
        self.assertEqual(server.ask("DELETE", "/api/v1/studies/" + made["study"], token=server.web)[0], 204)
        self.assertEqual(server.ask("DELETE", "/api/v1/studies/" + made["study"], token=server.web)[0], 404)
        self.report(server, "funnel", "funnel=" + made["study"], expect=422)
        server.stop()

    def test_what_cannot_be_kept_is_named(self):
        server = self.start()
        def wrong(**study):
            return [one["pointer"] for one in self.keep(server, 422, **study)["errors"]]
        self.assertEqual(wrong(kind="goal", name="x", terms=["country:DE"]), ["/terms"])
        self.assertEqual(wrong(kind="goal", name="x", terms=["page:/a", "page:/b"]), ["/terms"])
        self.assertEqual(wrong(kind="funnel", name="x", terms=["/a"]), ["/terms"])
        self.assertEqual(wrong(kind="segment", name="x", terms=["shoe:42"]), ["/terms/0"])
        self.assertEqual(wrong(kind="segment", name="x", terms=[]), ["/terms"])
        self.assertEqual(wrong(kind="link", name="x", terms=[], report="paths", days=30), ["/report"])
        self.assertEqual(wrong(kind="link", name="x", terms=[], report="summary", days=0, noise=True), ["/days", "/noise"])
        self.assertEqual(wrong(kind="gaol", name="x", terms=[]), ["/kind"])
        self.assertEqual(wrong(kind="goal", name="a\nb", terms=["page:/a"]), ["/name"])
        self.assertEqual(wrong(kind="goal", name="x", terms=["page:/a"], site="evil.example"), ["/site"])
        self.assertEqual(server.ask("GET", "/api/v1/studies", token=server.web)[1]["items"], [])
        for token, expect in ((None, 401), (server.token("agent"), 403)):
            self.assertEqual(server.ask("GET", "/api/v1/studies", token=token)[0], expect)
            self.assertEqual(server.ask("POST", "/api/v1/studies", {}, token)[0], expect)
        server.stop()

    def test_a_link_shows_one_report_to_whoever_has_it_until_it_is_removed(self):
        server = self.start()
        for _ in range(300):
            self.view(server, "/prices", s=15, g=4, k=1)
        made = self.keep(server, kind="link", name="For the board", terms=[], report="pages", days=7)
        secret = made["link"].partition("#")[2]
        self.assertNotIn("link", json.dumps(server.ask("GET", "/api/v1/studies", token=server.web)[1]["items"][0]["name"]))
        self.assertNotIn(secret, json.dumps(server.ask("GET", "/api/v1/studies", token=server.web)[1]), "shown once")
        def shared(link):
            return server.ask("POST", "/api/v1/studies/shared", {"link": link})[:2]
        status, told = shared(secret)
        self.assertEqual((status, told["rows"][0]["views"]), (200, 300))
        noisy = self.keep(server, kind="link", name="Outside", terms=[], report="pages", days=7, noise=True)["link"].partition("#")[2]
        first, again = shared(noisy)[1], shared(noisy)[1]
        self.assertEqual(first["rows"], again["rows"])
        self.assertEqual(first["noise"], {"deviation": 10, "pages": 10})
        self.assertAlmostEqual(first["rows"][0]["views"], 300, delta=80)
        self.assertEqual(shared("nothing")[0], 404)
        self.assertEqual(server.ask("DELETE", "/api/v1/studies/" + made["study"], token=server.web)[0], 204)
        self.assertEqual(shared(secret)[0], 404)
        server.stop()

    def test_only_the_web_team_reads_reports(self):
        server = self.start()
        self.assertEqual(server.ask("GET", "/api/v1/traffic/summary")[0], 401)
        self.assertEqual(server.ask("GET", "/api/v1/traffic/summary", token=server.token("agent"))[0], 403)
        self.report(server, "nonsense", expect=404)
        told = self.report(server, "summary", "form=2026-01-01&site=evil.example&to=yesterday", expect=422)
        self.assertEqual(len(told["errors"]), 3)
        server.stop()

    def test_plausibles_and_umamis_scripts_are_understood(self):
        server = self.start(sites="shop.example=94db1cb1-74f4-4a40-ad6c-962362670409")
        for _ in range(6):
            status, told, _ = self.send(server, {"name": "pageview", "url": "https://shop.example/p", "domain": "shop.example",
                                                 "referrer": None}, path="/api/event")
            self.assertEqual((status, told), (202, b"ok"))
            status, told, _ = self.send(server, {"type": "event", "payload": {
                "website": "94db1cb1-74f4-4a40-ad6c-962362670409", "hostname": "shop.example", "url": "/u",
                "referrer": ""}}, path="/api/send", headers={"Content-Type": "application/json"})
            self.assertEqual((status, "cache" in told), (200, True))
            self.assertEqual(server.ask("GET", "/t/pixel.gif?d=shop.example&u=https://shop.example/q", headers={
                "User-Agent": FIREFOX})[0], 200)
        pages = self.report(server, "pages", "site=shop.example")["rows"]
        self.assertEqual({row["page"]: row["views"] for row in pages}, {"/p": 6, "/u": 6, "/q": 6})
        status, told, _ = self.send(server, {"name": "pageview", "domain": "shop.example"}, path="/api/event")
        self.assertEqual((status, list(told["errors"])), (400, ["u"]))
        _, _, headers = self.send(server, {"n": "pageview", "u": "https://other.example/"}, path="/api/event")
        self.assertEqual(headers["x-plausible-dropped"], "1")
        server.stop()

    def test_other_sites_may_post_here_and_nowhere_else(self):
        server = self.start()
        foreign = {"Origin": "https://shop.example", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors",
                   "Accept-Language": "en", "Accept-Encoding": "gzip"}
        event = {"n": "pageview", "u": "https://localhost/"}
        status, _, headers = self.send(server, event, headers=foreign)
        self.assertEqual((status, headers["Access-Control-Allow-Origin"]), (202, "*"))
        self.assertEqual(headers["Cross-Origin-Resource-Policy"], "cross-origin")
        self.assertEqual(server.ask("OPTIONS", "/api/send", headers=foreign)[0], 204)
        status, _, headers = server.ask("GET", "/t/avow.js")
        self.assertEqual(headers["Cross-Origin-Resource-Policy"], "cross-origin")
        for path in ("/api/v1/account/sign-in", "/t/event/", "/t/eventx"):
            status, _, headers = self.send(server, "{}", path=path, headers=foreign)
            self.assertEqual(status, 403, path)
            self.assertIsNone(headers["Access-Control-Allow-Origin"])
            self.assertEqual(headers["Cross-Origin-Resource-Policy"], "same-origin")
        server.stop()

    def test_forged_headers_and_wishes_are_heard_rightly(self):
        server = self.start(trusted_proxies="10.0.0.0/8", signals="do_not_count")
        for _ in range(6):
            self.view(server, "/", address="8.8.8.8")  # nobody trusts this client
        self.assertEqual(self.report(server, "countries")["rows"][0]["country"], "(none)")
        self.assertEqual(self.view(server, "/", headers={"Sec-GPC": "1"})["x-plausible-dropped"], "1")
        self.assertEqual(self.report(server, "summary")["totals"]["views"], 6)
        server.stop()
        server = self.start()
        for _ in range(6):
            self.view(server, "/", address="1.2.3.4, 8.8.8.8")
            self.view(server, "/", s=15, g=4, k=1, headers={"Sec-GPC": "1"})
        self.assertIn("US", [row["country"] for row in self.report(server, "countries")["rows"]])
        totals = self.report(server, "summary")["totals"]
        self.assertEqual((totals["views"], totals["visitor_days"]), (12, 0))
        server.stop()

    def test_floods_and_nonsense_get_clean_answers(self):
        server = self.start(events_per_minute="20")
        # More than two minutes' worth: a new minute may begin in between.
        answers = [self.send(server, {"n": "pageview", "u": "https://localhost/"})[0] for _ in range(50)]
        self.assertEqual(answers[:20], [202] * 20)
        self.assertEqual(set(answers), {202, 503})
        self.assertIn(answers.count(202), range(20, 41))
        other = "198.51.100.66"
        self.assertEqual(self.send(server, {"n": "pageview", "u": "https://localhost/"}, address=other)[0], 202)
        for body in (b"", b"{", b"[]", b"\xff\xfe", b'{"n":"pageview"}', b'{"n":"pageview","u":"data:,x"}',
                     b'{"n":"pageview","u":"https://localhost/' + b"x" * 3000 + b'"}'):
            status, told, _ = self.send(server, body, address=other)
            self.assertEqual(status, 400, body)
            self.assertNotIn("xxx", json.dumps(told))
        self.assertEqual(self.send(server, b"x" * 900_000, address=other)[0], 413)
        server.stop()

    def test_the_alphabet_is_published_and_the_script_is_small(self):
        server = self.start()
        status, told, _ = server.ask("GET", "/t/alphabet")
        self.assertEqual((told["size"], len(set(told["values"]))), (352, 352))
        status, script, _ = server.ask("GET", "/t/avow.js")
        self.assertEqual(status, 200, script)
        self.assertLessEqual(len(gzip.compress(script, 9, mtime=0)), 1200)
        server.stop()

    def everything_kept(self, server):
        folders = [server.folder, *([clickhouse.shared().folder] if ON_CLICKHOUSE else [])]
        for path in (path for folder in folders for path in folder.rglob("*")):
            if path.is_file():
                with contextlib.suppress(FileNotFoundError):  # merged away meanwhile
                    yield path, path.read_bytes()

    def test_no_address_agent_or_cookie_is_in_any_file_log_or_answer(self):
        server = self.start()
        told = []
        for number, address in enumerate(CANARIES[:3] * 10):
            headers = {"Cookie": "avow_t=canary-cookie; other=canary-cookie"}
            agent = f"{FIREFOX} CanaryAgent/{number}"
            self.view(server, "/a", address=address, agent=agent, headers=headers)
            told.append(self.send(server, {"n": "pageview", "u": 7}, address=address, agent=agent, headers=headers))
            told.append(self.send(server, "{", address=address, agent=agent, headers=headers))
            told.append(server.ask("GET", "/api/v1/traffic/summary", headers={
                "User-Agent": agent, "X-Forwarded-For": address, **headers}))
        for name in ("summary", "pages", "browsers", "live", "countries", "bots"):
            told.append(self.report(server, name))
        self.assertEqual(self.report(server, "summary")["totals"]["views"], 30)

        def search(when):
            for path, content in self.everything_kept(server):
                for canary in CANARIES:
                    self.assertNotIn(canary.encode(), content, f"{canary} in {path} {when}")
        for canary in CANARIES:
            self.assertNotIn(canary, repr(told))
        search("while it runs")
        server.stop(signal.SIGKILL)
        search("after a kill")
        server.start(server.environment)
        search("after a start")
        server.stop()
        search("after its end")
        # The search can find: the page is in the store.
        self.assertTrue(any(b"/a" in content for path, content in self.everything_kept(server)
                            if ("local_words" if ON_CLICKHOUSE else "traffic") in str(path)))

    def test_other_people_with_the_same_visits_leave_the_same(self):
        def run(addresses, agents):
            server = self.start()
            dice = random.Random(11)
            for number in range(60):
                who = dice.randrange(6)
                self.view(server, dice.choice(("/", "/a", "/b")), address=addresses[who], agent=agents[who],
                          s=15 if number % 3 else 0, g=4 if number % 3 else 0, k=1 if number % 3 else 2)
            server.day = [self.report(server, name, "from=2020-01-01&to=2029-01-01") for name in (
                "summary", "pages", "countries", "browsers", "devices", "entries", "exits", "paths")]
            server.stop()
            return server.day
        one = run(["8.8.8.%d" % n for n in range(6)], [FIREFOX] * 6)
        other = run(["8.8.4.%d" % n for n in range(6)], [FIREFOX.replace("128.0", f"{120 + n}.0") for n in range(6)])
        self.assertEqual(json.dumps(one, sort_keys=True), json.dumps(other, sort_keys=True))

    def test_logs_are_imported_whether_the_server_runs_or_not(self):
        server = self.start()
        log = server.folder / "access.log"
        line = '203.0.113.77 - - [15/Jan/2026:08:30:00 +0100] "GET /log HTTP/1.1" 200 5 "-" "' + FIREFOX + '"\n'
        log.write_text(line * 20 + "nonsense\n")
        told = self.imported(server, log)
        self.assertEqual((told["kept"], told["rejected"], told["rejects"][0]["line"]), (20, 1, 21))
        pages = self.report(server, "pages", "from=2026-01-15&to=2026-01-15")["rows"]
        self.assertEqual([(row["page"], row["views"]) for row in pages], [("/log", 20)])
        server.stop()
        log.write_text(line * 20 + "nonsense\n" + line * 5)
        told = self.imported(server, log)
        self.assertEqual((told["before"], told["kept"]), (21, 5))
        self.assertEqual(server.run("traffic", "import", log, "--data", server.data, "--format", "x").returncode, 3)

    def imported(self, server, log):
        done = server.run("traffic", "import", log, "--data", server.data, "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def test_the_policys_promises_about_traffic_are_measured(self):
        server = Server()
        server.policy = SOURCE / "policy"
        if ON_CLICKHOUSE:
            server.environment.update(clickhouse.shared().settings())
        server.start()
        self.addCleanup(lambda: server.process.poll() is None and server.stop(signal.SIGKILL))
        _, told, _ = server.ask("GET", "/api/v1/policy")
        measured = {one["rule"]: one for one in told["sentences"] if one["rule"]}
        for rule in ("browsing.anonymous", "traffic.browser-and-country", "traffic.cookie", "traffic.patterns"):
            self.assertEqual(measured[rule]["status"], "kept", measured[rule])
        self.assertIn("47/47" if ON_CLICKHOUSE else "60/60", json.dumps(measured["traffic.browser-and-country"]))
        _, page, _ = server.ask("GET", "/privacy")
        _, script, _ = server.ask("GET", "/t/avow.js")
        digest = base64.b64encode(hashlib.sha256(script).digest()).decode()
        self.assertIn(f'src="/t/avow.js" integrity="sha256-{html.escape(digest)}"', html.unescape(page.decode()))
        server.stop()

    def test_nothing_acknowledged_is_lost_in_a_kill(self):
        server = self.start()
        for round_ in range(3):
            before = self.report(server, "summary")["totals"].get("views", 0)
            acknowledged = []

            def client():
                try:
                    line = server.connection()
                    while True:
                        if self.send(server, {"n": "pageview", "u": "https://localhost/k"}, line=line,
                                     address=f"192.0.2.{len(acknowledged) % 250}")[0] == 202:
                            acknowledged.append(1)
                except Exception:
                    pass
            clients = [threading.Thread(target=client) for _ in range(4)]
            for one in clients:
                one.start()
            # The first visit after a start waits for the patterns of user agents.
            for _ in tries():
                if acknowledged:
                    break
            threading.Event().wait(0.5)
            server.stop(signal.SIGKILL)
            for one in clients:
                one.join(10)
            server.start(server.environment)
            after = self.report(server, "summary")["totals"]["views"]
            self.assertGreater(len(acknowledged), 0)
            self.assertGreaterEqual(after, before + len(acknowledged))
        server.stop()


if __name__ == "__main__":
    unittest.main()
