"""The lines of a parts list: as our own CSV, with what it has no column for beside it, and back without loss."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from file_validator.headers import OWN_HEADER
from mocshelf.parts import own_export
from mocshelf.parts.export_report import Report
from mocshelf.parts.lot import Lot
from mocshelf.parts.schemas import MOST_LINES, MOST_PIECES
from mocshelf.runtime.database import Row
from mocshelf_tools.bundle.faults import Unusable, shown
from mocshelf_tools.bundle.layout import LineDetail, Part, PartsList

_FIELDS = (
    "part_number", "part_scheme", "kind", "part_name", "category", "color_name", "color_id", "color_scheme",
    "quantity", "acquired_quantity", "spare", "element_id",
)  # fmt: skip
_OPTIONAL = ("part_name", "category", "color_name", "color_id", "element_id")
# A text that a spreadsheet would run stands behind one quote more than it has.
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_COUNTS = ("total_parts", "completed_parts", "total_parts_count", "acquired_parts_count", "spare_parts_count")
_LONGEST_CELL = 4_096


class _Line(Part):
    """A row of the CSV, with the limits that the database has."""

    model_config = ConfigDict(strict=False)

    part_number: str = Field(min_length=1, max_length=64)
    part_scheme: str = Field(pattern="^(" + "|".join(sorted(own_export.PART_SCHEMES)) + ")$")
    kind: str = Field(pattern="^(" + "|".join(sorted(own_export.KINDS)) + ")$")
    part_name: str | None = Field(max_length=255)
    category: str | None = Field(max_length=255)
    color_name: str | None = Field(max_length=100)
    color_id: int | None = Field(ge=-9_999_999_999, le=9_999_999_999)
    color_scheme: str = Field(pattern="^(" + "|".join(sorted(own_export.COLOUR_SCHEMES)) + ")$")
    quantity: int = Field(ge=1, le=MOST_PIECES)
    acquired_quantity: int = Field(ge=0, le=MOST_PIECES)
    spare: bool
    element_id: str | None = Field(min_length=1, max_length=20)


def as_csv(rows: Sequence[Row]) -> str:
    """Every line with every column of our own export."""
    return own_export.write((_lot(row) for row in rows), Report())


def details(rows: Sequence[Row]) -> list[LineDetail]:
    """What those lines have beside it: their places in the file they came from, further ids, notes."""
    return [
        LineDetail(
            row=place, line=row["line"], source_line=row["source_line"], other=row["other"], notes=row["notes"]
        )
        for place, row in enumerate(rows, 1)
        if row["line"] != place or row["source_line"] is not None or row["other"] is not None or row["notes"]
    ]


def read(data: bytes, path: str, about: PartsList) -> list[dict[str, Any]]:
    """The rows of `moc_parts`; Unusable when the CSV is none of ours or contradicts what is said about the list."""
    rows = [_line(cells, f"{path}, row {row}") for row, cells in enumerate(_cells(data, path), 1)]
    if not 1 <= len(rows) <= MOST_LINES:
        raise Unusable(f"{path}: a parts list has 1 to {MOST_LINES:,} lines.")
    for detail in about.line_details:
        if detail.row > len(rows):
            raise Unusable(f"{path}: there is no row {detail.row} that lineDetails speaks of.")
        rows[detail.row - 1] |= detail.model_dump(exclude={"row"})
    for row, values in enumerate(rows, 1):
        values.setdefault("line", row)
    if len({values["line"] for values in rows}) != len(rows):
        raise Unusable(f"{path}: two rows are the same line of the list.")
    return rows


def counts(rows: Sequence[dict[str, Any]]) -> dict[str, int]:
    """The counts that a list with these lines has."""
    parts = [row for row in rows if not row["spare"]]
    pieces = sum(row["quantity"] for row in parts)
    return {
        "total_parts": len(parts),
        "completed_parts": sum(row["acquired_quantity"] == row["quantity"] for row in parts),
        "total_parts_count": pieces,
        "acquired_parts_count": sum(row["acquired_quantity"] for row in parts),
        "spare_parts_count": sum(row["quantity"] for row in rows if row["spare"]),
    }


def count_faults(about: PartsList, rows: Sequence[dict[str, Any]], path: str) -> list[str]:
    """Where the counts of a list are not those of its lines; one without lines has the counts people gave."""
    given = {name: getattr(about, name) for name in _COUNTS}
    if rows:
        found = counts(rows)
    else:
        most = about.total_parts_count
        found = {**given, "total_parts": 0, "completed_parts": 0, "spare_parts_count": 0}
        found["acquired_parts_count"] = min(about.acquired_parts_count, most)
    return [
        f"{path}: {name} is {given[name]:,}, not {found[name]:,}." for name in _COUNTS if given[name] != found[name]
    ]


def _lot(row: Row) -> Lot:
    lot = Lot(
        row["line"], row["part_number"], row["part_scheme"], row["kind"], row["color_id"], row["color_scheme"],
        row["color_name"], row["quantity"], row["spare"], row["source_line"],
    )  # fmt: skip
    lot.part_name, lot.category, lot.element_id = row["part_name"], row["category"], row["element_id"]
    lot.acquired_quantity = row["acquired_quantity"]
    return lot


def _cells(data: bytes, path: str) -> list[list[str]]:
    try:
        text = data.decode("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as problem:
        raise Unusable(f"{path}: this is not the CSV of a parts list ({problem}).") from None
    if not rows or rows[0] != OWN_HEADER.split(","):
        raise Unusable(f"{path}: the first line must be {OWN_HEADER}")
    return rows[1:]


def _line(cells: list[str], place: str) -> dict[str, Any]:
    if len(cells) != len(_FIELDS) or any(len(cell) > _LONGEST_CELL for cell in cells):
        raise Unusable(f"{place}: a line has {len(_FIELDS)} cells of at most {_LONGEST_CELL:,} characters.")
    given: dict[str, Any] = {
        name: cell[1:] if _GUARDED.match(cell) and name != "color_id" else cell
        for name, cell in zip(_FIELDS, cells, strict=True)
    }
    given |= {name: None for name in _OPTIONAL if given[name] == ""}
    try:
        line = _Line.model_validate(given).model_dump()
    except ValidationError as problem:
        raise Unusable(f"{place}: {shown(problem)}") from None
    if line["acquired_quantity"] > line["quantity"]:
        raise Unusable(f"{place}: more pieces are acquired than there are.")
    if any("\x00" in cell for cell in cells):
        raise Unusable(f"{place}: there is a character that no text has.")
    return {**line, "other": None, "source_line": None, "notes": []}
