"""What is wrong with a file, in words for the person who sent it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How a fault is answered: what the user must do differs."""

    TYPE = "type"  # not an allowed type, or not what it claims to be
    UNREADABLE = "unreadable"  # damaged, truncated, encrypted, not decodable
    UNSAFE = "unsafe"  # a bomb, a pixel flood, entities, a second format inside
    CONTENT = "content"  # readable, but what it says cannot be used
    TOO_LARGE = "too_large"


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a file. `code` is one of the contract's (`TYPE_MISMATCH`, `EMPTY_FILE` ...);
    `line` counts from 1; `at` names a place that is no line (`item 3`, `model.ldr`)."""

    kind: Kind
    code: str
    message: str
    line: int | None = None
    field: str | None = None
    at: str | None = None


class Refused(Exception):
    """The file cannot be taken; `faults` holds the first 50 faults, `count` is the number of all."""

    def __init__(self, faults: list[Fault], count: int | None = None, message: str | None = None) -> None:
        self.faults = faults
        self.count = len(faults) if count is None else count
        self.message = message or faults[0].message
        super().__init__(self.message)

    @property
    def kind(self) -> Kind:
        """The gravest kind among the faults: unsafe, then unreadable, too large, type, content."""
        order = (Kind.UNSAFE, Kind.UNREADABLE, Kind.TOO_LARGE, Kind.TYPE, Kind.CONTENT)
        return min((fault.kind for fault in self.faults), key=order.index)


def refusal(
    kind: Kind,
    code: str,
    message: str,
    *,
    line: int | None = None,
    field: str | None = None,
    at: str | None = None,
) -> Refused:
    """A `Refused` with the one fault that ends the reading of a file."""
    return Refused([Fault(kind, code, message, line=line, field=field, at=at)])
