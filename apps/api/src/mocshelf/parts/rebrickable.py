"""Reads and writes the parts lists of Rebrickable."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mocshelf.parts.cells import (
    colour_id_of,
    flag_of,
    number_fault,
    quantity_of,
    reject_colour,
    reject_flag,
    reject_number,
    reject_quantity,
)
from mocshelf.parts.collect import Collector
from mocshelf.parts.converting import numbers

if TYPE_CHECKING:
    from mocshelf.parts.export_report import Report
    from mocshelf.parts.lot import Lot
    from mocshelf.parts.tables import Table

# Old exports wrote -2 for what is -1 today.
OLD_UNKNOWN, UNKNOWN = -2, -1
ANY_COLOUR = 9999


def read(table: Table, collector: Collector) -> None:
    """Takes every record; a spare is a row of its own and stays one."""
    names = table.names
    part, color = names.index("Part"), names.index("Color")
    amount = names.index("Num" if "Num" in names else "Quantity")
    flag = names.index("Is Spare") if "Is Spare" in names else None
    for line, cells in table:
        at = f"line {line}"
        number = cells[part]
        quantity = quantity_of(cells[amount])
        if quantity is None:
            reject_quantity(collector, at, cells[amount], cells, line)
            continue
        if fault := number_fault(number):
            reject_number(collector, at, fault, cells, quantity, line)
            continue
        color_id = colour_id_of(cells[color])
        if color_id is None and cells[color]:
            reject_colour(collector, at, cells[color], cells, quantity, line)
            continue
        spare = flag_of(cells[flag]) if flag is not None else False
        if spare is None:
            reject_flag(collector, at, cells[flag or 0], cells, quantity, line)
            continue
        if color_id == OLD_UNKNOWN:
            color_id = UNKNOWN
            collector.note("old-unknown-colour", at)
        collector.add(at, quantity, number, "rebrickable", color_id, "rebrickable", None, spare)


def write(lots: Iterable[Lot], report: Report) -> str:
    """The list as the site writes its own; no two rows have the same part, colour and spare flag."""
    rows: dict[tuple[str, int, bool], int] = {}
    for lot in lots:
        if lot.kind != "part":
            report.leave_out(lot, f"kind-{lot.kind}", f"A {lot.kind} is no part at Rebrickable.")
            continue
        known = numbers(lot, "rebrickable", report)
        if known is None:
            continue
        number, color = known
        key = number, ANY_COLOUR if color is None else color, lot.spare
        report.keep(lot, merged=key in rows)
        rows[key] = rows.get(key, 0) + lot.quantity
    body = (f"{number},{color},{quantity},{spare}\n" for (number, color, spare), quantity in rows.items())
    return "Part,Color,Quantity,Is Spare\n" + "".join(body)
