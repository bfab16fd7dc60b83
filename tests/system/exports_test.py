# SPDX-License-Identifier: Apache-2.0
"""Exports with the real program: made in the background, sealed while they wait, fetched once."""
import base64
import csv
import io
import json
import random
import unittest
import zipfile

from avow_server import DESK, Server, write_policy
from patience import tries

MARKER = "zyxmarker"


class Exports(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        write_policy(cls.server.folder / "policy", DESK)
        cls.server.start()
        cls.addClassCleanup(cls.server.stop)
        cls.tokens = {role: cls.server.token(role) for role in ("intake", "agent", "officer", "marketer")}

    def ask(self, method, path, body=None, expect=200, **more):
        status, told, _ = self.server.ask(method, path, body, **more)
        self.assertEqual(status, expect, told)
        return told

    def customer(self, name):
        status, told, headers = self.server.ask("POST", "/api/v1/account/sign-up", {
            "email": f"{name}@example.com", "password": "a sentence nobody would guess", "name": f"{name} {MARKER}",
            "language": "en", "policy_version": "1", "permissions": {"offers": True}})
        self.assertEqual(status, 201, told)
        return "/api/v1/customers/" + told["customer"], headers["Set-Cookie"].split(";")[0]

    def make(self, place, cookie, language="en"):
        one = self.ask("POST", f"{place}/exports?lang={language}", expect=202, cookie=cookie)
        for _ in tries():
            one = self.ask("GET", f"{place}/exports/{one['export']}", cookie=cookie)
            self.assertNotEqual(one["state"], "failed")
            if one["state"] == "ready":
                return one
            self.assertLessEqual(one["done"], one["total"])
        raise AssertionError("the export was not made: " + (self.server.folder / "log").read_text()[-2000:])

    def fetch(self, place, cookie, one, expect=200):
        status, told, headers = self.server.ask("GET", f"{place}/exports/{one['export']}/file", cookie=cookie)
        self.assertEqual(status, expect, told if status != 200 else "")
        if status != 200:
            return told
        self.assertEqual((headers["Content-Type"], headers["Cache-Control"]), ("application/zip", "no-store"))
        self.assertEqual(len(told), one["size"])
        return zipfile.ZipFile(io.BytesIO(told))

    def test_everything_is_in_it_and_proves_itself(self):
        place, cookie = self.customer("ada")
        self.ask("POST", "/api/v1/uses", {"customer": place.rsplit("/", 1)[1], "fields": ["name"], "purpose": "service",
                                          "reason": "=1+1 <b>"}, token=self.tokens["agent"])
        self.ask("POST", "/api/v1/requests", {"subject": "About <i>", "text": f"A question of {MARKER}"}, cookie=cookie, expect=201)
        archive = self.fetch(place, cookie, self.make(place, cookie))
        self.assertIsNone(archive.testzip())
        names = archive.namelist()
        self.assertEqual(len(names), len(set(names)))
        text = {name: archive.read(name).decode("utf-8-sig") for name in names}
        data = json.loads(text["data.json"])
        self.assertEqual(data["customer"], place.rsplit("/", 1)[1])
        self.assertEqual(data["requests"][0]["subject"], "About <i>")
        self.assertEqual(data["account"]["language"], "en")
        self.assertEqual({one["what"] for one in data["left_out"]} & {"secrets", "notes"}, {"secrets", "notes"})
        values = list(csv.DictReader(io.StringIO(text["csv/values.csv"])))
        self.assertIn(f"ada {MARKER}", [one["value"] for one in values])
        uses = list(csv.DictReader(io.StringIO(text["csv/uses.csv"])))
        self.assertIn("'=1+1 <b>", [one["reason"] for one in uses], "no formula for a spreadsheet")
        self.assertIn("agent", [one["recipient"] for one in csv.DictReader(io.StringIO(text["csv/recipients.csv"]))])
        self.assertEqual([one["granted"] for one in csv.DictReader(io.StringIO(text["csv/permissions.csv"]))], ["yes"])
        page = text["index.html"]
        for seen in (f"ada {MARKER}", "&lt;b&gt;", "About &lt;i&gt;", "What is left out", "Offers"):
            self.assertIn(seen, page)
        for never in ("<b>", "<i>", "<script", "export_", "decision_", "because_"):
            self.assertNotIn(never, page)
        entries = {act["entry"] for act in data["acts"]}
        self.assertEqual({name[7:-11] for name in names if name.startswith("proofs/")}, entries)
        key = text["ledger-key.txt"].strip()
        for name in names:
            command = {"receipts": ("receipt", "verify"), "proofs": ("ledger", "verify-proof")}.get(name.split("/")[0])
            if command is None:
                continue
            file = self.server.folder / "checked"
            file.write_bytes(archive.read(name))
            self.assertEqual(self.server.run(*command, file, "--key", key).returncode, 0, name)
        said = [act for act in data["acts"] if act["kind"] in ("collected", "permitted", "withdrawn")]
        self.assertEqual(len([name for name in names if name.startswith("receipts/")]), len(said))

    def test_it_waits_sealed_and_is_fetched_once(self):
        place, cookie = self.customer("grace")
        parts = lambda: int(self.server.tell("select count(*) from export_parts"))
        before = parts()
        one = self.make(place, cookie)
        self.assertGreater(parts(), before)
        if self.server.database is None:
            for file in self.server.data.rglob("*"):
                if file.is_file() and not file.name.endswith(".sock"):
                    self.assertNotIn(b"index.html", file.read_bytes(), file)
                    self.assertNotIn(f"grace {MARKER}".encode(), file.read_bytes(), file)
        self.fetch(place, cookie, one)
        self.fetch(place, cookie, one, expect=409)
        self.assertEqual(self.ask("GET", place + "/exports", cookie=cookie)["items"][0]["state"], "fetched")
        self.assertEqual(parts(), before, "its bytes are gone")
        again = self.make(place, cookie)
        self.assertNotEqual(again["export"], one["export"])
        self.fetch(place, cookie, again)

    def test_it_is_nobody_elses_and_wants_the_password_of_now(self):
        place, cookie = self.customer("alan")
        _, other = self.customer("mallory")
        one = self.make(place, cookie)
        file = f"{place}/exports/{one['export']}/file"
        for path in (place + "/exports", f"{place}/exports/{one['export']}", file):
            self.ask("GET", path, cookie=other, expect=404)
            self.ask("GET", path, token=self.tokens["agent"], expect=404)
            self.ask("GET", path, expect=401)
        self.ask("POST", place + "/exports", cookie=other, expect=404)
        status, _, _ = self.server.ask("GET", file, headers={"Cookie": cookie, "Sec-Fetch-Site": "cross-site"})
        self.assertEqual(status, 403, "another site's link must not use it up")
        self.server.stop()
        self.server.tell("update sessions set proved_ms = 0 returning 1")
        self.server.start()
        for method, path in (("POST", place + "/exports"), ("GET", file)):
            status, _, headers = self.server.ask(method, path, cookie=cookie)
            self.assertEqual(status, 401)
            self.assertIn("insufficient_user_authentication", headers["WWW-Authenticate"])
        told = self.ask("POST", "/api/v1/account/step-up", {"password": "a sentence nobody would guess"}, cookie=cookie, expect=204)
        self.assertEqual(told, b"")

    def test_somebody_elses_export_is_an_entry_and_erasing_takes_it(self):
        place, cookie = self.customer("edsger")
        self.ask("POST", place + "/exports", token=self.tokens["officer"], expect=202)
        self.assertEqual(self.ask("GET", place + "/uses?kind=reading", cookie=cookie)["items"][0]["actor"], "officer")
        plan = self.ask("DELETE", place + "?preview=true", cookie=cookie)
        self.assertIn("exports", [line["what"] for line in plan["goes"]])
        self.ask("DELETE", place, cookie=cookie)
        self.assertEqual(self.server.tell("select count(*) from exports where state = 'ready' and size = 0"), "0")
        self.ask("GET", place + "/exports", token=self.tokens["officer"], expect=200)
        self.assertEqual(self.ask("GET", place + "/exports", token=self.tokens["officer"])["items"], [])

    def test_a_large_one_comes_in_parts_and_broken_off_can_be_fetched_again(self):
        place, cookie = self.customer("donald")
        dice = random.Random(7)
        line = self.server.connection()
        for _ in range(150):
            value = base64.b64encode(dice.randbytes(12_000)).decode()
            status, told, _ = self.server.ask("POST", "/api/v1/collections", {
                "channel": "portal", "fields": {"name": value}, "customer": place.rsplit("/", 1)[1]},
                token=self.tokens["intake"], connection=line)
            self.assertEqual(status, 201, told)
        line.close()
        one = self.make(place, cookie)
        self.assertGreater(one["size"], 3_000_000)
        self.assertGreater(int(self.server.tell("select count(*) from export_parts")), 10)
        line = self.server.connection()
        line.request("GET", f"{place}/exports/{one['export']}/file", headers={"Cookie": cookie, "Sec-Fetch-Site": "same-origin"})
        self.assertEqual(line.getresponse().status, 200)
        line.close()
        for _ in tries():
            state = self.ask("GET", f"{place}/exports/{one['export']}", cookie=cookie)["state"]
            if state == "ready":
                break
        self.assertIsNone(self.fetch(place, cookie, one).testzip())
        # The JSON of the same comes in chunks of no stated length.
        status, told, headers = self.server.ask("GET", place + "/export", cookie=cookie)
        self.assertEqual((status, headers["Transfer-Encoding"]), (200, "chunked"))
        self.assertEqual(len(told["collections"]), 151)

    def test_one_that_a_restart_cut_short_is_made_and_what_is_a_day_old_is_gone(self):
        place, cookie = self.customer("barbara")
        one = self.make(place, cookie)
        self.server.tell("update exports set state = 'making' where state = 'ready' returning 1")
        self.server.stop()
        self.server.start()
        for _ in tries():
            state = self.ask("GET", f"{place}/exports/{one['export']}", cookie=cookie)["state"]
            if state == "ready":
                break
        self.assertEqual(state, "ready")
        self.server.tell("update exports set created_ms = created_ms - 90000000 returning 1")
        self.fetch(place, cookie, one, expect=404)
        for _ in tries():
            if self.server.tell("select count(*) from export_parts") == "0":
                break
        self.assertEqual(self.server.tell("select count(*) from exports"), "0")

    def test_the_page_speaks_the_customers_language(self):
        place, cookie = self.customer("hypatia")
        page = self.fetch(place, cookie, self.make(place, cookie, "ar")).read("index.html").decode()
        self.assertIn('lang="ar" dir="rtl"', page)
        self.assertIn("ما لم يُدرج، ولماذا", page)


if __name__ == "__main__":
    unittest.main()
