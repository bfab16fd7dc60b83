# SPDX-License-Identifier: Apache-2.0
"""spin looks at every state of a request under the policy (rights.pml): nothing stands still, `done` is never said of
work that is not whole, and every request is closed in the end. Then the model is spoilt in ways that a program could be
wrong in, and spin must say so each time: a proof that cannot fail proves nothing."""
import pathlib
import shutil
import subprocess
import tempfile
import unittest

MODEL = (pathlib.Path(__file__).parent / "rights.pml").read_text()
LINE = ":: e == {} && state == {} -> state = {}\n"

# What a program could get wrong, as the change to the model; and whether a state or an endless way shows it.
SPOILT = {
    "done is said without looking": [("if :: worked -> go(carried)", "if :: true -> go(carried)"),
                                     ("worked = true;", "skip;")],
    "an archive that went is announced": [("state == approved && !there -> go(stale)",
                                           "state == approved && !there -> announced = true; go(deliver)"),
                                          ("state == ready && archive && !dead -> given = true; go(lapse)",
                                           "state == ready && !dead -> given = archive; go(lapse)")],
    "an answer goes out to somebody unknown": [("state == unshown && shown && !dead -> go(identify)",
                                                "state == unshown && !dead -> go(identify)")],
    "an answer goes out without an officer": [("word = true; go(approve)", "go(approve)")],
    "a start looks at nothing that was under way": [("dead -> dead = false; goto", "dead && false -> dead = false; goto")],
    "an archive that went leaves its request behind": [(LINE.format("stale", "approved", "open"), "")],
    "what is all held stays approved": [(LINE.format("keep", "approved", "review"), "")],
    "nobody closes what nobody fetches": [("state == ready && archive && !dead -> given", "state == ready && false -> given")],
    "nobody's identity is waited for without end": [(LINE.format("expire", "unshown", "expired"), ""),
                                                    ("!shown -> shown = true", "!shown && may_withdraw -> shown = true"),
                                                    ("state == review || state == unshown -> go(refuse)",
                                                     "state == review -> go(refuse)")],
}


def check(model):
    """What spin finds: errors among the states, and among the endless ways."""
    with tempfile.TemporaryDirectory() as folder:
        run = lambda *command: subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
        (pathlib.Path(folder) / "rights.pml").write_text(model)
        made = run("spin", "-a", "rights.pml")
        assert made.returncode == 0, made.stdout + made.stderr
        found = []
        for flags, options in ((("-DSAFETY", "-DNOCLAIM"), ()), (("-DNFAIR=4",), ("-a", "-f"))):
            built = run("cc", "-O0", "-w", *flags, "-o", "pan", "pan.c")
            assert built.returncode == 0, built.stderr
            told = run("./pan", "-m100000", "-w20", *options).stdout
            assert "max search depth too small" not in told and "errors: " in told, told
            found.append((int(told.split("errors: ")[1].split()[0]), int(told.split(" states, stored")[0].split()[-1])))
        return found


@unittest.skipUnless(shutil.which("spin"), "spin is not installed: scripts/setup does it")
class Model(unittest.TestCase):
    def test_a_request_is_never_stuck_nor_called_done_with_work_missing(self):
        (wrong, states), (endless, _) = check(MODEL)
        self.assertEqual((wrong, endless), (0, 0))
        self.assertGreater(states, 10_000, "the model shrank: it looks at next to nothing")

    def test_a_spoilt_program_is_found_out(self):
        for what, changes in SPOILT.items():
            with self.subTest(what):
                model = MODEL
                for before, after in changes:
                    self.assertIn(before, model)
                    model = model.replace(before, after)
                (wrong, _), (endless, _) = check(model)
                self.assertGreater(wrong + endless, 0)


if __name__ == "__main__":
    unittest.main()
