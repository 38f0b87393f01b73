"""Reads the parts list that Studio writes as CSV, and checks the totals at its end."""

from __future__ import annotations

import re
from decimal import Decimal

from mocshelf.parts import colours
from mocshelf.parts.cells import (
    colour_id_of,
    number_fault,
    quantity_of,
    reject_colour,
    reject_number,
    reject_quantity,
    shown,
)
from mocshelf.parts.collect import Collector, Details
from mocshelf.parts.ldraw import part_number
from mocshelf.parts.tables import Table

_COLUMNS = frozenset(
    {"BLItemNo", "ElementId", "LdrawId", "PartName", "BLColorId", "LDrawColorId", "ColorName", "ColorCategory"}
    | {"Qty", "Weight"}
)
_TRAILER = ["Total qty", "Total Weight"]
_WEIGHT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_ELEMENT = re.compile(r"[0-9]{1,20}")
_TOLERANCE = Decimal("0.01")  # grams a row: the weights in the file are rounded


class _Sums:
    """What the rows add up to, to be compared with the trailer; the weight in grams."""

    def __init__(self) -> None:
        self.rows = 0
        self.pieces = 0
        self.weight = Decimal(0)
        self.colours = 0
        self.agreeing_colours = 0


def read(table: Table, collector: Collector) -> None:
    """Takes every record; the two rows of totals at the end are no parts."""
    for name in table.names:
        if name not in _COLUMNS:
            collector.note("ignored-column", name)
    sums = _Sums()
    in_trailer = 0
    for line, cells in table:
        if cells[:2] == _TRAILER and not in_trailer:
            in_trailer = 1
            table.exempt(line)
        elif in_trailer == 1:
            in_trailer = 2
            table.exempt(line)
            _claim_totals(cells, sums, collector)
        else:
            _take(line, dict(zip(table.names, cells, strict=True)), cells, sums, collector)
    if sums.colours != sums.agreeing_colours:
        collector.claim("colour numbers", sums.colours, sums.agreeing_colours, agrees=False)


def _take(line: int, row: dict[str, str], cells: list[str], sums: _Sums, collector: Collector) -> None:
    at = f"line {line}"
    quantity = quantity_of(row["Qty"])
    if quantity is None:
        return reject_quantity(collector, at, row["Qty"], cells, line)
    number = row["BLItemNo"]
    if fault := number_fault(number):
        return reject_number(collector, at, fault, cells, quantity, line)
    scheme, column = ("bricklink", "BLColorId") if "BLColorId" in row else ("ldraw", "LDrawColorId")
    written = row.get(column, "")
    color_id = colour_id_of(written)
    if written and color_id is None:
        return reject_colour(collector, at, written, cells, quantity, line)
    # BrickLink's 0 is not a colour but the word for having none.
    if scheme == "bricklink":
        color_id = color_id or None
    other = _ldraw_ids(row, scheme)
    _add_up(row, quantity, color_id, other, sums)
    element = row.get("ElementId", "")
    details = Details(
        name=row.get("PartName") or None,
        elements=(element,) if _ELEMENT.fullmatch(element) else (),
        other={"ldraw": other} if other else None,
    )
    collector.add(at, quantity, number, "bricklink", color_id, scheme, row.get("ColorName") or None, details=details)
    return None


def _ldraw_ids(row: dict[str, str], scheme: str) -> dict[str, object]:
    color_id = colour_id_of(row.get("LDrawColorId", "")) if scheme == "bricklink" else None
    found = {"part": part_number(row.get("LdrawId", "")) or None, "color": color_id}
    return {key: value for key, value in found.items() if value is not None}


def _add_up(row: dict[str, str], quantity: int, color_id: int | None, other: dict[str, object], sums: _Sums) -> None:
    sums.rows += 1
    sums.pieces += quantity
    weight = row.get("Weight", "")
    if _WEIGHT.fullmatch(weight):
        sums.weight += quantity * Decimal(weight)
    ldraw = other.get("color")
    if color_id is not None and isinstance(ldraw, int):
        paired = colours.convert("ldraw", ldraw, "bricklink").id
        sums.colours += 1
        sums.agreeing_colours += paired in (None, color_id)


def _claim_totals(cells: list[str], sums: _Sums, collector: Collector) -> None:
    quantity, weight = cells[0], cells[1]
    collector.claim("trailer quantity", shown(quantity), sums.pieces, agrees=quantity == str(sums.pieces))
    if _WEIGHT.fullmatch(weight):
        agrees = abs(Decimal(weight) - sums.weight) <= _TOLERANCE * sums.rows
        collector.claim("trailer weight", weight, sums.weight, agrees=agrees)
