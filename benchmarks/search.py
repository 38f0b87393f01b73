"""Searches on both engines, in libraries of 1,000, 10,000 and 100,000 MOCs of one user; no answer is kept."""

from __future__ import annotations

import json
import os
import random
import sys
import time
from collections.abc import Mapping, Sequence
from statistics import median, quantiles

import lines
import psycopg2
import stored
from psycopg2.extras import execute_values
from shelf import CLAIMS, OWNER, shelf

from mocshelf.testing import http_event
from mocshelf_tools.stack.stack import Stack

# How often each search is made, and how often the index is built: what takes little time needs many runs.
SIZES = {1_000: (150, 5), 10_000: (60, 3), 100_000: (30, 1)}
WARM = 5
NOTHING = "zzzzqq"
TYPED = ("castle", "castel", "medeval castle", "secret garden temple", "2 x 4", NOTHING)
LINK = "MOCSHELF_SEARCH"
RECOVERY_SECONDS = 60
POSTGRES, ENGINE, AWAY = "PostgreSQL", "OpenSearch", "OpenSearch away"

Samples = dict[str, dict[str, list[float]]]  # milliseconds by contender and by what is typed
Curves = dict[str, dict[int, list[float]]]  # milliseconds of all searches by contender and by size

_FIRST = ("medieval", "ancient", "modern", "tiny", "giant", "modular", "haunted", "royal", "secret", "lost", "rusty")
_SECOND = (
    "castle", "dragon", "street", "baker", "wagon", "train", "station", "ship", "harbor", "tower", "bridge",
    "market", "garden", "temple", "palace", "village", "cottage", "lighthouse", "windmill", "airport",
    "robot", "crane",
)  # fmt: skip


def main() -> None:
    """Prints a table by size, and draws the medians over the sizes."""
    curves: Curves = {POSTGRES: {}, ENGINE: {}, AWAY: {}}
    notes = []
    with shelf(search=True, mocs=0) as stack:
        link = stack.environment.get(LINK) if stack.engine.wait() else None
        if link is None:
            notes.append(f"search: PostgreSQL alone; no OpenSearch, because {stack.engine.problem}.")
            _say(notes[0])
        for size, (runs, builds) in SIZES.items():
            _fill(stack, size)
            _say(f"\n{size:,} MOCs, milliseconds: median (p95)")
            if link is None:
                _keep(curves, size, _measure(runs, {POSTGRES: (None, None)}))
                continue
            _reindex(link, size, builds)
            _measure_both(stack, link, size, runs, curves)
        if link is not None:
            stack.stop_server("opensearch")
            _measure(runs, {POSTGRES: (None, None), "OpenSearch stopped": (link, "database")})
    title = "Searches by size of one user's library, median of all, milliseconds"
    middles = {name: [(size, median(times)) for size, times in sizes.items()] for name, sizes in curves.items()}
    path = lines.write("search", title, middles)
    samples = {
        f"{name}, {size:,} MOCs": times
        for size in SIZES
        for name, sizes in curves.items()
        if (times := sizes.get(size))
    }
    stored.keep("search", title, "ms", samples, notes)
    print(f"\nPlot: benchmarks/results/{path.name}")


def _measure_both(stack: Stack, link: str, size: int, runs: int, curves: Curves) -> None:
    """The engine as it should be, then hanging; each beside PostgreSQL alone."""
    _await_the_engine(link)
    _keep(curves, size, _measure(runs, {POSTGRES: (None, None), ENGINE: (link, "index")}))
    stack.hang_server("opensearch")
    try:
        away = _measure(runs, {POSTGRES: (None, None), AWAY: (link, "database")})
    finally:
        stack.resume_server("opensearch")
    _keep(curves, size, {AWAY: away[AWAY]})
    # The circuit must be closed again before anything else is asked, or the next fault would not be met at all.
    _await_the_engine(link)


def _say(line: str) -> None:
    """At once, and not where the handlers' log lines go."""
    print(line, file=sys.stderr, flush=True)


