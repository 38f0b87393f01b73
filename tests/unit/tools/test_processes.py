"""Servers end with the stack, and nobody else's process ever does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.family import started
from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.stack.postgres import _forget_recycled
from mocshelf_tools.stack.processes import Processes

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]
ENVIRONMENT = {"PATH": os.defpath}


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path)
    folder.logs.mkdir()
    return folder


@pytest.fixture
def stranger() -> Iterator[subprocess.Popen[bytes]]:
    """A process that the stack did not start."""
    process = subprocess.Popen(SLEEP, process_group=0)
    yield process
    process.kill()
    process.wait()


def test_a_leftover_of_a_killed_run_is_ended(folder: DataFolder, stranger: subprocess.Popen[bytes]) -> None:
    folder.write("processes.json", {"aws": {"pid": stranger.pid, "started": started(stranger.pid)}})

    Processes(folder).clean_up()

    assert stranger.wait(5) == -signal.SIGTERM
    assert folder.read("processes.json") == {}


def test_a_process_that_got_the_number_of_a_dead_server_is_left_alone(
    folder: DataFolder, stranger: subprocess.Popen[bytes]
) -> None:
    folder.write("processes.json", {"aws": {"pid": stranger.pid, "started": "another boot 12345"}})

    Processes(folder).clean_up()

    assert stranger.poll() is None
    assert folder.read("processes.json") == {}


def test_a_leftover_that_does_not_listen_is_killed(folder: DataFolder) -> None:
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", deaf], stdout=subprocess.PIPE, process_group=0) as process:
        assert process.stdout is not None
        process.stdout.readline()
        folder.write("processes.json", {"aws": {"pid": process.pid, "started": started(process.pid)}})

        Processes(folder).clean_up()

        assert process.wait(5) == -signal.SIGKILL


def test_a_server_is_written_down_as_soon_as_it_runs(folder: DataFolder) -> None:
    child = Processes(folder).start("sleeper", SLEEP, environment=ENVIRONMENT)
    recorded = folder.read("processes.json")["sleeper"]

    assert recorded == {"pid": child.pid, "started": started(child.pid)}
    child.ask_to_end(signal.SIGTERM)
    child.end_by(time.monotonic() + 5)
    assert not child.running()
    assert started(child.pid) is None


def test_a_server_that_does_not_end_in_time_is_killed(folder: DataFolder) -> None:
    deaf = [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)"]
    child = Processes(folder).start("deaf", deaf, environment=ENVIRONMENT)
    time.sleep(0.3)

    child.ask_to_end(signal.SIGTERM)
    child.end_by(time.monotonic() + 0.2)

    assert not child.running()


def test_a_server_that_fails_says_why(folder: DataFolder) -> None:
    failing = [sys.executable, "-c", "raise SystemExit('no such luck')"]
    child = Processes(folder).start("failing", failing, environment=ENVIRONMENT)

    with pytest.raises(CannotContinue, match=r"failing ended while starting[^$]*no such luck"):
        child.wait_until(lambda: False, 5)


def test_a_server_that_is_never_ready_is_given_up(folder: DataFolder) -> None:
    child = Processes(folder).start("slow", SLEEP, environment=ENVIRONMENT)

    with pytest.raises(CannotContinue, match="slow was not ready"):
        child.wait_until(lambda: False, 0.1)

    child.end_by(0)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends children with their parent")
def test_a_server_ends_with_a_killed_parent(tmp_path: Path) -> None:
    parent = f"""
import pathlib, time
from mocshelf_tools.stack.folder import DataFolder
from mocshelf_tools.stack.processes import Processes
folder = DataFolder(pathlib.Path({str(tmp_path)!r}))
folder.logs.mkdir()
print(Processes(folder).start("sleeper", {SLEEP!r}, environment={{}}).pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        running = started(pid)
        process.kill()

    deadline = time.monotonic() + 5
    while started(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert running
    assert started(pid) is None


def test_the_record_of_a_dead_postgres_is_removed_only_when_its_number_is_somebody_elses(tmp_path: Path) -> None:
    recycled, dead = tmp_path / "recycled", tmp_path / "dead"
    recycled.write_text(f"{os.getpid()}\n/data\n")
    dead.write_text(f"{2**22 + 1}\n/data\n")

    for record in (recycled, dead, tmp_path / "missing"):
        _forget_recycled(record)

    assert not recycled.exists()
    assert dead.exists()
