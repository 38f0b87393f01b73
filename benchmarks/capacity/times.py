"""The file of service times: what was measured, with its spread, so that a model can be made of it again."""

from __future__ import annotations

import json
import os
import platform
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean, quantiles
from typing import Any

from capacity.recorder import Hold, Sample

RESULTS = Path(__file__).resolve().parents[1] / "results"
PLACE = RESULTS / "service-times.json"
KEPT = 120  # requests of each kind in the file, drawn at random: the rest is in the summary alone
COLUMNS = ("wall", "cpu", "database_cpu", "delayed", "away", "answer_bytes", "calls", "holds")


@dataclass(frozen=True)
class Pool:
    """A real pool, asked so often a second: milliseconds that each had to wait, and then held a connection for."""

    connections: int
    rate: float
    waits: tuple[float, ...]
    holds: tuple[float, ...]


@dataclass(frozen=True)
class Times:
    """By kind some of the requests, and the spread of all of them.

    `overhead` is the whole database's CPU time as a multiple of its connections'; `taken` says when and where, and
    `pool` is what a real pool of connections did.
    """

    samples: dict[str, list[Sample]]
    overhead: float
    spreads: dict[str, dict[str, Any]]
    taken: str
    pool: Pool | None


def spread(values: Sequence[float]) -> dict[str, float]:
    """Mean and percentiles, as in the file; a single value is all of them."""
    cuts = quantiles(values, n=20) if len(values) > 1 else [values[0]] * 19
    named = {"mean": fmean(values), "p5": cuts[0], "median": cuts[9], "p95": cuts[18]}
    return {name: round(value, 3) for name, value in named.items()}


def write(samples: dict[str, list[Sample]], overhead: float, pool: Pool, path: Path = PLACE) -> None:
    """Writes the file; the milliseconds are of this machine."""
    chance = random.Random(1)
    kinds = {}
    for kind, measured in samples.items():
        some = chance.sample(measured, min(KEPT, len(measured)))
        kinds[kind] = {
            "requests": len(measured),
            "wall": spread([one.wall for one in measured]),
            "cpu": spread([one.cpu for one in measured]),
            "held": spread([sum(hold.wall for hold in one.holds) for one in measured]),
            "database_cpu": spread([one.database_cpu for one in measured]),
            "samples": [_row(one) for one in some],
        }
    told = {
        "title": "Service times of the mix",
        "unit": "ms",
        "measured": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
        "database_overhead": round(overhead, 4),
        "pool": {
            "connections": pool.connections,
            "rate": round(pool.rate, 3),
            "waits": [round(wait, 1) for wait in pool.waits],
            "holds": [round(hold, 1) for hold in pool.holds],
        },
        "columns": [*COLUMNS[:-1], "holds: wall, cpu, statements"],
        "kinds": kinds,
    }
    path.write_text(_compact(told) + "\n")


def read(path: Path = PLACE) -> Times:
    """What `write` has written; KeyError or ValueError when it is something else."""
    told = json.loads(path.read_text())
    samples = {kind: [_sample(row) for row in found["samples"]] for kind, found in told["kinds"].items()}
    spreads = {
        kind: {name: field for name, field in found.items() if name != "samples"}
        for kind, found in told["kinds"].items()
    }
    seen = told["pool"]
    pool = Pool(seen["connections"], seen["rate"], tuple(seen["waits"]), tuple(seen["holds"]))
    return Times(samples, told["database_overhead"], spreads, f"{told['measured']}, {told['machine']}", pool)


def _sample(row: list[Any]) -> Sample:
    """Of the fields in the order of COLUMNS."""
    fields = [*row[:-1], tuple(Hold(*hold) for hold in row[-1])]
    return Sample(*fields)


def _row(sample: Sample) -> list[Any]:
    fields = asdict(sample)
    holds = [[round(hold.wall, 3), round(hold.cpu, 3), hold.statements] for hold in sample.holds]
    return [_rounded(fields[name]) for name in COLUMNS[:-1]] + [holds]


def _rounded(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value


def _compact(told: dict[str, Any]) -> str:
    """Indented, but each sample in a line of its own."""
    lines = []
    kinds = told.pop("kinds")
    for name, value in told.items():
        lines.append(f" {json.dumps(name)}: {json.dumps(value)},")
    lines.append(' "kinds": {')
    for number, (kind, found) in enumerate(kinds.items()):
        rows = found.pop("samples")
        head = json.dumps(found)[:-1]
        body = ",\n   ".join(json.dumps(row, separators=(",", ":")) for row in rows)
        end = "," if number + 1 < len(kinds) else ""
        lines.append(f'  {json.dumps(kind)}: {head}, "samples": [\n   {body}]}}{end}')
    return "{\n" + "\n".join(lines) + "\n }\n}"
