# SPDX-License-Identifier: Apache-2.0
"""Receipts, and a browser's privacy signal, with the real program."""
import json
import unittest

from avow_server import Server

GPC = {"Sec-GPC": "1"}


class Receipts(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server().start()
        cls.addClassCleanup(cls.server.stop)
        cls.agent, cls.marketer = cls.server.token("agent"), cls.server.token("marketer")
        cls.intake = cls.server.token("intake")

    def customer(self, name, offers=False):
        """(place, cookie) of somebody who signed up."""
        status, told, headers = self.server.ask("POST", "/api/v1/account/sign-up", {
            "email": f"{name}@example.com", "password": "a sentence nobody would guess", "name": name, "language": "en",
            "policy_version": "1", "permissions": {"offers": True} if offers else {}})
        self.assertEqual(status, 201, told)
        return "/api/v1/customers/" + told["customer"], headers["Set-Cookie"].split(";")[0]

    def offers(self, place, cookie, headers=None):
        status, told, _ = self.server.ask("GET", place + "/permissions?practice=true", cookie=cookie, headers=headers)
        self.assertEqual(status, 200, told)
        return next(one for one in told["items"] if one["purpose"] == "offers")

    def because(self, place):
        status, told, _ = self.server.ask("POST", "/api/v1/uses", {
            "customer": place.rsplit("/", 1)[1], "fields": ["email"], "purpose": "offers"}, token=self.marketer)
        self.assertEqual(status, 200, told)
        return told["fields"]["email"]["because"]

    def verify(self, receipt, key=None):
        file = self.server.folder / "a.receipt"
        file.write_bytes(receipt)
        key = key or self.server.ask("GET", "/ledger/key")[1].decode().strip()
        return self.server.run("receipt", "verify", file, "--key", key, "--json")

    def receipt(self, place, cookie, entry):
        status, told, headers = self.server.ask("GET", f"{place}/receipts/{entry}", cookie=cookie)
        self.assertEqual((status, headers["Cache-Control"]), (200, "no-store"), told)
        return told if isinstance(told, bytes) else told.encode()

    def test_a_receipt_is_kept_and_verified_offline(self):
        place, cookie = self.customer("ada")
        status, told, _ = self.server.ask("PUT", place + "/permissions/offers", {"granted": True}, cookie=cookie)
        self.assertEqual(status, 200, told)
        receipt = self.receipt(place, cookie, told["receipt"]["entry"])
        verified = self.verify(receipt)
        self.assertEqual(verified.returncode, 0, verified.stderr)
        record = json.loads(verified.stdout)["receipt"]
        self.assertEqual(record["pii_processing"][0]["purpose"], "offers")
        self.assertEqual(record["events"][0]["event_state"], "given")
        self.assertNotIn(b"ada@example.com", receipt)
        for at in range(0, len(receipt), 37):
            bent = bytearray(receipt)
            bent[at] ^= 1
            self.assertEqual(self.verify(bytes(bent)).returncode, 1, at)
        other = self.server.ask("GET", "/ledger/key")[1].decode().strip()
        self.assertEqual(self.verify(receipt, other[:-2] + "x=").returncode, 3, "no key at all")
        self.assertEqual(self.server.run("receipt", "verify", "/nothing", "--key", other).returncode, 3)
        self.assertEqual(self.server.run("receipt", "verify").returncode, 2)

    def test_every_collection_and_every_word_has_one_and_only_its_customer_gets_it(self):
        place, cookie = self.customer("grace", offers=True)
        other, others_cookie = self.customer("mallory")
        items = self.server.ask("GET", place + "/receipts", cookie=cookie)[1]["items"]
        self.assertEqual(sorted(one["kind"] for one in items), ["collected", "permitted"])
        for one in items:
            self.assertEqual(self.verify(self.receipt(place, cookie, one["entry"])).returncode, 0)
            for stranger in (place, other):
                self.assertEqual(self.server.ask("GET", f"{stranger}/receipts/{one['entry']}", cookie=others_cookie)[0], 404)
        self.assertEqual(self.server.ask("GET", place + "/receipts", cookie=others_cookie)[0], 404)
        self.assertEqual(self.server.ask("GET", place + "/receipts", token=self.agent)[0], 404)
        self.assertEqual(self.server.ask("GET", place + "/receipts")[0], 401)
        self.assertEqual(self.server.ask("GET", f"{place}/receipts/ent_nothing", cookie=cookie)[0], 404)

    def test_a_signal_withholds_an_earlier_yes_and_is_asked_about_once(self):
        place, cookie = self.customer("alan", offers=True)
        self.assertEqual(self.because(place), "permission_given")
        offers = self.offers(place, cookie, GPC)
        self.assertEqual((offers["signal"], offers["granted"]), ("overrules", False))
        self.assertIn("yes_since", offers)
        self.assertEqual(self.because(place), "objected")
        entry = offers["ledger"]["entry"]
        record = json.loads(self.verify(self.receipt(place, cookie, entry)).stdout)["receipt"]
        self.assertEqual((record["events"][0]["event_type"], record["events"][0]["event_state"]), ("privacy_signal", "withheld"))
        self.assertEqual(self.offers(place, cookie, GPC)["ledger"]["entry"], entry, "recorded once")
        self.server.ask("PUT", place + "/permissions/offers", {"granted": True}, cookie=cookie, headers=GPC)
        self.assertEqual(self.because(place), "permission_given")
        offers = self.offers(place, cookie, GPC)
        self.assertEqual((offers["signal"], offers["granted"]), ("answered", True))
        self.assertEqual(self.server.ask("GET", "/.well-known/gpc.json")[1]["gpc"], True)

    def test_only_the_exact_value_counts_and_any_page_of_the_account_carries_it(self):
        place, cookie = self.customer("edsger", offers=True)
        for value in ("0", "", "true", "1 ", "01", "1;x", "1,1"):
            if value != "1 ":  # white space around a value is no part of it
                self.assertIsNone(self.offers(place, cookie, {"Sec-GPC": value})["signal"], value)
        self.assertEqual(self.server.ask("GET", "/api/v1/account", headers=GPC)[0], 401, "nobody is signed in")
        self.assertIsNone(self.offers(place, cookie)["signal"])
        self.assertEqual(self.server.ask("GET", "/api/v1/account", cookie=cookie, headers=GPC)[0], 200)
        self.assertEqual(self.offers(place, cookie)["signal"], "overrules", "kept, whatever browser comes next")

    def test_what_a_signal_left_in_the_store_fits_the_ledger(self):
        place, cookie = self.customer("radia", offers=True)
        self.offers(place, cookie, GPC)
        self.server.stop()
        verified = self.server.verify()
        self.server.start()
        self.assertEqual(verified.returncode, 0, verified.stderr)
        self.assertEqual(self.offers(place, cookie)["signal"], "overrules")

    def test_practice_is_counted_by_purpose(self):
        place, cookie = self.customer("barbara", offers=True)
        for _ in range(3):
            self.because(place)
        self.server.ask("PUT", place + "/permissions/offers", {"granted": False}, cookie=cookie)
        self.because(place)
        self.assertEqual(self.offers(place, cookie)["last_year"], {"messages": 0, "uses": 3, "refused": 1, "more": False})
        self.assertEqual(self.offers(place, cookie)["evidence"], "switch on the portal's permissions page")
        told = self.server.ask("GET", place + "/permissions?practice=true", token=self.intake)[1]
        self.assertNotIn("evidence", json.dumps(told), "not for those who only write")

    def test_the_timeline_names_the_yes_and_is_filtered(self):
        place, cookie = self.customer("donald", offers=True)
        self.because(place)
        self.server.ask("POST", "/api/v1/uses", {"customer": place.rsplit("/", 1)[1], "fields": ["name"], "purpose": "service"},
                        token=self.agent)
        yes = self.offers(place, cookie)
        uses = lambda query: self.server.ask("GET", f"{place}/uses?{query}", cookie=cookie)[1]
        line = uses("purpose=offers")["items"][0]
        self.assertEqual(line["permission"], {"entry": yes["ledger"]["entry"], "since": yes["since"]})
        self.assertEqual([one["purpose"] for one in uses("field=name")["items"]], ["service"])
        self.assertEqual(uses("kind=refusal")["items"], [])
        self.assertEqual(uses("from=2999-01-01")["items"], [])
        self.assertEqual(uses("to=2001-01-01")["items"], [])
        self.assertEqual(len(uses("kind=use&from=2001-01-01&to=2999-01-01")["items"]), 2)
        first = uses("kind=use&limit=1")
        self.assertEqual(uses(f"kind=use&limit=1&cursor={first['next']}")["items"][0]["purpose"], "offers")


if __name__ == "__main__":
    unittest.main()
