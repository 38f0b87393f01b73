"""What one request of the mix asks for on Lambda: seconds of an environment, of a connection, of the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import fmean

from capacity.assumptions import value
from capacity.mix import MIX, Kind
from capacity.recorder import Sample
from capacity.times import Times
from mocshelf import manifest


@dataclass(frozen=True)
class Served:
    """A measured request as it would be there; seconds. `holds` are the times its connections are taken for."""

    seconds: float
    holds: tuple[float, ...]


def served(sample: Sample, memory: int) -> Served:
    """Less memory is a smaller share of a processor; what is near here is further away there."""
    slower = max(1.0, value("processor_memory") / memory) / value("processor")
    calls = sample.calls
    ways = (
        calls.get("database", 0) * value("statement")
        + calls.get("cache", 0) * value("cache_call")
        + calls.get("storage", 0) * value("storage_call")
        + calls.get("queue", 0) * value("queue_call")
    )
    # What waits for storage and queues here is replaced by what it takes there; waits for a processor are left out.
    waiting = max(0.0, sample.wall - sample.cpu - sample.delayed - sample.away)
    holds = tuple(
        (hold.cpu * slower + max(0.0, hold.wall - hold.cpu) + hold.statements * value("statement")) / 1000
        for hold in sample.holds
    )
    return Served(max((sample.cpu * slower + waiting + ways) / 1000, sum(holds)), holds)


@dataclass(frozen=True)
class Work:
    """One kind of the mix; `database` is CPU seconds of PostgreSQL, `cpu` of the function on a whole processor."""

    kind: Kind
    memory: int
    requests: tuple[Served, ...]
    database: float
    cpu: float
    answer_bytes: float
    cache_calls: float
    storage_calls: float
    queue_calls: float

    @cached_property
    def seconds(self) -> float:
        return fmean(one.seconds for one in self.requests)

    @cached_property
    def held(self) -> float:
        """How often a request takes a connection."""
        return fmean(len(one.holds) for one in self.requests)


@dataclass(frozen=True)
class Demand:
    """All kinds of the mix. Means are for one request of it."""

    works: tuple[Work, ...]

    def mean(self, name: str) -> float:
        """The mean of a figure of `Work`, by its name."""
        return sum(work.kind.share * float(getattr(work, name)) for work in self.works)

    def share(self, function: str) -> float:
        """Requests that this function answers."""
        return sum(work.kind.share for work in self.works if work.kind.function == function)

    def of(self, function: str, name: str) -> float:
        """The mean of a figure of `Work` for one request of this function."""
        found = [work for work in self.works if work.kind.function == function]
        return sum(work.kind.share * float(getattr(work, name)) for work in found) / self.share(function)

    @cached_property
    def functions(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(work.kind.function for work in self.works))

    @cached_property
    def gigabyte_seconds(self) -> float:
        """What Lambda charges one request for."""
        return sum(work.kind.share * work.seconds * work.memory / 1024 for work in self.works)

    @cached_property
    def holds(self) -> tuple[float, float, float]:
        """How many holds one request has, their mean seconds, and their squared coefficient of variation."""
        count = mean = square = 0.0
        for work in self.works:
            weight = work.kind.share / len(work.requests)
            for hold in (hold for one in work.requests for hold in one.holds):
                count, mean, square = count + weight, mean + weight * hold, square + weight * hold * hold
        mean, square = mean / count, square / count
        return count, mean, square / mean**2 - 1


def demand(times: Times) -> Demand:
    """Of what was measured; KeyError when a kind of the mix was not."""
    return Demand(tuple(_work(kind, times) for kind in MIX))


def _work(kind: Kind, times: Times) -> Work:
    samples = times.samples[kind.name]
    memory = manifest.function(kind.function).memory
    return Work(
        kind,
        memory,
        tuple(served(one, memory) for one in samples),
        database=fmean(one.database_cpu for one in samples) / 1000 * times.overhead / value("processor"),
        cpu=fmean(one.cpu for one in samples) / 1000 / value("processor"),
        answer_bytes=fmean(one.answer_bytes for one in samples),
        cache_calls=_calls(samples, "cache"),
        storage_calls=_calls(samples, "storage"),
        queue_calls=_calls(samples, "queue"),
    )


def _calls(samples: Sequence[Sample], service: str) -> float:
    return fmean(one.calls.get(service, 0) for one in samples)
