"""Dollars a month: what a stage costs at a rate, and what Express on ECS would with the same stores."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache as once
from math import ceil
from pathlib import Path

from capacity.assumptions import value
from capacity.demand import Demand
from capacity.model import Needs
from mocshelf_infra.stages import Cache, Stage

PAGE = Path(__file__).resolve().parents[2] / "docs" / "costs.md"
COLUMNS = {"dev": 3, "staging": 4, "production": 5}
# What only functions need; the rest is there whatever answers the requests.
OURS_ALONE = ("RDS Proxy", "Lambda", "SnapStart", "HTTP API", "X-Ray")
CHANGING = ("edit", "create", "upload")
RESTING = "what is there when idle"
GIGABYTE = 1e9


@dataclass(frozen=True)
class Row:
    """One row of the page of costs: dollars a unit, and how many units each stage has when idle."""

    price: float
    idle: dict[str, float]


@once
def rows() -> dict[str, Row]:
    """By name the rows of the page of costs: prices stand there, once."""
    found = {}
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 7 and re.fullmatch(r"[\d.]+", cells[2]):
            quantities = {stage: _quantity(cells[column]) for stage, column in COLUMNS.items()}
            found[cells[0]] = Row(float(cells[2]), quantities)
    return found


def price(name: str) -> float:
    """Of a row whose name begins so; KeyError when there is none, or several."""
    found = [row.price for full, row in rows().items() if full.startswith(name)]
    if len(found) != 1:
        raise KeyError(f"docs/costs.md has {len(found)} rows that begin with {name!r}.")
    return found[0]


def _quantity(cell: str) -> float:
    return 0.0 if cell == "–" else float(cell.split(" → ")[0].replace(",", ""))


def idle(stage: Stage) -> float:
    """Dollars a month of a stage that nobody uses, as on the page of costs."""
    return sum(row.price * row.idle[stage.name] for row in rows().values())


def monthly(stage: Stage, demand: Demand, needs: Needs | None) -> dict[str, float]:
    """By what it is for, of a stage that answers this rate day and night; no rate is idle."""
    if needs is None:
        return {RESTING: idle(stage)}
    millions = needs.rate * 3600 * value("month") / 1e6
    colds = millions * needs.cold
    gigabytes = demand.gigabyte_seconds * millions * 1000
    return {
        RESTING: idle(stage),
        "functions": gigabytes * price("Lambda arm64, time")
        + millions * price("Lambda, calls")
        + stage.functions.snap_start * colds * 1000 * _memory(demand) * price("SnapStart, restored"),
        "HTTP API": millions * price("HTTP API"),
        "database": _database(stage, demand, needs, millions),
        "proxy": max(0.0, _units(stage, needs) - 8) * value("month") * price("RDS Proxy"),
        **_around(stage, demand, millions),
        "traces": stage.functions.tracing * millions * value("traced") / 100 * price("X-Ray"),
    }


def with_cache(stage: Stage, advised: Cache, demand: Demand, needs: Needs) -> float:
    """A month of the stage at this rate with other nodes of its cache than it has now."""
    dollars = sum(monthly(stage, demand, needs).values())
    return dollars - (_nodes(stage.cache) if stage.cache else 0) + _nodes(advised)


def _nodes(cache: Cache) -> float:
    return cache.shards * (1 + cache.replicas) * value("month") * price(f"Valkey, {cache.node}")


def legacy(stage: Stage, demand: Demand, needs: Needs | None) -> dict[str, float]:
    """The same as Express on ECS behind a load balancer, with the same stores; no rate is idle."""
    kept = {name: row for name, row in rows().items() if not name.startswith(OURS_ALONE)}
    rate = needs.rate if needs else 0.0
    busy = rate * demand.mean("cpu") * value("express_work") / (value("express_busy") / 100)
    tasks = max(value("express_tasks"), ceil(busy))
    task = value("fargate_processor") + value("express_memory") * value("fargate_memory")
    sent = rate * 3600 * demand.mean("answer_bytes") / GIGABYTE
    units = max(sent / value("balancer_bytes"), rate / value("balancer_rules"))
    dollars = {
        RESTING: sum(row.price * row.idle[stage.name] for row in kept.values()),
        "tasks": tasks * task * value("month"),
        "load balancer": (value("balancer") + units * value("balancer_unit")) * value("month"),
    }
    if needs:
        millions = rate * 3600 * value("month") / 1e6
        dollars |= {"database": _database(stage, demand, needs, millions), **_around(stage, demand, millions)}
    return dollars


def _memory(demand: Demand) -> float:
    """GB of the environments of a mean request."""
    return sum(work.kind.share * work.memory / 1024 for work in demand.works)


def _units(stage: Stage, needs: Needs) -> float:
    """ACUs of the writer and its readers, which follow it to be ready for a failover."""
    return needs.capacity * (1 + stage.database.readers if stage.database else 1)


def _database(stage: Stage, demand: Demand, needs: Needs, millions: float) -> float:
    """Beyond what an idle one costs."""
    changing = sum(work.kind.share for work in demand.works if work.kind.doing in CHANGING)
    resting = rows()["Aurora Serverless v2"].idle[stage.name]
    hours = max(0.0, _units(stage, needs) * value("month") - resting)
    written = millions * changing * value("page_writes")
    return hours * price("Aurora Serverless v2") + written * price("Aurora, requests")


def _around(stage: Stage, demand: Demand, millions: float) -> dict[str, float]:
    """What both ways of answering pay alike: what stands before them, files, queues, logs."""
    sent = millions * 1e6 * demand.mean("answer_bytes") / GIGABYTE
    if stage.edge:
        front = millions * price("WAF, requests") + max(0.0, millions - 10) * value("cloudfront_million")
        front += max(0.0, sent - 1000) * price("CloudFront")
    else:
        front = max(0.0, sent - 100) * price("Downloads")
    queues = millions * demand.mean("queue_calls") * 3 * price("Queues")
    files = millions * 1000 * demand.mean("storage_calls") * price("S3, writing")
    return {
        "edge and traffic": front,
        "queues and files": queues + files,
        "logs": millions * value("log") * price("Logs"),
    }
