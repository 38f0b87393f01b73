"""Everything to blue by hand, whoever works on the cutover and whatever its state says."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from mocshelf_tools.cloud.failures import explained, in_words
from mocshelf_tools.cutover import lease as leases
from mocshelf_tools.cutover.desk import Desk
from mocshelf_tools.cutover.settings import Settings
from mocshelf_tools.cutover.state import State
from mocshelf_tools.cutover.store import Overtaken, Record, now
from mocshelf_tools.cutover.weights import Weights
from mocshelf_tools.problems import CannotContinue

_TRIES = 5
_AGAIN_AFTER = 1.0
Result = TypeVar("Result")


def settings_to_go_back(desk: Desk, given: Settings | None) -> Settings:
    """The stored ones; those that were given where none can be read. CannotContinue."""
    from botocore.exceptions import BotoCoreError, ClientError

    with explained(desk.place):
        try:
            newest = desk.store.newest()
        except (BotoCoreError, ClientError):
            # Going back must not need Parameter Store.
            if given is None:
                raise
            return given
        return newest.settings if isinstance(newest, Record) else given or desk.store.settings()


def preview(desk: Desk, settings: Settings) -> list[str]:
    """What `rollback` would change, a line each. CannotContinue."""
    with explained(desk.place):
        lines = desk.weights(settings).way_back()
        newest = desk.store.newest()
    if isinstance(newest, Record) and newest.holder and not newest.state.ended:
        lines.append(f"The run of {newest.by} would end")
    return lines


def rollback(desk: Desk, settings: Settings, report: Callable[[str], None]) -> State:
    """Gives blue everything. CannotContinue, which says so when that was done and something else was not."""
    state = State("rolled_back", reason=f"{desk.by} asked for it")
    with explained(desk.place):
        weights = desk.weights(settings)
        _insist(weights.back, report)
        trouble = _write_down(desk, settings, state)
        _wait(weights, settings, report)
    if trouble:
        raise CannotContinue(
            f"Blue has all traffic, but the log does not say so: {trouble} Say it again: cutover rollback"
        )
    return state


def _wait(weights: Weights, settings: Settings, report: Callable[[str], None]) -> None:
    """A run that was about to make a step hears of the rollback meanwhile; its step is taken back here."""
    begun = leases.elapsed()
    report("Waiting until all name servers have it")
    while not (seen := _insist(weights.seen, report)).in_sync or seen.green != 0:
        if seen.green != 0:
            _insist(weights.back, report)
        if leases.elapsed() - begun > settings.plan.pending:
            raise CannotContinue("Route 53 has the weights, but says still that not all name servers do.")
        time.sleep(min(2.0, settings.interval))


def _insist(act: Callable[[], Result], report: Callable[[str], None]) -> Result:
    """Its result, asked for some times: a person who goes back is not to be stopped by one refusal."""
    from botocore.exceptions import BotoCoreError, ClientError

    for _ in range(_TRIES - 1):
        try:
            return act()
        except (BotoCoreError, ClientError) as problem:
            report(f"Asking again: {problem}")
            time.sleep(_AGAIN_AFTER)
    return act()


def _write_down(desk: Desk, settings: Settings, state: State) -> str:
    """Empty when it was done, else why not."""
    from botocore.exceptions import BotoCoreError, ClientError

    for _ in range(_TRIES):
        try:
            newest = desk.store.newest()
            number = newest.number + 1 if newest else 1
            desk.store.append(Record(number, "entry", "", desk.by, now(), state, settings))
        except Overtaken:
            continue
        except (BotoCoreError, ClientError) as problem:
            return in_words(problem, desk.place)
        return ""
    return "a run writes faster."
