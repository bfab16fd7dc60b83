# SPDX-License-Identifier: Apache-2.0
"""Planted faults must be found, or the check is no check."""
import pathlib
import tempfile
import unittest

import walls

HEAD = "// SPDX-License-Identifier: Apache-2.0\n"


class Walls(unittest.TestCase):
    def faults(self, path, text):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "src" / path
            file.parent.mkdir(parents=True)
            file.write_text(text)
            return walls.arrows(pathlib.Path(folder))

    def test_a_service_may_not_open_the_vault(self):
        self.assertEqual(len(self.faults("services/x.cc", HEAD + '#include "vault/vault.hh"\n')), 1)

    def test_the_policy_may_not_reach_the_store(self):
        self.assertEqual(len(self.faults("policy/x.cc", HEAD + '#include "sql/connection.hh"\n')), 1)

    def test_a_library_stays_in_its_room(self):
        self.assertEqual(len(self.faults("gate/x.cc", HEAD + "#include <sqlite3.h>\n")), 1)

    def test_an_allowed_arrow_is_allowed(self):
        self.assertEqual(self.faults("gate/x.cc", HEAD + '#include "vault/vault.hh"\n'), [])

    def test_banned_words_and_missing_guards_are_found(self):
        self.assertEqual(len(self.faults("gate/x.hh", HEAD + "// TODO\n")), 2)


if __name__ == "__main__":
    unittest.main()
