"""Records whose file does not say by its format whose numbers they are: judged together, then taken one by one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from mocshelf.parts import colours, schemes
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
from mocshelf.parts.collect import Collector, Details
from mocshelf.parts.rebrickable import OLD_UNKNOWN, UNKNOWN

_SITES = {"bl": "bricklink", "rb": "rebrickable", "ld": "ldraw"}
_PART_OF_SITE = re.compile(r"(BL|RB|LD) ++(\S.*)", re.IGNORECASE)
_COLOUR_OF_SITE = re.compile(r"(BL|RB|LD) ?(-?[0-9]{1,10})", re.IGNORECASE)
_DIGITS = re.compile(r"-?[0-9]+")
_ELEMENT = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each meaning stands, and whose numbers the names of the part and colour columns promise. Part numbers
    that are element ids are `is_element`."""

    at: dict[str, int]
    part_scheme: str | None
    color_scheme: str | None
    is_element: bool = False

    def cell(self, cells: list[str], meant: str) -> str:
        """The cell of a meaning, empty where there is no such column."""
        place = self.at.get(meant)
        return cells[place] if place is not None else ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whose numbers the file holds, and who says so: the `user`, the `file`, or nobody (None)."""

    color_scheme: str
    part_scheme: str
    said_by: str | None


class Record(NamedTuple):
    """A record's place, its line where it has one, and its trimmed cells in the order of the columns."""

    at: str
    line: int | None
    cells: list[str]


def take_all(columns: Columns, records: Sequence[Record], scheme: str | None, collector: Collector) -> Verdict:
    """Takes every record and says whose numbers they were; `scheme` is the user's word. Raises `Refused` when
    nobody says it and it matters."""
    verdict = _judge(columns, records, scheme)
    for record in records:
        _take(record, columns, verdict, collector)
    return verdict


def _judge(columns: Columns, records: Sequence[Record], scheme: str | None) -> Verdict:
    named = columns.color_scheme
    if scheme and named and scheme != named:
        site = colours.SITES[named]
        raise schemes.conflict(
            f"The colours are named for {site}. Leave the scheme out, or rename what they are called."
        )
    said_by = "file" if named else "user" if scheme else None
    found = named or scheme
    if found is None:
        numbered = _numbered(columns, records)
        found = schemes.proven(numbered)
        said_by = "file" if found else None
        if found is None and numbered:
            raise schemes.required(numbered)
    part = "element" if columns.is_element else columns.part_scheme or found or "unknown"
    return Verdict(found or "unknown", part, said_by or ("file" if columns.part_scheme else None))


def _numbered(columns: Columns, records: Sequence[Record]) -> list[schemes.Numbered]:
    """The records whose colour is a bare number."""
    found = []
    for record in records:
        number, name = _colour_cells(columns, record.cells)
        color_id = colour_id_of(number)
        if color_id is not None:
            found.append(schemes.Numbered(record.at, record.line, color_id, name))
    return found


def _colour_cells(columns: Columns, cells: list[str]) -> tuple[str, str]:
    """(number, name) of the colour, each maybe empty; a column for names may hold numbers all the same."""
    number, name = columns.cell(cells, "color_id"), columns.cell(cells, "color")
    if "color" not in columns.at:
        return (number, "") if _is_number(number) else ("", number)
    if not number and _is_number(name):
        return name, ""
    return number, name


def _is_number(cell: str) -> bool:
    return bool(_DIGITS.fullmatch(cell) or _COLOUR_OF_SITE.fullmatch(cell))


def _take(record: Record, columns: Columns, verdict: Verdict, collector: Collector) -> None:
    at, line, cells = record
    amount = columns.cell(cells, "quantity")
    quantity = quantity_of(amount)
    if quantity is None:
        return reject_quantity(collector, at, amount, cells, line)
    number, part_scheme = _part(columns.cell(cells, "part"), verdict.part_scheme)
    if fault := number_fault(number):
        return reject_number(collector, at, fault, cells, quantity, line)
    flag = columns.cell(cells, "spare")
    spare = flag_of(flag)
    if spare is None:
        return reject_flag(collector, at, flag, cells, quantity, line)
    written, name = _colour_cells(columns, cells)
    color_id, color_scheme = _colour(written, verdict.color_scheme)
    if color_id is None and written:
        return reject_colour(collector, at, written, cells, quantity, line)
    if color_scheme == "rebrickable" and color_id == OLD_UNKNOWN:
        color_id = UNKNOWN
        collector.note("old-unknown-colour", at)
    element = columns.cell(cells, "element")
    details = Details(
        name=columns.cell(cells, "name") or None,
        category=columns.cell(cells, "category") or None,
        elements=(element,) if _ELEMENT.fullmatch(element) else (),
    )
    collector.add(at, quantity, number, part_scheme, color_id, color_scheme, name or None, spare, details)
    return None


def _part(cell: str, scheme: str) -> tuple[str, str]:
    """(number, scheme); a cell such as `BL 3001` says its own scheme."""
    match = _PART_OF_SITE.fullmatch(cell)
    return (match[2], _SITES[match[1].lower()]) if match else (cell, scheme)


def _colour(cell: str, scheme: str) -> tuple[int | None, str]:
    """(id, scheme); a cell such as `BL11` says its own scheme, and one that is no number has no id."""
    match = _COLOUR_OF_SITE.fullmatch(cell)
    return (int(match[2]), _SITES[match[1].lower()]) if match else (colour_id_of(cell), scheme)
