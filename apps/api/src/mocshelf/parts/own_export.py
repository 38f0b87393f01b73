"""Reads and writes our own CSV, in which every line says whose numbers it has, and which no spreadsheet can run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from file_validator.headers import OWN_HEADER
from mocshelf.parts.cells import (
    colour_id_of,
    flag_of,
    number_fault,
    quantity_of,
    reject_colour,
    reject_flag,
    reject_number,
    reject_quantity,
    shown,
)
from mocshelf.parts.collect import MOST_PIECES, Collector, Details

if TYPE_CHECKING:
    from mocshelf.parts.export_report import Report
    from mocshelf.parts.lot import Lot
    from mocshelf.parts.tables import Table

PART_SCHEMES = frozenset({"rebrickable", "bricklink", "ldraw", "lego", "element", "brickowl", "unknown"})
COLOUR_SCHEMES = PART_SCHEMES - {"element"}
KINDS = frozenset({"part", "minifig", "gear"})

_ELEMENT = re.compile(r"[0-9]{1,20}")
# Text that a spreadsheet would run, or that looks as if it had been kept from it already.
_RUNS = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_QUOTED = re.compile(r"[,\"\r\n]")


def read(table: Table, collector: Collector) -> None:
    """Takes every record; the quote that kept a spreadsheet from running a cell is taken off again."""
    for line, cells in table:
        _take(line, dict(zip(table.names, map(_unguarded, cells), strict=True)), cells, collector)


def write(lots: Iterable[Lot], report: Report) -> str:
    """Every line with every column; nothing is converted, merged or left out."""
    rows = [OWN_HEADER]
    for lot in lots:
        report.keep(lot)
        rows.append(_row(lot))
    return "\n".join(rows) + "\n"


def _row(lot: Lot) -> str:
    color_id = "" if lot.color_id is None else lot.color_id
    return (
        f"{_cell(lot.part_number)},{lot.part_scheme},{lot.kind},{_cell(lot.part_name)},{_cell(lot.category)},"
        f"{_cell(lot.color_name)},{color_id},{lot.color_scheme},{lot.quantity},{lot.acquired_quantity},{lot.spare},"
        f"{_cell(lot.element_id)}"
    )


def _cell(text: str | None) -> str:
    """A text as a cell that nothing runs. Python's csv module would not quote a lone CR, which ends a row."""
    if not text:
        return ""
    safe = f"'{text}" if _RUNS.match(text) else text
    return '"' + safe.replace('"', '""') + '"' if _QUOTED.search(safe) else safe


def _take(line: int, row: dict[str, str], cells: list[str], collector: Collector) -> None:
    at = f"line {line}"
    # A merged lot may have more pieces than one record of a file.
    quantity = quantity_of(row["Quantity"], MOST_PIECES)
    if quantity is None:
        return reject_quantity(collector, at, row["Quantity"], cells, line)
    number = row["Part"]
    if fault := number_fault(number):
        return reject_number(collector, at, fault, cells, quantity, line)
    if (word := _foreign_word(row)) is not None:
        message = f'Line {line}: "{shown(word)}" is no scheme or kind that we know.'
        return collector.reject(at, "kind", message, cells, pieces=quantity, line=line)
    color_id = colour_id_of(row["Color ID"])
    if color_id is None and row["Color ID"]:
        return reject_colour(collector, at, row["Color ID"], cells, quantity, line)
    spare = flag_of(row["Spare"])
    if spare is None:
        return reject_flag(collector, at, row["Spare"], cells, quantity, line)
    acquired = 0 if row["Acquired"] in ("", "0") else quantity_of(row["Acquired"], quantity)
    if acquired is None:
        message = f'Line {line}: the acquired quantity is "{shown(row["Acquired"])}". It must be 0 to {quantity:,}.'
        return collector.reject(at, "acquiredQuantity", message, cells, pieces=quantity, line=line)
    element = row["Element ID"]
    details = Details(
        kind=row["Kind"] or "part",
        name=row["Name"] or None,
        category=row["Category"] or None,
        elements=(element,) if _ELEMENT.fullmatch(element) else (),
        acquired=acquired,
    )
    scheme, color_scheme = row["Part Scheme"] or "unknown", row["Color Scheme"] or "unknown"
    collector.add(at, quantity, number, scheme, color_id, color_scheme, row["Color"] or None, spare, details)
    return None


def _foreign_word(row: dict[str, str]) -> str | None:
    """A scheme or kind that no line can have."""
    for name, known in (("Part Scheme", PART_SCHEMES), ("Color Scheme", COLOUR_SCHEMES), ("Kind", KINDS)):
        if row[name] and row[name] not in known:
            return row[name]
    return None


def _unguarded(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell
