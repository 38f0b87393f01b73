"""The table of the three ways to the database: printed at the end of a run, and written to its page when asked."""

from __future__ import annotations

from pathlib import Path

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
    table = [HEADS, *rows(runs)]
    widths = [max(len(row[place]) for row in table) for place in range(len(HEADS))]
    return [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in table
    ]


def write(runs: list[tuple[str, Run]]) -> None:
    """Puts the table between the marks of the page."""
    lines = ["| " + " | ".join(HEADS) + " |", "| --- |" + " ---: |" * (len(HEADS) - 1)]
    lines += ["| " + " | ".join(row) + " |" for row in rows(runs)]
    text = PAGE.read_text()
    before, after = text[: text.index(START) + len(START)], text[text.index(END) :]
    PAGE.write_text(before + "\n" + "\n".join(lines) + "\n" + after)
