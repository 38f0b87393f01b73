"""Model and simulation side by side, at each rate."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from capacity.demand import Demand
from capacity.model import Needs, needs
from capacity.queueing import wait_quantile
from capacity.simulation import Outcome, Simulation

CROWDED = 0.9
# Seconds to warm up and seconds to count, by rate: long enough to see environments expire where few are used.
RATES = {1: (3600, 40_000), 100: (600, 400), 10_000: (5, 15)}


@dataclass(frozen=True)
class Trial:
    """One rate, computed and simulated with the connections that the model asks for, and with too few.

    `tight` of them are busy for nine tenths of the time, where waiting is what there is to compare; `computed` is
    the p95 of that wait by the model, `crowded` how it was simulated.
    """

    needs: Needs
    seen: Outcome
    tight: int
    computed: float
    crowded: Outcome

    def rows(self) -> list[tuple[str, float, float]]:
        """(what, by the model, by the simulation)."""
        needed, seen = self.needs, self.seen
        rows = [
            ("environments, mean", needed.concurrency[0], seen.environments.mean()),
            ("environments, p50", needed.concurrency[1], seen.environments.quantile(0.5)),
            ("environments, p99", needed.concurrency[2], seen.environments.quantile(0.99)),
            ("cold starts, of 100,000 requests", needed.cold * 1e5, seen.cold / seen.requests * 1e5),
            (f"connections busy, mean, of {needed.connections}", needed.held, seen.connections.mean()),
            (f"wait for one of {needed.connections}, p95, ms", needed.wait * 1000, seen.wait(0.95) * 1000),
        ]
        if self.tight != needed.connections:
            crowded = self.crowded.wait(0.95) * 1000
            rows.append((f"wait for one of {self.tight}, p95, ms", self.computed * 1000, crowded))
        return rows


def trial(demand: Demand, rate: float, cold_seconds: float) -> Trial:
    """Takes some seconds at the highest rate."""
    needed = needs(demand, rate, cold_seconds)
    warm, seconds = RATES[int(rate)]
    tight = ceil(needed.held / CROWDED)
    _, hold, variation = demand.holds
    return Trial(
        needed,
        Simulation(demand, rate, needed.connections, cold_seconds).run(warm, seconds),
        tight,
        wait_quantile(tight, needed.held, hold, variation, 0.95),
        Simulation(demand, rate, tight, cold_seconds).run(warm, seconds),
    )
