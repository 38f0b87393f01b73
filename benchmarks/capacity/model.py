"""The model: what a rate of requests needs of environments, connections and database capacity."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from capacity.assumptions import value
from capacity.demand import Demand
from capacity.queueing import cold_rate, mean_wait, poisson_quantile, servers_for, wait_quantile


@dataclass(frozen=True)
class Needs:
    """Of one rate; environments are busy ones, `capacity` is in ACU, `wait` the borrowing p95 in seconds.

    `concurrency` and `by_function` are (mean, p50, p99) of environments that are busy at once; `cold` is the share
    of requests that meet a new one, and `connections` keep the wait below its limit even at the peak.
    """

    rate: float
    concurrency: tuple[float, int, int]
    by_function: dict[str, tuple[float, int, int]]
    cold: float
    held: float
    connections: int
    wait: float
    capacity: float


def needs(demand: Demand, rate: float, cold_seconds: float) -> Needs:
    """Of requests that arrive as Poisson says, independently of each other."""
    count, hold, variation = demand.holds
    held = rate * count * hold
    connections = servers_for(held * value("peak"), hold, variation, wait=value("borrow") / 1000)
    wait = mean_wait(connections, held, hold, variation)
    loads, cold = {}, 0.0
    for function in demand.functions:
        arriving = rate * demand.share(function)
        # Who waits for a connection keeps an environment meanwhile.
        seconds = demand.of(function, "seconds") + demand.of(function, "held") * wait
        new = cold_rate(arriving, seconds, value("idle_life"), value("whole_life"))
        loads[function] = arriving * seconds + new * cold_seconds
        cold += new
    return Needs(
        rate,
        _spread(sum(loads.values())),
        {function: _spread(load) for function, load in loads.items()},
        cold / rate,
        held,
        connections,
        wait_quantile(connections, held, hold, variation, 0.95),
        capacity(rate * demand.mean("database")),
    )


def _spread(load: float) -> tuple[float, int, int]:
    return load, poisson_quantile(load, 0.5), poisson_quantile(load, 0.99)


def capacity(busy: float) -> float:
    """ACUs, in steps of a half, for so many processors at work."""
    return max(0.5, ceil(busy / value("acu_processor") / (value("acu_busy") / 100) * 2) / 2)


def connection_limit(minimum: float, maximum: float) -> int:
    """`max_connections` of Aurora PostgreSQL Serverless v2 between those ACUs."""
    found = maximum * value("acu_connections") - value("acu_connections_less")
    most = value("connections_small") if minimum <= 0.5 else value("connections_most")
    return int(max(1, min(found, most)))
