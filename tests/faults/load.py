"""Several users at once around one fault, and what came of it."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from faults.client import User


@dataclass(frozen=True)
class Outcome:
    """A row of the table; times in seconds. `ratio` compares the p95 late in the fault with the p95 before it."""

    fault: str
    requests: int
    unavailable: int
    errors: int
    stale: int
    lost: int
    recovery: float
    ratio: float | None


class Load:
    """The users of one fault: start, break, heal, stop; then everything they were promised is looked at."""

    def __init__(self, users: list[User]) -> None:
        self.users = users
        self._threads = [threading.Thread(target=user.run, daemon=True) for user in users]
        self._broken = self._settled = self._healed = 0.0

    def around(
        self, break_it: Callable[[], None], heal: Callable[[], None], *, broken_for: float = 3, settles: float = 2
    ) -> None:
        """Load before, during and after, in seconds; when the fault has settled, circuits have opened."""
        for thread in self._threads:
            thread.start()
        time.sleep(1.5)
        self._broken = time.monotonic()
        break_it()
        time.sleep(settles)
        self._settled = time.monotonic()
        time.sleep(broken_for - settles)
        self._healed = time.monotonic()
        heal()

    def stop(self) -> None:
        for user in self.users:
            user.stopped = True
        for thread in self._threads:
            thread.join(90)
            assert not thread.is_alive(), "a user still waits for an answer"

    def errors(self) -> list[str]:
        return [one for user in self.users for one in user.seen.errors + user.seen.wrong]

    def stale(self) -> list[str]:
        return [one for user in self.users for one in user.seen.stale]

    def unavailable(self) -> int:
        return sum(user.seen.unavailable for user in self.users)

    def lost(self) -> list[str]:
        """The acknowledged writes that are not there now, and what is there without one."""
        found = []
        for user in self.users:
            for path, known in (("/api/mocs", user.mocs), ("/api/wishlist", user.wishes)):
                answer = user.http.get(path, params={"limit": 100}).json()["data"]
                there = {one["id"]: one["title"] for one in answer}
                found += [f"{path} {entity}" for entity in known.items() ^ there.items()]
        return found

    def p95(self, start: float, end: float) -> float:
        times = [took for user in self.users for moment, took, _ in user.seen.times if start <= moment < end]
        return statistics.quantiles(times, n=20)[-1] if len(times) > 40 else 0.0

    def ratio(self) -> float | None:
        before, during = self.p95(self._broken - 1.2, self._broken), self.p95(self._settled, self._healed)
        return during / before if before and during else None

    def outcome(self, fault: str, recovery: float, *, compare: bool) -> Outcome:
        return Outcome(
            fault,
            sum(user.seen.requests for user in self.users),
            self.unavailable(),
            len(self.errors()),
            len(self.stale()),
            len(self.lost()),
            recovery,
            self.ratio() if compare else None,
        )
