"""Child processes that never outlive the stack: tied to this process, written down, cleaned up after a kill."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack import family
from mocshelf_tools.stack.family import started

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mocshelf_tools.stack.account import Account
    from mocshelf_tools.stack.folder import DataFolder

_FILE = "processes.json"
_PR_SET_PDEATHSIG = 1
_LOG_LINES_SHOWN = 15


class Child:
    """One running server."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    def running(self) -> bool:
        return self._process.poll() is None

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> None:
        """Returns when `ready` says so; raises CannotContinue with the end of the log when it does not."""
        deadline = time.monotonic() + seconds
        while not ready():
            if not self.running():
                raise CannotContinue(f"{self.name} ended while starting.\n{self._log_end()}")
            if time.monotonic() > deadline:
                raise CannotContinue(f"{self.name} was not ready after {seconds:.0f} s.\n{self._log_end()}")
            time.sleep(0.02)

    def ask_to_end(self, number: signal.Signals) -> None:
        """Sends the signal, which one that hangs hears as well."""
        if self.running():
            self._process.send_signal(number)
            family.wake_all(self.pid)

    def end_by(self, deadline: float) -> None:
        """Waits for the end and kills what has not ended by then, a moment of the monotonic clock."""
        try:
            self._process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _log_end(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-_LOG_LINES_SHOWN:]
        return "\n".join([f"The end of {self.log}:", *(f"  {line}" for line in lines)])


class Server:
    """One server of the stack; `farewell` is the signal that makes it save everything and end."""

    farewell = signal.SIGTERM

    def __init__(self) -> None:
        self._child: Child | None = None
        self.started = True  # whether it should run; not when it was stopped on purpose

    @property
    def pid(self) -> int | None:
        return self._child.pid if self._child is not None and self._child.running() else None

    def state(self) -> str:
        """In a word for a person: running, hanging, stopped, ended, or not started yet."""
        if self._child is None:
            return "not started yet"
        if self._child.running():
            return "hanging" if family.hangs(self._child.pid) else "running"
        return "ended" if self.started else "stopped"

    @property
    def child(self) -> Child:
        if self._child is None:
            raise RuntimeError("The server was not started.")
        return self._child

    def running(self) -> bool:
        return self._child is not None and self._child.running()

    def start(self) -> None:
        raise NotImplementedError

    def wait(self) -> None:
        """Until it answers; raises CannotContinue when it will not."""
        raise NotImplementedError

    def ask_to_end(self) -> None:
        if self._child is not None:
            self._child.ask_to_end(self.farewell)

    def end_by(self, deadline: float) -> None:
        if self._child is not None:
            self._child.end_by(deadline)


class Processes:
    """The children of one data folder, by name and with the moment each started."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder

    def start(
        self,
        name: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        account: Account | None = None,
        farewell: signal.Signals = signal.SIGTERM,
    ) -> Child:
        """Starts a server in a process group of its own, its output in `logs/<name>.log`; from any thread."""
        return _parent().submit(self._start, name, command, environment, account, farewell).result()

    def _start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        account: Account | None,
        farewell: signal.Signals,
    ) -> Child:
        log = self._folder.logs / f"{name}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(environment),
                cwd=self._folder.path,
                process_group=0,
                preexec_fn=_prepared(account, end_with_parent(farewell)),
            )
        recorded = self._folder.read(_FILE)
        recorded[name] = {"pid": process.pid, "started": started(process.pid)}
        self._folder.write(_FILE, recorded)
        return Child(name, process, log)

    def clean_up(self) -> None:
        """Ends what an earlier run left behind; a process that merely got the same number is left alone."""
        left = [
            entry["pid"]
            for entry in self._folder.read(_FILE).values()
            if entry["started"] and started(entry["pid"]) == entry["started"]
        ]
        for pid in left:
            _signal(pid, signal.SIGTERM)
            family.wake_all(pid)
        deadline = time.monotonic() + 3
        while any(started(pid) for pid in left) and time.monotonic() < deadline:
            time.sleep(0.02)
        for pid in left:
            if started(pid):
                _signal(pid, signal.SIGKILL)
        self.forget()

    def forget(self) -> None:
        (self._folder.path / _FILE).unlink(missing_ok=True)


@cache
def _parent() -> ThreadPoolExecutor:
    """The one thread that starts servers: Linux takes a parent for dead when the thread that forked ends."""
    return ThreadPoolExecutor(1, thread_name_prefix="parent-of-servers")


def end_with_parent(farewell: signal.Signals, parent: int | None = None) -> Callable[[], None] | None:
    """What a child runs first so that the kernel ends it with its parent, by default the process that asks.

    None where the kernel cannot.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    expected = parent or os.getpid()

    def tie() -> None:
        prctl(_PR_SET_PDEATHSIG, int(farewell), 0, 0, 0)
        if os.getppid() != expected:
            os._exit(1)

    return tie


def _prepared(account: Account | None, tie: Callable[[], None] | None) -> Callable[[], None]:
    """What a child does before its program runs; the tie comes last, a change of account undoes it."""

    def prepare() -> None:
        if account is not None:
            account.become()
        if tie is not None:
            tie()

    return prepare


def _signal(pid: int, number: signal.Signals) -> None:
    # The group as well: a server's own children hold its port and its files.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)
