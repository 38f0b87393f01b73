"""The table of faults: printed at the end of a run, and written to the documentation when asked."""

from __future__ import annotations

from pathlib import Path

from faults.load import Outcome
from mocshelf_tools import tables

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
    return tables.aligned(HEADS, rows(outcomes))


def write(outcomes: list[Outcome]) -> None:
    """Puts the table between the marks of the page."""
    tables.put(PAGE, START, END, tables.markdown(HEADS, rows(outcomes)))
