"""What the table of stages should say for a rate."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10

from capacity.assumptions import value
from capacity.demand import Demand
from capacity.limits import at_once, node_commands
from capacity.model import connection_limit, needs
from mocshelf import manifest
from mocshelf_infra.stages import Cache, Stage

SMALL, LARGE = "cache.t4g.micro", "cache.r7g.large"
RATE, UPLOADS = 100, 10  # requests a second: one page makes a dozen at once, however few people there are


@dataclass(frozen=True)
class Advice:
    """Settings by the names of `stages.py` and of the manifest.

    `cache` is what they say of it, and `writers` how many databases of the largest kind the rate would need.
    """

    settings: dict[str, str]
    cache: Cache
    writers: int


def advice(demand: Demand, rate: float, cold_seconds: float) -> Advice:
    """For this rate on average: all of it holds at its peak, and after a start from nothing."""
    peak = rate * value("peak")
    now, then = needs(demand, rate, cold_seconds), needs(demand, peak, cold_seconds)
    api = max(RATE, rounded_up(peak))
    uploads = max(work.kind.share for work in demand.works if work.kind.upload)
    minimum = max(0.5, ceil(now.capacity) / 2)
    maximum = max(_even(then.capacity), _for_connections(minimum, then.connections))
    kept = {name: _kept(demand, name, peak, then.by_function[name][2], cold_seconds) for name in demand.functions}
    commands = peak * demand.mean("cache_calls") / (value("valkey_busy") / 100)
    node = SMALL if commands <= node_commands(SMALL) else LARGE
    cache = Cache(node, shards=max(1, ceil(commands / node_commands(node))), replicas=1)
    settings = {
        "api.rate": f"{api:,}",
        "api.burst": f"{api // 2:,}",
        "api.upload_rate": f"{max(UPLOADS, rounded_up(peak * uploads)):,}",
        "database.minimum": f"{min(minimum, value('acu_most')):g}",
        "database.maximum": f"{min(maximum, value('acu_most')):g}",
        "cache.node": cache.node,
        "cache.shards": f"{cache.shards}",
        **{f"reserved of {name}": f"{count:,}" for name, count in kept.items()},
        "account: environments": f"{max(value('account_concurrency'), sum(kept.values()) + 100):,.0f}",
        "account: API rate": f"{max(value('account_rate'), api):,.0f}",
    }
    return Advice(settings, cache, ceil(maximum / value("acu_most")))


def present(stage: Stage, demand: Demand) -> dict[str, str]:
    """What is there now, by the same names."""
    database, cache = stage.database, stage.cache
    return {
        "api.rate": f"{stage.api.rate:,}",
        "api.burst": f"{stage.api.burst:,}",
        "api.upload_rate": f"{stage.api.upload_rate:,}",
        "database.minimum": f"{database.minimum:g}" if database else "–",
        "database.maximum": f"{database.maximum:g}" if database else "–",
        "cache.node": cache.node if cache else "–",
        "cache.shards": f"{cache.shards}" if cache else "–",
        **{f"reserved of {name}": f"{manifest.function(name).reserved}" for name in demand.functions},
        "account: environments": f"{value('account_concurrency'):,.0f}",
        "account: API rate": f"{value('account_rate'):,.0f}",
    }


def rounded_up(figure: float) -> int:
    """To two digits, so that a table of settings does not claim to know more."""
    step = int(10 ** max(0, floor(log10(max(figure, 1))) - 1))
    return ceil(figure / step) * step


def _kept(demand: Demand, function: str, peak: float, busy: int, cold_seconds: float) -> int:
    """In tens: what is busy at the peak, or what the whole peak takes that comes at once."""
    return ceil(max(busy, at_once(demand, function, peak, cold_seconds)) / 10) * 10


def _even(capacity: float) -> float:
    """Two at least: an ACU has two GiB, of which a migration and an index build want some."""
    return max(2.0, ceil(capacity / 2) * 2)


def _for_connections(minimum: float, connections: int) -> float:
    maximum = 2.0
    while connection_limit(minimum, maximum) * value("proxy_share") / 100 < connections and maximum < 64:
        maximum += 2
    return maximum
