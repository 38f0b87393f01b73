"""One request seen from within, and the file that keeps what was seen."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from capacity import times as file
from capacity.recorder import Hold, Recorder, Sample, cpu_seconds, family

from mocshelf.runtime import database, telemetry

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="CPU time of a process is read from /proc")


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Callable[[], Any]], Sample]]:
    """What one piece of work took. There is no server in unit tests, so the transaction commits nothing."""

    @contextmanager
    def transaction() -> Iterator[None]:
        yield
        with telemetry.span("database.commit"):
            pass
        with telemetry.span("queue.send"), telemetry.span("cache.incr"):
            time.sleep(0.02)

    monkeypatch.setattr(database, "transaction", transaction)
    recorder = Recorder(os.getpid())

    def record(work: Callable[[], Any]) -> Sample:
        def answering() -> Any:
            work()
            return SimpleNamespace(body=b"1234567")

        return recorder.record(answering)[1]

    with recorder.installed():
        yield record


def statement() -> None:
    with telemetry.span("database.select"):
        pass


def in_a_transaction() -> None:
    with database.transaction():
        statement()
        statement()


@LINUX
def test_a_transaction_is_held_until_its_commit_and_a_read_for_itself(recorded: Callable[..., Sample]) -> None:
    def work() -> None:
        statement()
        statement()
        in_a_transaction()
        statement()

    seen = recorded(work)

    assert [hold.statements for hold in seen.holds] == [1, 1, 3, 1]
    assert seen.calls == {"database": 6, "queue": 1, "cache": 1}
    assert seen.answer_bytes == 7


@LINUX
def test_what_follows_a_commit_holds_nothing(recorded: Callable[..., Sample]) -> None:
    def work() -> None:
        in_a_transaction()
        sum(range(200_000))

    seen = recorded(work)

    assert sum(hold.wall for hold in seen.holds) < seen.wall / 2
    assert 15 < seen.away < seen.wall
    assert seen.cpu > 0
    assert seen.database_cpu > 0


def test_everything_is_as_before_once_a_recorder_leaves() -> None:
    before = (telemetry.span, database.transaction)

    with Recorder(os.getpid()).installed():
        assert telemetry.span != before[0]

    assert (telemetry.span, database.transaction) == before


@LINUX
def test_a_process_has_worked_and_belongs_to_its_family() -> None:
    assert cpu_seconds(os.getpid()) > 0.01
    assert family(os.getpid())[0] == os.getpid()


def test_what_is_written_can_be_read(tmp_path: Path) -> None:
    place = tmp_path / "times.json"
    samples = {
        "search": [
            Sample(float(number), 0.5, 0.25, 0.0, 0.0, 10, {"cache": 1}, (Hold(0.125, 0.0625, 2),))
            for number in range(200)
        ],
        "gallery": [Sample(1.0, 0.5, 0.25, 0.0, 0.0, 10, {}, ())],
    }

    file.write(samples, 1.25, file.Pool(2, 7.5, (1.0, 2.5), (4.0, 8.0)), place)
    found = file.read(place)

    assert found.overhead == 1.25
    assert found.pool == file.Pool(2, 7.5, (1.0, 2.5), (4.0, 8.0))
    assert found.samples["gallery"] == samples["gallery"]
    assert len(found.samples["search"]) == file.KEPT
    assert {one.holds for one in found.samples["search"]} == {(Hold(0.125, 0.062, 2),)}
    assert found.spreads["search"]["requests"] == 200
    assert found.spreads["search"]["wall"]["median"] == pytest.approx(99.5)
    assert json.loads(place.read_text())["unit"] == "ms"


def test_a_single_value_is_its_own_spread() -> None:
    assert file.spread([4.0]) == {"mean": 4.0, "p5": 4.0, "median": 4.0, "p95": 4.0}
