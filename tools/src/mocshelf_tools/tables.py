"""Tables of figures, for a terminal and for a page: what a row is about on the left, numbers on the right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

Row = Sequence[str]


def aligned(heads: Row, rows: Sequence[Row]) -> list[str]:
    """The lines that a terminal shows."""
    table = [heads, *rows]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def markdown(heads: Row, rows: Sequence[Row]) -> list[str]:
    """The lines of a page."""
    rule = "| --- |" + " ---: |" * (len(heads) - 1)
    return [_line(heads), rule, *map(_line, rows)]


def put(page: Path, start: str, end: str, lines: Sequence[str]) -> None:
    """Writes the lines between two marks of the page, in place of those that were there."""
    text = page.read_text(encoding="utf-8")
    before, after = text[: text.index(start) + len(start)], text[text.index(end) :]
    page.write_text("\n".join([before, *lines, after]), encoding="utf-8")


def _line(row: Row) -> str:
    return "| " + " | ".join(row) + " |"
