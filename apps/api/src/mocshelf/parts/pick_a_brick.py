"""Reads the lists of LEGO's Pick a Brick, in which an element id stands for a part in a colour."""

from __future__ import annotations

import re

from mocshelf.parts.cells import quantity_of, reject_quantity, shown
from mocshelf.parts.collect import Collector, Details
from mocshelf.parts.tables import Table

_ELEMENT = re.compile(r"[0-9]{4,10}")


def read(table: Table, collector: Collector) -> None:
    """Takes every record; which part and colour an element is, the file does not say."""
    element, amount = table.names.index("elementId"), table.names.index("quantity")
    for line, cells in table:
        at, number = f"line {line}", cells[element]
        quantity = quantity_of(cells[amount])
        if quantity is None:
            reject_quantity(collector, at, cells[amount], cells, line)
        elif not _ELEMENT.fullmatch(number):
            message = f'Line {line}: the element id is "{shown(number)}". It must have 4 to 10 digits.'
            collector.reject(at, "partNumber", message, cells, pieces=quantity, line=line)
        else:
            collector.add(at, quantity, number, "element", None, "unknown", details=Details(elements=(number,)))
