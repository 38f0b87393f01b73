"""The table of faults: printed at the end of a run, and written to the documentation when asked."""

from __future__ import annotations

from pathlib import Path

from faults.load import Outcome

PAGE = Path(__file__).resolve().parents[2] / "docs" / "faults.md"
START, END = "<!-- table -->", "<!-- end of table -->"

HEADS = (
    "fault",
    "requests",
    "503",
    "other errors",
    "stale reads",
    "writes lost",
    "recovery, s",
    "index agrees, s",
    "p95 ratio",
)


def rows(outcomes: list[Outcome]) -> list[tuple[str, ...]]:
    return [
        (
            one.fault,
            f"{one.requests:,}",
            f"{one.unavailable:,}",
            str(one.errors),
            str(one.stale),
            str(one.lost),
            _number(one.recovery, 1),
            _number(one.agreed, 1),
            _number(one.ratio, 2),
        )
        for one in outcomes
    ]


def _number(value: float | None, places: int) -> str:
    return "–" if value is None else f"{value:.{places}f}"


def printed(outcomes: list[Outcome]) -> list[str]:
    """The table for a terminal."""
    table = [HEADS, *rows(outcomes)]
    widths = [max(len(row[place]) for row in table) for place in range(len(HEADS))]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in table
    ]


def write(outcomes: list[Outcome]) -> None:
    """Puts the table between the marks of the page."""
    lines = ["| " + " | ".join(HEADS) + " |", "| --- |" + " ---: |" * (len(HEADS) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows(outcomes)]
    text = PAGE.read_text()
    before, after = text[: text.index(START) + len(START)], text[text.index(END) :]
    PAGE.write_text(before + "\n" + "\n".join(lines) + "\n" + after)
