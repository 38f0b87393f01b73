"""What gives out first: every limit of a stage, with the steady rate at which it is reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from capacity.assumptions import value
from capacity.demand import Demand
from capacity.model import Needs, connection_limit, needs
from mocshelf import manifest
from mocshelf_infra.stages import Stage

HIGHEST = 200_000.0  # requests a second: what is not reached there is no limit


@dataclass(frozen=True)
class Limit:
    """`rate` requests a second are the most; `setting` says where it stands and how high it is."""

    name: str
    setting: str
    rate: float


def limits(stage: Stage, demand: Demand, cold_seconds: float) -> list[Limit]:
    """All of a stage's, the lowest first."""

    def most(enough: Callable[[Needs], bool]) -> float:
        return highest(lambda rate: enough(needs(demand, rate, cold_seconds)))

    found = _throttles(stage, demand) + _environments(stage, demand, cold_seconds, most)
    if stage.database:
        database = stage.database
        allowed = connection_limit(database.minimum, database.maximum) * value("proxy_share") / 100
        found += [
            Limit(
                "database capacity",
                f"`database.maximum`: {database.maximum:g} ACU",
                most(lambda needed: needed.capacity <= database.maximum),
            ),
            Limit(
                "proxy connections",
                f"{allowed:,.0f} of {database.maximum:g} ACU",
                most(lambda needed: needed.connections <= allowed),
            ),
        ]
    if stage.cache:
        commands = stage.cache.shards * node_commands(stage.cache.node)
        rate = commands / demand.mean("cache_calls")
        found.append(Limit("cache commands", f"`cache`: {stage.cache.shards} × {stage.cache.node}", rate))
    return sorted(found, key=lambda limit: limit.rate)


def _throttles(stage: Stage, demand: Demand) -> list[Limit]:
    routes = [work.kind for work in demand.works if work.kind.upload]
    busiest = max(routes, key=lambda kind: kind.share)
    return [
        Limit("throttle of the API", f"`api.rate`: {stage.api.rate:,}/s", stage.api.rate),
        Limit(
            f"throttle of uploads: {busiest.name}",
            f"`api.upload_rate`: {stage.api.upload_rate}/s a route",
            stage.api.upload_rate / busiest.share,
        ),
        Limit(
            "API Gateway in the account",
            f"quota: {value('account_rate'):,.0f}/s",
            value("account_rate"),
        ),
    ]


def _environments(
    stage: Stage, demand: Demand, cold_seconds: float, most: Callable[[Callable[[Needs], bool]], float]
) -> list[Limit]:
    """Busy at once in the steady state, and new at once when a stage that slept gets the whole rate in a moment."""
    account = value("account_concurrency")
    found = [
        Limit(
            "environments in the account",
            f"quota: {account:,.0f}",
            most(lambda needed: needed.concurrency[2] <= account),
        )
    ]
    if not stage.functions.reserved:
        together = sum(at_once(demand, name, 1.0, cold_seconds) for name in demand.functions)
        return [*found, Limit("start from nothing", f"quota: {account:,.0f}", account / together)]
    steady, sudden = [], []
    for name in demand.functions:
        kept = manifest.function(name).reserved
        setting = f"`reserved` of {name}: {kept}"
        rate = min(kept, value("burst")) / at_once(demand, name, 1.0, cold_seconds)
        sudden.append(Limit(f"start from nothing: {name}", setting, rate))
        steady.append(Limit(f"environments of {name}", setting, most(partial(_enough, name, kept))))
    # The function that gives out first stands for all of them.
    return found + [min(some, key=lambda limit: limit.rate) for some in (steady, sudden)]


def _enough(function: str, kept: int, needed: Needs) -> bool:
    return needed.by_function[function][2] <= kept


def at_once(demand: Demand, function: str, rate: float, cold_seconds: float) -> float:
    """Environments that a sudden rate takes before the first one is free again."""
    return rate * demand.share(function) * (cold_seconds + demand.of(function, "seconds"))


def node_commands(node: str) -> float:
    """Commands a second of one node of the cache."""
    return value("valkey_small" if node.startswith("cache.t") else "valkey_large")


def highest(enough: Callable[[float], bool]) -> float:
    """The highest rate that is enough, within a hundredth; inf when every one is."""
    if enough(HIGHEST):
        return float("inf")
    low, high = 0.0, HIGHEST
    while high - low > max(low, 1.0) / 100:
        middle = (low * high) ** 0.5 if low else high / 8
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low
