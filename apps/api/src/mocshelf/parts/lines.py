"""Lines as people send them: what is wrong with them, and the lots they become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from mocshelf.parts.inputs import LineCreate, LineUpdate, Tick
from mocshelf.parts.lot import Lot
from mocshelf.parts.schemas import MOST_OF_A_LINE, MOST_PIECES
from mocshelf.runtime.errors import Detail

if TYPE_CHECKING:
    from mocshelf.runtime.database import Row

_SAME_PIECE = ("kind", "part_scheme", "part_number", "color_scheme", "color_id", "color_name")

Known = Mapping[str, "Row"]


def line_faults(lines: Sequence[LineCreate], known: Known) -> list[Detail]:
    """What is wrong with the lines beyond the limits of their single fields; `known` are the list's own by id."""
    faults, seen = [], set[UUID]()
    for index, line in enumerate(lines):
        at = f"parts[{index}]"
        if isinstance(line, LineUpdate):
            faults += _id_faults(at, line, known, seen)
        if line.acquired_quantity is not None and line.acquired_quantity > line.quantity:
            message = f"must be a whole number from 0 to {line.quantity:,}"
            faults.append(Detail(f"{at}.acquiredQuantity", message))
    pieces = sum(line.quantity for line in lines)
    if pieces > MOST_PIECES:
        faults.append(Detail("parts", f"must have at most {MOST_PIECES:,} pieces, not {pieces:,}"))
    return faults


def as_lots(lines: Sequence[LineCreate], known: Known) -> list[Lot]:
    """The lots in the order of the lines. A known line keeps its place in the file, and what is acquired unless it
    says so itself; what the file said of the piece only while it is the same piece."""
    lots = []
    for position, line in enumerate(lines, 1):
        before = known.get(str(line.id)) if isinstance(line, LineUpdate) else None
        lots.append(_lot(position, line, before))
    return lots


def ids_of(lines: Sequence[LineUpdate]) -> list[UUID]:
    """The ids the lines have from now on: known ones keep theirs."""
    return [line.id or uuid4() for line in lines]


def tick_faults(ticks: Sequence[Tick], quantities: Mapping[str, int]) -> list[Detail]:
    """What is wrong with ticking off, given the pieces of each line that is the list's own."""
    faults, seen = [], set[UUID]()
    for index, tick in enumerate(ticks):
        at = f"parts[{index}]"
        quantity = quantities.get(str(tick.id))
        if quantity is None:
            faults.append(Detail(f"{at}.id", "is no line of this list"))
        elif tick.id in seen:
            faults.append(Detail(f"{at}.id", "is repeated"))
        elif tick.acquired_quantity is None and tick.acquired is None:
            faults.append(Detail(f"{at}.acquiredQuantity", "is required, or acquired in its place"))
        elif tick.acquired_quantity is not None and tick.acquired_quantity > quantity:
            faults.append(Detail(f"{at}.acquiredQuantity", f"must be a whole number from 0 to {quantity:,}"))
        seen.add(tick.id)
    return faults


def acquired(said: LineCreate | Tick, quantity: int) -> int | None:
    """How many pieces are there, as the line or the tick says; None when it does not say."""
    if said.acquired_quantity is not None:
        return said.acquired_quantity
    if said.acquired is not None:
        return quantity if said.acquired else 0
    return None


def _id_faults(at: str, line: LineUpdate, known: Known, seen: set[UUID]) -> list[Detail]:
    faults = []
    if line.id is not None:
        if str(line.id) not in known:
            faults.append(Detail(f"{at}.id", "is no line of this list"))
        elif line.id in seen:
            faults.append(Detail(f"{at}.id", "is repeated"))
        seen.add(line.id)
    before: Mapping[str, Any] = known.get(str(line.id), {"quantity": 0})
    if line.quantity > max(MOST_OF_A_LINE, before["quantity"]):
        faults.append(Detail(f"{at}.quantity", f"must be a whole number from 1 to {MOST_OF_A_LINE:,}"))
    return faults


def _lot(position: int, line: LineCreate, before: Row | None) -> Lot:
    lot = Lot(
        position,
        line.part_number,
        line.part_scheme,
        line.kind,
        line.color_id,
        line.color_scheme,
        line.color_name,
        line.quantity,
        line.spare,
        None,
    )
    lot.part_name, lot.category, lot.element_id = line.part_name, line.category, line.element_id
    said = acquired(line, line.quantity)
    lot.acquired_quantity = said or 0
    if before is not None:
        lot.source_line = before["source_line"]
        if said is None:
            lot.acquired_quantity = min(before["acquired_quantity"], line.quantity)
        if all(before[name] == getattr(lot, name) for name in _SAME_PIECE):
            lot.other, lot.notes = before["other"], before["notes"]
    return lot
