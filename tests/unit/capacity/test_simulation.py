"""The simulation reproduces queues whose answers are known exactly."""

from __future__ import annotations

from math import log
from typing import Any

import pytest
from capacity import queueing
from capacity.demand import Demand, Served, Work
from capacity.mix import Kind
from capacity.simulation import Environments, Level, Simulation

EXPONENTIAL = [-log(1 - (number + 0.5) / 4000) for number in range(4000)]


def only(requests: list[Served]) -> Demand:
    """A mix of one kind."""
    work = Work(Kind("all", "browse", "mocs", 1.0), 512, tuple(requests), 0, 0, 0, 0, 0, 0)
    return Demand((work,))


@pytest.mark.parametrize(("servers", "load"), [(1, 0.7), (5, 4.0)])
def test_waiting_is_as_mmc_says(servers: int, load: float) -> None:
    mix = only([Served(time, (time,)) for time in EXPONENTIAL])

    seen = Simulation(mix, load, servers, cold_seconds=0.0).run(1_000, 12_000)

    assert seen.wait(0.95) == pytest.approx(queueing.wait_quantile(servers, load, 1.0, 1.0, 0.95), rel=0.12)
    assert sum(seen.waits) / len(seen.waits) == pytest.approx(queueing.mean_wait(servers, load, 1.0, 1.0), rel=0.12)
    # Whoever asked first is served first: the longest waits are as long as they should be, and not longer.
    assert seen.wait(0.99) == pytest.approx(queueing.wait_quantile(servers, load, 1.0, 1.0, 0.99), rel=0.3)
    assert seen.connections.mean() == pytest.approx(load, rel=0.05)


def test_waiting_for_equal_times_is_half_as_long() -> None:
    seen = Simulation(only([Served(1.0, (1.0,))]), 0.7, 1, cold_seconds=0.0).run(1_000, 25_000)

    assert sum(seen.waits) / len(seen.waits) == pytest.approx(queueing.mean_wait(1, 0.7, 1.0, 0.0), rel=0.1)


def test_environments_are_busy_as_poisson_says_whatever_they_do() -> None:
    mix = only([Served(0.2, ()), Served(3.8, ())])

    seen = Simulation(mix, 10, 1, cold_seconds=0.0).run(100, 2_000)

    assert seen.environments.mean() == pytest.approx(20, rel=0.02)
    for share in (0.5, 0.99):
        assert seen.environments.quantile(share) == pytest.approx(queueing.poisson_quantile(20, share), abs=1)


def test_cold_starts_are_as_often_as_the_formula_says() -> None:
    rate, seconds = 0.02, 5.0

    seen = Simulation(only([Served(seconds, ())]), rate, 1, cold_seconds=0.0).run(10_000, 1_500_000)

    assert seen.cold / seen.requests == pytest.approx(queueing.cold_rate(rate, seconds, 300, 7200) / rate, rel=0.15)


def test_a_cold_start_keeps_its_environment_busy() -> None:
    # Nobody comes twice within the life of an environment.
    seen = Simulation(only([Served(1.0, ())]), 1e-5, 1, cold_seconds=9.0).run(0, 2e8)

    assert seen.cold / seen.requests > 0.99
    assert seen.environments.mean() == pytest.approx(1e-5 * 10, rel=0.1)


def test_the_free_environment_with_the_lowest_number_is_taken() -> None:
    environments = Environments()
    taken = [environments.take(0.0, 300, 7200) for _ in range(3)]
    for number, born, _ in reversed(taken):
        environments.give_back(number, born, 1.0)

    assert [environments.take(2.0, 300, 7200)[0] for _ in range(4)] == [1, 2, 3, 4]


def test_an_environment_is_made_anew_when_it_is_old_or_was_not_used() -> None:
    environments = Environments()
    environments.give_back(1, 0.0, 1000.0)

    assert environments.take(1301.0, 300, 7200) == (1, 1301.0, True)
    environments.give_back(1, 0.0, 7190.0)
    assert environments.take(7201.0, 300, 7200) == (1, 7201.0, True)
    environments.give_back(1, 7201.0, 7300.0)
    assert environments.take(7400.0, 300, 7200) == (1, 7201.0, False)


def test_the_same_seed_gives_the_same_run(demand: Any) -> None:
    runs = [Simulation(demand, 50, 1, cold_seconds=0.5, seed=4).run(5, 20) for _ in range(2)]

    assert runs[0].waits == runs[1].waits
    assert runs[0].requests == pytest.approx(1000, rel=0.15)


def test_a_level_weighs_by_time() -> None:
    level = Level()
    for now, by in ((0.0, 1), (8.0, 4), (10.0, -5)):
        level.change(now, by)

    assert level.mean() == pytest.approx(1.8)
    assert (level.quantile(0.5), level.quantile(0.9)) == (1, 5)
