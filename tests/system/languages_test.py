# SPDX-License-Identifier: Apache-2.0
"""Everything the server says, in five languages, to a visitor without JavaScript and without cookies."""
import html
import re
import signal
import unittest

from avow_server import NEWER, SOURCE, Server, write_policy

LANGUAGES = ("en", "fr", "de", "ja", "ar")
HEADING = {"en": "How we protect data", "fr": "Comment nous protégeons les données", "de": "Wie wir Daten schützen",
           "ja": "データの保護", "ar": "كيف نحمي البيانات"}
TWO_YEARS = {"en": "2 years", "fr": "2\u00a0ans", "de": "2 Jahre", "ja": "2年間", "ar": "سنتان"}


class Languages(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server()
        cls.server.policy = SOURCE / "policy"
        cls.server.start()
        cls.addClassCleanup(lambda: cls.server.stop(signal.SIGKILL))

    def page(self, path, status=200, **headers):
        answered, body, sent = self.server.ask("GET", path, headers={"Accept": "text/html", **headers})
        self.assertEqual(answered, status)
        self.assertIsNone(sent["Set-Cookie"])
        self.assertTrue(sent["Content-Type"].startswith("text/html"), sent["Content-Type"])
        return html.unescape(body.decode()), sent

    def test_each_page_is_whole_in_each_language(self):
        for language in LANGUAGES:
            for path, status in (("/", 200), ("/privacy", 200), ("/list", 200), ("/list/leave", 200), ("/nothing/here", 404),
                                 ("/privacy/no-such", 404)):
                with self.subTest(language=language, path=path):
                    page, sent = self.page(f"{path}?lang={language}", status)
                    direction = "rtl" if language == "ar" else "ltr"
                    self.assertIn(f'<html lang="{language}" dir="{direction}">', page)
                    self.assertEqual(sent["Content-Language"], language)
                    self.assertNotRegex(page, r"\{\{|\{\w+\}|<script(?! src=./t/avow\.js. integrity=.sha256-)| style=")
                    # A chosen language stays in every link of the page but those that choose one.
                    for link in re.findall(r'href="(/[^"]*)"', page):
                        if not link.startswith("/assets/"):
                            self.assertTrue(link.endswith(f"?lang={language}"), link)
                    for name in ("English", "Français", "Deutsch", "日本語", "العربية"):
                        self.assertIn(f">{name}</a>", page)

    def test_the_policy_page_reads_like_the_policy_and_each_promise_opens(self):
        for language in LANGUAGES:
            with self.subTest(language=language):
                page, _ = self.page("/privacy", **{"Accept-Language": language + "-XX, xx;q=0.5"})
                self.assertIn(HEADING[language] + "</h2>", page)
                self.assertIn(TWO_YEARS[language] + "</td>", page)
                self.assertEqual(page.count("<summary>"), 28)
                self.assertEqual(page.count('class="proof"'), 28)
                self.assertEqual(page.count("<time datetime="), 28)
                self.assertEqual(re.findall(r'id="(s\d+)"', page), [f"s{i + 1}" for i in range(32)])

    def test_evidence_and_labels_come_in_the_asked_language(self):
        _, source, _ = self.server.ask("GET", "/api/v1/policy?lang=en")
        english = {one["id"]: one for one in source["sentences"]}
        for language in LANGUAGES[1:]:
            _, told, _ = self.server.ask("GET", f"/api/v1/policy?lang={language}")
            self.assertEqual(told["language"], language)
            for one in told["sentences"]:
                with self.subTest(language=language, sentence=one["id"]):
                    other = english[one["id"]]
                    self.assertNotEqual(one["text"], other["text"])
                    self.assertEqual(one["rule"], other["rule"])
                    if one["rule"]:
                        self.assertNotEqual(one["keeps"], other["keeps"])
                        self.assertNotEqual(one["evidence"]["words"], other["evidence"]["words"])
                        self.assertNotRegex(one["evidence"]["words"], r"^[a-z_]+$|[{}]")

    def test_programs_get_a_problem_where_people_get_a_page(self):
        for path, accept in (("/nothing", "application/json"), ("/api/v1/nothing", "*/*"),
                             ("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200", "*/*")):
            status, told, _ = self.server.ask("GET", path, headers={"Accept": accept})
            self.assertEqual((status, told["status"]), (404, 404))


class Versions(unittest.TestCase):
    def test_an_older_version_and_a_text_without_translation_say_so(self):
        server = Server().start()
        self.addCleanup(lambda: server.stop(signal.SIGKILL))
        published = server.run("policy", "publish", write_policy(server.folder / "newer", NEWER), "--data", server.data)
        self.assertEqual(published.returncode, 0, published.stderr)
        _, body, headers = server.ask("GET", "/privacy/1?lang=de")
        page = body.decode()
        self.assertIn("Sie lesen nicht die geltende Fassung.", page)
        self.assertIn("noch nicht ins Deutsche übersetzt", page)
        self.assertIn('<article lang="en" dir="ltr">', page)
        self.assertEqual(headers["Content-Language"], "en")
        self.assertLess(page.index('href="/privacy/2?lang=de"'), page.index('href="/privacy/1?lang=de"'))


if __name__ == "__main__":
    unittest.main()
