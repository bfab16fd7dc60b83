# SPDX-License-Identifier: Apache-2.0
"""`avow drp check`, an agent that holds a server to the Data Rights Protocol: ours, and some that are wrong on purpose."""
import json
import re
import signal
import unittest

from drp_wrong_server import WrongServer
from rights_test import Office

BUSINESS = "OUR_SHOP"


class Check(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.office = Office(AVOW_DRP_BUSINESS_ID=BUSINESS).start()
        cls.server = cls.office.server
        cls.addClassCleanup(lambda: cls.server.process.poll() is None and cls.server.stop(signal.SIGKILL))
        cls.keys = {}
        for name in ("AGENT_A", "AGENT_B"):
            made = cls.server.run("drp", "key", cls.server.folder / name)
            cls.keys[name] = made.stdout.strip()
            added = cls.server.run("drp", "agent", "add", name, name, cls.keys[name], "--data", cls.server.data)
            assert added.returncode == 0, added.stderr

    def check(self, url, *more):
        folder = self.server.folder
        return self.server.run("drp", "check", url, "--agent", "AGENT_A", "--key", folder / "AGENT_A", "--business", BUSINESS,
                               "--other-agent", "AGENT_B", "--other-key", folder / "AGENT_B", "--email", "check@example.org",
                               "--ca", self.server.data / "ca.pem", *more)

    def red(self, *faults):
        wrong = WrongServer(self.server.data, self.keys, BUSINESS, *faults)
        self.addCleanup(wrong.stop)
        ran = self.check(wrong.url, "--json")
        told = json.loads(ran.stdout)
        self.assertEqual(told["red"], sum(not one["ok"] for one in told["checks"]))
        self.assertEqual(told["green"] + told["red"], len(told["checks"]))
        must = any(not one["ok"] and one["level"] == "must" for one in told["checks"])
        self.assertEqual((ran.returncode, told["ok"]), (1, False) if must else (0, True), ran.stderr)
        self.assertFalse(set(wrong.tokens) & set(re.findall(r"\w+", ran.stdout + ran.stderr)), "a token is shown")
        return {one["check"] for one in told["checks"] if not one["ok"]}

    def test_our_own_server_is_green_and_so_is_its_advice(self):
        ran = self.check(f"https://localhost:{self.server.port}", "--strict", "--json")
        told = json.loads(ran.stdout)
        self.assertEqual([one for one in told["checks"] if not one["ok"]], [])
        self.assertEqual((ran.returncode, told["ok"], told["red"]), (0, True, 0))
        self.assertGreater(told["green"], 60)
        ran = self.check(f"https://localhost:{self.server.port}", "--exercise", "deletion")
        self.assertEqual(ran.returncode, 0, ran.stdout)
        self.assertRegex(ran.stdout, r"\n\d+ green, 0 red\n$")

    def test_a_server_that_is_right_in_another_way_is_green(self):
        self.assertEqual(self.red(), set())

    def test_each_wrong_turns_its_check_red_and_no_other(self):
        both = lambda *names: {f"{call}.refuses.{name}" for call in ("set_up", "exercise") for name in names}
        expected = {
            "lax_base64": both("not_base64") | {"revoke.refuses.not_base64", "revoke.refused_means_not_done"},
            "takes_any_agent": both("another_agent", "no_agent"),
            "takes_any_business": both("another_business", "no_business"),
            "takes_the_future": both("issued_in_future"),
            "takes_the_expired": both("expired"),
            "takes_any_window": both("window_of_a_day"),
            "takes_replays": both("replayed"),
            "takes_a_member_twice": both("member_twice"),
            "token_of_anybody": {"agent.refuses.another_id", "other_agent.is_not_us"},
            "shows_everybodys": {"other_agent.may_not_look", "other_agent.may_not_revoke", "revoke.refused_means_not_done"},
            "revokes_nothing": {"revoke.is_done", "revoke.stays"},
            "loses_the_agents_id": {"exercise.echoes_agent_request_id"},
            "times_without_zone": {"exercise.is_taken", "status.is_told", "revoke.is_done", "revoke.stays"},
            "status_of_its_own": {"exercise.is_taken", "status.is_told"},
            "no_expected_by": {"exercise.is_taken", "status.is_told"},
        }
        for fault, checks in expected.items():
            with self.subTest(fault=fault):
                self.assertEqual(self.red(fault), checks)

    def test_what_is_wrong_everywhere_is_red_everywhere(self):
        signatures = self.red("takes_any_signature")
        self.assertLessEqual({"set_up.refuses.bit_of_signature", "exercise.refuses.another_key", "revoke.refuses.another_key",
                              "other_agent.may_not_send_ours"} - signatures, {"other_agent.may_not_send_ours"})
        self.assertLessEqual({"agent.refuses.no_token", "status.refuses.no_token", "exercise.refuses.made_up_token"},
                             self.red("needs_no_token"))
        self.assertLessEqual({"revoke.refuses.another_key", "revoke.refused_means_not_done"}, self.red("revokes_unsigned"))
        self.assertEqual({name.split(".")[0] for name in self.red("set_up_explains")}, {"set_up"})
        self.assertIn("exercise.refuses.unknown_right", self.red("errors_are_words"))

    def test_a_server_that_cannot_be_asked_is_an_error_and_no_verdict(self):
        ran = self.check("https://localhost:1")
        self.assertEqual((ran.returncode, ran.stdout), (3, ""))
        self.assertIn("cannot be asked", ran.stderr)
        untrusted = self.server.run("drp", "check", f"https://localhost:{self.server.port}", "--agent", "AGENT_A", "--business", BUSINESS,
                                    "--key", self.server.folder / "AGENT_A", "--email", "check@example.org")
        self.assertEqual(untrusted.returncode, 3, "its certificate is of an authority that we do not know")
        self.assertEqual(self.check("http://localhost:1").returncode, 3)


if __name__ == "__main__":
    unittest.main()
