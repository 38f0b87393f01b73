"""Samples as a table, a plot and a file: minimum, median, maximum of each contender, and its ratio to the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

import plot
import stored


def show(
    name: str, title: str, samples: Mapping[str, Sequence[float]], *, unit: str = "ms", notes: Sequence[str] = ()
) -> None:
    """Prints the figures, compared with the first's, and writes `results/<name>.svg` and `results/<name>.json`.

    `notes` are sentences below the table, such as why a contender is missing.
    """
    first = median(next(iter(samples.values())))
    width = max(map(len, samples))
    print(f"\n{title}\n")
    print(f"{'':<{width}}  {'min':>9}  {'median':>9}  {'max':>9}  {'ratio':>6}")
    for contender, values in samples.items():
        middle = median(values)
        print(f"{contender:<{width}}  {min(values):9.2f}  {middle:9.2f}  {max(values):9.2f}  {middle / first:6.2f}")
    for note in notes:
        print(f"\n{note}")
    stored.keep(name, title, unit, samples, notes)
    print(f"\nPlot: benchmarks/results/{plot.write(name, title, samples).name}", flush=True)
