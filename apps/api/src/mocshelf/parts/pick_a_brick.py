"""Reads and writes the lists of LEGO's Pick a Brick, in which an element id stands for a part in a colour."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mocshelf.parts.cells import quantity_of, reject_quantity, shown
from mocshelf.parts.collect import Collector, Details

if TYPE_CHECKING:
    from mocshelf.parts.export_report import Report
    from mocshelf.parts.lot import Lot
    from mocshelf.parts.receipt import Rows
    from mocshelf.parts.tables import Table

_ELEMENT = re.compile(r"[0-9]{4,10}")


def read(table: Table, collector: Collector) -> None:
    """Takes every record; which part and colour an element is, the file does not say."""
    element, amount = table.names.index("elementId"), table.names.index("quantity")
    for line, cells in table:
        _take(f"line {line}", line, cells[element], cells[amount], cells, collector)


def read_json(text: str, rows: Rows, collector: Collector) -> None:
    """The same list as JSON, in which both values are usually texts."""
    from file_validator.flatjson import iter_objects

    for item, record in enumerate(iter_objects(text), 1):
        rows.count_record()
        number, amount = (str(record[name] or "").strip() for name in ("elementId", "quantity"))
        _take(f"item {item}", None, number, amount, [number, amount], collector)


def _take(at: str, line: int | None, number: str, amount: str, cells: list[str], collector: Collector) -> None:
    quantity = quantity_of(amount)
    if quantity is None:
        reject_quantity(collector, at, amount, cells, line)
    elif not _ELEMENT.fullmatch(number):
        message = f'{at.capitalize()}: the element id is "{shown(number)}". It must have 4 to 10 digits.'
        collector.reject(at, "partNumber", message, cells, pieces=quantity, line=line)
    else:
        collector.add(at, quantity, number, "element", None, "unknown", details=Details(elements=(number,)))


def write(lots: Iterable[Lot], report: Report) -> str:
    """The list for the upload of Pick a Brick; of several ids of a line the chosen one goes out."""
    rows: dict[str, int] = {}
    for lot in lots:
        element = lot.element_id
        if element is None:
            report.leave_out(lot, "no-element-id", "The list has no element id for it.")
            continue
        if not _ELEMENT.fullmatch(element):
            report.leave_out(lot, "element-id", "Its element id does not have 4 to 10 digits.")
            continue
        further = (lot.other or {}).get("element")
        if isinstance(further, list) and further:
            choices = 1 + len(further)
            report.change(
                lot, f"choice-of-{choices}", f"One of the {choices} element ids that the file gave was chosen."
            )
        report.keep(lot, merged=element in rows)
        rows[element] = rows.get(element, 0) + lot.quantity
    return "elementId,quantity\n" + "".join(f"{element},{quantity}\n" for element, quantity in rows.items())
