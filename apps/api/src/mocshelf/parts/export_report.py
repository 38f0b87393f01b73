"""What became of every line of a list on its way out: the sums, and why lines were left out or changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mocshelf.parts.lot import Lot

_NAMED = 10


@dataclass(slots=True)
class Sums:
    """Lines and their pieces."""

    lines: int = 0
    pieces: int = 0

    def add(self, pieces: int) -> None:
        self.lines += 1
        self.pieces += pieces


@dataclass(slots=True)
class Remark:
    """One thing that happened to lines, in words, with the part numbers of the first."""

    message: str
    sums: Sums = field(default_factory=Sums)
    first: list[str] = field(default_factory=list)


class Report:
    """Counts while a format is written. `written`, `merged`, `complete` and `left_out` add up to `considered`."""

    def __init__(self) -> None:
        self.considered = Sums()
        self.written = Sums()
        self.merged = Sums()
        self.complete = Sums()
        self.left_out = Sums()
        self.reasons: dict[str, Remark] = {}
        self.changed: dict[str, Remark] = {}

    def keep(self, lot: Lot, *, merged: bool = False) -> None:
        """Counts a line that is written, in a row of its own or merged into one that it equals."""
        (self.merged if merged else self.written).add(lot.quantity)

    def leave_out(self, lot: Lot, code: str, message: str) -> None:
        self.left_out.add(lot.quantity)
        _remark(self.reasons, lot, code, message)

    def change(self, lot: Lot, code: str, message: str) -> None:
        """Notes that a line does not go out as it stands in the list."""
        _remark(self.changed, lot, code, message)


def _remark(remarks: dict[str, Remark], lot: Lot, code: str, message: str) -> None:
    remark = remarks.setdefault(code, Remark(message))
    remark.sums.add(lot.quantity)
    if len(remark.first) < _NAMED:
        remark.first.append(lot.part_number)
