"""What a real pool did, beside what it should have done."""

from __future__ import annotations

import random
from math import log
from typing import Any

import pytest
from capacity import pool
from capacity.times import Pool


def test_holds_are_drawn_as_the_mix_has_them(demand: Any) -> None:
    _, mean, _ = demand.holds

    found = pool.drawn(demand, 5000, random.Random(1))

    assert len(found) == 5000
    assert sum(found) / len(found) == pytest.approx(mean, rel=0.02)


def test_model_and_simulation_agree_about_a_pool_with_exponential_holds() -> None:
    holds = tuple(-20 * log(1 - (number + 0.5) / 1000) for number in range(1000))
    seen = Pool(2, 80.0, tuple(float(number) for number in range(1, 101)), holds)

    (_, mean, simulated_mean, seen_mean), (_, p95, simulated_p95, seen_p95) = pool.compared(seen)

    # M/M/2 at a load of 1.6: the wait is 16/9 of a hold on average.
    assert mean == pytest.approx(20 * 16 / 9, rel=0.02)
    assert simulated_mean == pytest.approx(mean, rel=0.1)
    assert simulated_p95 == pytest.approx(p95, rel=0.1)
    assert (seen_mean, seen_p95) == (50.5, 95.0)
