# SPDX-License-Identifier: Apache-2.0
"""Whose an address is: signing up tells nobody who has an account, who reads the mail of an address gets what was held
under it, and another address becomes the account's only by its mail."""
import signal
import statistics
import time
import unittest

from avow_server import Server
from patience import tries

PASSWORD = "a sentence nobody would guess"
OTHER = "forty kettles under a lamp"
EMAIL = "ada@example.com"


class Addresses(unittest.TestCase):
    def setUp(self):
        self.server = Server()
        self.server.environment["AVOW_MAIL_FOLDER"] = str(self.server.folder / "mail")
        self.server.start()
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))

    def ask(self, method, path, body=None, cookie=None, token=None):
        return self.server.ask(method, path, body, token, headers={
            **({"Cookie": cookie} if cookie else {}), "Sec-Fetch-Site": "same-origin"})

    def sign_up(self, email=EMAIL, password=PASSWORD):
        status, told, headers = self.ask("POST", "/api/v1/account/sign-up",
                                         {"email": email, "password": password, "policy_version": "1"})
        self.assertEqual(status, 201, told)
        return told["customer"], headers.get_all("Set-Cookie")[0].split(";")[0]

    def confirmed(self, email=EMAIL):
        customer, cookie = self.sign_up(email)
        link = self.server.mailed_link(email, "/verify")
        self.assertEqual(self.ask("POST", "/api/v1/account/verify", {"link": link}, cookie)[0], 204)
        return customer, cookie

    def sign_in(self, email, password):
        return self.ask("POST", "/api/v1/account/sign-in", {"email": email, "password": password})

    def seen_by(self, email):
        """All that who signs up with this address can see of the answers, without what differs for everybody."""
        status, told, headers = self.ask("POST", "/api/v1/account/sign-up",
                                         {"email": email, "password": OTHER, "name": "Eve", "policy_version": "1"})
        cookie = headers.get_all("Set-Cookie")[0].split(";")[0]
        place = f"/api/v1/customers/{told['customer']}"
        account = self.ask("GET", "/api/v1/account", cookie=cookie)[1]
        again = self.ask("POST", "/api/v1/account/verify/send", {}, cookie)[0]
        # The letter goes out; its line says the same whatever it says itself.
        for _ in tries():
            uses = self.ask("GET", place + "/uses", cookie=cookie)[1]["items"]
            if uses:
                break
        changed = self.ask("PUT", "/api/v1/account/profile", {"fields": {"email": "eve@new.example.com"}, "policy_version": "1"},
                           cookie)
        return (status, sorted(told), sorted(headers.keys()), len(told["customer"]), account["address_verified"], account["name"],
                again, [(use["kind"], use["letter"], use["decision"], list(use["fields"])) for use in uses],
                len(self.ask("GET", place + "/collections", cookie=cookie)[1]["items"]), changed[0], sorted(changed[1]),
                self.sign_in(email, OTHER)[0], self.sign_in(email, "not it at all, no")[1]["detail"],
                self.ask("POST", "/api/v1/account/reset", {"email": email})[0])

    def test_who_signs_up_learns_nothing_of_who_has_an_account(self):
        self.confirmed()
        intake = self.server.token("intake")
        status, told, _ = self.ask("POST", "/api/v1/collections", {"channel": "portal", "fields": {"email": "bob@example.com"}},
                                   token=intake)
        self.assertEqual(status, 201, told)
        fresh = self.seen_by("nobody@example.com")
        self.assertEqual(self.seen_by(EMAIL), fresh)
        self.assertEqual(self.seen_by("bob@example.com"), fresh)
        told = [text for text in self.server.letters_to(EMAIL) if "There is an account with it already" in text]
        self.assertEqual(len(told), 1)
        self.assertNotIn("#", told[0])
        self.assertEqual(self.sign_in(EMAIL, PASSWORD)[0], 200, "and the owner is the owner")

    def test_a_sign_up_takes_about_as_long_for_one_as_for_the_other(self):
        for number in range(7):
            self.sign_up(f"ada{number}@example.com")
        self.server.confirm_addresses()
        times = {True: [], False: []}
        for number in range(7):
            for known in (True, False):
                email = f"{'ada' if known else 'nobody'}{number}@example.com"
                began = time.perf_counter()
                status, told, _ = self.ask("POST", "/api/v1/account/sign-up",
                                           {"email": email, "password": OTHER, "policy_version": "1"})
                times[known].append(time.perf_counter() - began)
                self.assertEqual(status, 201, told)
        # Pair by pair: a machine that others use is not as quick at one time as at another. A hash more or less would
        # be half of it.
        ratio = statistics.median(known / fresh for known, fresh in zip(times[True], times[False]))
        self.assertTrue(0.6 < ratio < 1 / 0.6, times)

    def test_who_confirms_sees_what_came_in_by_other_ways(self):
        intake = self.server.token("intake")
        _, before, _ = self.ask("POST", "/api/v1/collections", {
            "channel": "portal", "fields": {"email": EMAIL, "name": "Ada, by telephone"}}, token=intake)
        customer, cookie = self.sign_up()
        self.assertNotEqual(customer, before["customer"])
        self.assertEqual(self.ask("GET", f"/api/v1/customers/{before['customer']}", cookie=cookie)[0], 404)
        link = self.server.mailed_link(EMAIL, "/verify")
        status, told, headers = self.ask("POST", "/api/v1/account/verify", {"link": link}, cookie)
        self.assertEqual(status, 204, told)
        fresh = headers["Set-Cookie"].split(";")[0]
        self.assertEqual(self.ask("GET", "/api/v1/account", cookie=cookie)[0], 401)
        account = self.ask("GET", "/api/v1/account", cookie=fresh)[1]
        self.assertEqual((account["customer"], account["address_verified"]), (before["customer"], True))
        values = str(self.ask("GET", f"/api/v1/customers/{before['customer']}/collections", cookie=fresh)[1])
        self.assertIn("Ada, by telephone", values)
        self.assertEqual(self.ask("GET", f"/api/v1/customers/{customer}", token=self.server.token("officer"))[0], 404)
        self.assertEqual(self.sign_in(EMAIL, PASSWORD)[1]["customer"], before["customer"])
        self.server.stop()
        verified = self.server.verify()
        self.assertEqual(verified.returncode, 0, verified.stderr)

    def test_a_link_alone_confirms_nothing_that_somebody_else_began(self):
        _, mallory = self.sign_up()
        link = self.server.mailed_link(EMAIL, "/verify")
        for body in ({"link": link}, {"link": link, "password": "my own password, not theirs"}):
            status, told, _ = self.ask("POST", "/api/v1/account/verify", body)
            self.assertEqual((status, told["errors"][0]["pointer"]), (422, "/password"))
        self.assertFalse(self.ask("GET", "/api/v1/account", cookie=mallory)[1]["address_verified"])
        # Who reads the mail has the address anyway, and whoever signed up with it is out.
        self.ask("POST", "/api/v1/account/reset", {"email": EMAIL})
        reset = self.server.mailed_link(EMAIL, "/reset/new")
        self.assertEqual(self.ask("POST", "/api/v1/account/reset/finish", {"link": reset, "password": OTHER})[0], 204)
        self.assertEqual(self.ask("GET", "/api/v1/account", cookie=mallory)[0], 401)
        self.assertEqual((self.sign_in(EMAIL, PASSWORD)[0], self.sign_in(EMAIL, OTHER)[0]), (401, 200))

    def test_another_address_is_confirmed_first_and_the_former_one_takes_it_back(self):
        _, cookie = self.confirmed()
        change = {"fields": {"email": "ada@new.example.com"}, "policy_version": "1"}
        status, told, _ = self.ask("PUT", "/api/v1/account/profile", change, cookie)
        self.assertEqual((status, told["fields"]["email"], told["email_asked"]), (200, EMAIL, "ada@new.example.com"))
        self.assertEqual(self.sign_in("ada@new.example.com", PASSWORD)[0], 401)
        link = self.server.mailed_link("ada@new.example.com", "/verify")
        self.assertEqual(self.ask("POST", "/api/v1/account/verify", {"link": link})[0], 422, "a scanner that posts")
        self.assertEqual(self.ask("POST", "/api/v1/account/verify", {"link": link}, cookie)[0], 204)
        told = self.ask("GET", "/api/v1/account/profile", cookie=cookie)[1]
        self.assertEqual((told["fields"]["email"], told["email_asked"]), ("ada@new.example.com", None))
        self.assertEqual((self.sign_in("ada@new.example.com", PASSWORD)[0], self.sign_in(EMAIL, PASSWORD)[0]), (200, 401))
        undo = self.server.mailed_link(EMAIL, "/undo")
        self.assertIn("The link works for 6 days.", self.server.letters_to(EMAIL)[-1])
        self.assertEqual(self.ask("POST", "/api/v1/account/undo", {"link": undo})[0], 204)
        self.assertEqual(self.ask("GET", "/api/v1/account", cookie=cookie)[0], 401)
        self.assertEqual((self.sign_in("ada@new.example.com", PASSWORD)[0], self.sign_in(EMAIL, PASSWORD)[0]), (401, 200))
        self.assertEqual(self.ask("POST", "/api/v1/account/undo", {"link": undo})[0], 404)
        for table in ("former_addresses", "address_changes"):
            self.assertEqual(self.server.tell(f"select count(*) from {table}"), "0")

    def test_an_address_of_somebody_else_is_asked_for_like_any_other(self):
        self.confirmed("bob@example.com")
        _, cookie = self.confirmed()
        told = {}
        for email in ("bob@example.com", "nobody@example.com"):
            status, told[email], _ = self.ask("PUT", "/api/v1/account/profile", {"fields": {"email": email}, "policy_version": "1"},
                                              cookie)
            self.assertEqual(status, 200)
            self.assertEqual(told[email].pop("email_asked"), email)
            self.assertEqual(self.ask("DELETE", "/api/v1/account/profile/email-asked", cookie=cookie)[0], 204)
        self.assertEqual(*told.values())
        for _ in tries():
            if len(self.server.letters_to("bob@example.com")) > 1:
                break
        self.assertIn("There is an account with it already", self.server.letters_to("bob@example.com")[-1])


if __name__ == "__main__":
    unittest.main()
