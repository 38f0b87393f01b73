"""The table of the three ways to the database: printed at the end of a run, and written to its page when asked."""

from __future__ import annotations

from pathlib import Path

from mocshelf_tools import tables
from saturation.place import Run

PAGE = Path(__file__).resolve().parents[2] / "docs" / "saturation.md"
START, END = "<!-- table -->", "<!-- end of table -->"

HEADS = (
    "connections",
    "requests",
    "503",
    "other errors",
    "writes lost",
    "p50, s",
    "p99, s",
    "longest wait in the pool, s",
    "most waiting",
    "server's connections",
)


def rows(runs: list[tuple[str, Run]]) -> list[tuple[str, ...]]:
    return [
        (
            name,
            f"{len(run.answers):,}",
            f"{run.refused():,}",
            str(len(run.wrong) + run.silent),
            str(len(run.lost)),
            f"{run.quantile(0.5):.2f}",
            f"{run.quantile(0.99):.2f}",
            f"{run.looks.waited:.2f}" if run.pooled else "–",
            str(run.looks.waiting) if run.pooled else "–",
            str(run.looks.connections),
        )
        for name, run in runs
    ]


def printed(runs: list[tuple[str, Run]]) -> list[str]:
    """The table for a terminal."""
    return tables.aligned(HEADS, rows(runs))


def write(runs: list[tuple[str, Run]]) -> None:
    """Puts the table between the marks of the page."""
    tables.put(PAGE, START, END, tables.markdown(HEADS, rows(runs)))
