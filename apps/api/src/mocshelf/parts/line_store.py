"""The SQL of the lines of parts lists."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic_core import to_json

from mocshelf.parts.schemas import MOST_LINES
from mocshelf.runtime.database import Row, execute, fetch_all, fetch_one

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection

    from mocshelf.parts.lot import Lot

# In COPY's text format these would end a cell or a row, or begin an escape.
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_SPECIAL = re.compile(r"[\\\t\n\r]")
_NULL = "\\N"
_COLUMNS = """
    parts_list_id, line, part_number, part_scheme, kind, part_name, category, color_id, color_scheme, color_name,
    element_id, quantity, spare, acquired_quantity, other, source_line, notes
"""
# What a lot is made of, in the order its class takes it, and what is added to it.
_MADE_OF = (
    "line", "part_number", "part_scheme", "kind", "color_id", "color_scheme", "color_name", "quantity", "spare",
    "source_line",
)  # fmt: skip
_ADDED = ("part_name", "category", "element_id", "acquired_quantity", "other", "notes")
_COPY = f"copy moc_parts ({_COLUMNS}) from stdin"
_COPY_WITH_IDS = f"copy moc_parts ({_COLUMNS}, id) from stdin"


def insert_lots(conn: Connection, list_id: UUID, lots: Iterable[Lot], ids: Sequence[UUID] | None = None) -> None:
    """Adds the lots of a list with one COPY; `ids` are theirs, which the database chooses unless they are given."""
    chosen = repeat("") if ids is None else (f"\t{one}" for one in ids)
    cells = (f"{_copied(str(list_id), lot)}{end}\n" for lot, end in zip(lots, chosen, strict=False))
    data = io.BytesIO("".join(cells).encode())
    with conn.cursor() as cursor:
        cursor.copy_expert(_COPY if ids is None else _COPY_WITH_IDS, data)


def delete_lots(conn: Connection, list_id: UUID) -> int:
    return execute(conn, "delete from moc_parts where parts_list_id = %(id)s", {"id": list_id})


def tick_lots(conn: Connection, list_id: UUID, ids: Sequence[UUID], quantities: Sequence[int]) -> int:
    """Sets how many pieces of each line are there. Returns how many lines of this list were among them."""
    return execute(
        conn,
        """
        update moc_parts p set acquired_quantity = t.quantity
          from unnest(%(ids)s::uuid[], %(quantities)s::integer[]) as t (id, quantity)
         where p.id = t.id and p.parts_list_id = %(list)s
        """,
        {"list": list_id, "ids": [str(one) for one in ids], "quantities": list(quantities)},
    )


def lot_quantities(conn: Connection, list_id: UUID, ids: Sequence[UUID]) -> dict[str, int]:
    """The pieces of those lines that are this list's, by id."""
    rows = fetch_all(
        conn,
        "select id, quantity from moc_parts where parts_list_id = %(list)s and id = any(%(ids)s::uuid[])",
        {"list": list_id, "ids": [str(one) for one in ids]},
    )
    return {row["id"]: row["quantity"] for row in rows}


def lines(conn: Connection, list_id: UUID, limit: int, offset: int, missing: bool) -> list[Row]:
    """Lines of a list in their order; `missing` leaves only those not fully acquired, of which spares are none."""
    return fetch_all(
        conn,
        """
        select id, line, part_number, part_scheme, kind, part_name, category, color_id, color_scheme, color_name,
               element_id, quantity, spare, acquired_quantity, other, source_line, notes
          from moc_parts
         where parts_list_id = %(id)s and (not %(missing)s or not spare and acquired_quantity < quantity)
         order by line
         limit %(limit)s offset %(offset)s
        """,
        {"id": list_id, "limit": limit, "offset": offset, "missing": missing},
    )


def read_lots(conn: Connection, list_id: UUID) -> list[Lot]:
    """All lines of a list as lots, in their order."""
    from mocshelf.parts.lot import Lot

    lots = []
    for row in lines(conn, list_id, MOST_LINES, 0, False):
        lot = Lot(*(row[name] for name in _MADE_OF))
        for name in _ADDED:
            setattr(lot, name, row[name])
        lots.append(lot)
    return lots


def count_lines(conn: Connection, list_id: UUID, missing: bool) -> int:
    row = fetch_one(
        conn,
        """
        select count(*) as lines from moc_parts
         where parts_list_id = %(id)s and (not %(missing)s or not spare and acquired_quantity < quantity)
        """,
        {"id": list_id, "missing": missing},
    )
    return int(row["lines"]) if row else 0


def _copied(list_id: str, lot: Lot) -> str:
    """A lot as a row of COPY's text format, without its end."""
    texts = (lot.part_number, lot.part_name, lot.category, lot.color_name, lot.element_id, lot.source_line)
    number, name, category, color_name, element, source = texts
    if lot.part_name or lot.category or lot.element_id or _SPECIAL.search(f"{number} {color_name} {source}"):
        number, name, category, color_name, element, source = map(_text, texts)
    other = _NULL if lot.other is None else _text(to_json(lot.other).decode())
    notes = _text("{" + ",".join(map(_quoted, lot.notes)) + "}") if lot.notes else "{}"
    color = _NULL if lot.color_id is None else lot.color_id
    return (
        f"{list_id}\t{lot.line}\t{number}\t{lot.part_scheme}\t{lot.kind}\t{name or _NULL}\t{category or _NULL}\t"
        f"{color}\t{lot.color_scheme}\t{color_name or _NULL}\t{element or _NULL}\t{lot.quantity}\t"
        f"{'t' if lot.spare else 'f'}\t{lot.acquired_quantity}\t{other}\t{source or _NULL}\t{notes}"
    )


def _text(value: str | None) -> str:
    return value.translate(_ESCAPES) if value else _NULL


def _quoted(value: str) -> str:
    """One text of an array, in its double quotes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
