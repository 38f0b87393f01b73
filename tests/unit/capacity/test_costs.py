"""Dollars follow from the page of costs and from the rate."""

from __future__ import annotations

import re
from typing import Any

import pytest
from capacity import costs
from capacity.assumptions import value
from capacity.model import needs

from mocshelf_infra.stages import DEV, PRODUCTION, STAGING, Cache

MILLIONS = 3600 * 730 / 1e6  # requests of a month at one a second


@pytest.mark.parametrize("stage", [DEV, STAGING, PRODUCTION], ids=lambda stage: stage.name)
def test_an_idle_stage_costs_what_the_page_of_costs_says(stage: Any, demand: Any) -> None:
    text = costs.PAGE.read_text(encoding="utf-8")
    line = next(line for line in text.splitlines() if line.startswith("| **Sum"))
    sums = [float(one.replace(",", "")) for one in re.findall(r"\*\*([\d,.]+)\*\*", line)]

    assert costs.idle(stage) == pytest.approx(sums[costs.COLUMNS[stage.name] - 3], abs=0.05)
    assert sum(costs.monthly(stage, demand, None).values()) == costs.idle(stage)


def test_requests_cost_their_price(demand: Any) -> None:
    spent = costs.monthly(DEV, demand, needs(demand, 10, 0.5))

    assert spent["HTTP API"] == pytest.approx(10 * MILLIONS * costs.price("HTTP API"))
    seconds = 10 * MILLIONS * 1000 * demand.gigabyte_seconds * costs.price("Lambda arm64, time")
    assert spent["functions"] == pytest.approx(seconds + 10 * MILLIONS * 0.2)


def test_a_database_that_is_hardly_used_costs_no_more_than_an_idle_one(demand: Any) -> None:
    needed = needs(demand, 1, 0.5)
    changes = MILLIONS * 0.18 * value("page_writes") * costs.price("Aurora, requests")

    assert needed.capacity == 0.5
    assert costs.monthly(PRODUCTION, demand, needed)["database"] == pytest.approx(changes)


def test_a_reader_follows_its_writer(demand: Any) -> None:
    needed = needs(demand, 1000, 0.5)
    one, two = (costs.monthly(stage, demand, needed)["database"] for stage in (STAGING, PRODUCTION))

    hours = (needed.capacity - 0.5) * value("month")
    assert two - one == pytest.approx(hours * costs.price("Aurora Serverless v2"))


def test_a_small_cache_saves_what_its_nodes_cost_less(demand: Any) -> None:
    needed = needs(demand, 1, 0.5)
    small, large = costs.price("Valkey, cache.t4g.micro"), costs.price("Valkey, cache.r7g.large")

    saved = sum(costs.monthly(PRODUCTION, demand, needed).values()) - costs.with_cache(
        PRODUCTION, Cache("cache.t4g.micro", shards=1, replicas=1), demand, needed
    )

    assert saved == pytest.approx(730 * (4 * large - 2 * small))


def test_express_pays_two_tasks_for_nothing_and_no_proxy(demand: Any) -> None:
    spent = costs.legacy(DEV, demand, None)

    task = value("fargate_processor") + 2 * value("fargate_memory")
    assert spent["tasks"] == pytest.approx(2 * 730 * task)
    assert costs.idle(DEV) - spent[costs.RESTING] > 8 * 730 * costs.price("RDS Proxy")


def test_express_gets_tasks_as_its_work_grows(demand: Any) -> None:
    # 2 ms of a processor a request, and tasks that are busy for three fifths.
    tasks = [
        costs.legacy(DEV, demand, needs(demand, rate, 0.5))["tasks"] / costs.legacy(DEV, demand, None)["tasks"] * 2
        for rate in (100, 3000)
    ]

    assert tasks == [2, 10]


def test_a_price_that_is_not_on_the_page_is_missed() -> None:
    with pytest.raises(KeyError, match="0 rows"):
        costs.price("Teleportation")
    with pytest.raises(KeyError, match="3 rows"):
        costs.price("NAT")
