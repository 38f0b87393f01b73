"""What the model says, as the tables of docs/capacity.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from capacity import assumptions, costs, pool, sensitivity
from capacity.advice import advice, present
from capacity.demand import Demand
from capacity.limits import Limit, limits
from capacity.mix import MIX
from capacity.page import figure, table
from capacity.times import Times
from capacity.trials import Trial
from mocshelf_infra.stages import DEV, PRODUCTION, STAGING

SHOWN = (DEV, STAGING, PRODUCTION)
FIRST = 3  # limits of each stage


@dataclass(frozen=True)
class Findings:
    """Everything that the tables are made of; `cold` is a cold start in seconds, and `cold_from` where it is from."""

    times: Times
    demand: Demand
    cold: float
    cold_from: str
    trials: Sequence[Trial]


def parts(found: Findings) -> dict[str, str]:
    """By the name of its place on the page."""
    return {
        "times": _times(found),
        "needs": _needs(found),
        "model and simulation": _compared(found),
        "a real pool": _pool(found),
        "limits": _limits(found),
        "settings": _settings(found),
        "dollars": _dollars(found),
        "dollars by what": _composition(found),
        "assumptions": _assumptions(found),
        "twice as large": _doubled(found),
    }


def _times(found: Findings) -> str:
    rows = []
    for kind, work in zip(MIX, found.demand.works, strict=True):
        spread = found.times.spreads[kind.name]
        cells = [f"{spread[name]['median']:.2f} ({spread[name]['p95']:.2f})" for name in ("wall", "held")]
        named = (kind.name, kind.doing, kind.function, f"{kind.share * 100:.0f} %")
        rows.append((*named, *cells, f"{spread['database_cpu']['mean']:.2f}", f"{work.seconds * 1000:.1f}"))
    heads = (
        *("request", "doing", "function", "share", "time, ms", "connection held, ms"),
        *("database CPU, mean ms", "on Lambda, mean ms"),
    )
    measured = sum(found.times.spreads[kind.name]["requests"] for kind in MIX)
    note = f"{measured:,} requests: median (p95). Measured {found.times.taken}."
    return f"{table(heads, rows, left=3)}\n\n{note}"


def _needs(found: Findings) -> str:
    heads = ("a second", "environments p50", "p99", "connections", "ACU", "requests that meet a cold start")
    rows = []
    for needed in (trial.needs for trial in found.trials):
        busy = needed.concurrency[1:]
        cold = f"1 in {figure(1 / needed.cold)}"
        rows.append((f"{needed.rate:,}", *busy, needed.connections, f"{needed.capacity:g}", cold))
    return table(heads, rows)


def _compared(found: Findings) -> str:
    rows = [
        (f"{trial.needs.rate:,}", what, figure(model), figure(seen), _off(model, seen))
        for trial in found.trials
        for what, model, seen in trial.rows()
    ]
    return table(("a second", "what", "model", "simulation", "model is off by"), rows, left=2)


def _pool(found: Findings) -> str:
    seen = found.times.pool
    if seen is None:
        return "Not measured."
    rows = [
        (what, *map(figure, (model, simulated, waited)), _off(model, waited), _off(simulated, waited))
        for what, model, simulated, waited in pool.compared(seen)
    ]
    heads = ("wait, ms", "model", "simulation", "seen", "model is off by", "simulation is off by")
    note = f"{len(seen.waits):,} statements at {seen.rate:,.0f} a second on {seen.connections} connections."
    return f"{table(heads, rows)}\n\n{note}"


def _off(model: float, seen: float) -> str:
    """In percent of what was simulated; a difference that no table can show is none."""
    if figure(model) == figure(seen):
        return "0 %"
    return f"{(model - seen) / seen:+.0%}".replace("%", " %") if seen else "–"


def _limits(found: Findings) -> str:
    rows = []
    for stage in SHOWN:
        for place, limit in enumerate(limits(stage, found.demand, found.cold)[:FIRST], 1):
            rows.append((stage.name, place, limit.name, limit.setting, rate_of(limit)))
    return table(("stage", "", "what gives out", "where it stands", "at, a second"), rows, left=4)


def rate_of(limit: Limit) -> str:
    """As a person says it."""
    return "never" if limit.rate == float("inf") else f"{limit.rate:,.0f}"


def _settings(found: Findings) -> str:
    now = present(PRODUCTION, found.demand)
    wanted = [advice(found.demand, trial.needs.rate, found.cold) for trial in found.trials]
    rows = [(f"`{name}`", now[name], *(one.settings[name] for one in wanted)) for name in now]
    many = [trial.needs.rate for trial, one in zip(found.trials, wanted, strict=True) if one.writers > 1]
    heads = ("setting", "production now", *(f"{trial.needs.rate:,} a second" for trial in found.trials))
    note = "".join(f"\n\nAt {rate:,.0f} a second one writer is not enough: divide the data." for rate in many)
    return table(heads, rows) + note


def _dollars(found: Findings) -> str:
    """A stage that gives out before a rate has a mark there."""
    rows = []
    for stage in SHOWN:
        first = limits(stage, found.demand, found.cold)[0].rate
        for name, month in (("Mocshelf", costs.monthly), ("Express on ECS, estimated", costs.legacy)):
            cells = [f"{sum(month(stage, found.demand, None).values()):,.0f}"]
            for trial in found.trials:
                beyond = "*" if month is costs.monthly and trial.needs.rate > first else ""
                cells.append(f"{sum(month(stage, found.demand, trial.needs).values()):,.0f}{beyond}")
            rows.append((stage.name, name, *cells))
    advised = [
        costs.with_cache(PRODUCTION, advice(found.demand, needed.rate, found.cold).cache, found.demand, needed)
        for needed in (trial.needs for trial in found.trials)
    ]
    rows.append((PRODUCTION.name, "Mocshelf, as advised above", "–", *(f"{one:,.0f}" for one in advised)))
    heads = ("stage", "", "idle", *(f"{trial.needs.rate:,} a second" for trial in found.trials))
    return table(heads, rows, left=2)


def _composition(found: Findings) -> str:
    """Production's, both ways."""
    ours = [costs.monthly(PRODUCTION, found.demand, trial.needs) for trial in found.trials]
    theirs = [costs.legacy(PRODUCTION, found.demand, trial.needs) for trial in found.trials]
    rows = []
    for name in dict.fromkeys([*ours[0], *theirs[0]]):
        both = [one for pair in zip(ours, theirs, strict=True) for one in pair]
        cells = [f"{one[name]:,.0f}" if name in one else "–" for one in both]
        rows.append((name, *cells))
    heads = ["what"]
    for trial in found.trials:
        heads += [f"{trial.needs.rate:,} a second", "Express"]
    return table(heads, rows)


def _doubled(found: Findings) -> str:
    """At the highest rate; only what another figure changes is written again."""
    rate = found.trials[-1].needs.rate
    base = sensitivity.answers(found.times, rate)
    rows = [("nothing", *map(_plain, base))]
    for what, changed in sensitivity.doubled(found.times, rate):
        cells = [_plain(one) for one in changed]
        rows.append((what, *("" if cell == same else cell for cell, same in zip(cells, rows[0][1:], strict=True))))
    heads = (
        *("twice as large", "environments p99", "connections", "ACU", "production gives out at"),
        *("dollars a month, production", "and Express"),
    )
    return f"{table(heads, rows)}\n\nAt {rate:,} requests a second."


def _plain(number: float) -> str:
    """Whole, but for halves of small figures."""
    return f"{number:g}" if number < 100 else f"{number:,.0f}"


def _assumptions(found: Findings) -> str:
    rows = [(row.what, f"{row.value:,g} {row.unit}".strip(), row.source) for row in assumptions.TABLE]
    note = f"A cold start takes {found.cold:.2f} s in the model: {found.cold_from}."
    return f"{table(('what', 'figure', 'source'), rows, left=3)}\n\n{note}"
