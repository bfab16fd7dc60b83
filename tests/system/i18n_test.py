# SPDX-License-Identifier: Apache-2.0
"""avow i18n with the real program: files that other tools read, round trips, faults with their line."""
import gettext
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import xml.etree.ElementTree as xml

from avow_server import PROGRAM, SOURCE
from patience import PATIENCE

LANGUAGES = ("fr", "de", "ja", "ar")
XLIFF = "{urn:oasis:names:tc:xliff:document:2.0}"


class I18n(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="avow-i18n-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.words, self.out = self.folder / "words", self.folder / "out"
        shutil.copytree(SOURCE / "web/words", self.words)

    def run_it(self, *arguments, expect=0):
        done = subprocess.run([PROGRAM, "i18n", *map(str, arguments), "--words", self.words], capture_output=True, text=True, timeout=PATIENCE)
        self.assertEqual(done.returncode, expect, done.stdout + done.stderr)
        return done

    def contents(self):
        return {path.relative_to(self.words): path.read_bytes() for path in self.words.glob("*/*.json") if path.parent.name != "translated"}

    def change(self, language, name, **texts):
        file = self.words / language / f"{name}.json"
        words = json.loads(file.read_text())
        words.update(texts)
        file.write_text(json.dumps({k: v for k, v in words.items() if v is not None}, ensure_ascii=False, indent=2, sort_keys=True) + "\n")

    def standing(self, language, name):
        told = json.loads(subprocess.run([PROGRAM, "i18n", "status", "--json", "--words", self.words], capture_output=True, text=True).stdout)
        return next(one for one in told if (one["language"], one["catalogue"]) == (language, name))

    def test_every_catalogue_goes_out_and_comes_back_as_it_was(self):
        before = self.contents()
        for language in LANGUAGES:
            for way in ("po", "xliff"):
                out = self.out / (language + way)
                self.run_it("export", language, "--format", way, "--out", out)
                files = sorted(out.iterdir())
                self.assertEqual(len(files), 5)
                self.run_it("import", *files)
        self.assertEqual(self.contents(), before)

    def test_gettexts_own_tool_takes_our_files_and_counts_as_we_do(self):
        for language in LANGUAGES:
            self.run_it("export", language, "--out", self.out)
        for file in self.out.glob("*.po"):
            checked = subprocess.run(["msgfmt", "--check", "--output-file=/dev/null", file], capture_output=True, text=True)
            self.assertEqual(checked.returncode, 0, checked.stderr)
        rules = {language: re.search(r'"Plural-Forms: nplurals=(\d+); plural=(.*);\\n"', (self.out / f"portal.{language}.po").read_text())
                 for language in LANGUAGES}
        arabic, french = gettext.c2py(rules["ar"][2]), gettext.c2py(rules["fr"][2])
        self.assertEqual([arabic(n) for n in (0, 1, 2, 3, 10, 11, 99, 100, 102, 103, 1000)], [0, 1, 2, 3, 3, 4, 4, 5, 5, 3, 5])
        self.assertEqual([french(n) for n in (0, 1, 2, 999_999, 1_000_000, 2_000_000)], [0, 0, 2, 2, 1, 1])
        self.assertEqual(gettext.c2py(rules["ja"][2])(7), 0)

    def test_the_xliff_is_well_formed_and_its_places_are_protected(self):
        self.run_it("export", "ar", "--format", "xliff", "--catalogue", "portal", "--out", self.out)
        root = xml.parse(self.out / "portal.ar.xlf").getroot()
        self.assertEqual((root.tag, root.get("version"), root.get("trgLang")), (XLIFF + "xliff", "2.0", "ar"))
        ids = [unit.get("id") for unit in root.iter(XLIFF + "unit")]
        self.assertEqual(len(ids), len(set(ids)))
        self.assertFalse([text for text in root.itertext() if "{" in text], "a place is text that a translator may break")
        forms = [unit.get("id") for unit in root.iter(XLIFF + "unit") if unit.get("id").startswith("year_uses.")]
        self.assertEqual(forms, [f"year_uses.{form}" for form in ("zero", "one", "two", "few", "many", "other")])

    def test_missing_and_stale_are_told_and_closed_by_an_import(self):
        self.run_it("status")
        self.change("fr", "site", nav_privacy=None)
        self.assertEqual(self.standing("fr", "site")["missing"], 1)
        self.run_it("status", expect=1)
        self.run_it("confirm", "de")
        self.change("en", "site", nav_privacy="Privacy policy")
        self.assertEqual(self.standing("de", "site")["stale"], 1)
        self.run_it("export", "de", "--catalogue", "site", "--out", self.out)
        file = self.out / "site.de.po"
        entry = '#, fuzzy\nmsgctxt "nav_privacy"\nmsgid "Privacy policy"\nmsgstr "Datenschutz"\n'
        self.assertIn(entry, file.read_text())
        file.write_text(file.read_text().replace(entry, entry.replace("#, fuzzy\n", "").replace("Datenschutz", "Datenschutzerklärung")))
        self.run_it("import", file)
        self.assertEqual(self.standing("de", "site")["stale"], 0)
        self.assertEqual(json.loads((self.words / "de/site.json").read_text())["nav_privacy"], "Datenschutzerklärung")

    def test_a_bad_file_is_named_by_line_and_nothing_of_any_is_taken(self):
        self.run_it("export", "fr", "--out", self.out)
        good, bad = self.out / "portal.fr.po", self.out / "site.fr.po"
        good.write_text(good.read_text().replace('msgstr "Ajouter', 'msgstr "Ajoutez'))
        lines = bad.read_text().splitlines()
        at = next(i for i, line in enumerate(lines) if "{count}" in line and line.startswith("msgstr[1]"))
        lines[at] = 'msgstr[1] "aucun {nombre}"'
        bad.write_text("\n".join(lines) + "\n")
        before = self.contents()
        told = self.run_it("import", good, bad, expect=1).stderr
        self.assertRegex(told, rf"{re.escape(str(bad))}:\d+: \w+ lacks {{count}}; has {{nombre}}, which its source lacks")
        self.assertEqual(self.contents(), before)
        (self.out / "broken.xlf").write_text("<xliff>\n<file>\n")
        self.assertIn("line 3: this is no well-formed XML", self.run_it("import", self.out / "broken.xlf", expect=1).stderr)
        self.run_it("import", self.out / "nothing.po", expect=3)
        self.run_it("export", "en", "--out", self.out, expect=3)
        self.run_it("export", "../x", "--out", self.out, expect=3)
        self.run_it("export", "fr", "--catalogue", "portel", "--out", self.out, expect=3)
        self.assertIn("comes twice", self.run_it("import", good, good, expect=1).stderr)

    def test_a_language_that_is_new_begins_with_everything_missing(self):
        self.run_it("export", "pt-BR", "--catalogue", "mail", "--out", self.out)
        file = self.out / "mail.pt-BR.po"
        text = file.read_text()
        self.assertNotRegex(text.split("\n\n", 1)[1], r'msgstr "[^"]')
        self.run_it("import", file)
        self.assertEqual((self.words / "pt-BR/mail.json").read_text(), "{}\n")
        self.assertEqual(self.standing("pt-BR", "mail")["translated"], 0)
        self.assertIn("export XLIFF", self.run_it("export", "tlh", "--out", self.out, expect=3).stderr)
        self.run_it("export", "sl", "--format", "xliff", "--catalogue", "portal", "--out", self.out)
        self.assertIn('id="year_uses.two"', (self.out / "portal.sl.xlf").read_text())

    def test_a_document_type_and_its_entities_are_not_read(self):
        file = self.folder / "x.xlf"
        file.write_text('<!DOCTYPE xliff [<!ENTITY leak SYSTEM "file:///etc/hostname">]>\n<xliff version="2.0" srcLang="en" trgLang="fr">'
                        '<file id="site"><unit id="nav_privacy"><segment><source>&leak;</source></segment></unit></file></xliff>')
        self.assertIn("a document type is not wanted", self.run_it("import", file, expect=1).stderr)


if __name__ == "__main__":
    unittest.main()
