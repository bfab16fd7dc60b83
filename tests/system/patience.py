# SPDX-License-Identifier: Apache-2.0
"""How long the tests wait for what must come: a machine that is busy is no failure, one that hangs is."""
import time

PATIENCE = 180  # seconds


def tries(pause=0.05):
    """One try after another, `pause` seconds apart, for as long as anybody would wait: who has what it wanted leaves."""
    ends = time.monotonic() + PATIENCE
    while True:
        yield
        if time.monotonic() > ends:
            return
        time.sleep(pause)
