"""Samples as a table and a plot: minimum, median and maximum of each contender, and its ratio to the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

import plot


def show(name: str, title: str, samples: Mapping[str, Sequence[float]]) -> None:
    """Prints the figures and draws them to `results/<name>.svg`; the others are compared with the first."""
    first = median(next(iter(samples.values())))
    width = max(map(len, samples))
    print(f"\n{title}\n")
    print(f"{'':<{width}}  {'min':>9}  {'median':>9}  {'max':>9}  {'ratio':>6}")
    for contender, values in samples.items():
        middle = median(values)
        print(f"{contender:<{width}}  {min(values):9.2f}  {middle:9.2f}  {max(values):9.2f}  {middle / first:6.2f}")
    print(f"\nPlot: benchmarks/results/{plot.write(name, title, samples).name}")
