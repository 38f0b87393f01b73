"""Two people and one cutover: one works on it, everybody can stop it, and nobody undoes what another has done."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from integration.cutover_rehearsed import in_background, once_at
from integration.cutover_sides import SmallSystem
from integration.cutover_table import Row
from mocshelf_tools.cutover import operating
from mocshelf_tools.cutover.running import View
from mocshelf_tools.cutover.state import State
from mocshelf_tools.problems import CannotContinue

pytest_plugins = ["integration.cutover_fixtures"]


def test_a_second_operator_is_refused(make: Any, tell: Callable[[Row], None]) -> None:
    stage = make()
    refusals: list[str] = []

    def second() -> None:
        try:
            stage.start(stage.desk("grace"))
        except CannotContinue as problem:
            refusals.append(str(problem))

    state = stage.start(stage.desk("ada"), once_at(10, second))

    assert [one.startswith("ada works on this cutover") for one in refusals] == [True]
    assert (state.phase, stage.share) == ("finished", 100)
    tell(Row("second operator starts", 1, "refused", "100"))


def test_of_two_that_start_at_once_one_is_refused(make: Any, tell: Callable[[Row], None]) -> None:
    stage = make()
    gate = threading.Barrier(2, timeout=20)
    waited: set[int] = set()

    def meet(operation: str) -> None:
        if operation == "PutParameter" and threading.get_ident() not in waited:
            waited.add(threading.get_ident())
            gate.wait()

    runs = [in_background(lambda by=by: stage.start(stage.desk(by, before=meet))) for by in ("ada", "grace")]
    for thread, _ in runs:
        thread.join(60)

    ended = [found[0] for _, found in runs]
    assert sorted(type(one) for one in ended if isinstance(one, CannotContinue)) == [CannotContinue]
    assert [one.phase for one in ended if isinstance(one, State)] == ["finished"]
    tell(Row("two operators start at once", 1, "one refused", "100"))


def test_a_resume_beside_a_run_that_works_leaves_it_at_work(make: Any) -> None:
    stage = make()
    resumed: list[Any] = []

    thread, found = in_background(
        lambda: stage.start(stage.desk(), once_at(10, lambda: resumed.append(in_background(stage.resume))))
    )
    thread.join(60)
    resumed[0][0].join(30)

    assert resumed[0][1] == [None]
    assert found[0].phase == "finished"


def test_a_rollback_by_somebody_else_ends_the_run(make: Any, tell: Callable[[Row], None]) -> None:
    stage = make()

    with pytest.raises(CannotContinue, match="grace has rolled this cutover back"):
        stage.start(stage.desk(), once_at(50, lambda: stage.rollback()))

    assert stage.share == 0
    tell(Row("rollback by another operator at 50 %", 1, "rolled back", "0"))


def test_a_rollback_wins_over_a_step_that_is_being_made(make: Any, tell: Callable[[Row], None]) -> None:
    stage = make()
    changes = 0

    def before(operation: str) -> None:
        nonlocal changes
        changes += operation == "ChangeResourceRecordSets"
        # The second change is the step to 10 %, meant in the state and not made yet.
        if operation == "ChangeResourceRecordSets" and changes == 2:
            stage.rollback()

    with pytest.raises(CannotContinue, match="grace has rolled this cutover back"):
        stage.start(stage.desk(before=before))

    assert stage.share == 0
    tell(Row("rollback between intent and step", 1, "rolled back", "0"))


def test_weights_changed_by_hand_are_not_built_on(make: Any, tell: Callable[[Row], None]) -> None:
    stage = make()

    state = stage.start(stage.desk(), once_at(10, lambda: stage.desk().weights(stage.settings).forward(10, 77)))

    assert (state.phase, stage.share) == ("rolled_back", 0)
    assert state.reason.startswith("Route 53 has 77 %")
    tell(Row("weights changed by hand at 10 %", 1, "rolled back", "0"))


def test_a_pause_holds_the_step_until_somebody_resumes(make: Any, tell: Callable[[Row], None]) -> None:
    stage = make()
    paused: list[float] = []

    def pause() -> None:
        operating.wish(stage.desk("grace"), "pause")

    at_ten = once_at(10, pause)

    def show(view: View) -> None:
        at_ten(view)
        if view.state.paused:
            paused.append(view.state.soaked)
            if len(paused) == 6:
                operating.wish(stage.desk("grace"), "resume")

    state = stage.start(stage.desk(), show)

    assert len(paused) >= 6
    assert len(set(paused)) == 1
    assert (state.phase, stage.share) == ("finished", 100)
    tell(Row("pause at 10 %, then resume", 1, "held, then finished", "100"))


def test_a_breach_during_a_pause_goes_back(make: Any, green: SmallSystem, tell: Callable[[Row], None]) -> None:
    stage = make()
    desk = stage.desk()

    def pause() -> None:
        operating.wish(stage.desk("grace"), "pause")

    at_fifty = once_at(50, pause)

    def show(view: View) -> None:
        at_fifty(view)
        green.failing = green.failing or view.state.paused

    state = stage.start(desk, show)

    assert (state.phase, stage.share) == ("rolled_back", 0)
    tell(Row("breach during a pause at 50 %", 1, "rolled back", "0", desk.late(0)))


def test_a_run_that_hangs_gives_way_to_the_one_that_took_over(make: Any, tell: Callable[[Row], None]) -> None:
    stage = make()
    others: list[State | None] = []

    # It shows nothing meanwhile, and so it looks at nothing: as a machine that sleeps.
    with pytest.raises(CannotContinue, match="has taken this cutover over"):
        stage.start(stage.desk("ada"), once_at(50, lambda: others.append(stage.resume("grace"))))

    assert [one and one.phase for one in others] == ["finished"]
    assert stage.share == 100
    tell(Row("run hangs, another takes over", 1, "first gives up", "100"))


def test_a_start_over_older_records_makes_them_its_own(make: Any) -> None:
    stage = make()
    for side, host, weight in (("blue", stage.settings.blue, 100), ("green", stage.settings.green, 0)):
        stage.put(
            {
                "Type": "CNAME",
                "TTL": 300,
                "SetIdentifier": side,
                "Weight": weight,
                "ResourceRecords": [{"Value": host}],
            }
        )

    state = stage.start(stage.desk())

    assert (state.phase, stage.share) == ("finished", 100)
    assert {one["TTL"] for one in stage.snapshot().records} == {60}


def test_a_name_of_another_zone_begins_nothing(make: Any) -> None:
    stage = make()
    stage.settings = replace(stage.settings, name="www.elsewhere.example")

    with pytest.raises(CannotContinue, match="is the zone rehearsal"):
        stage.start(stage.desk())

    assert stage.snapshot().parameters == {}
