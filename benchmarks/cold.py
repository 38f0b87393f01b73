"""Cold start: a fresh process until the first list is answered, beside other stacks and drivers alone."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yardstick
from shelf import COUNT, OWNER, ROWS, list_event, shelf
from table import show
from yardstick import Yardstick

from mocshelf_tools.stack.stack import Stack

RUNS = 15

OURS = """
import sys
from mocshelf.functions.mocs import handler
from benchmark_event import event
assert handler(event, None)["statusCode"] == 200
"""
# As Lambda says it to a process that it starts because someone waits.
ON_DEMAND = {"AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand"}
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


@dataclass(frozen=True)
class Start:
    """How a contender's process is started."""

    command: Sequence[str]
    environment: Mapping[str, str]
    folder: Path | None = None


def main() -> None:
    """Prints the table; every contender takes turns, so that a busy moment hits all of them."""
    with shelf(cache=True) as stack, tempfile.TemporaryDirectory() as folder:
        others, missing = yardstick.available(stack)
        samples = in_turns(_contenders(stack, Path(folder), others), RUNS)
    title = f"Cold start to the first list, milliseconds, {RUNS} fresh processes each"
    show("cold", title, samples, notes=missing)


def starter(folder: Path, event: object) -> Callable[[str], Start]:
    """Makes starts of Python with some code, which finds the event in the module `benchmark_event` of the folder."""
    (folder / "benchmark_event.py").write_text(f"event = {event!r}\n")
    environment = {**yardstick.environment(), **ON_DEMAND, "PYTHONPATH": str(folder)}
    return lambda code: Start([sys.executable, "-c", code], environment)


def _contenders(stack: Stack, folder: Path, others: Sequence[Yardstick]) -> dict[str, Start]:
    event = list_event()
    dsn = stack.endpoints.postgres_app
    python = starter(folder, event)
    return {
        "bare psycopg 3": python(PSYCOPG3.format(dsn=dsn)),
        "Mocshelf": python(FORGET + OURS),
        "Mocshelf, from its cache": python(OURS),
        **{other.name: Start(other.once(event), other.environment, other.folder) for other in others},
        "bare psycopg2": python(PSYCOPG2.format(dsn=dsn)),
        "bare asyncpg": python(ASYNCPG.format(dsn=dsn)),
        "an empty process": python("pass"),
    }


def in_turns(
    contenders: Mapping[str, Start], runs: int, clock: Callable[[], float] = time.perf_counter
) -> dict[str, list[float]]:
    """Milliseconds, by `clock`, of fresh processes of each contender; they take turns."""
    samples: dict[str, list[float]] = {name: [] for name in contenders}
    for run in range(runs + 1):
        for name, start in contenders.items():
            took = _time(start, clock)
            # The first round only warms the disk.
            if run:
                samples[name].append(took)
    return samples


def _time(start: Start, clock: Callable[[], float]) -> float:
    """In milliseconds, until the process has ended."""
    begun = clock()
    subprocess.run(
        start.command, env=dict(start.environment), cwd=start.folder, check=True, stdout=subprocess.DEVNULL
    )
    return (clock() - begun) * 1000
