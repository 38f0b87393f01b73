"""Locust: installed when it is first wanted, run as a process of its own, since it changes Python's own sockets."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from mocshelf_tools import paths, uv
from mocshelf_tools.load import plan
from mocshelf_tools.load.plan import Plan
from mocshelf_tools.load.processes import ended, started
from mocshelf_tools.problems import CannotContinue

_TESTS = paths.ROOT / "tests"
# What visitors were doing when time was up is finished, and the last of it may take that long.
_LET_FINISH_SECONDS = 20
_PATIENCE_SECONDS = 60
_LOOKS_SECONDS = 0.5


def install(report: Callable[[str], None]) -> None:
    """Has Locust in this environment. CannotContinue."""
    uv.install("Locust", "load", ("locust",), report)


def send(run: Plan, progress: Callable[[str], None]) -> None:
    """Runs the plan to its end; what was seen is in its folder then. CannotContinue when Locust fails."""
    folder = Path(run.folder)
    told, log = folder / "plan.json", folder / "locust.log"
    run.write(told)
    environment = {**os.environ, plan.VARIABLE: str(told), "PYTHONPATH": str(_TESTS)}
    words = [sys.executable, "-m", "locust", "-f", str(_TESTS / "load" / "locustfile.py"), "--headless"]
    words += ["--only-summary", "--exit-code-on-error", "0", "--stop-timeout", str(_LET_FINISH_SECONDS)]
    try:
        process = started(words, folder, environment, log)
        try:
            _watch(process, run, progress)
        finally:
            ended(process, _LET_FINISH_SECONDS + 5)
    finally:
        told.unlink()
    if process.returncode:
        said = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise CannotContinue(f"Locust ended with {process.returncode}.\n{said}")


def _watch(process: subprocess.Popen[bytes], run: Plan, progress: Callable[[str], None]) -> None:
    deadline = time.monotonic() + run.seconds + _LET_FINISH_SECONDS + _PATIENCE_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        if last := _last(Path(run.folder) / plan.SECONDS):
            at, users, requests, failures, waits = last
            progress(
                f"{float(at):.0f} of {run.seconds:.0f} s: {users} visitors, {requests} requests, "
                f"{failures} failed, {waits} asked to wait"
            )
        time.sleep(_LOOKS_SECONDS)


def _last(path: Path) -> list[str]:
    try:
        rows = list(csv.reader(path.read_text().splitlines()))
    except OSError:
        return []
    return rows[-1] if len(rows) > 1 and len(rows[-1]) == len(rows[0]) else []
