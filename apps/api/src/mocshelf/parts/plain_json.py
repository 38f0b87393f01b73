"""Reads JSON lists of flat objects, whatever program wrote them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from file_validator.flatjson import iter_objects
from mocshelf.parts.declared import Verdict, take_all
from mocshelf.parts.fields import Fields

if TYPE_CHECKING:
    from mocshelf.parts.collect import Collector
    from mocshelf.parts.receipt import Rows


def read(text: str, rows: Rows, scheme: str | None, collector: Collector) -> Verdict:
    """Takes every object and says whose numbers they were. Raises `Refused` when nobody says it and it matters."""
    fields = Fields("JSON_PARSE_ERROR", collector)
    for record in iter_objects(text):
        rows.count_record()
        fields.add((name, _text(value)) for name, value in record.items())
    return take_all(fields.columns(), fields.records, scheme, collector)


def _text(value: str | bool | None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value or ""
