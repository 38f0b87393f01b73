"""What a run has seen: its requests and its seconds, and figures of them by name and by group."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from mocshelf_tools.load.plan import SAMPLES, SECONDS

ALL, READY = "all", "ready"
OK, FAILED, WAIT = "ok", "failed", "wait"


@dataclass(frozen=True)
class Sample:
    """One request: seconds since the start at its end, `group: what`, milliseconds, and what came of it, why."""

    at: float
    name: str
    milliseconds: float
    outcome: str
    why: str = ""

    @property
    def group(self) -> str:
        return self.name.partition(":")[0]


@dataclass(frozen=True)
class Second:
    """How many visitors there were so many seconds after the start."""

    at: float
    users: int


@dataclass(frozen=True)
class Seen:
    """A whole run."""

    samples: Sequence[Sample]
    seconds: Sequence[Second]

    @property
    def requests(self) -> list[Sample]:
        """Without files until they are ready, which takes several; one that never was is a failure all the same."""
        return [one for one in self.samples if one.group != READY or one.outcome == FAILED]

    @property
    def took(self) -> float:
        """Seconds from the start to the last answer or look."""
        return max([0.0, *(one.at for one in self.samples), *(one.at for one in self.seconds)])


@dataclass(frozen=True)
class Figures:
    """Requests of one name, or of a group; times in milliseconds, of right answers alone (None without one).

    `waits` were answered with 429 or 503 and when to come again: they are not failures, and not right either.
    """

    name: str
    requests: int
    failures: int
    waits: int
    p50: float | None
    p95: float | None
    p99: float | None
    rate: float

    @property
    def failure_ratio(self) -> float:
        return self.failures / self.requests if self.requests else 0.0

    @property
    def wait_ratio(self) -> float:
        return self.waits / self.requests if self.requests else 0.0


def read(folder: Path) -> Seen:
    """What was written there. A run that was broken off may end within a line, which is left out."""
    samples = [
        Sample(float(row["at"]), row["name"], float(row["milliseconds"]), row["outcome"], row["why"])
        for row in _rows(folder / SAMPLES)
    ]
    return Seen(samples, [Second(float(row["at"]), int(row["users"])) for row in _rows(folder / SECONDS)])


def by_name(seen: Seen) -> list[Figures]:
    """In the order of the names, and all together at the end."""
    names = sorted({one.name for one in seen.samples})
    rows = [figures(name, [one for one in seen.samples if one.name == name], seen.took) for name in names]
    return [*rows, figures(ALL, seen.requests, seen.took)]


def by_group(seen: Seen) -> dict[str, Figures]:
    """Of each group, and of all."""
    groups = sorted({one.group for one in seen.samples})
    found = {name: figures(name, [one for one in seen.samples if one.group == name], seen.took) for name in groups}
    return {**found, ALL: figures(ALL, seen.requests, seen.took)}


def figures(name: str, samples: Sequence[Sample], took: float) -> Figures:
    times = sorted(one.milliseconds for one in samples if one.outcome == OK)
    outcomes = Counter(one.outcome for one in samples)
    p50, p95, p99 = (percentile(times, share) for share in (0.5, 0.95, 0.99))
    rate = len(samples) / took if took else 0.0
    return Figures(name, len(samples), outcomes[FAILED], outcomes[WAIT], p50, p95, p99, rate)


def percentile(ordered: Sequence[float], share: float) -> float | None:
    """The smallest of them that this share does not exceed (nearest rank); None of none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else None


def reasons(seen: Seen, most: int = 10) -> list[tuple[str, str, int]]:
    """Name, why and how often of what failed or was asked to wait, the most frequent first."""
    counted = Counter((one.name, one.why) for one in seen.samples if one.outcome != OK)
    return [(name, why, count) for (name, why), count in counted.most_common(most)]


def _rows(path: Path) -> Iterator[dict[str, str]]:
    with path.open(newline="") as file:
        for row in csv.DictReader(file):
            if None not in row.values():
                yield row
