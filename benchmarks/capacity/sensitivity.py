"""Which assumptions matter: what the answers become when one of them is twice as large."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from capacity import assumptions, costs
from capacity.cold_starts import cold_start
from capacity.demand import demand
from capacity.limits import limits
from capacity.model import needs
from capacity.times import Times
from mocshelf_infra.stages import PRODUCTION

DOUBLED = (
    *("processor", "statement", "cache_call", "storage_call", "queue_call", "sandbox", "idle_life"),
    *("acu_processor", "peak", "log", "express_work"),
)
# By column: environments p99, connections, ACUs, where production gives out, dollars of production and of Express.
Answers = tuple[int, int, float, float, float, float]


def answers(times: Times, rate: float) -> Answers:
    """What the model says at this rate, with what is assumed now."""
    asked, cold = demand(times), cold_start()[0]
    needed = needs(asked, rate, cold)
    return (
        needed.concurrency[2],
        needed.connections,
        needed.capacity,
        limits(PRODUCTION, asked, cold)[0].rate,
        sum(costs.monthly(PRODUCTION, asked, needed).values()),
        sum(costs.legacy(PRODUCTION, asked, needed).values()),
    )


def doubled(times: Times, rate: float) -> Iterator[tuple[str, Answers]]:
    """(what is twice as large, what follows)."""
    for row in assumptions.TABLE:
        if row.key in DOUBLED:
            with assumed(row.key, 2 * row.value):
                yield row.what, answers(times, rate)


@contextmanager
def assumed(key: str, figure: float) -> Iterator[None]:
    """Another figure in place of the table's, for a while; KeyError if the table has none."""
    before = assumptions.value(key)
    assumptions.CURRENT[key] = figure
    try:
        yield
    finally:
        assumptions.CURRENT[key] = before
