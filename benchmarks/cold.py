"""Cold start: a fresh process until the first list is answered, beside drivers alone doing the same query."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping

from shelf import COUNT, OWNER, ROWS, shelf
from table import show

RUNS = 15

OURS = """
import sys
from mocshelf.functions.mocs import handler
from benchmark_event import event
assert handler(event, None)["statusCode"] == 200
"""
# The row that the yardsticks stand beside is answered from PostgreSQL.
FORGET = "import os\ndel os.environ['MOCSHELF_CACHE']\n"
PSYCOPG2 = f"""
import json, psycopg2
conn = psycopg2.connect({{dsn!r}})
cursor = conn.cursor()
cursor.execute({ROWS!r}, [{OWNER!r}])
rows = cursor.fetchall()
cursor.execute({COUNT!r}, [{OWNER!r}])
assert len(json.dumps([rows, cursor.fetchone()], default=str)) > 1000
"""
PSYCOPG3 = PSYCOPG2.replace("psycopg2", "psycopg")
ASYNCPG = f"""
import asyncio, json, asyncpg
async def main():
    conn = await asyncpg.connect({{dsn!r}}, statement_cache_size=0)
    rows = await conn.fetch({ROWS.replace("%s", "$1")!r}, {OWNER!r})
    count = await conn.fetchval({COUNT.replace("%s", "$1")!r}, {OWNER!r})
    assert len(json.dumps([[list(row) for row in rows], count], default=str)) > 1000
asyncio.run(main())
"""


def main() -> None:
    """Prints the table; every contender takes turns, so that a busy moment hits all of them."""
    import pathlib
    import tempfile

    from shelf import list_event

    with shelf(cache=True) as stack, tempfile.TemporaryDirectory() as folder:
        pathlib.Path(folder, "benchmark_event.py").write_text(f"event = {list_event()!r}\n")
        dsn = stack.endpoints.postgres_app
        contenders = {
            "bare psycopg 3": PSYCOPG3.format(dsn=dsn),
            "Mocshelf": FORGET + OURS,
            "Mocshelf, from its cache": OURS,
            "bare psycopg2": PSYCOPG2.format(dsn=dsn),
            "bare asyncpg": ASYNCPG.format(dsn=dsn),
            "an empty process": "pass",
        }
        environment = {**os.environ, "PYTHONPATH": folder}
        samples: dict[str, list[float]] = {name: [] for name in contenders}
        for run in range(RUNS + 1):
            for name, code in contenders.items():
                seconds = _time(code, environment)
                # The first round only warms the disk.
                if run:
                    samples[name].append(seconds * 1000)
    show("cold", f"Cold start to the first list, milliseconds, {RUNS} fresh processes each", samples)


def _time(code: str, environment: Mapping[str, str]) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=dict(environment), check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
