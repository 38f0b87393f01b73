"""Warm list: 20 of 200 MOCs in a process that has answered before, beside other stacks and drivers alone."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack, closing
from functools import partial

import yardstick
from shelf import COUNT, OWNER, ROWS, list_event, shelf
from table import show
from yardstick import Serving, Yardstick

from mocshelf_tools.stack.stack import Stack

RUNS = 1500
# Requests before the next contender's turn: enough that each process has the caches to itself.
TURN = 50
WARM = 4

Turn = Callable[[], list[float]]


def main() -> None:
    """Prints the table; the contenders take turns."""
    with shelf() as stack, ExitStack() as opened:
        found, missing = yardstick.available(stack)
        contenders = {**_here(stack, opened), **_elsewhere(found, opened)}
        samples: dict[str, list[float]] = {name: [] for name in contenders}
        for turn in range(WARM + RUNS // TURN):
            for name, work in contenders.items():
                took = work()
                if turn >= WARM:
                    samples[name] += took
    show("warm", f"Warm list, 20 of 200 MOCs, milliseconds, {RUNS} requests each", samples, notes=missing)


def _here(stack: Stack, opened: ExitStack) -> dict[str, Turn]:
    """The contenders in this process."""
    import psycopg
    import psycopg2

    from mocshelf.functions.mocs import handler

    event = list_event()
    modern = opened.enter_context(closing(psycopg.connect(stack.endpoints.postgres_app, autocommit=True)))
    classic = opened.enter_context(closing(psycopg2.connect(stack.endpoints.postgres_app)))
    classic.autocommit = True
    return {
        "bare psycopg 3": lambda: _turn(lambda: _query(modern)),
        "Mocshelf": lambda: _turn(lambda: handler(event, None)),
        "bare psycopg2": lambda: _turn(lambda: _query(classic)),
    }


def _elsewhere(found: Iterable[Yardstick], opened: ExitStack) -> dict[str, Turn]:
    """Those in processes of their own, which measure themselves."""
    event = list_event()

    def turn(process: Serving) -> list[float]:
        return process.ask(event, TURN)[0]

    return {one.name: partial(turn, opened.enter_context(Serving(one))) for one in found}


def _turn(work: Callable[[], object]) -> list[float]:
    """The milliseconds of each request of a turn."""
    times = []
    for _ in range(TURN):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1000)
    return times


def _query(conn: object) -> str:
    cursor = conn.cursor()  # type: ignore[attr-defined]  # two drivers with the same interface
    cursor.execute(ROWS, [OWNER])
    rows = cursor.fetchall()
    cursor.execute(COUNT, [OWNER])
    return json.dumps([rows, cursor.fetchone()], default=str)
