"""Capacity: from requests a second to environments, connections, database capacity and dollars."""

from __future__ import annotations

import sys
from pathlib import Path

from mocshelf_tools.problems import CannotContinue


def main(measured: Path | None = None) -> None:
    """Measures, or takes what is `measured`; computes, simulates, draws, and fills the tables of docs/capacity.md."""
    from capacity import drawing, page, report, times
    from capacity.cold_starts import cold_start
    from capacity.demand import demand
    from capacity.trials import RATES, trial

    if measured is None:
        from capacity.measure import measure

        times.write(*measure())
    place = measured or times.PLACE
    try:
        taken = times.read(place)
        asked = demand(taken)
    except (KeyError, TypeError, ValueError) as problem:
        raise CannotContinue(f"{place} has no service times of this mix ({problem!r}). Measure them anew.") from None
    cold, cold_from = cold_start()
    trials = []
    for rate in RATES:
        print(f"Simulating {rate:,} requests a second", file=sys.stderr, flush=True)
        trials.append(trial(asked, rate, cold))
    parts = report.parts(report.Findings(taken, asked, cold, cold_from, trials))
    for name, part in parts.items():
        if name != "assumptions":
            print(f"\n{name.capitalize()}\n\n{part}")
    page.PAGE.write_text(page.filled(page.PAGE.read_text(encoding="utf-8"), parts), encoding="utf-8")
    print("\nTables: docs/capacity.md")
    print("Drawing the waits takes a minute", file=sys.stderr, flush=True)
    for path in drawing.draw(asked, cold, trials):
        print(f"Plot: benchmarks/results/{path.name}")
