"""What gives out first, and what the settings should be."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Any

import pytest
from capacity.advice import advice, present, rounded_up
from capacity.assumptions import value
from capacity.limits import at_once, highest, limits
from capacity.model import needs

from mocshelf import manifest
from mocshelf_infra.stages import DEV, PRODUCTION, Api, Database


def by_name(found: Any) -> dict[str, float]:
    return {limit.name.partition(":")[0]: limit.rate for limit in found}


def test_limits_stand_in_the_order_in_which_they_give_out(demand: Any) -> None:
    rates = [limit.rate for limit in limits(PRODUCTION, demand, 0.5)]

    assert rates == sorted(rates)
    assert len(rates) == len({limit.name for limit in limits(PRODUCTION, demand, 0.5)}) == 9


def test_a_throttle_gives_out_at_its_own_rate(demand: Any) -> None:
    stage = replace(DEV, api=Api(rate=70, upload_rate=3))

    found = by_name(limits(stage, demand, 0.5))

    assert found["throttle of the API"] == 70
    # Parts lists are one in fifty requests.
    assert found["throttle of uploads"] == pytest.approx(150)


def test_twice_the_database_answers_twice_as_many(demand: Any) -> None:
    rates = [
        by_name(limits(replace(DEV, database=Database(0, most)), demand, 0.5))["database capacity"]
        for most in (8, 16)
    ]

    # 1 ms of PostgreSQL a request, four of ten processors' quarters busy: 8 ACU are 1.4 processors.
    assert rates[0] == pytest.approx(1400, rel=0.02)
    assert rates[1] == pytest.approx(2 * rates[0], rel=0.03)


def test_a_start_from_nothing_takes_an_environment_for_each_request_until_the_first_is_free(demand: Any) -> None:
    share, seconds = demand.share("mocs"), demand.of("mocs", "seconds")

    assert at_once(demand, "mocs", 100, 0.5) == pytest.approx(100 * share * (0.5 + seconds))
    rate = by_name(limits(PRODUCTION, demand, 0.5))["start from nothing"]
    assert rate <= manifest.function("mocs").reserved / (share * (0.5 + seconds)) * 1.001


def test_where_nothing_is_reserved_the_account_is_the_limit(demand: Any) -> None:
    names = by_name(limits(DEV, demand, 0.5))

    assert "environments in the account" in names
    assert not [name for name in names if name.startswith("environments of")]


def test_the_highest_rate_is_found_within_a_hundredth() -> None:
    assert highest(lambda rate: rate <= 4321) == pytest.approx(4321, rel=0.011)
    assert highest(lambda rate: rate <= 7) == pytest.approx(7, abs=0.1)
    assert highest(lambda _: True) == inf


@pytest.mark.parametrize("rate", [1, 100, 10_000])
def test_what_is_advised_is_enough_for_the_peak(demand: Any, rate: float) -> None:
    found = advice(demand, rate, 0.5)
    said = {name: text.replace(",", "") for name, text in found.settings.items()}
    peak = needs(demand, rate * value("peak"), 0.5)

    stage = replace(
        PRODUCTION,
        api=Api(rate=int(said["api.rate"]), upload_rate=int(said["api.upload_rate"])),
        database=Database(float(said["database.minimum"]), float(said["database.maximum"])),
    )
    enough = by_name(limits(stage, demand, 0.5))

    for name in ("throttle of the API", "throttle of uploads", "database capacity", "proxy connections"):
        assert enough[name] >= peak.rate * 0.99, name
    for function in demand.functions:
        assert int(said[f"reserved of {function}"]) >= peak.by_function[function][2]
        assert int(said[f"reserved of {function}"]) >= at_once(demand, function, peak.rate, 0.5)


def test_a_database_that_no_writer_can_be_is_said(demand: Any) -> None:
    assert advice(demand, 100, 0.5).writers == 1
    assert advice(demand, 100_000, 0.5).writers > 1


def test_advice_and_what_is_there_now_have_the_same_rows(demand: Any) -> None:
    assert list(present(PRODUCTION, demand)) == list(advice(demand, 100, 0.5).settings)


def test_settings_are_round() -> None:
    assert [rounded_up(figure) for figure in (0.2, 7, 41.5, 1234, 20_000)] == [1, 7, 42, 1300, 20_000]
