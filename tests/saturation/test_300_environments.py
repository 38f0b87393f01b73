"""300 environments of the functions before one PostgreSQL: through a pool, without one, and through one that pins."""

from __future__ import annotations

from collections.abc import Callable

from mocshelf_tools.pgbouncer import Program
from saturation.place import ENVIRONMENTS, PATIENCE, POOL, WAVES, Place, Run

BOUND = PATIENCE / 2  # seconds that nobody waits for in the pool, nor 99 of 100 for their answer

Tell = Callable[[str, Run], None]


def test_300_environments_share_20_connections(place: Place, program: Program, tell: Tell) -> None:
    with place.pool(program, "transaction") as pool:
        run = place.load(pool)
    tell(f"{POOL}, shared between transactions", run)

    assert (run.refused(), run.wrong, run.lost, run.silent) == (0, [], [], 0)
    assert len(run.answers) > ENVIRONMENTS * WAVES / 2
    assert run.looks.connections == POOL
    assert 0 < run.looks.waited < BOUND
    assert run.quantile(0.99) < BOUND


def test_without_a_pool_most_are_refused(place: Place, tell: Tell) -> None:
    run = place.load()
    tell("one for each, without a pool", run)

    assert run.refused() > len(run.answers) / 2
    assert (run.wrong, run.lost, run.silent) == ([], [], 0)


def test_a_pool_that_pins_refuses_whoever_comes_after_the_first(place: Place, program: Program, tell: Tell) -> None:
    """Connections belong to a session until it ends: so it is behind RDS Proxy when each session keeps some state."""
    with place.pool(program, "session") as pool:
        run = place.load(pool)
    tell(f"{POOL}, each pinned to a session", run)

    assert run.refused() > ENVIRONMENTS / 2
    assert (run.wrong, run.lost, run.silent) == ([], [], 0)
    assert run.looks.connections == POOL
