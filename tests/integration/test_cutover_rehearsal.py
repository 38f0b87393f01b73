"""A whole cutover, and what makes it go back: nobody stays at an ill side for longer than one look."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from integration.cutover_rehearsed import LIMITS, STEPS, once_at, shares
from integration.cutover_sides import SmallSystem
from integration.cutover_table import Row
from mocshelf_tools.cutover.running import View
from mocshelf_tools.problems import CannotContinue

pytest_plugins = ["integration.cutover_fixtures"]


def test_a_cutover_goes_through_its_steps(make: Any, tell: Callable[[Row], None]) -> None:
    stage = make()
    desk = stage.desk()

    state = stage.start(desk)

    assert (state.phase, stage.share) == ("finished", 100)
    assert shares(desk) == [0, *STEPS]
    tell(Row("none", 1, "finished", "100"))


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", ["errors", "latency", "no answer"])
def test_a_breach_goes_back_within_an_interval(
    make: Any, green: SmallSystem, tell: Callable[[Row], None], step: int, kind: str
) -> None:
    stage = make()
    desk = stage.desk()

    def breach() -> None:
        if kind == "errors":
            green.failing = True
        elif kind == "latency":
            green.delay = 1.0
        else:
            green.down()

    state = stage.start(desk, once_at(step, breach))

    assert (state.phase, stage.share) == ("rolled_back", 0)
    tell(Row(f"breach by {kind} at {step} %", 1, "rolled back", "0", desk.late(0)))


def test_looks_from_before_a_sleep_do_not_count(make: Any, green: SmallSystem, tell: Callable[[Row], None]) -> None:
    # With no minute to go by, each look is one after a sleep.
    stage = make(thresholds=replace(LIMITS, metric_minutes=0))
    desk = stage.desk()
    counted: list[int] = []
    breach = once_at(10, lambda: setattr(green, "failing", True))

    def show(view: View) -> None:
        counted.append(view.green.probes.requests)
        breach(view)

    state = stage.start(desk, show)

    assert set(counted) == {LIMITS.requests}
    assert (state.phase, stage.share) == ("rolled_back", 0)
    tell(Row("breach after a sleep at 10 %", 1, "rolled back", "0", desk.late(0)))


@pytest.mark.parametrize("step", [0, *STEPS[:2]])
def test_sides_that_answer_differently_get_no_further_step(
    make: Any, green: SmallSystem, tell: Callable[[Row], None], step: int
) -> None:
    stage = make()
    desk = stage.desk()

    def differ() -> None:
        green.title = "Mill"

    if step == 0:
        differ()
    state = stage.start(desk, once_at(step, differ))

    assert (state.phase, stage.share) == ("rolled_back", 0)
    assert "title: 'Windmill 1' at blue, 'Mill' at green" in state.reason
    assert max(shares(desk)) == step
    tell(Row(f"answers differ after {step} %", 1, "rolled back", "0"))


def test_a_blue_that_goes_down_sends_everybody_to_the_healthy_green(
    make: Any, blue: SmallSystem, tell: Callable[[Row], None]
) -> None:
    stage = make()
    desk = stage.desk()

    state = stage.start(desk, once_at(10, blue.down))

    assert (state.phase, stage.share) == ("finished", 100)
    assert shares(desk) == [0, 10, 100]
    tell(Row("blue down at 10 %", 1, "all to green", "100", desk.late(100)))


def test_when_both_are_down_it_is_blue(
    make: Any, blue: SmallSystem, green: SmallSystem, tell: Callable[[Row], None]
) -> None:
    stage = make()

    def both() -> None:
        blue.failing = green.failing = True

    state = stage.start(stage.desk(), once_at(50, both))

    assert (state.phase, stage.share) == ("rolled_back", 0)
    tell(Row("both sides down at 50 %", 1, "rolled back", "0"))


def test_a_side_that_is_ill_before_the_start_begins_nothing(make: Any, blue: SmallSystem) -> None:
    stage = make()
    blue.failing = True

    with pytest.raises(CannotContinue, match="Nothing was begun"):
        stage.start(stage.desk())

    assert stage.snapshot().parameters == {}
    assert stage.snapshot().records == []


def test_errors_that_only_cloudwatch_sees_are_a_breach(make: Any, tell: Callable[[Row], None]) -> None:
    stage = make(green_metrics="api:green", blue_metrics="api:blue")
    desk = stage.desk()
    cloudwatch = desk.client("cloudwatch")

    def put(api: str, name: str, value: float) -> None:
        datum = {"MetricName": name, "Dimensions": [{"Name": "ApiId", "Value": api}], "Value": value}
        cloudwatch.put_metric_data(Namespace="AWS/ApiGateway", MetricData=[datum])

    for api in ("blue", "green"):
        put(api, "Count", 1000)
    state = stage.start(desk, once_at(10, lambda: put("green", "5xx", 60)))

    assert (state.phase, stage.share) == ("rolled_back", 0)
    assert state.reason == "green: 6.0% of 1,000 requests failed, the other side 0.0% (CloudWatch)"
    tell(Row("breach in CloudWatch alone at 10 %", 1, "rolled back", "0"))


def test_a_blue_that_cannot_be_compared_with_is_not_gone_back_to(
    make: Any, blue: SmallSystem, tell: Callable[[Row], None]
) -> None:
    stage = make()
    desk = stage.desk()
    held: list[int] = []

    def lose_api() -> None:
        blue.without_api = True

    at_ten = once_at(10, lose_api)

    def show(view: View) -> None:
        at_ten(view)
        if "blue is no yardstick" in view.trouble:
            held.append(view.state.green)
            if len(held) == 2:
                blue.down()

    state = stage.start(desk, show)

    assert set(held) == {10}
    assert (state.phase, stage.share) == ("finished", 100)
    assert shares(desk) == [0, 10, 100]
    tell(Row("blue fails while compared, then down", 1, "held, then all to green", "100", desk.late(100)))
