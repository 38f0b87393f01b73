"""Where a cutover is, as `status` says it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from mocshelf_tools.cloud.failures import explained
from mocshelf_tools.cutover.desk import Desk
from mocshelf_tools.cutover.store import Record
from mocshelf_tools.cutover.table import sentence
from mocshelf_tools.problems import CannotContinue

_SHOWN = 20


@dataclass(frozen=True)
class Status:
    """The newest record, the entries of the log, and what Route 53 has."""

    newest: Record
    entries: list[Record]
    damaged: int
    records: str
    green: int | None


def report(desk: Desk) -> Status:
    """CannotContinue when there was no cutover."""
    with explained(desk.place):
        found = desk.store.all()
    known = [one for one in found if isinstance(one, Record)]
    if not known:
        what = "can be read" if found else "is there"
        raise CannotContinue(f"No state of a cutover {what}. Begin one: cutover start; or see docs/cutover.md.")
    with explained(desk.place):
        real = desk.weights(known[-1].settings).found()
    entries = [one for one in known if one.kind == "entry"]
    return Status(known[-1], entries, len(found) - len(known), real.words(), real.green)


def as_lines(status: Status) -> list[str]:
    newest = status.newest
    works = f"{newest.by}, last heard of at {newest.at}" if newest.holder else "nobody"
    lines = [
        sentence(newest.state),
        f"Route 53: {status.records}",
        f"Soaked: {newest.state.soaked:.0f} of {newest.settings.plan.soak:.0f} s",
        f"At work: {works}",
    ]
    if status.damaged:
        lines.append(f"{status.damaged} records of the log cannot be read.")
    if status.green != newest.state.green:
        lines.append(
            "Route 53 and the state do not agree: a step is being made, or the weights were changed by hand."
        )
    return [*lines, "", *(f"{one.at}  {one.by}  {sentence(one.state)}" for one in status.entries[-_SHOWN:])]


def as_json(status: Status) -> str:
    log = [{"at": one.at, "by": one.by, **asdict(one.state)} for one in status.entries]
    newest = {"holder": status.newest.holder, "by": status.newest.by, "at": status.newest.at}
    content = {"state": asdict(status.newest.state), "run": newest, "green": status.green, "log": log}
    return json.dumps(content) + "\n"
