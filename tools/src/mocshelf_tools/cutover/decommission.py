"""The end of the old side: what is to be done, and whether it really gets no traffic any more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from mocshelf_tools.cloud.failures import explained
from mocshelf_tools.cutover import metrics
from mocshelf_tools.cutover.desk import Desk
from mocshelf_tools.cutover.state import ALL
from mocshelf_tools.cutover.store import Record
from mocshelf_tools.problems import CannotContinue


@dataclass(frozen=True)
class Point:
    """One point of the list; `held` is None where only a person can see to it."""

    text: str
    held: bool | None


def points(desk: Desk, quiet_minutes: int) -> list[Point]:
    """The checklist. CannotContinue when no cutover is known."""
    with explained(desk.place):
        newest = desk.store.newest()
        if not isinstance(newest, Record):
            raise CannotContinue("There is no state of a cutover here, so nothing is known of an old side.")
        settings, state = newest.settings, newest.state
        green = desk.weights(settings).found().green
        return [
            Point(f"The cutover has finished ({state.phase.replace('_', ' ')})", state.phase == "finished"),
            Point(f"Route 53 sends everything to {settings.green}", green == ALL),
            _silent(desk, settings.blue, settings.blue_metrics, quiet_minutes),
            *_by_hand(settings.blue, settings.name, settings.ttl),
        ]


def _silent(desk: Desk, blue: str, source: str | None, minutes: int) -> Point:
    if source is None:
        return Point(f"{blue} gets no traffic: not known, since the cutover had no --blue-metrics", False)
    cloudwatch, where = desk.client("cloudwatch"), metrics.source(source)
    if not metrics.ever_counted(cloudwatch, where):
        return Point(f"{blue} gets no traffic: {source} has counted nothing in 14 days; is it the right one?", False)
    found = metrics.requests_since(cloudwatch, where, timedelta(minutes=minutes))
    return Point(f"{blue} had {found:,} requests in the last {minutes} minutes", found == 0)


def _by_hand(blue: str, name: str, ttl: int) -> list[Point]:
    lines = (
        f"Nothing names {blue} directly: clients, partners, bookmarks, web hooks, monitoring ({name} is to be used)",
        f"Jobs, queues and schedules of {blue} are stopped, so that nothing of it writes any more",
        "Its database has a last backup that was restored once to see that it can be",
        "Its secrets and keys are revoked, and its entries in firewalls and allow lists removed",
        f"It is off, not deleted, for two weeks: so long `cutover rollback` has a side to go to (TTL {ttl} s)",
        f"Then: put one plain record for {name} in the place of the two weighted ones, and delete {blue}",
    )
    return [Point(line, None) for line in lines]