def _fill(stack: Stack, size: int) -> None:
    """Adds MOCs until there are so many; titles, tags and descriptions as people write them, and rare words."""
    chance = random.Random(size)
    places = ["".join(chance.choice("bdfgklmnprst") + chance.choice("aeiou") for _ in range(3)) for _ in range(8000)]
    with psycopg2.connect(stack.endpoints.postgres) as conn, conn.cursor() as cursor:
        cursor.execute("select count(*) from moc_instructions")
        (there,) = cursor.fetchone() or (0,)
        rows = [
            (
                OWNER,
                f"{chance.choice(_FIRST)} {chance.choice(_SECOND)} of {chance.choice(places)} {number}",
                [chance.choice(_SECOND), chance.choice(_FIRST)],
                " ".join(chance.choice(places) for _ in range(10)) + f" with {chance.choice((1, 2))} x 4 plates",
            )
            for number in range(there, size)
        ]
        execute_values(
            cursor,
            "insert into moc_instructions (user_id, type, title, author, parts_count, tags, description) values %s",
            rows,
            template="(%s, 'moc', %s, 'Ada', 9, %s, %s)",
            page_size=1000,
        )
    conn = psycopg2.connect(stack.endpoints.postgres)
    conn.autocommit = True
    conn.cursor().execute("vacuum analyze")
    conn.close()


def _reindex(link: str, size: int, builds: int) -> None:
    from mocshelf.indexing.reindexing import reindex

    speeds = []
    os.environ[LINK] = link
    for _ in range(builds):
        start = time.perf_counter()
        reindex(["moc"])
        speeds.append(size / (time.perf_counter() - start))
    del os.environ[LINK]
    _say(f"  reindex: {median(speeds):,.0f} documents a second ({min(speeds):,.0f} to {max(speeds):,.0f})")


def _await_the_engine(link: str) -> None:
    """Until it answers, once the circuit's pause is over."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            _timed(TYPED[0], link, "index")
            return
        except RuntimeError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _measure(runs: int, contenders: Mapping[str, tuple[str | None, str | None]]) -> Samples:
    """The contenders, each a link to the engine and who is to answer, take turns at every search.

    The first searches, in which a circuit opens, are left out; the trials that follow are not.
    """
    samples: Samples = {name: {typed: [] for typed in TYPED} for name in contenders}
    for run in range(WARM + runs):
        for typed in TYPED:
            for name, (link, expected) in contenders.items():
                took = _timed(typed, link, expected)
                if run >= WARM:
                    samples[name][typed].append(took)
    first = _pooled(next(iter(samples.values())))
    for name, times in samples.items():
        _say(_line(name, times, first))
    return samples


def _timed(typed: str, link: str | None, expected: str | None) -> float:
    """Milliseconds of one search; refuses an answer of another engine than expected, and one without matches."""
    from mocshelf.functions.mocs import handler
    from mocshelf.runtime import telemetry

    query = "search=" + typed.replace(" ", "+")
    event = http_event("GET /api/mocs", "GET", "/api/mocs", raw_query=query, claims=CLAIMS)
    if link is not None:
        os.environ[LINK] = link
    start = time.perf_counter()
    answer = handler(event, None)
    took = (time.perf_counter() - start) * 1000
    os.environ.pop(LINK, None)
    if answer["statusCode"] != 200:
        raise RuntimeError(f"A search answered {answer['statusCode']}.")
    answered = telemetry.notes().get("search")
    if answered != expected:
        raise RuntimeError(f"The search was answered by {answered}, not {expected}.")
    if bool(json.loads(answer["body"])["data"]) == (typed == NOTHING):
        raise RuntimeError(f"The search for {typed!r} found what it should not, or nothing.")
    return took


def _keep(curves: Curves, size: int, samples: Samples) -> None:
    for name, times in samples.items():
        curves[name][size] = _pooled(times)


def _pooled(times: Mapping[str, Sequence[float]]) -> list[float]:
    return [one for of_one in times.values() for one in of_one]


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1]


def _line(name: str, times: Mapping[str, Sequence[float]], first: Sequence[float]) -> str:
    """All searches together, their ratio to the first contender, and each search."""
    pooled = _pooled(times)
    ratio = f"ratio {median(pooled) / median(first):.2f} ({_p95(pooled) / _p95(first):.2f})"
    cells = ", ".join(f"{typed} {median(of_one):.1f} ({_p95(of_one):.1f})" for typed, of_one in times.items())
    return f"  {name:<18} all {median(pooled):6.1f} ({_p95(pooled):.1f})   {ratio}   {cells}"
