"""Samples as a table: minimum, median and maximum of each contender, and its ratio to the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median


def show(title: str, samples: Mapping[str, Sequence[float]]) -> None:
    """Prints milliseconds; the first contender is what the others are compared with."""
    first = median(next(iter(samples.values())))
    width = max(map(len, samples))
    print(f"\n{title}\n")
    print(f"{'':<{width}}  {'min':>9}  {'median':>9}  {'max':>9}  {'ratio':>6}")
    for name, values in samples.items():
        middle = median(values)
        print(f"{name:<{width}}  {min(values):9.2f}  {middle:9.2f}  {max(values):9.2f}  {middle / first:6.2f}")
