"""From figures of both sides to a verdict. Metrics can speak against a side; only probes can speak for it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mocshelf_tools.cutover.settings import Thresholds
from mocshelf_tools.cutover.state import Watched


@dataclass(frozen=True)
class Figures:
    """Requests and how they ended; `p95` in milliseconds, None when there are too few to say."""

    requests: int
    errors: int
    p95: float | None = None
    down: bool = False

    @property
    def rate(self) -> float:
        return self.errors / self.requests if self.requests else 0.0


@dataclass(frozen=True)
class Looked:
    """All that is known of one side; `metrics` is None when CloudWatch has no traffic of it."""

    probes: Figures
    metrics: Figures | None = None


def percentile(ordered: Sequence[float], share: float) -> float:
    """By nearest rank, of values in ascending order."""
    return ordered[max(0, math.ceil(len(ordered) * share) - 1)]


def verdict(blue: Looked, green: Looked, limits: Thresholds, seconds: float, *, certain: bool = True) -> Watched:
    """`certain` is False when CloudWatch could not be asked, which is another thing than having no traffic."""
    against_green, against_blue = list(_against(green, blue, limits)), list(_against(blue, green, limits))
    known = green.probes.requests > 0 and blue.probes.requests > 0
    return Watched(
        seconds,
        green_healthy=not against_green,
        blue_healthy=not against_blue,
        green_better=bool(against_blue) and _badness(green) < _badness(blue),
        blue_down=blue.probes.down and not green.probes.down,
        certain=certain and known,
        reason="; ".join([*(f"green: {one}" for one in against_green), *(f"blue: {one}" for one in against_blue)]),
    )


def _against(side: Looked, other: Looked, limits: Thresholds) -> Iterator[str]:
    yield from (f"{one} (probes)" for one in _faults(side.probes, other.probes, limits))
    if side.metrics is not None and side.metrics.requests >= limits.least_requests:
        # A side without traffic has no figures to compare with but those of the probes.
        known = other.metrics is not None and other.metrics.requests >= limits.least_requests
        compared = other.metrics if known and other.metrics is not None else other.probes
        yield from (f"{one} (CloudWatch)" for one in _faults(side.metrics, compared, limits))


def _faults(side: Figures, other: Figures, limits: Thresholds) -> Iterator[str]:
    if side.requests and side.errors == side.requests:
        yield f"all of {side.requests} requests failed"
    elif side.errors >= limits.least_errors and (
        side.rate > limits.error_rate_most
        or (side.rate > limits.error_rate and side.rate > limits.error_ratio * other.rate)
    ):
        yield f"{side.rate:.1%} of {side.requests:,} requests failed, the other side {other.rate:.1%}"
    # Where the other side's is not known, it is taken for quick.
    usual = other.p95 or 0.0
    if side.p95 is not None and (
        side.p95 > limits.p95_most_ms or (side.p95 > limits.p95_ms and side.p95 > limits.p95_ratio * usual)
    ):
        yield f"p95 is {side.p95:,.0f} ms, the other side's {usual:,.0f} ms"


def _badness(side: Looked) -> tuple[float, float]:
    """What both sides are compared by when neither is healthy: errors first, then slowness."""
    rates = [side.probes.rate, *([side.metrics.rate] if side.metrics else [])]
    return (round(max(rates), 2), side.probes.p95 or math.inf)
