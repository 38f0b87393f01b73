"""Lets only requests through that came by CloudFront, where the stage's firewall is: they bear a secret value.

The value changes every month while requests are on their way, so up to three are good at once: the current one, the
one before, and the one to come. They are kept, because asking for them takes longer than most requests: for five
minutes, or until a request bears a value that is not among them. The health check is no exception: it asks the
database, and whoever could call it past the firewall could do so a thousand times a second.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any

from mocshelf.runtime import secret, telemetry
from mocshelf.runtime.errors import Forbidden, Unavailable
from mocshelf.runtime.resources import resources

HEADER = "x-mocshelf-origin"
KEPT = 300.0  # seconds
# Seconds between two looks that unknown values bring about. Whoever makes a value the one that CloudFront sends
# waits longer than this after it can be read, so that a look was either late enough or may be repeated.
PAUSE = 10.0
# Seconds until the next look of an instance that knows nothing yet and was not answered.
RETRY = 1.0
# In the direction in which a rotation moves a value, so that none is missed that moves between two questions.
LABELS = ("AWSPENDING", "AWSCURRENT", "AWSPREVIOUS")

Reader = Callable[[str], str | None]


class Gate:
    """The values that let a request through, as one instance of a function knows them.

    `read` gives the secret's value under a label, None when none bears it, and raises OSError or ValueError when
    there is no answer. Times are seconds since the epoch: the clock that goes on while an instance is frozen.
    """

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._seen: dict[bytes, float] = {}
        self._complete = False
        self._looked = float("-inf")
        self._answered = True

    def admits(self, value: str, now: float) -> bool:
        """Whether the value is one of the secret's; Unavailable when that cannot be known now."""
        offered = value.encode()
        if not self._seen:
            self._learn_current(now)
        elif now - min(self._seen.values()) >= KEPT and now - self._looked >= PAUSE:
            self._look(now)
        if self._knows(offered):
            return True
        # An unknown value may be a new one.
        if not self._complete or now - self._looked >= PAUSE:
            self._look(now)
        if self._knows(offered):
            return True
        if not self._answered:
            raise Unavailable
        return False

    def _knows(self, offered: bytes) -> bool:
        # Each is compared, and in constant time, so that the time it takes says nothing about any.
        found = [hmac.compare_digest(offered, known) for known in self._seen]
        return any(found)

    def _learn_current(self, now: float) -> None:
        """The one value that nearly every first request bears; Unavailable when it cannot be had."""
        if not self._answered and now - self._looked < RETRY:
            raise Unavailable
        self._look(now, ("AWSCURRENT",))
        self._complete = False
        if not self._seen:
            raise Unavailable

    def _look(self, now: float, labels: tuple[str, ...] = LABELS) -> None:
        """Reads the values under these labels; what is known stays so when there is no answer."""
        self._looked, self._complete = now, True
        try:
            with telemetry.span("origin.values"):
                found = [value for label in labels if (value := self._read(label)) is not None]
        except (OSError, ValueError) as problem:
            telemetry.error("origin.unreachable", problem)
            self._answered = False
            return
        self._answered = True
        # Copies in other regions follow: a value that was there minutes ago is not gone because one look missed it.
        recent = {value: seen for value, seen in self._seen.items() if now - seen < KEPT}
        self._seen = recent | {value.encode(): now for value in found}


def admitted(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event without the secret header; Forbidden when that is missing or wrong, Unavailable when nobody knows."""
    headers = dict(event.get("headers") or {})
    value = headers.pop(HEADER, None)
    if value is None or not _gate.admits(value, time.time()):
        raise Forbidden("This is not the address of the API. Use the one that its pages have.")
    return {**event, "headers": headers}


def _value(label: str) -> str | None:
    """The secret's value under a label, None when no version has it; OSError when there is no answer."""
    try:
        return secret.read(resources.origin.secret, label)
    except secret.NoVersion:
        if label == secret.CURRENT:
            raise
        return None


_gate = Gate(_value)
