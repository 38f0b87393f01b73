"""Requests of our own to both sides, past the DNS, as users would send them."""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mocshelf_tools.cutover.settings import Settings, Thresholds
from mocshelf_tools.cutover.watching import Figures, percentile

if TYPE_CHECKING:
    import httpx

_LEAST_FOR_P95 = 20
_FAILURES_FROM = 400
_GRACE = 1.0


class Side:
    """One of the two systems, asked under the name that users know it by.

    That name goes into the TLS handshake and the Host header: a side without a certificate for it must not get users.
    """

    def __init__(self, host: str, at: str | None, name: str, timeout: float) -> None:
        import httpx

        self.host = host
        self._at = (at or f"https://{host}").rstrip("/")
        # An address that was given by hand is asked as it stands.
        self._as = {} if at else {"Host": name}
        self._extensions = {} if at else {"sni_hostname": name}
        # A connection that is kept would hide that new ones fail; a proxy, that the side is gone.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._http = httpx.Client(timeout=timeout, limits=limits, trust_env=False)

    def close(self) -> None:
        """Ends what is still being asked, too."""
        self._http.close()

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        """httpx.HTTPError when there is no answer."""
        given = {**(headers or {}), **self._as}
        return self._http.get(self._at + path, headers=given, extensions=self._extensions)


def sides(settings: Settings) -> tuple[Side, Side]:
    """Blue and green."""
    name, timeout = settings.name.rstrip("."), settings.thresholds.timeout
    return (
        Side(settings.blue, settings.blue_at, name, timeout),
        Side(settings.green, settings.green_at, name, timeout),
    )


@dataclass(frozen=True)
class Answer:
    """How one probe ended."""

    failed: bool
    milliseconds: float


class Prober:
    """Looks at both sides at once, and remembers the last looks."""

    def __init__(self, settings: Settings, blue: Side, green: Side) -> None:
        self._limits = settings.thresholds
        self._paths = [path for path in settings.probes for _ in range(self._limits.requests)]
        self.sides = (blue, green)
        self._looks: tuple[deque[list[Answer]], ...] = (
            deque(maxlen=self._limits.looks),
            deque(maxlen=self._limits.looks),
        )
        # One for each side: what hangs at one must not keep the other's probes waiting.
        self._pools = tuple(ThreadPoolExecutor(len(self._paths), thread_name_prefix="probe") for _ in self.sides)

    def fill(self) -> None:
        """As many looks as a verdict is made of, one after the other: for when nobody waits for it."""
        for _ in range(self._limits.looks):
            self.look()

    def forget(self) -> None:
        """Begins anew: what was seen is too old to judge by."""
        for looks in self._looks:
            looks.clear()

    def look(self) -> None:
        asked = [
            [pool.submit(_asked, side, path) for path in self._paths]
            for side, pool in zip(self.sides, self._pools, strict=True)
        ]
        # The timeout is for each part of an answer; one that comes drop by drop never ends.
        ended, _ = wait((one for side in asked for one in side), self._limits.timeout + _GRACE)
        late = Answer(True, (self._limits.timeout + _GRACE) * 1000)
        for looks, answers in zip(self._looks, asked, strict=True):
            looks.append([one.result() if one in ended else late for one in answers])

    @property
    def blue(self) -> Figures:
        return _figures(self._looks[0], self._limits)

    @property
    def green(self) -> Figures:
        return _figures(self._looks[1], self._limits)

    def close(self) -> None:
        for side, pool in zip(self.sides, self._pools, strict=True):
            pool.shutdown(wait=False, cancel_futures=True)
            side.close()


def _asked(side: Side, path: str) -> Answer:
    import httpx

    begun = time.perf_counter()
    try:
        failed = side.get(path).status_code >= _FAILURES_FROM
    except httpx.HTTPError:
        failed = True
    return Answer(failed, (time.perf_counter() - begun) * 1000)


def _figures(looks: deque[list[Answer]], limits: Thresholds) -> Figures:
    answers = [one for look in looks for one in look]
    times = sorted(one.milliseconds for one in answers if not one.failed)
    last = list(looks)[-limits.down_looks :]
    down = len(last) == limits.down_looks and all(one.failed for look in last for one in look)
    p95 = percentile(times, 0.95) if len(times) >= _LEAST_FOR_P95 else None
    return Figures(len(answers), sum(one.failed for one in answers), p95, down)
