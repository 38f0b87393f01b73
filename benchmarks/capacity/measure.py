"""Service times of the mix: many people's visits through the real handlers, in one process on a stack of its own."""

from __future__ import annotations

import random
import sys
from collections import defaultdict
from pathlib import Path

from shelf import shelf

from capacity import pool
from capacity.demand import demand
from capacity.mix import MIX, VISIT
from capacity.recorder import Recorder, Sample, cpu_seconds, family
from capacity.times import Pool, Times
from capacity.visitor import Visitor, front_door, photo
from mocshelf_tools.problems import CannotContinue

REQUESTS = 3000
WARM = 150
SEED = 20

Samples = dict[str, list[Sample]]


def measure() -> tuple[Samples, float, Pool]:
    """What each kind of request took, the database's whole CPU time as a multiple of its connection's, and a pool.

    The multiple covers what PostgreSQL's other processes do for the same requests: writing, checkpoints, vacuum.
    """
    from mocshelf.runtime import database

    if not Path("/proc/self/schedstat").exists():
        raise CannotContinue(
            "What a process works and waits for is read from Linux's /proc/PID/schedstat, which is not here. "
            "Use the times that are there: --measured benchmarks/results/service-times.json"
        )
    chance = random.Random(SEED)
    with shelf(cache=True, mocs=0) as stack:
        visitor = Visitor(front_door(), chance, photo())
        people = [visitor.arrive() for _ in range((REQUESTS + WARM) // VISIT)]
        backend = database._connected().info.backend_pid
        kinds = chance.choices([kind.name for kind in MIX], [kind.share for kind in MIX], k=REQUESTS + WARM)
        samples: Samples = defaultdict(list)
        before: dict[int, float] = {}
        recorder = Recorder(backend)
        with recorder.installed():
            for number, kind in enumerate(kinds):
                if number == WARM:
                    before = _worked(stack.endpoints.pids["postgres"])
                _say(number, len(kinds))
                answer, sample = recorder.record(visitor.request(kind, chance.choice(people)))
                visitor.check(kind, answer)
                if number >= WARM:
                    samples[kind].append(sample)
        after = _worked(stack.endpoints.pids["postgres"])
        whole = sum(worked - before.get(process, 0.0) for process, worked in after.items())
        overhead = max(1.0, whole / (after[backend] - before[backend]))
        asked = demand(Times(samples, overhead, {}, "just now", None))
        return dict(samples), overhead, pool.measure(stack.endpoints.postgres_app, asked)


def _worked(postmaster: int) -> dict[int, float]:
    return {process: cpu_seconds(process) for process in family(postmaster)}


def _say(number: int, of: int) -> None:
    if number % 100 == 0 and sys.stderr.isatty():
        print(f"\rMeasuring: {number:,} of {of:,} requests", end="", file=sys.stderr, flush=True)
