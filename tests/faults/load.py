"""Several users at once around one fault, and what came of it."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Set
from dataclasses import dataclass

from faults.oracle import Rows, differences, shown, stored
from faults.user import User


@dataclass(frozen=True)
class Outcome:
    """A row of the table; times in seconds. `ratio` compares the p95 late in the fault with the p95 before it;
    `agreed` is how long after the load the index agreed with the tables."""

    fault: str
    requests: int
    unavailable: int
    errors: int
    stale: int
    lost: int
    recovery: float | None
    agreed: float | None = None
    ratio: float | None = None


class Load:
    """The users of one fault: start, break, heal, stop; then everything they were promised is looked at."""

    def __init__(self, users: list[User]) -> None:
        self.users = users
        self._threads = [threading.Thread(target=user.run, daemon=True) for user in users]
        self._broken = self._settled = 0.0
        self.healed = 0.0  # when healing began

    def around(
        self, break_it: Callable[[], None], heal: Callable[[], None], *, broken_for: float = 3, settles: float = 2
    ) -> None:
        """Load before and during the fault, which goes on until `stop`; after `settles` circuits have opened.

        Both times, in seconds, begin before `break_it` is called.
        """
        for thread in self._threads:
            thread.start()
        time.sleep(2)
        self._broken = time.monotonic()
        break_it()
        _sleep_until(self._broken + settles)
        self._settled = time.monotonic()
        _sleep_until(self._broken + broken_for)
        self.healed = time.monotonic()
        heal()

    def stop(self) -> None:
        for user in self.users:
            user.stopped = True
        for thread in self._threads:
            thread.join(90)
            assert not thread.is_alive(), "a user still waits for an answer"

    def recovery(self) -> float:
        """From the beginning of healing until everybody has been answered and nobody was refused again."""
        firsts = [
            min((one.end for one in user.seen.answered if one.end > self.healed), default=time.monotonic())
            for user in self.users
        ]
        troubles = [moment for user in self.users for moment in user.seen.troubles]
        return max(self.healed, *firsts, *troubles) - self.healed

    def errors(self) -> list[str]:
        return [one for user in self.users for one in user.seen.errors]

    def wrong(self) -> list[str]:
        return [one for user in self.users for one in user.seen.wrong]

    def stale(self) -> list[str]:
        return [one for user in self.users for one in user.seen.stale]

    def unavailable(self) -> int:
        return sum(user.seen.unavailable for user in self.users)

    def lost(self, rows: Rows) -> list[str]:
        """What was acknowledged and is not there now, through the API and in the tables, and the other way round."""
        found = []
        for user in self.users:
            promised = user.library.content()
            found += differences(promised, shown(user, user.library), "shown")
            found += differences(promised, stored(rows, user.user_id), "stored")
        return found

    def ratio(self, waited: Set[str]) -> float | None:
        """The p95 of those who do one thing only, once circuits have opened, to that before; None without them.

        `waited` are the requests that found a circuit still closed: they are not of the time after it opened.
        """
        before, during = self._p95(self._broken - 1.5, self._broken), self._p95(self._settled, self.healed, waited)
        return during / before if before and during else None

    def _p95(self, start: float, end: float, without: Set[str] = frozenset()) -> float | None:
        alike = [one for user in self.users if user.only for one in user.seen.answered]
        times = [one.took for one in alike if start <= one.start < end and one.request_id not in without]
        return statistics.quantiles(times, n=20)[-1] if len(times) > 4 else None

    def outcome(
        self,
        fault: str,
        lost: list[str],
        *,
        recovery: float | None,
        agreed: float | None = None,
        ratio: float | None = None,
    ) -> Outcome:
        return Outcome(
            fault,
            sum(user.seen.requests for user in self.users),
            self.unavailable(),
            len(self.errors()) + len(self.wrong()),
            len(self.stale()),
            len(lost),
            recovery,
            agreed,
            ratio,
        )


def _sleep_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.monotonic()))
