"""Reads the orders that BrickOwl writes as CSV."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mocshelf.parts.cells import (
    colour_id_of,
    number_fault,
    quantity_of,
    reject_colour,
    reject_number,
    reject_quantity,
)
from mocshelf.parts.collect import Details

if TYPE_CHECKING:
    from mocshelf.parts.collect import Collector
    from mocshelf.parts.tables import Table

_KINDS = {"minifigure": "minifig", "gear": "gear"}
_NO_PARTS = frozenset({"set", "instructions", "packaging"})
_READ = frozenset({"Name", "Type", "Color Name", "Boid", "Ordered Quantity"})
_PASSED_OVER = frozenset({"Order Id", "Lot Id", "Condition", "Public Note", "Base Price"})


def read(table: Table, collector: Collector) -> None:
    """Takes every record. Design numbers within names are not taken, for there may be several."""
    for name in table.names:
        if name and name not in _READ | _PASSED_OVER:
            collector.note("ignored-column", name)
    for line, cells in table:
        _take(line, dict(zip(table.names, cells, strict=True)), cells, collector)


def _take(line: int, row: dict[str, str], cells: list[str], collector: Collector) -> None:
    at = f"line {line}"
    quantity = quantity_of(row["Ordered Quantity"])
    kind = row.get("Type", "").lower()
    if kind in _NO_PARTS:
        return collector.skip(at, "not-a-part", quantity or 0)
    if quantity is None:
        return reject_quantity(collector, at, row["Ordered Quantity"], cells, line)
    number, _dash, color = row["Boid"].partition("-")
    if fault := number_fault(number):
        return reject_number(collector, at, fault, cells, quantity, line)
    color_id = colour_id_of(color)
    if color and color_id is None:
        return reject_colour(collector, at, color, cells, quantity, line)
    details = Details(kind=_KINDS.get(kind, "part"), name=row.get("Name") or None)
    name = row.get("Color Name") or None
    collector.add(at, quantity, number, "brickowl", color_id, "brickowl", name, details=details)
    return None
