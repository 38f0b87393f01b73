"""A share of a processor: a process that computes gets no more than that."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from mocshelf_tools.lambdas.throttling import DutyCycle, Throttle, throttle

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="functions are held to a share on Linux alone")

SHARE = 0.25
# Computes for a second, and says how much of it was given to it.
COMPUTE = """
import time
begun = time.monotonic()
while time.monotonic() - begun < 1:
    pass
print(time.process_time() / (time.monotonic() - begun))
"""


@pytest.fixture(params=["the best way", "by stopping"])
def held(request: pytest.FixtureRequest) -> Iterator[Throttle]:
    if request.param == "the best way":
        with throttle(SHARE) as best:
            yield best
        return
    cycle = DutyCycle(SHARE)
    yield cycle
    cycle.close()


def test_a_process_gets_its_share_and_no_more(held: Throttle) -> None:
    with subprocess.Popen([sys.executable, "-c", COMPUTE], stdout=subprocess.PIPE, preexec_fn=held.join) as computing:
        held.started(computing.pid)
        assert computing.stdout is not None
        given = float(computing.stdout.read())

    assert 0 < given < 2 * SHARE


def test_what_is_over_leaves_nothing_behind() -> None:
    with throttle(SHARE) as held:
        subprocess.run([sys.executable, "-c", "pass"], check=True, preexec_fn=held.join)
        folder = getattr(held, "_folder", None)

    assert folder is None or not folder.exists()
