# SPDX-License-Identifier: Apache-2.0
"""Runs what the pages of docs tell people to type, in their order, and looks for what they say will be seen."""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import unittest

from avow_server import PROGRAM, SOURCE

BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```", re.M | re.S)
DONE = "this block is done: "


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


class Maps(unittest.TestCase):
    def test_every_test_that_the_security_map_names_is_there(self):
        rows = [line for line in (SOURCE / "docs/security/asvs.md").read_text().splitlines() if line.startswith("| ") and "`" in line]
        self.assertGreater(len(rows), 20)
        for row in rows:
            named = re.findall(r"`([\w./]+_test\.(?:cc|py))`((?: `\w+`(?: ·)?)+)", row)
            self.assertTrue(named, f"no test in: {row}")
            for file, tests in named:
                text = (SOURCE / file).read_text()
                for test in re.findall(r"`(\w+)`", tests):
                    self.assertRegex(text, rf"\b{test}\b", row)


class Operating(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="avow-docs-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        shutil.copytree(SOURCE / "policy", self.folder / "policy")
        (self.folder / "bin").mkdir()
        (self.folder / "bin/avow").symlink_to(PROGRAM)
        # One shell for all, in a group of its own, so that nothing of it outlives the test.
        self.shell = subprocess.Popen(
            ["bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=self.folder,
            start_new_session=True, env={**os.environ, "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}"})
        self.addCleanup(self.end)

    def end(self):
        try:
            os.killpg(self.shell.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.shell.wait()
        self.shell.stdin.close()
        self.shell.stdout.close()

    def run_block(self, code):
        """(exit status, what it printed). A block that ends in & is waited for by its first line."""
        background = code.rstrip().endswith("&")
        if background:  # its log would come between the lines of what follows
            code = code.rstrip()[:-1] + "2>>server.log &"
        self.shell.stdin.write(code + ("\n" if background else f"\necho; echo '{DONE}'$?\n"))
        self.shell.stdin.flush()
        printed = ""
        for line in self.shell.stdout:
            if line.startswith(DONE):
                return int(line[len(DONE):]), printed
            printed += line
            if background and "serving" in line:
                return 0, printed
        self.fail("the shell ended: " + printed)

    def test_every_command_of_operating_works_and_prints_what_the_page_says(self):
        self.assertGreater(self.follow("docs/operating.md"), 15)

    def test_every_command_of_traffic_works_and_prints_what_the_page_says(self):
        self.assertGreater(self.follow("docs/traffic.md"), 7)

    def test_every_command_of_requests_works_and_prints_what_the_page_says(self):
        self.assertGreater(self.follow("docs/requests.md"), 1)

    def test_every_command_of_the_mailing_list_works_and_prints_what_the_page_says(self):
        self.assertGreater(self.follow("docs/mailing-list.md"), 1)

    def test_every_command_of_surveys_works_and_prints_what_the_page_says(self):
        self.assertGreater(self.follow("docs/surveys.md"), 5)

    def test_every_command_of_mail_works_and_prints_what_the_page_says(self):
        self.assertGreater(self.follow("docs/mail.md"), 7)

    def test_every_command_of_the_console_works_and_prints_what_the_page_says(self):
        self.assertGreater(self.follow("docs/console.md"), 5)

    def test_every_command_of_translating_works(self):
        shutil.copytree(SOURCE / "web/words", self.folder / "web/words")
        self.assertEqual(self.follow("docs/translating.md"), 1)

    def follow(self, page):
        """Does what the page says; how many blocks that were."""
        text = (SOURCE / page).read_text()
        # The page's port may be taken here; its pattern for the server stays the same.
        port = free_port()
        blocks = BLOCK.findall(text.replace("8443", port))
        printed = ""
        for kind, content in blocks:
            if kind == "sh":
                status, printed = self.run_block(content)
                self.assertEqual(status, 0, content + printed)
                continue
            for line in content.splitlines():
                pattern = ".*".join(re.escape(part) for part in line.split("…"))
                # The server logs to the same terminal whenever it likes, in the middle of a line too.
                quiet = re.sub(r'\{"time":.*?\}\n', "", printed)
                self.assertTrue(re.search(f"^{pattern}$", printed, re.M) or re.search(f"^{pattern}$", quiet, re.M),
                                f"{line!r} is not in {printed!r}")
        return len(blocks)

    def test_the_page_names_every_file_of_a_data_directory(self):
        status, printed = self.run_block(f"avow serve --data data --policy policy --listen 127.0.0.1:{free_port()} &")
        self.assertEqual(status, 0, printed)
        text = (SOURCE / "docs/operating.md").read_text()
        for file in (self.folder / "data").iterdir():
            name = re.sub(r"-(wal|shm)$|-journal$", "", file.name)
            self.assertRegex(text, re.escape(f"`{name}") + "[/`]", "the page does not tell of it")


if __name__ == "__main__":
    unittest.main()
