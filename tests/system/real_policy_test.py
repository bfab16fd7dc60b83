# SPDX-License-Identifier: Apache-2.0
"""The main job under a real policy, archived in 2010: checked whole, published, asked, proved, and found out
when anybody changes a byte. The policy stands beside the checkout."""
import contextlib
import json
import pathlib
import random
import shutil
import signal
import sqlite3
import tempfile
import unittest

from avow_server import SOURCE, Server

REAL = SOURCE.parent / "shared/policy/welocalize-2010"
EMAIL = "grace@example.com"
SERVICE = ("Welocalize collects and uses your personal information to give you superior customer service, to provide "
           "you with convenient access to our products and services, and to make a wider range available to you.")
OFFERS = ("In addition, we use your personal information to keep you up to date on the latest service announcements, "
          "special offers, and other information we think you'd like to hear about.")
NEW_USE = ("If you have not given us permission to communicate with you, you will not be contacted, nor will we use "
           "your personal information in a new manner.")
PLANNING = "We also use what you give us in the portals for planning our work."


def write_newer(folder):
    """The next version: one purpose more, stated for the portals by a sentence of its own."""
    text = (REAL / "privacy.md").read_text()
    promises = (REAL / "promises.toml").read_text()
    folder.mkdir()
    (folder / "privacy.md").write_text(text.replace(SERVICE, SERVICE + " " + PLANNING))
    changed = promises.replace('"2010-11-29"', '"2011-01-10"').replace("= 2010-11-29", "= 2011-01-10")
    changed = changed.replace("[purposes.offers]", '[purposes.planning]\nlabel = "Planning our work"\n'
                              'basis = "legitimate-interest"\n\n[purposes.offers]')
    changed = changed.replace('["service", "access", "range"]', '["service", "access", "range", "planning"]')
    changed += f'\n[[promises]]\nsays = "{PLANNING}"\nkept_by = "use.stated-purpose"\n'
    (folder / "promises.toml").write_text(changed)
    return folder


@unittest.skipUnless(REAL.exists(), f"the policy of 2010 is not at {REAL}")
class Check(unittest.TestCase):
    """`avow policy check`: what it prints and how it ends."""

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="avow-policy-"))
        self.addCleanup(shutil.rmtree, self.folder)
        self.program = Server(self.folder / "unused")

    def check(self, folder, *more):
        return self.program.run("policy", "check", folder, *more)

    def changed(self, old, new):
        """A copy with one place of the text changed; the line that the place is on."""
        copy = shutil.copytree(REAL, self.folder / "copy", dirs_exist_ok=True)
        text = (REAL / "privacy.md").read_text()
        at = text.index(old)
        (copy / "privacy.md").write_text(text[:at] + new + text[at + len(old):])
        return copy, text[:at].count("\n") + 1

    def test_the_policy_of_2010_is_bound_whole(self):
        checked = self.check(REAL)
        self.assertEqual((checked.returncode, checked.stderr), (0, ""))
        self.assertEqual(checked.stdout.splitlines()[0], "33 quotes bound, 0 unbound")
        told = json.loads(self.check(REAL, "--json").stdout)
        self.assertEqual((told["ok"], told["quotes_bound"], told["unbound"], told["findings"]), (True, 33, 0, []))

    def test_a_changed_word_exits_1_and_names_the_line_and_the_nearest_quote(self):
        for old, new in (("superior customer", "excellent customer"), ("legal process", "legal progress"),
                         ("do not reveal any", "do not reveal much"), ("not even your email", "not only your email")):
            folder, line = self.changed(old, new)
            checked = self.check(folder)
            self.assertEqual(checked.returncode, 1, checked.stdout)
            self.assertIn(f"privacy.md:{line}:", checked.stdout)
            self.assertIn(old, checked.stdout, "the nearest quote still has the old word")
            self.assertIn("32 quotes bound, 1 unbound", checked.stdout.splitlines()[-1])
            finding = json.loads(self.check(folder, "--json").stdout)["findings"][0]
            self.assertEqual((finding["code"], finding["line"]), ("unbound_sentence", line))
            self.assertIn(old, finding["suggestion"])

    def test_a_folder_that_is_no_policy_exits_3_and_wrong_usage_2(self):
        self.assertEqual(self.check(self.folder / "nowhere").returncode, 3)
        self.assertEqual(self.program.run("policy", "check").returncode, 2)

    def test_line_ends_of_windows_change_nothing(self):
        copy = shutil.copytree(REAL, self.folder / "crlf")
        for name in ("privacy.md", "promises.toml"):
            (copy / name).write_bytes((REAL / name).read_bytes().replace(b"\n", b"\r\n"))
        checked = self.check(copy)
        self.assertEqual(checked.returncode, 0, checked.stdout)

    def test_bytes_that_are_no_utf8_are_named_with_their_line(self):
        for name in ("privacy.md", "promises.toml"):
            copy = shutil.copytree(REAL, self.folder / name)
            lines = (REAL / name).read_bytes().split(b"\n")
            lines[4] = lines[4] + b" \xff\xfe"
            (copy / name).write_bytes(b"\n".join(lines))
            checked = self.check(copy)
            self.assertEqual(checked.returncode, 1, checked.stdout + checked.stderr)
            self.assertIn(f"{name}:5:", checked.stdout)

    def test_ten_megabytes_of_text_are_answered_and_not_bound(self):
        copy = shutil.copytree(REAL, self.folder / "long")
        with open(copy / "privacy.md", "a") as text:
            text.write("\n\nThis sentence is bound by nothing at all." * 240_000)
        checked = self.check(copy)
        self.assertIn(checked.returncode, (1, 3), checked.stderr)
        self.assertRegex(checked.stdout + checked.stderr, "too large|larger than|unbound")

    def test_right_to_left_text_is_quoted_and_found_like_any_other(self):
        arabic = "نستخدم بياناتك لخدمتك فقط."
        copy = shutil.copytree(REAL, self.folder / "rtl")
        with open(copy / "privacy.md", "a") as text:
            text.write(f"\n\n\u202b{arabic}\u202c\n")
        self.assertEqual(self.check(copy).returncode, 1)
        (copy / "privacy.md").write_text((REAL / "privacy.md").read_text() + f"\n\n{arabic}\n")
        line = len((copy / "privacy.md").read_text().splitlines())
        unbound = self.check(copy)
        self.assertEqual(unbound.returncode, 1)
        self.assertIn(f"privacy.md:{line}:1", unbound.stdout)
        with open(copy / "promises.toml", "a") as promises:
            promises.write(f'\n[[promises]]\nsays = "{arabic}"\nkept_by = "use.stated-purpose"\n')
        self.assertEqual(self.check(copy).stdout.splitlines()[0], "34 quotes bound, 0 unbound")


