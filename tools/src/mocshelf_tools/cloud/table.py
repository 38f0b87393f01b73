"""Rows as a table for a person, or as JSON objects for a script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from mocshelf_tools.cloud.data_api import Rows

_WIDEST = 60


def table(found: Rows) -> Iterator[str]:
    """A heading, a rule, a line for each row, and how many they are."""
    if not found.columns:
        yield f"{found.changed:,} rows changed."
        return
    cells = [[_cell(value) for value in row] for row in found.rows]
    widths = [max(map(len, column)) for column in zip(found.columns, *cells, strict=True)]
    yield "  ".join(name.ljust(width) for name, width in zip(found.columns, widths, strict=True)).rstrip()
    yield "  ".join("─" * width for width in widths)
    for row in cells:
        yield "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
    yield f"({len(cells):,} row{'' if len(cells) == 1 else 's'})"


def objects(found: Rows) -> str:
    """A JSON array with an object for each row."""
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.rows]
    return json.dumps(rows, default=str, ensure_ascii=False, indent=2)


def _cell(value: Any) -> str:
    """One line, and not wider than a person wants to read."""
    if value is None:
        return "∅"
    text = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    text = text.removeprefix('"').removesuffix('"') if not isinstance(value, str | list | dict) else text
    text = text.replace("\n", "⏎")
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"
