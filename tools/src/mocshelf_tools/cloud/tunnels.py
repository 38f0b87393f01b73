"""Tunnels that stay: each is opened again when it ends or leads nowhere, on the port that it had."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Self

from mocshelf_tools.cloud.live_links import Inside
from mocshelf_tools.cloud.tunnelling import Server
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.processes import end_with_parent

# What it means for users that a tunnel is down.
_WITHOUT = {
    "database": "Requests are answered with 503 until it is back.",
    "cache": "Everything goes on without it, only slower.",
    "search": "PostgreSQL answers searches meanwhile.",
}
_END_SECONDS = 3.0
_JOIN_SECONDS = 10.0
_LINES_SHOWN = 3


@dataclass(frozen=True)
class Way:
    """How tunnels are made: the command for a server and a port of this machine, and what it finds around it.

    `probe` returns when the server answers at the port within so many seconds; OSError or CannotContinue otherwise.
    """

    command: Callable[[Server, int], Sequence[str]]
    environment: Mapping[str, str]
    probe: Callable[[Inside, int, float], None]


@dataclass(frozen=True)
class Pace:
    """In seconds: to open one, between two looks whether it still leads there, for an answer, and until the next try.

    Looking also keeps Session Manager from ending a session that nobody uses.
    """

    opening: float = 30.0
    look: float = 30.0
    answer: float = 10.0
    again: tuple[float, ...] = (1.0, 2.0, 5.0, 10.0, 30.0)


class _Program:
    """What carries a tunnel, and what it has said."""

    def __init__(self, process: subprocess.Popen[str], said: IO[str]) -> None:
        self._process = process
        self._said = said

    def check(self) -> None:
        """CannotContinue when it has ended, with its last words."""
        if self._process.poll() is None:
            return
        self._said.seek(0)
        words = [line for line in self._said.read().splitlines() if line.strip()][-_LINES_SHOWN:]
        raise CannotContinue("\n".join(words) or f"its program has ended ({self._process.returncode}).")

    def interrupt(self) -> None:
        """As Ctrl-C would, so that Session Manager hears of it."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGINT)

    def end(self) -> None:
        """The same; by force when that takes long."""
        self.interrupt()
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class Tunnel:
    """One tunnel, from `begin` to `close`; a thread of its own looks after it. `show` hears when it is down."""

    def __init__(self, to: Inside, port: int, way: Way, pace: Pace, show: Callable[[str], None]) -> None:
        self.to = to
        self.port = port
        self._way = way
        self._pace = pace
        self._show = show
        self._closing = threading.Event()
        self._decided = threading.Event()
        self._opened = False
        self._problem = ""
        self._program: _Program | None = None
        # The program must be this thread's child for as long as it runs: Linux ends it with the thread.
        self._thread = threading.Thread(target=self._run, name=f"tunnel to {to.name}", daemon=True)

    def begin(self) -> None:
        self._thread.start()

    def wait(self) -> None:
        """Until it leads there. CannotContinue when it does not."""
        self._decided.wait()
        if not self._opened:
            self._thread.join()
            raise CannotContinue(f"There is no tunnel to the {self.to.name}: {self._problem}")

    def close(self) -> None:
        """Has it end; `join` waits for that."""
        self._closing.set()
        program = self._program
        if program is not None:
            # Whoever waits for an answer through it waits no longer.
            program.interrupt()

    def join(self) -> None:
        # Asking AWS for a session may take longer; what comes of that ends with this process.
        self._thread.join(_JOIN_SECONDS)

    def _run(self) -> None:
        try:
            self._keep()
        finally:
            # Nobody waits for ever.
            self._decided.set()

    def _keep(self) -> None:
        failures = 0
        down_since: float | None = None
        while not self._closing.is_set():
            try:
                with self._running() as process:
                    self._until_it_answers(process)
                    if down_since is not None:
                        took = time.monotonic() - down_since
                        self._show(f"The tunnel to the {self.to.name} is back (after {took:.0f} s).")
                    failures, down_since = 0, None
                    self._opened = True
                    self._decided.set()
                    self._until_it_fails(process)
            except (CannotContinue, OSError) as problem:
                self._problem = str(problem)
            if not self._opened or self._closing.is_set():
                break
            if down_since is None:
                down_since = time.monotonic()
                self._show(f"The tunnel to the {self.to.name} is down: {self._problem}\n{_WITHOUT[self.to.name]}")
            self._closing.wait(self._pace.again[min(failures, len(self._pace.again) - 1)])
            failures += 1

    @contextlib.contextmanager
    def _running(self) -> Iterator[_Program]:
        """The program that carries it, which ends with the block."""
        command = self._way.command(self.to.server, self.port)
        with tempfile.TemporaryFile("w+") as said:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                env=dict(self._way.environment),
                # A Ctrl-C on the terminal is for the command, which ends this one in its turn.
                start_new_session=True,
                preexec_fn=end_with_parent(signal.SIGINT),
                text=True,
            )
            self._program = program = _Program(process, said)
            try:
                yield program
            finally:
                program.end()

    def _until_it_answers(self, process: _Program) -> None:
        deadline = time.monotonic() + self._pace.opening
        while not self._closing.wait(0.1):
            process.check()
            try:
                self._way.probe(self.to, self.port, self._pace.answer)
                return
            except OSError:
                if time.monotonic() > deadline:
                    raise
        raise CannotContinue("it was closed.")

    def _until_it_fails(self, process: _Program) -> None:
        """Returns when it is to be closed; raises when it has ended or leads nowhere, twice in a row."""
        failed = 0
        looked = time.monotonic()
        while not self._closing.wait(min(0.5, self._pace.look)):
            process.check()
            if time.monotonic() - looked < self._pace.look:
                continue
            try:
                self._way.probe(self.to, self.port, self._pace.answer)
                failed = 0
            except OSError:
                failed += 1
                if failed > 1:
                    raise
            looked = time.monotonic()


class Tunnels:
    """All tunnels of a stage: `with Tunnels(…) as tunnels` opens and closes them. CannotContinue."""

    def __init__(
        self, servers: Sequence[Inside], way: Way, show: Callable[[str], None], pace: Pace | None = None
    ) -> None:
        ports = _free_ports(len(servers))
        self._tunnels = [Tunnel(to, port, way, pace or Pace(), show) for to, port in zip(servers, ports, strict=True)]

    @property
    def ports(self) -> dict[Server, int]:
        """The ports of this machine by where they lead."""
        return {one.to.server: one.port for one in self._tunnels}

    def __enter__(self) -> Self:
        for one in self._tunnels:
            one.begin()
        try:
            for one in self._tunnels:
                one.wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_failure: object) -> None:
        for one in self._tunnels:
            one.close()
        for one in self._tunnels:
            one.join()


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as probes:
        # All at once, so that none is given twice.
        found = [probes.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [int(one.getsockname()[1]) for one in found]
