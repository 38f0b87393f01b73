"""The table of a rehearsal: printed at the end of a run, and written to the runbook when asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "cutover.md"
START, END = "<!-- rehearsal -->", "<!-- end of rehearsal -->"
HEADS = ("fault", "how often", "outcome", "green after, %", "breach to change, s")


@dataclass(frozen=True)
class Row:
    """What was done to a cutover, and what came of it; `late` is from the look that showed it to new weights."""

    fault: str
    times: int
    outcome: str
    green: str
    late: float | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        late = "–" if self.late is None else f"{self.late:.2f}"
        return (self.fault, str(self.times), self.outcome, self.green, late)


def printed(rows: list[Row]) -> list[str]:
    table = [HEADS, *(row.cells for row in _ordered(rows))]
    widths = [max(len(row[place]) for row in table) for place in range(len(HEADS))]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table]


def _ordered(rows: list[Row]) -> list[Row]:
    """First the one without a fault, then the breaches with their times, then all others."""
    return sorted(rows, key=lambda row: (row.fault != "none", row.late is None))


def write(rows: list[Row]) -> None:
    """Puts the table between the marks of the page."""
    lines = ["| " + " | ".join(HEADS) + " |", "| --- | ---: | --- | ---: | ---: |"]
    lines += ["| " + " | ".join(row.cells) + " |" for row in _ordered(rows)]
    text = PAGE.read_text()
    before, after = text[: text.index(START) + len(START)], text[text.index(END) :]
    PAGE.write_text(before + "\n" + "\n".join(lines) + "\n" + after)
