"""What a person can do with a cutover: start, pause, go on, go back, look."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace

from mocshelf_tools.cloud.failures import explained
from mocshelf_tools.cutover import lease as leases
from mocshelf_tools.cutover import metrics
from mocshelf_tools.cutover.desk import Desk
from mocshelf_tools.cutover.lease import Lease
from mocshelf_tools.cutover.parity import Compared
from mocshelf_tools.cutover.running import Means, Run, View
from mocshelf_tools.cutover.settings import Settings
from mocshelf_tools.cutover.state import Asked, Seen, State, Watched, follow, rebuilt, started
from mocshelf_tools.cutover.store import Overtaken, Record, Store, Unreadable
from mocshelf_tools.cutover.watching import Figures, Looked, verdict
from mocshelf_tools.cutover.weights import Found
from mocshelf_tools.problems import CannotContinue

_TRIES = 5
Show = Callable[[View], None]


@dataclass(frozen=True)
class Preview:
    """What a start would find."""

    found: Found
    watched: Watched
    compared: Compared
    counted: dict[str, Figures | None]

    @property
    def ready(self) -> bool:
        return self.watched.green_healthy and self.watched.blue_healthy and self.compared.passed


def preview(desk: Desk, settings: Settings, report: Callable[[str], None]) -> Preview:
    """Looks at everything that a start needs, and writes nothing. CannotContinue."""
    with explained(desk.place):
        found = desk.weights(settings).usable()
        _refuse_beside(desk.store.newest(), found)
        counted = {
            source: metrics.figures(
                desk.client("cloudwatch"), metrics.source(source), settings.thresholds.metric_minutes
            )
            for source in (settings.blue_metrics, settings.green_metrics)
            if source is not None
        }
    means = desk.means(settings, report)
    try:
        report("Looking at both sides")
        return Preview(found, _watched(means), means.compare(), counted)
    finally:
        means.prober.close()


def start(desk: Desk, settings: Settings, show: Show, report: Callable[[str], None] = lambda _: None) -> State:
    """Runs a new cutover to its end. CannotContinue."""
    store = desk.store
    with explained(desk.place):
        newest, found = store.newest(), desk.weights(settings).usable()
        _refuse_beside(newest, found)
        means = desk.means(settings)
        if newest is None and found.kind == "weighted":
            # There was a cutover: the run that made these records may have lost its state and be alive.
            _wait_for_silence(store, newest, settings, report)
        report("Looking at both sides")
        watched = _watched(means)
        if not (watched.green_healthy and watched.blue_healthy):
            raise CannotContinue(f"Nothing was begun, because a side is not healthy: {watched.reason}.")
        lease = Lease.new(store, settings, desk.by, newest.number if newest else 0)
        state = started(settings.plan)
        leases.take(lease, state)
        try:
            means.weights.prepare()
        except CannotContinue as problem:
            lease.release(State("rolled_back", reason=f"nothing was begun: {problem}"))
            raise
    return _run(means, lease, state, show)


def resume(
    desk: Desk, given: Settings | None, show: Show, report: Callable[[str], None], requests: str | None = None
) -> State | None:
    """Goes on with a cutover; None when another run is at it and was asked to. CannotContinue.

    `given` is needed only where no state can be read; `requests` is a file to compare by from now on.
    """
    store = desk.store
    with explained(desk.place):
        newest = store.newest()
        if isinstance(newest, Record) and newest.state.ended:
            raise CannotContinue(f"There is nothing to resume: {newest.state.phase.replace('_', ' ')}.")
        settings = newest.settings if isinstance(newest, Record) else given or store.settings()
        if requests is not None:
            settings = replace(settings, requests=requests)
        # Before the waiting: the file with the requests may not be on this machine.
        means = desk.means(settings)
        if isinstance(newest, Record):
            report(f"Waiting up to {newest.settings.lease:.0f} s whether {newest.by} is still at it")
            if leases.idle(store, newest) is None:
                wish(desk, "resume")
                return None
            asked = Asked("resume", desk.by)
            state = follow(newest.state, asked, settings.plan) if newest.state.paused else newest.state
        else:
            _wait_for_silence(store, newest, settings, report)
            state = _rebuilt(means, newest)
        lease = Lease.new(store, settings, desk.by, newest.number if newest else 0)
        leases.take(lease, state)
        if state.phase == "checking" and state.green == 0:
            means.weights.prepare()
    return _run(means, lease, state, show)


def _rebuilt(means: Means, newest: Unreadable | None) -> State:
    settings, found = means.settings, means.weights.found()
    if means.weights.all_blue(found):
        return rebuilt(Seen(0), _watched(means), settings.plan)
    if newest is None and found.foreign:
        raise CannotContinue(
            f"There is no state of a cutover here, and {settings.name} has records that none has made: "
            f"{found.words()}. There is nothing to resume."
        )
    return rebuilt(Seen(found.green), _watched(means), settings.plan)


def wish(desk: Desk, what: str) -> State:
    """Asks the run that works to pause or to go on; it hears it with its next look. CannotContinue."""
    asked = Asked("pause" if what == "pause" else "resume", desk.by)
    with explained(desk.place):
        for _ in range(_TRIES):
            newest = desk.store.newest()
            if not isinstance(newest, Record) or newest.state.ended:
                raise CannotContinue(f"There is no cutover to {what}. See: cutover status")
            state = follow(newest.state, asked, newest.settings.plan)
            if leases.ask(desk.store, newest, state, desk.by):
                return state
    raise CannotContinue(f"The run writes faster than it can be asked. Try again: cutover {what}")


def _run(means: Means, lease: Lease, state: State, show: Show) -> State:
    from botocore.exceptions import BotoCoreError, ClientError

    run = Run(means, lease, state, show)
    try:
        return run.run()
    except KeyboardInterrupt:
        kept = replace(run.state, reason="the run was ended by hand; nobody watches")
        with suppress(Overtaken, BotoCoreError, ClientError):
            lease.release(kept)
        raise CannotContinue(
            f"Ended. Green keeps {run.state.green} %, and nobody watches it now: cutover resume, or cutover rollback."
        ) from None
    finally:
        means.prober.close()


def _watched(means: Means) -> Watched:
    means.prober.fill()
    return verdict(Looked(means.prober.blue), Looked(means.prober.green), means.settings.thresholds, 0)


def _refuse_beside(newest: Record | Unreadable | None, found: Found) -> None:
    if isinstance(newest, Unreadable):
        raise CannotContinue(
            "The newest state is damaged, or of a newer version of this program, whose run may be at work: "
            "cutover resume finds out, cutover rollback goes back."
        )
    if isinstance(newest, Record) and not newest.state.ended:
        if newest.holder:
            raise leases.busy(newest)
        raise CannotContinue(f"A cutover stands at {newest.state.green} %: cutover resume, or cutover rollback.")
    if found.green:
        raise CannotContinue(
            f"Green has {found.green} % already. cutover resume finds out what to do; cutover rollback goes back."
        )


def _wait_for_silence(
    store: Store, newest: Record | Unreadable | None, settings: Settings, report: Callable[[str], None]
) -> None:
    """A run whose records were lost may be alive all the same; it would write within a lease."""
    number = newest.number if newest else 0
    report(f"The state cannot be read; waiting {settings.lease:.0f} s whether a run is alive")
    begun = leases.elapsed()
    while leases.elapsed() - begun < settings.lease:
        time.sleep(min(1.0, settings.lease / 4))
        found = store.newest()
        if found is not None and found.number != number:
            raise CannotContinue("A run is alive and has just written its state. See: cutover status")
