"""The cutover's records in Parameter Store: a chain in which only one writer can put the next link.

Parameter Store cannot write on a condition, but it refuses to make a parameter that exists. So every write makes a
new one, numbered one higher than the last the writer has seen: who comes second is refused by AWS itself. What
merely keeps a lease alive is deleted by the next such record; all others stay and are the audit log.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from mocshelf_tools.cutover.settings import Settings
from mocshelf_tools.cutover.state import State
from mocshelf_tools.problems import CannotContinue

Kind = Literal["entry", "alive"]
_REASON = 600
# Bytes in a parameter of the standard tier.
_LARGEST = 4096
_DIGITS = 8


class Overtaken(Exception):
    """Somebody else has written meanwhile."""


@dataclass(frozen=True)
class Record:
    """One link. `holder` is the run that works on the cutover, empty when none does; `by` is who wrote this."""

    number: int
    kind: Kind
    holder: str
    by: str
    at: str
    state: State
    settings: Settings


@dataclass(frozen=True)
class Unreadable:
    """A link that is damaged, or of a version of this program that is newer."""

    number: int


class Store:
    """`ssm` is a client of Systems Manager."""

    def __init__(self, ssm: Any, stage: str) -> None:
        self._ssm = ssm
        self._path = f"/mocshelf/{stage}/cutover"

    def all(self) -> list[Record | Unreadable]:
        """Oldest first."""
        pages = self._ssm.get_paginator("get_parameters_by_path").paginate(Path=self._path)
        found = [
            (int(number), str(one["Value"]))
            for page in pages
            for one in page["Parameters"]
            if (number := one["Name"].rpartition("/")[2]).isdigit()
        ]
        return [_read(number, text) for number, text in sorted(found)]

    def newest(self) -> Record | Unreadable | None:
        found = self.all()
        return found[-1] if found else None

    def after(self, number: int) -> Record | Unreadable | None:
        """The link after that one, when there is one."""
        text = self._text(number + 1)
        return None if text is None else _read(number + 1, text)

    def settings(self) -> Settings:
        """Those of the last link that can be read. CannotContinue."""
        known = [one for one in self.all() if isinstance(one, Record)]
        if not known:
            raise CannotContinue(
                "There is no state of a cutover here. Say what it is about: --blue HOST --green HOST"
            )
        return known[-1].settings

    def append(self, record: Record) -> None:
        """Overtaken when a link of that number is there already, and not the same."""
        text = _written(record)
        try:
            self._ssm.put_parameter(Name=self._name(record.number), Value=text, Type="String", Overwrite=False)
        except self._ssm.exceptions.ParameterAlreadyExists:
            # The SDK repeats a request whose answer was lost: then the link that is in the way is this one.
            if self._text(record.number) != text:
                raise Overtaken from None

    def drop(self, number: int) -> None:
        """Deletes a link that only kept a lease alive."""
        self._ssm.delete_parameters(Names=[self._name(number)])

    def _text(self, number: int) -> str | None:
        try:
            answer = self._ssm.get_parameter(Name=self._name(number))
        except self._ssm.exceptions.ParameterNotFound:
            return None
        return str(answer["Parameter"]["Value"])

    def _name(self, number: int) -> str:
        return f"{self._path}/{number:0{_DIGITS}}"


def now() -> str:
    """The time of day for people who read the log. No decision is made by it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def _written(record: Record) -> str:
    """As JSON that Parameter Store takes: its reason is cut, since nothing may keep the way back out of the log."""
    content = asdict(record) | {"settings": record.settings.written()}
    # Parameter Store takes double braces for a reference to another parameter.
    reason = re.sub(r"\{+", "{", record.state.reason)
    for length in range(min(len(reason), _REASON), -1, -1):
        content["state"]["reason"] = reason[:length]
        text = json.dumps(content, separators=(",", ":"))
        if len(text) <= _LARGEST:
            break
    return text


def _read(number: int, text: str) -> Record | Unreadable:
    try:
        content = json.loads(text)
        state, settings = State(**content.pop("state")), Settings.read(content.pop("settings"))
        record = Record(**content, state=state, settings=settings)
    except (ValueError, TypeError, KeyError, AttributeError):
        return Unreadable(number)
    return record if record.number == number else Unreadable(number)
