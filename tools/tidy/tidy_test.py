# SPDX-License-Identifier: Apache-2.0
"""Planted faults must be found, and good code left alone."""
import pathlib
import tempfile
import unittest

import tidy


class Tidy(unittest.TestCase):
    def check(self, files):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                file = pathlib.Path(folder) / name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            return tidy.check(pathlib.Path(folder))

    def faults_in(self, code):
        return self.check({"src/x.cc": code})

    def test_a_banned_word_is_found_with_its_line_and_its_replacement(self):
        for code, instead in (("std::cout << 1;", "the log"), ("auto now = std::chrono::system_clock::now();", "a Clock"),
                              ("int x = rand();", "a Random"), ("std::random_device{}();", "a Random"),
                              ("int x = atoi(text);", "from_chars"), ("// TODO later", "done"),
                              ("switch (x) { default: break; }", "every case")):
            faults = self.faults_in("\n" + code)
            self.assertEqual(len(faults), 1, code)
            self.assertIn("src/x.cc:2: ", faults[0])
            self.assertIn(instead, faults[0])

    def test_words_in_texts_and_comments_are_no_code(self):
        self.assertEqual(self.faults_in('auto text = "rand() and std::cout";  // not rand()\nint operand(int x);'), [])
        self.assertEqual(self.faults_in("switch (x) { default: return;  // any: codes of a library\n}"), [])

    def test_nothing_is_built_or_captured_inside_a_co_await(self):
        for code in ("co_await f(Options{1});", "auto x = co_await f([y] { return y; });", "co_await f({1, 2});",
                     "if (co_await g(a, [&](int) { return 1; })) {}"):
            self.assertEqual(len(self.faults_in(code)), 1, code)
        for code in ("co_await f(options, list[0]);", "while (co_await f(x)) { g(); }", "Options o{1}; co_await f(o);"):
            self.assertEqual(self.faults_in(code), [], code)

    def test_a_statement_has_a_file_of_its_own(self):
        self.assertEqual(len(self.faults_in('run("select x from y");')), 1)
        self.assertEqual(self.check({"src/x_test.cc": 'run("select x from y");'}), [])
        self.assertEqual(self.faults_in('say("selected one, please");'), [])

    def test_what_nobody_uses_is_dead(self):
        files = {"src/a/used.hh": "", "src/a/dead.hh": "", "src/a/x.cc": '#include "a/used.hh"\nrun(statements::find_x);',
                 "src/a/sql/find_x.sql": "", "src/a/sql/find_y.sql": ""}
        faults = self.check(files)
        self.assertEqual([fault.split(":")[0] for fault in faults], ["src/a/dead.hh", "src/a/sql/find_y.sql"])

    def test_a_page_has_one_title(self):
        self.assertEqual(self.check({"a.md": "# One\n\n```\n# a comment\n```\n## Two\n"}), [])
        self.assertEqual(len(self.check({"a.md": "# One\n# Two\n"})), 1)
        self.assertEqual(len(self.check({"a.md": "no title\n"})), 1)

    def test_functions_are_measured(self):
        code = "int f(int x) {\n  if (x) {\n  }\n  return 1;\n}\nvoid A::g() const {\n}\n"
        self.assertEqual([(lines, name) for lines, _, name in tidy.functions(code)], [(4, "f"), (1, "A::g")])


if __name__ == "__main__":
    unittest.main()
