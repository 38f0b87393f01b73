"""A run that is killed, or whose state is lost or damaged, at every point: there is a way on, and a way back."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from integration.cloud_stage import account
from integration.cutover_rehearsed import AT_ONCE, PATIENT, QUICK, Theatre, in_background, once_at
from integration.cutover_table import Row
from mocshelf_tools.cutover.state import State
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.stack import Stack

pytest_plugins = ["integration.cutover_fixtures"]
TESTS = Path(__file__).resolve().parents[1]


def test_each_kill_can_be_recovered_from(
    stack: Stack, make: Any, tmp_path: Path, tell: Callable[[Row], None]
) -> None:
    whole = make(plan=QUICK, thresholds=PATIENT)
    desk = whole.desk()
    whole.start(desk)
    moments = range(1, desk.writes)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(
            pool.map(
                lambda moment: _after_a_kill(stack, make(plan=QUICK, thresholds=PATIENT), tmp_path, moment), moments
            )
        )

    # Two steps of two entries and one change each, what begins and ends it, and the checks before the steps.
    assert len(found) == 9
    assert {one["resume"] for one in found} == {100}
    assert {one["rollback"] for one in found} == {0}
    assert {one["lost"] for one in found} == {one["damaged"] for one in found} == {0, 100}
    for name, fault, outcome in (
        ("resume", "kill -9, then resume", "finished"),
        ("rollback", "kill -9, then rollback", "rolled back"),
        ("lost", "kill -9 and state lost, then resume", "on from a step, else blue"),
        ("damaged", "kill -9 and state damaged, then resume", "on from a step, else blue"),
    ):
        shown = " or ".join(str(share) for share in sorted({one[name] for one in found}))
        tell(Row(fault, len(found), outcome, shown))


def _after_a_kill(stack: Stack, stage: Theatre, folder: Path, moment: int) -> dict[str, int]:
    """Green's share after each way on from there."""
    _kill(stack, stage, folder / f"{moment}.json", moment)
    kept = stage.snapshot()
    assert stage.share in (0, *QUICK.steps) or kept.records == []
    found = {"resume": _ended(stage.resume(), stage)}
    stage.restore(kept)
    found["rollback"] = _ended(stage.rollback(), stage)
    for name, damaged in (("lost", kept.without_state()), ("damaged", kept.with_damage())):
        stage.restore(damaged)
        found[name] = _ended(stage.resume(given=True), stage)
    return found


def _ended(state: State | None, stage: Theatre) -> int:
    """Green's share; the state and Route 53 agree about it, and it has come to an end."""
    assert state is not None
    assert state.ended
    # Without a record nobody is at green either.
    assert state.green == (stage.share or 0)
    return state.green


def _kill(stack: Stack, stage: Theatre, file: Path, moment: int) -> None:
    """Begins a cutover in a process of its own, which dies at that moment."""
    given = {
        "stage": stage.aws.stage.name,
        "environment": account(stack),
        "settings": stage.settings.written(),
    }
    file.write_text(json.dumps(given))
    code = subprocess.run(
        [sys.executable, "-m", "integration.killed_cutover", str(file), str(moment)], cwd=TESTS, check=False
    ).returncode
    assert code == -signal.SIGKILL


def test_a_run_whose_state_is_deleted_writes_it_anew_and_is_left_at_work(
    make: Any, tell: Callable[[Row], None]
) -> None:
    stage = make()
    resumed: list[Any] = []

    def lose() -> None:
        stage.restore(stage.snapshot().without_state())
        resumed.append(in_background(lambda: stage.resume(given=True)))

    state = stage.start(stage.desk(), once_at(10, lose))
    (thread, found) = resumed[0]
    thread.join(30)

    assert (state.phase, stage.share) == ("finished", 100)
    # The run has written before the other looked, or while it waited.
    assert found == [None] or "A run is alive" in str(found[0])
    tell(Row("state deleted beside a run, and a resume", 1, "left at work, finished", "100"))


def test_without_state_records_of_others_are_not_taken_for_a_cutover(make: Any) -> None:
    stage = make()
    stage.put({"Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]})
    kept = stage.snapshot()

    with pytest.raises(CannotContinue, match=r"records that none has made: A to 192\.0\.2\.1"):
        stage.resume(given=True)

    assert stage.snapshot() == kept


@pytest.mark.parametrize("kept", ["nothing", "a plain record"])
def test_without_state_and_weights_everybody_is_at_blue_already(make: Any, kept: str) -> None:
    stage = make()
    if kept != "nothing":
        stage.put({"Type": "CNAME", "TTL": 60, "ResourceRecords": [{"Value": stage.settings.blue}]})
    before = stage.snapshot().records

    state = stage.resume(given=True)

    assert state.phase == "rolled_back"
    assert stage.snapshot().records == before


def test_a_damaged_state_begins_nothing_new(make: Any) -> None:
    stage = make()
    stage.start(stage.desk())
    stage.rollback()
    stage.restore(stage.snapshot().with_damage())

    with pytest.raises(CannotContinue, match="The newest state is damaged"):
        stage.start(stage.desk())

    assert stage.resume().phase == "rolled_back"
    assert stage.start(stage.desk()).phase == "finished"
