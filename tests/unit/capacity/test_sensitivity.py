"""An assumption that is wrong shows where it should, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from capacity import assumptions
from capacity.sensitivity import DOUBLED, answers, assumed, doubled


def test_another_figure_is_assumed_for_a_while_only() -> None:
    before = assumptions.value("peak")

    with pytest.raises(RuntimeError), assumed("peak", 5):
        assert assumptions.value("peak") == 5
        raise RuntimeError

    assert assumptions.value("peak") == before
    with pytest.raises(KeyError), assumed("nonsense", 1):
        pass


def test_a_database_that_is_twice_as_fast_needs_half_the_acus(times: Any) -> None:
    base = answers(times, 1000)

    with assumed("acu_processor", 0.5):
        changed = answers(times, 1000)

    assert changed[2] == pytest.approx(base[2] / 2, abs=0.5)
    assert changed[:2] == base[:2]
    assert changed[4] < base[4]


def test_longer_ways_keep_more_environments_busy_and_express_does_not_pay_for_them(times: Any) -> None:
    base = answers(times, 1000)

    with assumed("cache_call", 10):
        changed = answers(times, 1000)

    assert changed[0] > 2 * base[0]
    assert changed[4] > base[4]
    assert changed[5] == base[5]


def test_each_is_doubled_alone(times: Any) -> None:
    before = dict(assumptions.CURRENT)
    base = answers(times, 1000)

    found = dict(doubled(times, 1000))

    assert set(found) == {row.what for row in assumptions.TABLE if row.key in DOUBLED}
    assert before == assumptions.CURRENT
    changed = {what: [new != old for new, old in zip(one, base, strict=True)] for what, one in found.items()}
    # Environments, connections, ACUs, where production gives out, its dollars, those of Express.
    assert changed["log lines of one request, ours and Lambda's and the API's"] == [False] * 4 + [True] * 2
    assert changed["Express's processor time as a multiple of our handlers'"] == [False] * 5 + [True]
    assert changed["a new environment, before our code starts"][3]
