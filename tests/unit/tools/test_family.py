"""Signals reach a process and everything below it."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from mocshelf_tools.stack import family

_PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[str]]:
    """A process with a child in a session of its own, as PostgreSQL's sessions are."""
    process = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True)
    yield process
    family.kill_all(process.pid)
    process.communicate()


@pytest.fixture
def child(parent: subprocess.Popen[str]) -> int:
    assert parent.stdout is not None
    return int(parent.stdout.readline())


def _soon(happened: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not happened() and time.monotonic() < deadline:
        time.sleep(0.01)
    return happened()


def test_what_hangs_hangs_with_its_children_and_goes_on_with_them(parent: subprocess.Popen[str], child: int) -> None:
    before = [family.hangs(parent.pid), family.hangs(child)]

    family.stop_all(parent.pid)
    hanging = _soon(lambda: family.hangs(parent.pid) and family.hangs(child))
    family.wake_all(parent.pid)

    assert before == [False, False]
    assert hanging
    assert _soon(lambda: not family.hangs(parent.pid) and not family.hangs(child))


def test_a_kill_leaves_no_child_behind(parent: subprocess.Popen[str], child: int) -> None:
    below = family.below(parent.pid)

    family.kill_all(parent.pid)
    parent.wait(10)

    assert below == [child]
    assert _soon(lambda: family.started(child) is None)


def test_a_process_that_is_gone_is_no_error() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()

    family.stop_all(gone.pid)
    family.kill_all(gone.pid)

    assert family.below(gone.pid) == []
    assert not family.hangs(gone.pid)
    assert family.started(gone.pid) is None
