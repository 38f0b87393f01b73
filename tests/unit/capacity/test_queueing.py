"""The formulas give what tables and other formulas give."""

from __future__ import annotations

from math import exp, inf, log

import pytest
from capacity import queueing


@pytest.mark.parametrize(("servers", "load", "expected"), [(1, 0.7, 0.7), (2, 1.0, 1 / 3), (10, 8.0, 0.4092)])
def test_erlang_c_is_as_in_tables(servers: int, load: float, expected: float) -> None:
    assert queueing.erlang_c(servers, load) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize("mean", [0.0, 0.3, 2.0, 40.0, 499.0, 501.0, 3000.0])
@pytest.mark.parametrize("share", [0.5, 0.95, 0.99])
def test_a_poisson_quantile_is_the_least_that_covers_the_share(mean: float, share: float) -> None:
    found = queueing.poisson_quantile(mean, share)

    covered = [sum(queueing.poisson(mean, count) for count in range(most + 1)) for most in (found - 1, found)]
    assert covered[0] < share <= covered[1] + 2e-4


def test_the_wait_in_a_queue_with_one_server_is_as_mm1_says() -> None:
    found = queueing.wait_quantile(1, 0.8, 2.0, 1.0, 0.95)

    # P(W > t) = ρ exp(-(1 - ρ) t / s)
    assert found == pytest.approx(log(0.8 / 0.05) * 2.0 / 0.2)
    assert 0.8 * exp(-0.2 * found / 2.0) == pytest.approx(0.05)


def test_equal_times_halve_the_mean_wait_as_pollaczek_and_khinchine_say() -> None:
    assert queueing.mean_wait(1, 0.5, 1.0, 0.0) == pytest.approx(0.5)
    assert queueing.mean_wait(1, 0.5, 1.0, 1.0) == pytest.approx(1.0)


def test_an_overloaded_queue_waits_for_ever_and_an_idle_one_not_at_all() -> None:
    assert queueing.wait_quantile(2, 2.0, 1.0, 1.0, 0.95) == inf
    assert queueing.mean_wait(2, 2.5, 1.0, 1.0) == inf
    assert queueing.wait_quantile(10, 0.5, 1.0, 1.0, 0.95) == 0


def test_there_is_no_server_too_many_and_none_too_few() -> None:
    servers = queueing.servers_for(40, 0.005, 2.0, wait=0.1)

    assert queueing.wait_quantile(servers, 40, 0.005, 2.0, 0.95) < 0.1
    assert queueing.wait_quantile(servers - 1, 40, 0.005, 2.0, 0.95) >= 0.1


def test_one_environment_is_new_when_nobody_came_for_long() -> None:
    # Arrivals once in 100 s, which take no time: the share exp(-300 / 100) comes after more than 300 s.
    found = queueing.cold_rate(0.01, 1e-9, 300, inf)

    assert found == pytest.approx(0.01 * exp(-3), rel=1e-6)


def test_environments_that_nobody_keeps_are_as_many_as_are_busy() -> None:
    # Each of ten arrivals a second meets a new one, and the fifty that are busy are replaced after 100 s.
    assert queueing.cold_rate(10, 5, 1e-12, 100) == pytest.approx(10 + 50 / 100, rel=1e-6)


def test_environments_that_are_always_busy_grow_old_too() -> None:
    found = queueing.cold_rate(1e6, 0.01, 300, 7200)

    # 10,000 are busy, give or take some hundreds.
    assert 10_000 / 7200 < found < 10_600 / 7200 + 0.2


def test_busy_environments_are_new_only_as_often_as_they_grow_old() -> None:
    assert queueing.cold_rate(100, 1e-12, 300, 7200) == pytest.approx(1 / 7200, rel=0.05)
