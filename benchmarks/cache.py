"""The list from the cache, without one, and with a cache that is away: stopped or hanging, the circuit open."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from statistics import quantiles

from shelf import list_event, shelf
from table import show

RUNS = 1500
LINK = "MOCSHELF_CACHE"


def main() -> None:
    """Prints the table; within each state of the cache, the contenders take turns."""
    samples: dict[str, list[float]] = {}
    with shelf(cache=True) as stack:
        from mocshelf.functions.mocs import handler

        link = os.environ[LINK]

        def uncached() -> None:
            del os.environ[LINK]
            handler(list_event(), None)
            os.environ[LINK] = link

        def cached() -> None:
            handler(list_event(), None)

        _measure({"without a cache": uncached, "Mocshelf, from the cache": cached}, samples)
        stack.stop_server("valkey")
        _measure({"Mocshelf, cache stopped": cached}, samples)
        stack.start_server("valkey")
        time.sleep(6)
        cached()
        stack.hang_server("valkey")
        _measure({"Mocshelf, cache hanging": cached}, samples)
        stack.resume_server("valkey")
    show("cache", f"20 of 200 MOCs, milliseconds, {RUNS} requests each", samples)
    print("\np95: " + ", ".join(f"{name} {quantiles(times, n=20)[-1]:.2f}" for name, times in samples.items()))


def _measure(contenders: dict[str, Callable[[], None]], samples: dict[str, list[float]]) -> None:
    """The first requests, in which a circuit opens, are left out; the trials that follow are not."""
    for name in contenders:
        samples[name] = []
    for run in range(RUNS + 50):
        for name, work in contenders.items():
            start = time.perf_counter()
            work()
            if run >= 50:
                samples[name].append((time.perf_counter() - start) * 1000)
