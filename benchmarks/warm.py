"""Warm list: 20 of 200 MOCs in a process that has answered before, beside drivers doing the same query."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

from shelf import COUNT, OWNER, ROWS, list_event, shelf
from table import show

RUNS = 1500


def main() -> None:
    """Prints the table; the contenders take turns."""
    import psycopg
    import psycopg2

    with shelf() as stack:
        from mocshelf.functions.mocs import handler

        event = list_event()
        modern = psycopg.connect(stack.endpoints.postgres_app, autocommit=True)
        classic = psycopg2.connect(stack.endpoints.postgres_app)
        classic.autocommit = True
        contenders: dict[str, Callable[[], object]] = {
            "bare psycopg 3": lambda: _query(modern),
            "Mocshelf": lambda: handler(event, None),
            "bare psycopg2": lambda: _query(classic),
        }
        samples: dict[str, list[float]] = {name: [] for name in contenders}
        for run in range(RUNS + 100):
            for name, work in contenders.items():
                start = time.perf_counter()
                work()
                if run >= 100:
                    samples[name].append((time.perf_counter() - start) * 1000)
        modern.close()
        classic.close()
    show("warm", f"Warm list, 20 of 200 MOCs, milliseconds, {RUNS} requests each", samples)


def _query(conn: object) -> str:
    cursor = conn.cursor()  # type: ignore[attr-defined]  # two drivers with the same interface
    cursor.execute(ROWS, [OWNER])
    rows = cursor.fetchall()
    cursor.execute(COUNT, [OWNER])
    return json.dumps([rows, cursor.fetchone()], default=str)
