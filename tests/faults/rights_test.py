# SPDX-License-Identifier: Apache-2.0
"""kill -9 at every step of a request under the policy: after a start, and with people who go on where they were, none
is stuck, lost, there twice, or called done with work missing."""
import functools
import http.client
import json
import os
import pathlib
import shutil
import signal
import smtplib
import sys
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../system"))
from forgetting import needs_faults  # noqa: E402
from patience import tries  # noqa: E402
from rights_test import ENDS, Office  # noqa: E402

TIMES = int(os.environ.get("AVOW_RIGHT_KILLS", "1"))
# Asked for no number, every fourth step of each kind, others each day: a start takes its time.
FEW = "AVOW_RIGHT_KILLS" not in os.environ
ASKED = {"correction": {"fields": {"name": "Ada Right"}}}
# Where each kind dies; `half_written` is within the transaction of each way in turn.
OF_ALL = ["rights.half_asked", "rights.asked", "rights.identify", "rights.collect", "rights.collected", "rights.approve"]
POINTS = {
    "access": OF_ALL + [f"rights.half_written:{n}" for n in range(1, 7)] + [
        "exports.part_kept", "rights.deliver", "exports.handed_out", "rights.fetched", "letters.written"],
    "erasure": OF_ALL + [f"rights.half_written:{n}" for n in range(1, 6)] + [
        "rights.carry", "erase.before_journal", "erase.journal_written", "erase.key_destroyed", "erase.half_written",
        "erase.rows_removed", "erase.done", "rights.erased"],
    "objection": OF_ALL + [f"rights.half_written:{n}" for n in range(1, 7)] + [
        "rights.carry", "gate.permit_half_written", "rights.objected", "rights.objected:2", "rights.carried"],
    "correction": OF_ALL + [f"rights.half_written:{n}" for n in range(1, 7)] + ["rights.carry", "rights.corrected"],
}
GONE = (OSError, http.client.HTTPException, smtplib.SMTPException)


@functools.cache
def first_office():
    """With a customer and an officer's token, stopped: signing up takes longer than a turn."""
    office = Office().start().begin()
    office.server.stop()
    return office


def another_office():
    """That stands where the first one stands, in a folder of its own."""
    first, office = first_office(), Office()
    shutil.copytree(first.server.data, office.server.data)
    office.officer, office.customer, office.cookie = first.officer, first.customer, first.cookie
    return office


class People:
    """A customer and an officer who look where they are and go on, whatever they were told before."""

    def __init__(self, kind, point):
        self.office = another_office()
        self.kind = kind
        self.server = self.office.server
        self.deaths = 0
        self.archive = None
        self.office.start(AVOW_FAULT_AT=point)

    def right(self):
        told = self.office.ask("GET", "/desk/rights", token=self.office.officer)["items"]
        return told[0] if told else None

    def go_on(self):
        """One act; true at the end."""
        right = self.right()
        if right is None:
            self.office.own("POST", "", {"kind": self.kind, **ASKED.get(self.kind, {})})
        elif right["state"] in ENDS:
            return True
        elif right["state"] == "review":
            self.office.act(right["right"], "approve")
        elif right["state"] == "ready":
            status, self.archive, _ = self.server.ask("GET", f"/api/v1/rights/{right['right']}/file", cookie=self.office.cookie)
            assert status == 200, self.archive
            self.office.own("POST", f"/{right['right']}/received", {})
        else:
            time.sleep(0.02)
        return False

    def live(self):
        end = time.monotonic() + 120
        while time.monotonic() < end:
            try:
                if self.go_on():
                    if self.deaths or self.server.process.poll() is None:
                        return
            except GONE:
                pass
            except AssertionError:
                # What a restart or another's step overtook is looked at anew; a server that lives and goes on
                # answering wrongly runs into the end.
                time.sleep(0.05)
            if self.server.process.poll() is not None:
                assert self.server.process.returncode == -signal.SIGKILL, self.server.process.returncode
                self.deaths += 1
                self.server.process.stdout.close()
                self.office.start()
        raise AssertionError(f"stuck: {self.right()} " + (self.server.folder / "log").read_text()[-2000:])


@needs_faults
class Killed(unittest.TestCase):
    def check(self, people):
        office, server = people.office, people.server
        items = office.list()["items"]
        self.assertEqual([one["state"] for one in items], ["done"], "one request, and it came to its end")
        if people.kind == "access":
            self.assertIn(b"PK", people.archive[:2])
            self.assertEqual(server.tell("select count(*) from exports"), "0")
        elif people.kind == "erasure":
            self.assertEqual(server.ask("GET", f"/api/v1/customers/{office.customer}/collections", token=office.officer)[0], 404)
            self.assertEqual(server.tell("select count(*) from data"), "0")
        elif people.kind == "objection":
            told = office.ask("GET", f"/customers/{office.customer}/permissions", cookie=office.cookie)["items"]
            stands = {one["purpose"]: (one["granted"], one["objected"]) for one in told}
            self.assertEqual((stands["offers"], stands["planning"]), ((False, False), (False, True)))
        else:
            held = json.dumps(office.ask("GET", f"/customers/{office.customer}/collections", cookie=office.cookie))
            self.assertEqual(held.count("Ada Right"), 1, "written once")
        server.stop()
        verified = server.verify()
        self.assertEqual(verified.returncode, 0, verified.stderr)

    def run_points(self, kind):
        for point in POINTS[kind][int(time.time() / 86400) % 4::4] if FEW else POINTS[kind]:
            for turn in range(TIMES):
                with self.subTest(point=point, turn=turn):
                    people = People(kind, point)
                    try:
                        people.live()
                        self.assertEqual(people.deaths, 1, "nothing died there: the step is not where this test thinks")
                        self.check(people)
                    finally:
                        if people.server.process.poll() is None:
                            people.server.stop(signal.SIGKILL)
                        shutil.rmtree(people.server.folder)

    def test_access(self):
        self.run_points("access")

    def test_erasure(self):
        self.run_points("erasure")

    def test_objection(self):
        self.run_points("objection")

    def test_correction(self):
        self.run_points("correction")

    def test_a_mail_that_asks(self):
        points = ("desk.half_written", "rights.half_asked", "desk.committed", "mailroom.answer", "rights.tell",
                  "rights.half_written", "letters.written")
        for point in points[int(time.time() / 86400) % 3::3] if FEW else points:
            for turn in range(TIMES):
                with self.subTest(point=point, turn=turn):
                    office = another_office()
                    office.start(AVOW_FAULT_AT=point)
                    message = ("From: ada@example.org\r\nTo: help+access@sample.example\r\nSubject: Mine\r\n"
                               "Message-ID: <one@sender.example>\r\n\r\nPlease\r\n").encode()
                    died = False
                    for _ in tries():
                        try:
                            with smtplib.LMTP(office.socket, local_hostname="mx.test") as line:
                                line.sendmail("ada@example.org", ["help+access@sample.example"], message)
                            if died or point not in ("rights.tell", "rights.half_written", "letters.written"):
                                break
                        except GONE:
                            pass
                        if office.server.process.poll() is not None:
                            died = True
                            office.server.process.stdout.close()
                            office.start()
                    self.assertTrue(died)
                    right = office.list()["items"]
                    self.assertEqual(len(right), 1)
                    office.wait(right[0]["right"], "unshown")
                    letters = office.wait_for_letters("We have your request")
                    self.assertEqual(len({one["Message-ID"] for one in letters}), 1)
                    office.server.stop()
                    self.assertEqual(office.server.verify().returncode, 0)
                    shutil.rmtree(office.server.folder)


if __name__ == "__main__":
    unittest.main()
