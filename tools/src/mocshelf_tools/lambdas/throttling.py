"""A share of one processor for a process, as Lambda gives it by memory: by a control group, or by stopping it."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

_GROUPS = Path("/sys/fs/cgroup")
# Short, so that a start of some hundred milliseconds has its share spread over it.
_PERIOD = 20_000  # microseconds
_ENDING_SECONDS = 2.0


class Throttle(Protocol):
    """What holds one process to its share; `words` say how."""

    words: str

    def join(self) -> None:
        """Called in the new process before its program runs."""
        ...

    def started(self, pid: int) -> None:
        """Called in the parent once it runs."""
        ...

    def close(self) -> None:
        """Called when the process has ended."""
        ...


@contextlib.contextmanager
def throttle(share: float) -> Iterator[Throttle]:
    """Holds a process to this share of one processor, 0 to 1, in the best way that this machine allows."""
    held = _group(share) or DutyCycle(share)
    try:
        yield held
    finally:
        held.close()


class Group:
    """A control group of its own with a quota of processor time."""

    def __init__(self, folder: Path, words: str) -> None:
        self.words = words
        self._folder = folder
        self._members = os.open(folder / "cgroup.procs", os.O_WRONLY)

    def join(self) -> None:
        os.write(self._members, b"0")

    def started(self, pid: int) -> None:
        """The kernel does the rest."""

    def close(self) -> None:
        os.close(self._members)
        deadline = time.monotonic() + _ENDING_SECONDS
        while True:
            try:
                self._folder.rmdir()
                return
            except OSError:
                # The kernel takes a moment to let go of a process that has ended.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)


class DutyCycle:
    """Stops the process for the rest of each period: coarser, but anybody may."""

    words = "stopping and continuing the process"

    def __init__(self, share: float) -> None:
        self._running = share * _PERIOD / 1e6
        self._stopped = (1 - share) * _PERIOD / 1e6
        self._over = Event()
        self._thread: Thread | None = None

    def join(self) -> None:
        """There is nothing to join."""

    def started(self, pid: int) -> None:
        if self._stopped > 0:
            self._thread = Thread(target=self._cycle, args=[pid], daemon=True)
            self._thread.start()

    def close(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join()

    def _cycle(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            while not self._over.wait(self._running):
                os.kill(pid, signal.SIGSTOP)
                self._over.wait(self._stopped)
                os.kill(pid, signal.SIGCONT)


def _group(share: float) -> Group | None:
    quota = round(share * _PERIOD)
    name = f"mocshelf-{os.getpid()}-{time.monotonic_ns()}"
    kinds = [
        (_GROUPS / name, {"cpu.max": f"{quota} {_PERIOD}"}, "a control group (v2)"),
        (
            _GROUPS / "cpu" / name,
            {"cpu.cfs_period_us": str(_PERIOD), "cpu.cfs_quota_us": str(quota)},
            "a control group (v1)",
        ),
    ]
    for folder, settings, words in kinds:
        if made := _made(folder, settings, words):
            return made
    return None


def _made(folder: Path, settings: dict[str, str], words: str) -> Group | None:
    try:
        folder.mkdir()
    except OSError:
        return None
    try:
        for file, value in settings.items():
            # It must be there: where no such group can be made, an ordinary folder would take any file.
            with (folder / file).open("r+") as setting:
                setting.write(value)
        return Group(folder, words)
    except OSError:
        folder.rmdir()
        return None
