"""The circuit breaker: when it lets a request through."""

from __future__ import annotations

from typing import Any

import pytest

from mocshelf.runtime import breaker as module
from mocshelf.runtime.breaker import Breaker


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    # A metric names its stage, which no unit test is linked to.
    told: list[tuple[Any, ...]] = []
    monkeypatch.setattr(module.telemetry, "metric", lambda *data: told.append(data))
    return told


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    return Breaker("thing", clock)


def test_one_failure_is_not_enough_to_open_it(breaker: Breaker) -> None:
    breaker.failed(OSError())

    assert breaker.allows()


def test_the_second_failure_in_a_row_opens_it(breaker: Breaker, quiet: list[tuple[Any, ...]]) -> None:
    breaker.failed(OSError())
    breaker.failed(OSError())

    assert not breaker.allows()
    assert quiet == [("BreakerOpened",)]


def test_a_success_in_between_starts_the_count_again(breaker: Breaker) -> None:
    breaker.failed(OSError())
    breaker.succeeded()
    breaker.failed(OSError())

    assert breaker.allows()


def test_after_the_pause_one_attempt_is_let_through(breaker: Breaker, clock: Clock) -> None:
    breaker.failed(OSError())
    breaker.failed(OSError())
    clock.now += 5

    assert [breaker.allows(), breaker.allows()] == [True, False]


def test_pauses_grow_but_never_past_twenty_seconds(breaker: Breaker, clock: Clock) -> None:
    breaker.failed(OSError())
    breaker.failed(OSError())
    waited = []

    for _ in range(5):
        start = clock.now
        while not breaker.allows():
            clock.now += 1
        waited.append(clock.now - start)
        breaker.failed(OSError())

    assert waited == [5, 10, 20, 20, 20]


def test_a_trial_that_succeeds_closes_it(breaker: Breaker, clock: Clock) -> None:
    breaker.failed(OSError())
    breaker.failed(OSError())
    clock.now += 5
    breaker.allows()

    recovered = breaker.succeeded()

    assert recovered
    assert [breaker.allows(), breaker.allows()] == [True, True]


def test_an_ordinary_success_is_no_recovery(breaker: Breaker) -> None:
    assert not breaker.succeeded()
