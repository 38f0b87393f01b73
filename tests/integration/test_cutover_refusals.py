"""AWS refuses, hangs, or answers so that nobody hears it: no cutover is lost, and no breach waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from integration.cutover_rehearsed import AT_ONCE, PATIENT, QUICK, WRITES, once_at, refused
from integration.cutover_sides import SmallSystem
from integration.cutover_table import Row
from mocshelf_tools.cutover.running import View
from mocshelf_tools.cutover.settings import Settings
from mocshelf_tools.cutover.state import State
from mocshelf_tools.cutover.store import Record
from mocshelf_tools.problems import CannotContinue

pytest_plugins = ["integration.cutover_fixtures"]


def test_every_call_may_fail(make: Any, tell: Callable[[Row], None]) -> None:
    counted = make(plan=QUICK, thresholds=PATIENT)
    clean = counted.desk()
    counted.start(clean)
    cases = [(name, place) for name in sorted(set(clean.calls)) for place in _places(clean.calls.count(name))]

    def ended(case: tuple[str, int]) -> tuple[str, int | None]:
        stage = make(plan=QUICK, thresholds=PATIENT)
        try:
            state: State | None = stage.start(stage.desk(before=_failing(*case)))
        except CannotContinue:
            # It failed before anybody watched: what was begun is gone on with.
            state = stage.resume() if stage.snapshot().parameters else stage.start(stage.desk())
        return (state.phase if state else "nothing"), stage.share

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = dict(zip(cases, pool.map(ended, cases), strict=True))

    assert {case: end for case, end in found.items() if end != ("finished", 100)} == {}
    for name in sorted(set(clean.calls)):
        tell(Row(f"{name} refused once", sum(case[0] == name for case in cases), "finished", "100"))


def _places(count: int) -> list[int]:
    """The first calls, which begin, the last, which ends it, and of the others every third."""
    return [place for place in range(1, count + 1) if place <= 4 or place == count or place % 3 == 0]


def _failing(name: str, place: int) -> Callable[[str], None]:
    seen = 0

    def before(operation: str) -> None:
        nonlocal seen
        seen += operation == name
        if operation == name and seen == place:
            raise refused(operation)

    return before


def test_route_53_that_refuses_the_way_back_is_asked_until_it_takes_it(
    make: Any, green: SmallSystem, tell: Callable[[Row], None]
) -> None:
    stage = make()
    refusals = 0

    def before(operation: str) -> None:
        nonlocal refusals
        if operation == "ChangeResourceRecordSets" and green.failing and refusals < 4:
            refusals += 1
            raise refused(operation)

    def breach() -> None:
        green.failing = True

    desk = stage.desk(before=before)
    state = stage.start(desk, once_at(50, breach))

    assert (state.phase, stage.share, refusals) == ("rolled_back", 0, 4)
    tell(Row("breach, and Route 53 refuses 4 times", 1, "rolled back", "0", desk.late(0, looks=4)))


@pytest.mark.parametrize("down", ["PutParameter", "GetParameter", "ListResourceRecordSets", "GetChange"])
def test_a_breach_does_not_wait_for_what_going_back_can_do_without(
    make: Any, green: SmallSystem, tell: Callable[[Row], None], down: str
) -> None:
    stage = make()
    ended = time.monotonic() + 3600

    def before(operation: str) -> None:
        if operation == down and green.failing and time.monotonic() < ended:
            raise refused(operation)

    def breach() -> None:
        nonlocal ended
        green.failing, ended = True, time.monotonic() + 2

    desk = stage.desk(before=before)
    state = stage.start(desk, once_at(50, breach))

    assert (state.phase, stage.share) == ("rolled_back", 0)
    tell(Row(f"breach while {down} fails", 1, "rolled back", "0", desk.late(0)))


def test_without_cloudwatch_no_step_is_made_and_none_taken_back(make: Any, tell: Callable[[Row], None]) -> None:
    stage = make(green_metrics="api:abc")
    away = (0.0, time.monotonic() + 2)
    seen: list[tuple[int, float]] = []

    def before(operation: str) -> None:
        if operation == "GetMetricData" and away[0] <= time.monotonic() < away[1]:
            raise refused(operation)

    def go_away() -> None:
        nonlocal away
        away = (time.monotonic(), time.monotonic() + 2)

    at_ten = once_at(10, go_away)

    def show(view: View) -> None:
        if "CloudWatch" in view.trouble:
            seen.append((view.state.green, view.state.soaked))
        at_ten(view)

    state = stage.start(stage.desk(before=before), show)

    # Before the first step, and during it.
    assert {green for green, _ in seen} == {0, 10}
    assert len({soaked for green, soaked in seen if green == 10}) == 1
    assert (state.phase, stage.share) == ("finished", 100)
    tell(Row("CloudWatch refuses for 2 s, twice", 1, "held, then finished", "100"))


def test_a_breach_does_not_wait_for_a_cloudwatch_that_hangs(
    make: Any, green: SmallSystem, tell: Callable[[Row], None]
) -> None:
    stage = make(green_metrics="api:abc")

    def before(operation: str) -> None:
        if operation == "GetMetricData" and green.failing:
            time.sleep(2)

    def breach() -> None:
        green.failing = True

    desk = stage.desk(before=before)
    state = stage.start(desk, once_at(50, breach))

    assert (state.phase, stage.share) == ("rolled_back", 0)
    tell(Row("breach while CloudWatch hangs", 1, "rolled back", "0", desk.late(0)))


def test_every_answer_to_a_write_may_be_lost(make: Any, tell: Callable[[Row], None]) -> None:
    counted = make(plan=QUICK, thresholds=PATIENT)
    written: list[str] = []
    counted.start(counted.desk(after=written.append))
    cases = [(name, place) for name in WRITES for place in _places(written.count(name))]

    def ended(case: tuple[str, int]) -> tuple[str, int | None]:
        stage = make(plan=QUICK, thresholds=PATIENT)
        try:
            state: State | None = stage.start(stage.desk(after=_failing(*case)))
        except CannotContinue:
            state = stage.resume()
        return (state.phase if state else "nothing"), stage.share

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = dict(zip(cases, pool.map(ended, cases), strict=True))

    assert {case: end for case, end in found.items() if end != ("finished", 100)} == {}
    for name in WRITES:
        tell(Row(f"{name} done, answer lost", sum(case[0] == name for case in cases), "finished", "100"))


def test_a_rollback_by_hand_insists(make: Any, tell: Callable[[Row], None]) -> None:
    stage = make()
    stage.start(stage.desk())
    refusals = 0

    def before(operation: str) -> None:
        nonlocal refusals
        if operation == "ChangeResourceRecordSets" and refusals < 3:
            refusals += 1
            raise refused(operation)

    stage.rollback_by(stage.desk(before=before))

    assert (refusals, stage.share) == (3, 0)
    tell(Row("rollback, and Route 53 refuses 3 times", 1, "rolled back", "0"))


def test_a_rollback_by_hand_needs_no_parameter_store(make: Any, tell: Callable[[Row], None]) -> None:
    stage = make()
    stage.start(stage.desk())

    def before(operation: str) -> None:
        if "Parameter" in operation:
            raise refused(operation)

    with pytest.raises(CannotContinue, match="Blue has all traffic, but the log does not say so"):
        stage.rollback_by(stage.desk(before=before))

    assert stage.share == 0
    tell(Row("rollback without Parameter Store", 1, "rolled back, said so", "0"))


def test_any_reason_has_a_place_in_the_log(make: Any) -> None:
    store = make().desk().store
    record = store_record("ж {{ssm:x}} " * 400)

    store.append(record)

    kept = store.newest()
    assert isinstance(kept, Record)
    assert kept.state.reason.startswith("ж {ssm:x}} ж")
    assert len(kept.state.reason) > 200


def store_record(reason: str) -> Record:
    settings = Settings("old.example.com", "new.example.com", "www.example.com", "Z1", probes=("/health",) * 9)
    return Record(1, "entry", "", "ada", "now", State("rolled_back", reason=reason), settings)
