"""Watches one request from within: how long it holds a connection, how long PostgreSQL works, who is called."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Hold:
    """A connection in use, from the first statement to the commit, or for one statement alone; milliseconds.

    `wall` is without the time for which this process or PostgreSQL's waited for a processor: others are at work on
    this machine, and who is served by many is not served by two.
    """

    wall: float
    cpu: float
    statements: int


@dataclass(frozen=True)
class Sample:
    """One request; times in milliseconds.

    `cpu` is this process's, `database_cpu` that of PostgreSQL's process for it; `delayed` is the part of `wall` in
    which one of them waited for a processor, and `away` that in which storage or queues were waited for. `calls` is
    how often which service was asked.
    """

    wall: float
    cpu: float
    database_cpu: float
    delayed: float
    away: float
    answer_bytes: int
    calls: dict[str, int]
    holds: tuple[Hold, ...]


@dataclass
class Recorder:
    """Takes the place of `telemetry.span`, and goes around `database.transaction`, while it is `installed`.

    `backend` is PostgreSQL's process for this one's connection.
    """

    backend: int
    _clocks: tuple[int, ...] = ()
    _calls: Counter[str] = field(default_factory=Counter)
    _away: float = 0.0
    _holds: list[Hold] = field(default_factory=list)
    _open: tuple[float, float, float] | None = None
    _in_transaction: bool = False
    _statements: int = 0

    @contextmanager
    def installed(self) -> Iterator[None]:
        from mocshelf.runtime import database, telemetry

        span, transaction = telemetry.span, database.transaction
        telemetry.span = self._span
        database.transaction = self._around(transaction)
        # Kept open: they are read in the midst of what is timed.
        self._clocks = tuple(os.open(_clock(process), os.O_RDONLY) for process in (os.getpid(), self.backend))
        try:
            yield
        finally:
            telemetry.span, database.transaction = span, transaction
            for clock in self._clocks:
                os.close(clock)

    def record(self, work: Callable[[], Any]) -> tuple[Any, Sample]:
        """What `work` returns, and what it took."""
        self._calls, self._away, self._holds = Counter(), 0.0, []
        worked, start = cpu_seconds(self.backend), self._now()
        answer = work()
        wall, cpu, delayed = (now - then for now, then in zip(self._now(), start, strict=True))
        worked = cpu_seconds(self.backend) - worked
        return answer, Sample(
            *(wall * 1000, cpu * 1000, worked * 1000, delayed * 1000, self._away * 1000),
            *(len(answer.body), dict(self._calls), tuple(self._holds)),
        )

    def _now(self) -> tuple[float, float, float]:
        """The time, this process's CPU time, and for how long the two processes have waited for a processor."""
        waited = sum(int(os.pread(clock, 100, 0).split()[1]) for clock in self._clocks)
        return time.perf_counter(), time.process_time(), waited / 1e9

    @contextmanager
    def _span(self, name: str) -> Iterator[None]:
        service = name.partition(".")[0]
        start = self._now()
        self._calls[service] += 1
        if service == "database":
            self._statements += 1
            if self._open is None:
                self._open, self._statements = start, 1
        try:
            yield
        finally:
            if service in ("storage", "queue"):
                waited = time.perf_counter() - start[0] - (time.process_time() - start[1])
                self._away += max(waited, 0.0)
            # What runs after the commit, within the same block, holds nothing any more.
            if name == "database.commit":
                self._in_transaction = False
            if service == "database" and not self._in_transaction:
                self._close()

    def _around(self, transaction: Callable[[], AbstractContextManager[Any]]) -> Callable[[], Any]:
        @contextmanager
        def watched() -> Iterator[Any]:
            self._in_transaction = True
            try:
                with transaction() as conn:
                    yield conn
            finally:
                self._in_transaction = False
                self._close()

        return watched

    def _close(self) -> None:
        if self._open is not None:
            wall, cpu, delayed = (now - then for now, then in zip(self._now(), self._open, strict=True))
            self._holds.append(Hold(max(wall - delayed, cpu) * 1000, cpu * 1000, self._statements))
        self._open, self._statements = None, 0


def cpu_seconds(process: int) -> float:
    """What a process has worked."""
    return int(Path(_clock(process)).read_text().split()[0]) / 1e9


def _clock(process: int) -> str:
    """Nanoseconds at work, and waiting for a processor; `stat` has only the first, in hundredths of a second."""
    return f"/proc/{process}/schedstat"


def family(process: int) -> list[int]:
    """The process and its children."""
    children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [process, *map(int, children)]
