"""The loop of a cutover: look, decide, write down what is meant, do it; every interval until it has ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NoReturn

from mocshelf_tools.cutover import lease as leases
from mocshelf_tools.cutover import metrics
from mocshelf_tools.cutover.lease import Lease
from mocshelf_tools.cutover.parity import Compared
from mocshelf_tools.cutover.probing import Prober
from mocshelf_tools.cutover.settings import Settings
from mocshelf_tools.cutover.state import Asked, Checked, Event, Seen, State, Watched, follow
from mocshelf_tools.cutover.store import Overtaken, Record, Unreadable
from mocshelf_tools.cutover.watching import Figures, Looked, verdict
from mocshelf_tools.cutover.weights import Changed, Weights
from mocshelf_tools.problems import CannotContinue

_HURRY = 1.0
_MINUTE = 60


@dataclass(frozen=True)
class View:
    """What a person who looks on wants to see after each look."""

    settings: Settings
    state: State
    blue: Looked
    green: Looked
    watched: Watched
    trouble: str


@dataclass(frozen=True)
class Means:
    """What a run works with."""

    settings: Settings
    weights: Weights
    prober: Prober
    cloudwatch: Any
    compare: Callable[[], Compared]


class Run:
    """One run of a cutover, from the state it is given to its end. `show` hears of every look."""

    def __init__(self, means: Means, lease: Lease, state: State, show: Callable[[View], None]) -> None:
        self._means = means
        self._settings = means.settings
        self._lease = lease
        self.state = state
        self._show = show
        self._unsaved = False
        self._trouble = ""
        self._comparing: Future[Compared] | None = None
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="parity")
        self._looked_at = leases.elapsed()
        self._counted: tuple[Figures | None, Figures | None] = (None, None)

    def run(self) -> State:
        """The state in which it ended. CannotContinue when another run has taken it over."""
        try:
            while True:
                begun = leases.elapsed()
                self.tick()
                if self.state.ended and not self._unsaved:
                    return self.state
                hurry = self._unsaved or self.state.phase == "rolling_back"
                pause = min(_HURRY, self._settings.interval) if hurry else self._settings.interval
                time.sleep(max(0.0, pause - (leases.elapsed() - begun)))
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def tick(self) -> None:
        """One look and what follows from it."""
        self._trouble = ""
        try:
            self._listen()
            blue, green, watched = self._look()
            self._on(watched)
            self._compare(watched)
            self._steer()
            self._stay()
        except Overtaken:
            self._give_up()
        self._show(View(self._settings, self.state, blue, green, watched, self._trouble))

    def _look(self) -> tuple[Looked, Looked, Watched]:
        prober, interval = self._means.prober, self._settings.interval
        if leases.elapsed() - self._looked_at > self._settings.thresholds.metric_minutes * _MINUTE:
            # A machine that slept has not watched meanwhile, and what it saw before says nothing about now.
            self._counted = (None, None)
            prober.forget()
        prober.look()
        now = leases.elapsed()
        # What nobody saw does not count as healthy either.
        seconds, self._looked_at = min(now - self._looked_at, 2 * interval), now
        # CloudWatch may take its time: what the probes show is acted on first, with what it has said last.
        self._on(self._judged(0, certain=False)[-1])
        self._counted = (None, None)
        certain = self._try("CloudWatch", self._count)
        return self._judged(seconds, certain=certain)

    def _judged(self, seconds: float, *, certain: bool) -> tuple[Looked, Looked, Watched]:
        prober, limits = self._means.prober, self._settings.thresholds
        blue, green = Looked(prober.blue, self._counted[0]), Looked(prober.green, self._counted[1])
        return blue, green, verdict(blue, green, limits, seconds, certain=certain)

    def _count(self) -> None:
        self._counted = self._figures(self._settings.blue_metrics), self._figures(self._settings.green_metrics)

    def _figures(self, source: str | None) -> Figures | None:
        if source is None:
            return None
        return metrics.figures(
            self._means.cloudwatch, metrics.source(source), self._settings.thresholds.metric_minutes
        )

    def _on(self, event: Event) -> bool:
        """Takes the event in; False when what follows could not be written down, so that it has not happened yet."""
        before, after = self.state, follow(self.state, event, self._settings.plan)
        if (after.phase, after.target, after.paused) == (before.phase, before.target, before.paused):
            self.state = after
            return True
        if after.phase == "rolling_back":
            # Nothing may stand between a breach and blue, not even the log: a run that finds everything at blue
            # knows what it means.
            self.state = after
            self._go_back()
            self._unsaved = True
            self._save(after)
            return True
        if after.ended:
            self.state, self._unsaved = after, True
            self._save(after)
            return True
        if self._save(after):
            self.state = after
            return True
        return False

    def _save(self, state: State) -> bool:
        try:
            done = self._try(
                "Parameter Store", lambda: (self._lease.release if state.ended else self._lease.write)(state)
            )
        except Overtaken:
            # A wish came in between; with that heard, the entry has its place behind it.
            self._listen_strictly()
            return False
        if done:
            self._unsaved = False
        return done

    def _listen(self) -> None:
        """Hears what a person has asked for from elsewhere. Overtaken."""
        found: list[Record | None] = []
        if self._try("Parameter Store", lambda: found.append(self._lease.request())) and found[0] is not None:
            record = found[0]
            asked = Asked("pause" if record.state.paused else "resume", record.by)
            self.state = follow(self.state, asked, self._settings.plan)

    def _listen_strictly(self) -> None:
        number = self._lease.number
        self._listen()
        if self._lease.number == number and not self._trouble:
            raise Overtaken

    def _compare(self, watched: Watched) -> None:
        """Has both sides compared before a step, beside the watching, which does not wait for it."""
        sure = watched.certain and watched.green_healthy
        if self.state.phase != "checking" or self.state.paused or not sure:
            # No step is made now; and when one is, it is not by what was the same an hour ago.
            self._comparing = None
            return
        if self._comparing is None:
            self._comparing = self._pool.submit(self._means.compare)
        if not self._comparing.done():
            return
        if (problem := self._comparing.exception()) is not None:
            # Whatever it is, it must not end the watching.
            self._trouble, self._comparing = f"Comparing again, because it broke off: {problem!r}", None
            return
        compared = self._comparing.result()
        if compared.unanswered or not (compared.passed or watched.blue_healthy):
            # Differences from an ill blue are nothing against green, and such a blue is no place to go back to.
            self._trouble, self._comparing = f"Comparing again: {compared.words()}", None
        elif self._on(Checked(compared.passed, compared.words())):
            self._comparing = None

    def _steer(self) -> None:
        """Sees what Route 53 has, and brings it to what is meant."""
        if self._unsaved:
            self._save(self.state)
        seen = self._sight()
        if self.state.phase == "rolling_back":
            # Where reading fails, writing may still work.
            if not self._means.weights.waits or (seen is not None and seen.green != 0):
                self._go_back()
            self._sight()
        elif self.state.phase == "shifting" and seen is not None:
            self._go_forward(seen)
            self._sight()

    def _sight(self) -> Seen | None:
        found: list[Seen] = []
        if not self._try("Route 53", lambda: found.append(self._means.weights.seen())):
            return None
        self._on(found[0])
        return found[0]

    def _go_forward(self, seen: Seen) -> None:
        # With a lease that may have ended, another run may be at work: then this one only watches.
        if not self._lease.sure and not self._keep():
            return
        weights, target = self._means.weights, self.state.target
        try:
            if seen.green == self.state.green != target:
                self._try("Route 53", lambda: weights.forward(self.state.green, target))
            elif seen.green == target and not weights.waits:
                self._try("Route 53", lambda: weights.again(target))
        except Changed:
            self._trouble = "Route 53 has other weights than a moment ago"

    def _go_back(self) -> None:
        self._try("Route 53", self._means.weights.back)

    def _stay(self) -> None:
        if self._lease.due and not self.state.ended:
            self._keep()

    def _keep(self) -> bool:
        try:
            return self._try("Parameter Store", lambda: self._lease.keep(self.state))
        except Overtaken:
            self._listen_strictly()
            return False

    def _give_up(self) -> NoReturn:
        """Another run has it. When that one has gone back to blue, a step of this one must not outlive it."""
        found: list[Record | Unreadable | None] = []
        self._try("Parameter Store", lambda: found.append(self._lease.store.newest()))
        newest = found[0] if found else None
        if isinstance(newest, Record) and newest.state.phase in ("rolling_back", "rolled_back"):
            self._go_back()
            raise CannotContinue(f"{newest.by} has rolled this cutover back: {newest.state.reason}.")
        by = newest.by if isinstance(newest, Record) and not newest.state.ended else "Somebody else"
        raise CannotContinue(f"{by} has taken this cutover over, so this run has ended. See: cutover status")

    def _try(self, what: str, act: Callable[[], object]) -> bool:
        """Whether it went well: trouble with AWS ends no run, since then nobody would watch."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            act()
        except (BotoCoreError, ClientError) as problem:
            self._trouble = f"{what}: {problem}"
            return False
        return True
