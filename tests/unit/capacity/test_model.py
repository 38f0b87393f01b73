"""From measured times to environments, connections and ACUs."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from capacity import model
from capacity.demand import Demand, Served, Work, served
from capacity.mix import MIX, Kind
from capacity.model import capacity, connection_limit, needs
from capacity.queueing import mean_wait
from capacity.recorder import Hold, Sample

from mocshelf import manifest

SAMPLE = Sample(
    wall=10.0,
    cpu=4.0,
    database_cpu=1.0,
    delayed=1.0,
    away=2.0,
    answer_bytes=100,
    calls={"database": 2, "storage": 1},
    holds=(Hold(wall=3.0, cpu=1.0, statements=2),),
)


def test_the_mix_is_whole_and_names_functions_behind_the_api() -> None:
    doing: Counter[str] = Counter()
    for kind in MIX:
        doing[kind.doing] += round(kind.share * 100)

    assert doing == {"browse": 45, "open": 25, "search": 12, "edit": 10, "create": 3, "upload": 5}
    assert all(manifest.function(kind.function).routes for kind in MIX)


def test_a_third_of_a_processor_takes_three_times_as_long() -> None:
    whole, less = served(SAMPLE, 1769), served(SAMPLE, 590)

    # 4 ms of its own and 3 ms of waiting, without 1 ms for a processor; then two statements of 1 ms, and S3.
    assert whole.seconds * 1000 == pytest.approx(4 + 3 + 2 + 25)
    assert (less.seconds - whole.seconds) * 1000 == pytest.approx(4 * (1769 / 590 - 1))
    assert whole.holds[0] * 1000 == pytest.approx(3 + 2)


def test_more_than_a_processor_does_not_make_one_thread_faster() -> None:
    assert served(SAMPLE, 2048) == served(SAMPLE, 1769)


@pytest.mark.parametrize(
    ("maximum", "documented"), [(1, 189), (4, 823), (8, 1669), (16, 3360), (32, 5000), (256, 5000)]
)
def test_connections_are_as_in_auroras_documentation(maximum: float, documented: int) -> None:
    assert connection_limit(1, maximum) == pytest.approx(documented, abs=1)
    assert connection_limit(0.5, maximum) == pytest.approx(min(documented, 2000), abs=1)


def test_a_database_has_room_and_comes_in_halves() -> None:
    assert capacity(0) == 0.5
    assert capacity(0.7) == 4
    assert capacity(0.71) == 4.5


def test_means_are_of_the_whole_mix(demand: Any) -> None:
    assert demand.mean("database") == pytest.approx(0.001)
    assert sum(demand.share(function) for function in demand.functions) == pytest.approx(1)
    held = sum(work.kind.share * work.requests[0].holds[0] for work in demand.works)
    assert demand.holds[:2] == (pytest.approx(1), pytest.approx(held))


def test_unequal_holds_vary() -> None:
    requests = (Served(1.0, (0.1,)), Served(1.0, (0.3,)), Served(1.0, ()))
    work = Work(Kind("all", "browse", "mocs", 1.0), 512, requests, 0, 0, 0, 0, 0, 0)

    # Two holds in three requests, of 0.2 ± 0.1.
    assert Demand((work,)).holds == (pytest.approx(2 / 3), pytest.approx(0.2), pytest.approx(0.25))


def test_ten_times_the_rate_takes_ten_times_the_environments_and_fewer_cold_starts(demand: Any) -> None:
    few, many = needs(demand, 100, 0.5), needs(demand, 1000, 0.5)

    assert many.concurrency[0] == pytest.approx(10 * few.concurrency[0], rel=0.15)
    assert many.concurrency[2] < 10 * few.concurrency[2]
    assert many.cold < few.cold
    assert many.held == pytest.approx(1000 * demand.holds[0] * demand.holds[1])


def test_connections_keep_the_wait_below_the_alarm_and_some_free(demand: Any) -> None:
    for rate in (1, 100, 10_000):
        needed = needs(demand, rate, 0.5)

        assert needed.wait < 0.1
        assert 2 * needed.held < needed.connections


def test_waiting_for_connections_keeps_environments_busy(demand: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rate = 0.8 / (demand.holds[0] * demand.holds[1])  # four fifths of one connection
    worked = rate * sum(demand.share(one) * demand.of(one, "seconds") for one in demand.functions)

    # What the model asks for leaves nobody waiting for long, so it is given one connection alone.
    monkeypatch.setattr(model, "servers_for", lambda *_, **__: 1)

    waiting = rate * demand.holds[0] * mean_wait(1, 0.8, *demand.holds[1:])
    assert model.needs(demand, rate, 0.0).concurrency[0] == pytest.approx(worked + waiting)
    assert waiting > worked / 10


def test_a_kind_that_was_not_measured_is_missed(times: Any) -> None:
    from capacity.demand import demand

    samples = dict(times.samples)
    samples.pop("search")

    with pytest.raises(KeyError, match="search"):
        demand(replace(times, samples=samples))
