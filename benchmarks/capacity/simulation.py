"""The same as events: requests arrive, take environments and connections, wait, and let go; times as measured."""

from __future__ import annotations

import random
from bisect import insort
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from math import ceil

from capacity.assumptions import value
from capacity.demand import Demand, Served


@dataclass
class Level:
    """How many of something are busy, and for how long it was so many."""

    busy: int = 0
    since: float = 0.0
    seconds: dict[int, float] = field(default_factory=lambda: defaultdict(float))

    def change(self, now: float, by: int) -> None:
        self.seconds[self.busy] += now - self.since
        self.since, self.busy = now, self.busy + by

    def quantile(self, share: float) -> int:
        """The level that was not exceeded for that share of the time."""
        wanted, seen = share * sum(self.seconds.values()), 0.0
        for level in sorted(self.seconds):
            seen += self.seconds[level]
            if seen >= wanted:
                return level
        return self.busy

    def mean(self) -> float:
        whole = sum(self.seconds.values())
        return sum(level * seconds for level, seconds in self.seconds.items()) / whole


@dataclass
class Environments:
    """One function's; the free one with the lowest number is taken, and each remembers its birth and last use."""

    free: list[tuple[int, float, float]] = field(default_factory=list)  # number, born, last used
    made: int = 0

    def take(self, now: float, idle: float, whole: float) -> tuple[int, float, bool]:
        """(number, born, whether it is new): one that is too old, or that nobody used for long, is made anew."""
        if self.free:
            number, born, used = self.free.pop(0)
            new = now - used > idle or now - born > whole
            return number, now if new else born, new
        self.made += 1
        return self.made, now, True

    def give_back(self, number: int, born: float, now: float) -> None:
        insort(self.free, (number, born, now))


@dataclass
class Outcome:
    """What was seen after the warm-up."""

    requests: int = 0
    cold: int = 0
    environments: Level = field(default_factory=Level)
    connections: Level = field(default_factory=Level)
    waits: list[float] = field(default_factory=list)

    def wait(self, share: float) -> float:
        """The wait for a connection that this share did not exceed, in seconds."""
        ordered = sorted(self.waits)
        return ordered[max(0, ceil(share * len(ordered)) - 1)] if ordered else 0.0


class Simulation:
    """A stage under a steady rate; `run` it once. The same seed gives the same run."""

    def __init__(self, demand: Demand, rate: float, connections: int, cold_seconds: float, seed: int = 1) -> None:
        self._chance = random.Random(seed)
        self._works = demand.works
        self._shares = [work.kind.share for work in demand.works]
        self._rate, self._free, self._cold = rate, connections, cold_seconds
        self._functions = {function: Environments() for function in demand.functions}
        self._waiting: deque[tuple[float, float, Callable[[float], None]]] = deque()
        self._events: list[tuple[float, int, Callable[[float], None]]] = []
        self._count = 0
        self._measuring = False
        self.outcome = Outcome()

    def run(self, warm: float, seconds: float) -> Outcome:
        """Counts what happens in `seconds` after `warm` of them."""
        self._at(0.0, self._arrive)
        self._at(warm, self._begin)
        while self._events and self._events[0][0] < warm + seconds:
            now, _, happen = heappop(self._events)
            happen(now)
        for level in (self.outcome.environments, self.outcome.connections):
            level.change(warm + seconds, 0)
        return self.outcome

    def _at(self, when: float, happen: Callable[[float], None]) -> None:
        self._count += 1
        heappush(self._events, (when, self._count, happen))

    def _begin(self, now: float) -> None:
        self._measuring = True
        for level in (self.outcome.environments, self.outcome.connections):
            level.seconds.clear()
            level.since = now

    def _arrive(self, now: float) -> None:
        self._at(now + self._chance.expovariate(self._rate), self._arrive)
        work = self._chance.choices(self._works, self._shares)[0]
        request: Served = self._chance.choice(work.requests)
        environments = self._functions[work.kind.function]
        number, born, new = environments.take(now, value("idle_life"), value("whole_life"))
        self.outcome.environments.change(now, 1)
        if self._measuring:
            self.outcome.requests += 1
            self.outcome.cold += new
        # The work outside the holds is spread evenly around them.
        pause = (request.seconds - sum(request.holds)) / (len(request.holds) + 1)

        def leave(then: float) -> None:
            self.outcome.environments.change(then, -1)
            environments.give_back(number, born, then)

        self._go_on(now + self._cold * new, request.holds, pause, leave)

    def _go_on(self, now: float, holds: tuple[float, ...], pause: float, leave: Callable[[float], None]) -> None:
        """Works for `pause`, then borrows a connection for the first hold, and so on."""
        if not holds:
            self._at(now + pause, leave)
            return

        def done(then: float) -> None:
            self._let_go(then)
            self._go_on(then, holds[1:], pause, leave)

        self._at(now + pause, lambda then: self._borrow(then, holds[0], done))

    def _borrow(self, now: float, hold: float, done: Callable[[float], None]) -> None:
        if self._free:
            self._hold(now, now, hold, done)
        else:
            self._waiting.append((now, hold, done))

    def _hold(self, now: float, asked: float, hold: float, done: Callable[[float], None]) -> None:
        self._free -= 1
        self.outcome.connections.change(now, 1)
        if self._measuring:
            self.outcome.waits.append(now - asked)
        self._at(now + hold, done)

    def _let_go(self, now: float) -> None:
        self._free += 1
        self.outcome.connections.change(now, -1)
        if self._waiting:
            asked, hold, done = self._waiting.popleft()
            self._hold(now, asked, hold, done)
