"""List and detail from the cache, without one, and with one that is stopped or hangs, once the circuit is open."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Mapping, Sequence
from functools import partial
from statistics import median, quantiles
from typing import Any
from uuid import UUID

from shelf import CLAIMS, OWNER, list_event, shelf
from table import show

from mocshelf.testing import http_event
from mocshelf_tools.stack.stack import Stack

RUNS = 1500
WARM = 50
LINK = "MOCSHELF_CACHE"
PARTS_LISTS = 3
RECOVERY_SECONDS = 60
WITHOUT, CACHED = "without a cache", "Mocshelf, from the cache"

Samples = dict[str, list[float]]


def main() -> None:
    """Prints a table for the list and one for the detail, and how the cache's absence compares with its presence."""
    with shelf(cache=True) as stack:
        events = {"list": list_event(), "detail": _detail_event()}
        phases = {CACHED: _measure(events, "hit")}
        for title, leave, come_back in (
            ("Mocshelf, cache stopped", Stack.stop_server, Stack.start_server),
            ("Mocshelf, cache hanging", Stack.hang_server, Stack.resume_server),
        ):
            _await_the_cache(events)
            leave(stack, "valkey")
            try:
                phases[title] = _measure(events, None)
            finally:
                come_back(stack, "valkey")
    for what, title in (("list", "20 of 200 MOCs"), ("detail", f"A MOC with {PARTS_LISTS} parts lists")):
        _report(what, f"{title}, milliseconds, {RUNS} requests each", phases)


def _measure(events: Mapping[str, dict[str, Any]], expected: str | None) -> Samples:
    """Each request with the cache linked and unlinked, in turns, so that both meet the same noise of the machine.

    The first requests, in which a circuit opens, are left out; the trials that follow are not.
    """
    samples: Samples = {f"{what} {way}": [] for what in events for way in ("linked", "unlinked")}
    link = os.environ[LINK]
    for run in range(WARM + RUNS):
        for what, event in events.items():
            # Whoever comes second finds the database's pages warm, so that changes from run to run.
            for way in ("linked", "unlinked") if run % 2 else ("unlinked", "linked"):
                if way == "linked":
                    took = _timed(event, expected if run >= WARM else "any")
                else:
                    del os.environ[LINK]
                    took = _timed(event, None)
                    os.environ[LINK] = link
                if run >= WARM:
                    samples[f"{what} {way}"].append(took)
    return samples


def _timed(event: dict[str, Any], expected: str | None) -> float:
    """Milliseconds; refuses an answer that came from elsewhere than `expected` says."""
    from mocshelf.functions.mocs import handler
    from mocshelf.runtime import telemetry

    start = time.perf_counter()
    answer = handler(event, None)
    took = (time.perf_counter() - start) * 1000
    came_from = telemetry.notes().get("cache")
    if answer["statusCode"] != 200 or expected not in ("any", came_from):
        raise RuntimeError(f"Answered {answer['statusCode']} with the cache's {came_from}, not its {expected}.")
    return took


def _await_the_cache(events: Mapping[str, dict[str, Any]]) -> None:
    """Until every request is answered from the cache, once the circuit's pause is over."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            for event in events.values():
                _timed(event, "hit")
            return
        except RuntimeError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.5)


def _detail_event() -> dict[str, Any]:
    """The detail of one of the shelf's MOCs, which gets a few parts lists."""
    from mocshelf.functions.mocs import handler
    from mocshelf.parts.reading import read_parts
    from mocshelf.parts.service import import_list
    from mocshelf.runtime import database

    moc_id = UUID(json.loads(handler(list_event(), None)["body"])["data"][0]["id"])
    rows = "".join(f"{3000 + number}b,{number % 7},{1 + number % 9},False\n" for number in range(100))
    imported = read_parts(f"Part,Color,Quantity,Is Spare\n{rows}".encode(), "list.csv")

    def add(conn: database.Connection, title: str) -> None:
        import_list(conn, owner=OWNER, moc_id=moc_id, file_id=None, title=title, imported=imported)

    for number in range(PARTS_LISTS):
        database.run(partial(add, title=f"List {number}"))
    path = {"moc_id": str(moc_id)}
    event = http_event("GET /api/mocs/{moc_id}", "GET", f"/api/mocs/{moc_id}", path_parameters=path, claims=CLAIMS)
    lists = json.loads(handler(event, None)["body"])["data"]["partsLists"]
    if len(lists) != PARTS_LISTS:
        raise RuntimeError(f"The MOC has {len(lists)} parts lists instead of {PARTS_LISTS}.")
    return event


def _report(what: str, title: str, phases: Mapping[str, Samples]) -> None:
    """Each phase's linked request is compared with its unlinked one, of which the plot shows the first phase's."""
    shown = {WITHOUT: phases[CACHED][f"{what} unlinked"]}
    shown |= {state: samples[f"{what} linked"] for state, samples in phases.items()}
    show("cache" if what == "list" else f"cache-{what}", title, shown)
    print(f"\n{'median (p95)':<25}  {'linked':>14}  {'unlinked':>14}  {'to unlinked':>13}  {'to the cache':>13}")
    kept = _ratios(phases[CACHED][f"{what} linked"], phases[CACHED][f"{what} unlinked"])
    for state, samples in phases.items():
        linked, unlinked = samples[f"{what} linked"], samples[f"{what} unlinked"]
        ratios = _ratios(linked, unlinked)
        # Phases meet different noise, so the unlinked requests are what two of them are compared by.
        against = (ratios[0] / kept[0], ratios[1] / kept[1])
        print(
            f"{state:<25}  {_pair(median(linked), _p95(linked)):>14}  {_pair(median(unlinked), _p95(unlinked)):>14}  "
            f"{_pair(*ratios):>13}  {_pair(*against):>13}"
        )


def _p95(times: Sequence[float]) -> float:
    return quantiles(times, n=20)[-1]


def _pair(middle: float, p95: float) -> str:
    return f"{middle:.2f} ({p95:.2f})"


def _ratios(times: Sequence[float], others: Sequence[float]) -> tuple[float, float]:
    return median(times) / median(others), _p95(times) / _p95(others)
