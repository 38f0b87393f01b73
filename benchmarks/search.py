"""Searches on both engines, in libraries of 1,000, 10,000 and 100,000 MOCs of one user; no answer is kept."""

from __future__ import annotations

import os
import random
import sys
import time
from statistics import median, quantiles

import lines
import psycopg2
from psycopg2.extras import execute_values
from shelf import CLAIMS, OWNER, shelf

from mocshelf.testing import http_event
from mocshelf_tools.stack.stack import Stack

SIZES = (1_000, 10_000, 100_000)
RUNS = 60
TYPED = ("castle", "castel", "medeval castle", "secret garden temple", "2 x 4", "zzzzqq")
LINK = "MOCSHELF_SEARCH"

_FIRST = ("medieval", "ancient", "modern", "tiny", "giant", "modular", "haunted", "royal", "secret", "lost", "rusty")
_SECOND = (
    *(
        "castle",
        "dragon",
        "street",
        "baker",
        "wagon",
        "train",
        "station",
        "ship",
        "harbor",
        "tower",
        "bridge",
        "market",
    ),
    *("garden", "temple", "palace", "village", "cottage", "lighthouse", "windmill", "airport", "robot", "crane"),
)


def main() -> None:
    """Prints a table by size, and draws the medians over the sizes."""
    curves: dict[str, list[tuple[int, float]]] = {"PostgreSQL": [], "OpenSearch": [], "OpenSearch away": []}
    with shelf(search=True, mocs=0) as stack:
        ready, link = stack.engine.wait(), stack.environment.get(LINK)
        for size in SIZES:
            _fill(stack, size)
            _say(f"\n{size:,} MOCs, milliseconds: median (p95)")
            _timed(curves["PostgreSQL"], size, "PostgreSQL")
            if not ready or link is None:
                _say(f"No OpenSearch: {stack.engine.problem}")
                continue
            os.environ[LINK] = link
            _reindex(size)
            _timed(curves["OpenSearch"], size, "OpenSearch")
            stack.hang_server("opensearch")
            _timed(curves["OpenSearch away"], size, "OpenSearch away")
            stack.resume_server("opensearch")
            del os.environ[LINK]
            time.sleep(1)
    path = lines.write("search", "Searches by size of one user's library, median of all, milliseconds", curves)
    print(f"\nPlot: benchmarks/results/{path.name}")


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


def _reindex(size: int) -> None:
    from mocshelf.indexing.reindexing import reindex
    from mocshelf.runtime import search
    from mocshelf.runtime.breaker import Breaker

    search.breaker = Breaker("search")
    start = time.perf_counter()
    reindex(["moc"])
    took = time.perf_counter() - start
    _say(f"  reindex: {took:.1f} s, {size / took:,.0f} documents a second")


def _timed(curve: list[tuple[int, float]], size: int, engine: str) -> None:
    from mocshelf.functions.mocs import handler

    everything: list[float] = []
    cells = []
    for typed in TYPED:
        event = http_event(
            "GET /api/mocs", "GET", "/api/mocs", raw_query="search=" + typed.replace(" ", "+"), claims=CLAIMS
        )
        times = []
        for run in range(RUNS + 5):
            start = time.perf_counter()
            status = handler(event, None)["statusCode"]
            if status != 200:
                raise RuntimeError(f"A search answered {status}.")
            if run >= 5:
                times.append((time.perf_counter() - start) * 1000)
        everything += times
        cells.append(f"{typed} {median(times):.1f} ({quantiles(times, n=20)[-1]:.1f})")
    curve.append((size, median(everything)))
    _say(
        f"  {engine:<16} all {median(everything):6.1f} ({quantiles(everything, n=20)[-1]:.1f})   " + ", ".join(cells)
    )