@unittest.skipUnless(REAL.exists(), f"the policy of 2010 is not at {REAL}")
class Story(unittest.TestCase):
    """The seed story, by the API; every test has it told first."""

    def setUp(self):
        self.server = Server()
        self.server.policy = shutil.copytree(REAL, self.server.folder / "real")
        self.server.start()
        self.server.wait_for_retention()
        self.addCleanup(lambda: self.server.process.poll() is None and self.server.stop(signal.SIGKILL))
        status, told, headers = self.server.ask("POST", "/api/v1/account/sign-up", {
            "email": EMAIL, "password": "a sentence nobody would guess", "name": "Grace",
            "policy_version": "2010-11-29"})
        self.assertEqual(status, 201, told)
        self.customer, self.cookie = told["customer"], headers["Set-Cookie"].split(";")[0]
        self.agent, self.marketer, self.intake = (self.server.token(r) for r in ("agent", "marketer", "intake"))

    def use(self, token, purpose, field="email"):
        status, told, _ = self.server.ask("POST", "/api/v1/uses", {
            "lookup": {"email": EMAIL}, "fields": [field], "purpose": purpose}, token)
        self.assertEqual(status, 200, told)
        return told["fields"][field]

    def publish(self, folder):
        published = self.server.run("policy", "publish", folder, "--data", self.server.data)
        self.assertEqual(published.returncode, 0, published.stderr)

    def tell(self):
        allowed = self.use(self.agent, "service")
        self.assertEqual((allowed["decision"], allowed["because"], allowed["sentence"], allowed["value"]),
                         ("allowed", "stated_at_collection", SERVICE, EMAIL))

        refused = self.use(self.marketer, "offers")
        self.assertEqual((refused["decision"], refused["because"], refused["sentence"]),
                         ("refused", "no_permission", OFFERS))
        self.assertNotIn("value", refused)

        status, told, _ = self.server.ask("PUT", f"/api/v1/customers/{self.customer}/permissions/offers",
                                          {"granted": True}, cookie=self.cookie)
        self.assertEqual(status, 200, told)
        permitted = self.use(self.marketer, "offers")
        self.assertEqual((permitted["decision"], permitted["because"], permitted["value"]),
                         ("allowed", "permission_given", EMAIL))

        self.publish(write_newer(self.server.folder / "newer"))
        later = self.use(self.agent, "planning")
        self.assertEqual((later["decision"], later["because"]), ("refused", "not_noticed"))
        self.assertNotIn("value", later)

    def proofs(self):
        _, told, _ = self.server.ask("GET", f"/api/v1/customers/{self.customer}/uses", cookie=self.cookie)
        self.assertEqual([use["fields"]["email"]["because"] for use in told["items"]],
                         ["not_noticed", "permission_given", "no_permission", "stated_at_collection"])
        entries = [use["ledger"]["entry"] for use in told["items"]]
        _, held, _ = self.server.ask("GET", f"/api/v1/customers/{self.customer}/collections", cookie=self.cookie)
        entries += [collection["ledger"]["entry"] for collection in held["items"]]
        _, standing, _ = self.server.ask("GET", f"/api/v1/customers/{self.customer}/permissions", cookie=self.cookie)
        return entries + [item["ledger"]["entry"] for item in standing["items"] if "ledger" in item]

    def test_the_story_under_the_policy_of_2010(self):
        self.tell()
        entries = self.proofs()
        self.assertEqual(len(entries), 6)
        for entry in entries:
            status, proof, _ = self.server.ask("GET", f"/api/v1/ledger/proofs/{entry}", cookie=self.cookie)
            self.assertEqual((status, proof.splitlines()[0]), (200, b"c2sp.org/tlog-proof@v1"))
            self.assertTrue(proof.splitlines()[1].startswith(b"extra "), "the customer's own proof opens the entry")
            status, bare, _ = self.server.ask("GET", f"/api/v1/ledger/proofs/{entry}", token=self.agent)
            self.assertEqual(status, 200)
            self.assertFalse(bare.splitlines()[1].startswith(b"extra "), "nobody else's does")
        by_url = self.server.verify_url()
        self.assertEqual(by_url.returncode, 0, by_url.stderr)
        self.assertEqual(self.server.stop(), 0)
        by_folder = self.server.verify()
        self.assertEqual(by_folder.returncode, 0, by_folder.stderr)
        self.assertIn("1 customers, 2 sealed values, 6 acts, every one in the ledger", by_folder.stdout)
        # Both ways saw the same tree: two policies, six acts, and the run of retention after the start.
        self.assertEqual(by_url.stdout.splitlines()[0], by_folder.stdout.splitlines()[0])
        self.assertIn("9 entries", by_url.stdout)

    def test_data_collected_under_the_newer_version_may_be_used_for_what_it_states(self):
        self.publish(write_newer(self.server.folder / "newer"))
        status, told, _ = self.server.ask("PUT", "/api/v1/account/profile", {
            "fields": {"company": "Hopper & Sons"}, "policy_version": "2011-01-10"}, cookie=self.cookie)
        self.assertEqual(status, 200, told)
        # The address was collected before, and nobody may write to tell of the new use.
        self.assertEqual(self.use(self.agent, "planning")["because"], "no_permission")
        allowed = self.use(self.agent, "planning", "company")
        self.assertEqual((allowed["because"], allowed["sentence"]), ("stated_at_collection", PLANNING))

    @contextlib.contextmanager
    def flipped(self, file):
        good = file.read_bytes()
        at = random.Random(file.name).randrange(len(good))
        file.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1:])
        try:
            yield
        finally:
            file.write_bytes(good)

    def test_a_flipped_byte_in_a_tile_or_bundle_is_found_by_url_and_by_folder(self):
        self.tell()
        for entry in self.proofs():
            self.server.ask("GET", f"/api/v1/ledger/proofs/{entry}")
        ledger = self.server.data / "ledger"
        tiles = [file for file in (ledger / "tile").rglob("*") if file.is_file()]
        self.assertEqual(len([t for t in tiles if "entries" in t.parts]), 1)
        self.assertEqual(len(tiles), 2)
        for tile in tiles:
            with self.flipped(tile):
                found = self.server.verify_url()
                self.assertEqual(found.returncode, 1, f"{tile}: {found.stdout}")
        self.assertEqual(self.server.verify_url().returncode, 0)
        self.server.stop()
        for file in [*tiles, ledger / "checkpoint"]:
            with self.flipped(file):
                found = self.server.verify()
                self.assertEqual(found.returncode, 1, f"{file}: {found.stdout}")
                self.assertIn("does not verify", found.stderr)
                self.server.start(expect_ready="entries" in file.parts)
                if self.server.process.poll() is None:
                    self.server.stop()
        self.assertEqual(self.server.verify().returncode, 0)

    def test_a_changed_row_is_found(self):
        self.tell()
        self.server.stop()
        for table, column in (("data", "sealed"), ("acts", "sealed"), ("collections", "purposes"),
                              ("permissions", "granted"), ("policies", "files"), ("policies", "details"),
                              ("ledger_index", "leaf_index")):
            with contextlib.closing(sqlite3.connect(self.server.data / "store.db")) as store:
                row, old = store.execute(f"select rowid, {column} from {table} order by rowid limit 1").fetchone()
                if isinstance(old, bytes):
                    new = old[:-1] + bytes([old[-1] ^ 1])
                elif isinstance(old, str):
                    new = old.replace("service", "servile", 1) if "service" in old else old[:-3] + "0" + old[-2:]
                else:
                    new = old + 1000 if table == "ledger_index" else old ^ 1
                self.assertNotEqual(old, new)
                store.execute(f"update {table} set {column} = ? where rowid = ?", (new, row))
                store.commit()
                found = self.server.verify()
                self.assertEqual(found.returncode, 1, f"{table}.{column}: {found.stdout} {found.stderr}")
                store.execute(f"update {table} set {column} = ? where rowid = ?", (old, row))
                store.commit()
        self.assertEqual(self.server.verify().returncode, 0)


if __name__ == "__main__":
    unittest.main()
