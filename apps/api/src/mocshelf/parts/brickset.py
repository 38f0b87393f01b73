"""Reads the inventories of sets that Brickset writes as CSV, with LEGO's names for the colours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mocshelf.parts.cells import number_fault, quantity_of, reject_number, reject_quantity
from mocshelf.parts.collect import Details

if TYPE_CHECKING:
    from mocshelf.parts.collect import Collector
    from mocshelf.parts.tables import Table

_ELEMENT = re.compile(r"[0-9]{1,20}")
_READ = frozenset({"SetNumber", "ElementID", "Qty", "Colour", "Category", "DesignID", "ElementName"})
_PASSED_OVER = frozenset({"ImageURL", "ElementSetCount"})


def read(table: Table, collector: Collector) -> None:
    """Takes every record; the site does not mark spares, which the receipt says."""
    for name in table.names:
        if name and name not in _READ | _PASSED_OVER:
            collector.note("ignored-column", name)
    sets: set[str] = set()
    for line, cells in table:
        row = dict(zip(table.names, cells, strict=True))
        sets.add(row["SetNumber"])
        _take(line, row, cells, collector)
    collector.note("spares-not-told-apart")
    if len(sets) > 1:
        for number in sorted(sets):
            collector.note("several-sets", number)


def _take(line: int, row: dict[str, str], cells: list[str], collector: Collector) -> None:
    at = f"line {line}"
    quantity = quantity_of(row["Qty"])
    if quantity is None:
        return reject_quantity(collector, at, row["Qty"], cells, line)
    number = row["DesignID"]
    if fault := number_fault(number):
        return reject_number(collector, at, fault, cells, quantity, line)
    element = row["ElementID"]
    details = Details(
        name=row.get("ElementName") or None,
        category=row.get("Category") or None,
        elements=(element,) if _ELEMENT.fullmatch(element) else (),
    )
    collector.add(at, quantity, number, "lego", None, "lego", row["Colour"] or None, details=details)
    return None
