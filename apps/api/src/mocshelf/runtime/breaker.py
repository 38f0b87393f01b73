"""A circuit breaker: a server that does not answer is left alone for a while; not every request waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from mocshelf.runtime import telemetry

FAILURES = 2  # in a row, until the circuit opens
PAUSES = (5.0, 10.0, 20.0)  # seconds; the last is kept, so that a server that is back is noticed within half a minute


class Breaker:
    """The circuit to one server, kept by one process.

    Closed, everything is tried. Open, nothing is until the pause is over; then one attempt, the trial, decides.
    """

    def __init__(self, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._clock = clock
        self._failures = 0
        self._pauses = 0
        self._retry_at = 0.0

    def allows(self) -> bool:
        """Whether to try now. Who is allowed says afterwards how it went."""
        if self._failures < FAILURES:
            return True
        if self._clock() < self._retry_at:
            return False
        self._pause()
        return True

    def succeeded(self) -> bool:
        """Closes the circuit. True when this was the first success after a failure."""
        if self._failures >= FAILURES:
            telemetry.logger.info("breaker.closed", extra={"server": self._name})
        recovered = self._failures > 0
        self._failures = self._pauses = 0
        return recovered

    def failed(self, problem: BaseException) -> None:
        """Counts a failure; the second in a row opens the circuit."""
        self._failures += 1
        if self._failures == FAILURES:
            telemetry.warning("breaker.opened", problem, server=self._name)
            telemetry.metric("BreakerOpened")
            self._pause()

    def _pause(self) -> None:
        self._retry_at = self._clock() + PAUSES[min(self._pauses, len(PAUSES) - 1)]
        self._pauses += 1
