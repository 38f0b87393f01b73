"""The plots: what a rate needs, what it costs, and how long a request waits for a connection."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import lines

from capacity import costs
from capacity.demand import Demand
from capacity.model import needs
from capacity.queueing import wait_quantile
from capacity.simulation import Simulation
from capacity.trials import Trial
from mocshelf_infra.stages import DEV, PRODUCTION

RATES = (1, 3, 10, 30, 100, 300, 1000, 3000, 10_000)
TICKS = (1, 10, 100, 1000, 10_000)
BUSY = (0.4, 0.6, 0.7, 0.8, 0.85, 0.9, 0.94, 0.97)
SHORTEST = 0.01  # milliseconds: an axis of powers has no place for nought
SIMULATED = 60_000  # requests of each point


def draw(demand: Demand, cold: float, trials: Sequence[Trial]) -> list[Path]:
    """Three files."""
    computed = [needs(demand, rate, cold) for rate in RATES]
    needed: dict[str, list[tuple[float, float]]] = {
        "environments": [(one.rate, max(1, one.concurrency[2])) for one in computed],
        "simulated": [(one.needs.rate, max(1, one.seen.environments.quantile(0.99))) for one in trials],
        "connections": [(one.rate, one.connections) for one in computed],
        "ACU": [(one.rate, one.capacity) for one in computed],
    }
    dollars: dict[str, list[tuple[float, float]]] = {}
    for stage in (PRODUCTION, DEV):
        dollars[stage.name] = [(one.rate, sum(costs.monthly(stage, demand, one).values())) for one in computed]
    dollars["Express"] = [(one.rate, sum(costs.legacy(PRODUCTION, demand, one).values())) for one in computed]
    return [
        lines.write("capacity", "Needed by requests a second: environments, connections, ACU", needed, ticks=TICKS),
        lines.write("capacity-cost", "Dollars a month by requests a second", dollars, ticks=TICKS),
        lines.write(
            "capacity-waiting",
            "Wait for one of so many connections, p95 in milliseconds, by requests a second",
            _waiting(demand, trials),
            ticks=TICKS,
        ),
    ]


def _waiting(demand: Demand, trials: Sequence[Trial]) -> dict[str, list[tuple[float, float]]]:
    """For one connection and for as many as the highest rate needs, until they are nearly all busy."""
    count, hold, variation = demand.holds
    curves: dict[str, list[tuple[float, float]]] = {}
    for connections in sorted({1, 8, trials[-1].needs.connections}):
        rates = [share * connections / (count * hold) for share in BUSY]
        curves[f"{connections}, model"] = [
            (rate, _shown(wait_quantile(connections, rate * count * hold, hold, variation, 0.95))) for rate in rates
        ]
        curves[f"{connections}, simulated"] = [
            (rate, _shown(_simulated(demand, rate, connections))) for rate in rates
        ]
    return curves


def _simulated(demand: Demand, rate: float, connections: int) -> float:
    seconds = SIMULATED / rate
    return Simulation(demand, rate, connections, cold_seconds=0.0).run(seconds / 5, seconds).wait(0.95)


def _shown(seconds: float) -> float:
    return max(seconds * 1000, SHORTEST)
