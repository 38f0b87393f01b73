"""A process and everything below it: how it is doing, and signals that reach all of it."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from pathlib import Path


def started(pid: int) -> str | None:
    """When this process started, exact enough to tell it from another with its number; None when it is gone."""
    if _has_proc():
        fields = _stat(pid)
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        # Fields count from the state, the third: a zombie is gone, the 22nd is the start in clock ticks.
        return None if not fields or fields[0] in "ZX" else f"{boot} {fields[19]}"
    return _listed(pid, "lstart=") or None


def hangs(pid: int) -> bool:
    """Whether the process was stopped, which only SIGCONT undoes."""
    state = _stat(pid)[:1] if _has_proc() else [_listed(pid, "state=")]
    return bool(state) and state[0].startswith("T")


def stop_all(pid: int) -> None:
    """Stops the process and then what it started: PostgreSQL's sessions would go on without it."""
    _signal(pid, signal.SIGSTOP)
    _signal_below(pid, signal.SIGSTOP)


def wake_all(pid: int) -> None:
    """Lets them all go on; those that were not stopped do not notice."""
    _signal_below(pid, signal.SIGCONT)
    _signal(pid, signal.SIGCONT)


def kill_all(pid: int) -> None:
    """Kills them all at once, as a power cut would."""
    _signal(pid, signal.SIGSTOP)
    _signal_below(pid, signal.SIGKILL)
    _signal(pid, signal.SIGKILL)


def below(pid: int) -> list[int]:
    """The processes that this one started, and that those started."""
    found: list[int] = []
    waiting = [pid]
    while waiting:
        children = _children(waiting.pop())
        found += children
        waiting += children
    return found


def _children(pid: int) -> list[int]:
    if not _has_proc():
        listed = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
        return [int(word) for word in listed.stdout.split()]
    children: list[int] = []
    # Every thread has a list of its own, and it or the whole process may end while it is read.
    with contextlib.suppress(OSError):
        for record in Path(f"/proc/{pid}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                children += [int(word) for word in record.read_text().split()]
    return children


def _signal_below(pid: int, number: signal.Signals) -> None:
    for child in below(pid):
        _signal(child, number)


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _has_proc() -> bool:
    return Path("/proc/self/stat").exists()


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def _listed(pid: int, field: str) -> str:
    listed = subprocess.run(["ps", "-o", field, "-p", str(pid)], capture_output=True, text=True)
    return listed.stdout.strip()
