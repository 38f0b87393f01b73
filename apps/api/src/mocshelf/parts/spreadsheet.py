"""Reads any CSV whose columns can be told: by names that people use for them, or without names by their content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from file_validator.columns import meaning, named_scheme
from mocshelf.parts.declared import Columns, Record, Verdict, take_all

if TYPE_CHECKING:
    from file_validator.identify import Identity
    from mocshelf.parts.collect import Collector
    from mocshelf.parts.tables import Table


def read(table: Table, identity: Identity, scheme: str | None, collector: Collector) -> Verdict:
    """Takes every record and says whose numbers they were. Raises `Refused` when nobody says it and it matters."""
    columns = _columns(table, identity, collector)
    records = [Record(f"line {line}", line, cells) for line, cells in table]
    return take_all(columns, records, scheme, collector)


def _columns(table: Table, identity: Identity, collector: Collector) -> Columns:
    meanings = list(identity.columns) if not identity.header else [meaning(name) for name in table.names]
    at: dict[str, int] = {}
    for place, meant in enumerate(meanings):
        if meant is not None:
            at.setdefault(meant, place)
        elif table.names and table.names[place]:
            collector.note("ignored-column", table.names[place])
    is_element = "part" not in at and "element" in at
    if is_element:
        at["part"] = at.pop("element")
    if not table.names:
        return Columns(at, None, None)
    color = at.get("color_id", at.get("color"))
    color_scheme = named_scheme(table.names[color]) if color is not None else None
    return Columns(at, named_scheme(table.names[at["part"]]), color_scheme, is_element)
