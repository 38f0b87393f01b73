"""A real pool: few connections to PostgreSQL, which are asked for as the mix asks, and how long that has to wait."""

from __future__ import annotations

import queue
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import fmean

from capacity.demand import Demand, Served, Work
from capacity.mix import Kind
from capacity.queueing import mean_wait, wait_quantile
from capacity.simulation import Simulation
from capacity.times import Pool

CONNECTIONS = 3
BUSY = 0.75
STRETCH = 12  # PostgreSQL sleeps instead of working, for so many times as long: the way to it then hardly counts
SECONDS = 60.0
SEED = 7
WARM, SIMULATED = 2_000, 40_000  # arrivals


@dataclass
class _Seen:
    waits: list[float] = field(default_factory=list)
    holds: list[float] = field(default_factory=list)


def drawn(demand: Demand, count: int, chance: random.Random) -> list[float]:
    """Seconds of that many holds of the mix."""
    found: list[float] = []
    shares = [work.kind.share for work in demand.works]
    while len(found) < count:
        work = chance.choices(demand.works, shares)[0]
        found += chance.choice(work.requests).holds
    return found[:count]


def measure(dsn: str, demand: Demand, seconds: float = SECONDS) -> Pool:
    """Asks as often as keeps the connections `BUSY`; the threads end with their last hold."""
    chance = random.Random(SEED)
    _, hold, _ = demand.holds
    rate = BUSY * CONNECTIONS / (hold * STRETCH)
    holds = [one * STRETCH for one in drawn(demand, round(rate * seconds), chance)]
    asked: queue.Queue[tuple[float, float] | None] = queue.Queue()
    seen = [_Seen() for _ in range(CONNECTIONS)]
    workers = [threading.Thread(target=_work, args=(dsn, asked, one), daemon=True) for one in seen]
    for worker in workers:
        worker.start()
    try:
        _ask(asked, rate, holds, chance)
    finally:
        for _ in workers:
            asked.put(None)
    for worker in workers:
        worker.join()
    return Pool(
        CONNECTIONS,
        rate,
        tuple(wait for one in seen for wait in one.waits),
        tuple(held for one in seen for held in one.holds),
    )


def compared(pool: Pool) -> list[tuple[str, float, float, float]]:
    """(what, by the model, by the simulation, seen), milliseconds, of the very holds that were seen."""
    requests = tuple(Served(hold / 1000, (hold / 1000,)) for hold in pool.holds)
    asked = Demand((Work(Kind("all", "", "mocs", 1.0), 512, requests, 0, 0, 0, 0, 0, 0),))
    _, hold, variation = asked.holds
    queue_of = (pool.connections, pool.rate * hold, hold * 1000, variation)
    run = Simulation(asked, pool.rate, pool.connections, 0.0).run(WARM / pool.rate, SIMULATED / pool.rate)
    waits = sorted(pool.waits)
    return [
        ("mean", mean_wait(*queue_of), fmean(run.waits) * 1000, fmean(waits)),
        ("p95", wait_quantile(*queue_of, 0.95), run.wait(0.95) * 1000, waits[ceil(0.95 * len(waits)) - 1]),
    ]


def _ask(
    asked: queue.Queue[tuple[float, float] | None], rate: float, holds: Sequence[float], chance: random.Random
) -> None:
    """As Poisson says, by the clock: a late arrival does not move those after it."""
    due = time.perf_counter()
    for hold in holds:
        due += chance.expovariate(rate)
        time.sleep(max(0.0, due - time.perf_counter()))
        asked.put((time.perf_counter(), hold))


def _work(dsn: str, asked: queue.Queue[tuple[float, float] | None], seen: _Seen) -> None:
    import psycopg2

    conn = psycopg2.connect(dsn)
    conn.autocommit = True
    with conn.cursor() as cursor:
        while (next_one := asked.get()) is not None:
            since, hold = next_one
            start = time.perf_counter()
            cursor.execute("select pg_sleep(%s)", [hold])
            seen.waits.append((start - since) * 1000)
            seen.holds.append((time.perf_counter() - start) * 1000)
    conn.close()
