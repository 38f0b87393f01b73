"""A shelf of a thousand, filled at once, and what the browser's main thread has had to do for it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from playwright.sync_api import Browser, Page

from e2e.visit import Shelf
from mocshelf_tools import paths
from mocshelf_tools.stack import Stack

KINDS = ("Medieval", "Ancient", "Modern", "Tiny", "Giant", "Modular", "Haunted", "Royal", "Secret", "Lost", "Rusty")
THINGS = (
    "Castle", "Dragon", "Street", "Bakery", "Wagon", "Train", "Ship", "Harbor", "Tower", "Bridge", "Market",
    "Garden", "Temple", "Palace", "Village", "Cottage", "Lighthouse", "Windmill", "Airport", "Robot",
)  # fmt: skip
# Of the same theme and one after the other, so that each page of the shelf has themes of its own.
THEME = 40

_ROWS = """
insert into moc_instructions (user_id, type, title, author, parts_count, theme, tags)
values (%(user)s, 'moc', %(title)s, 'Ada', %(number)s, %(theme)s, %(tags)s)
"""
_INDEX = "from mocshelf.indexing.reindexing import reindex; reindex(['moc'])"


def titled(number: int) -> str:
    """`0001 Medieval Dragon`: in the order of the numbers, with words to search for."""
    return f"{number:04} {KINDS[number % len(KINDS)]} {THINGS[number % len(THINGS)]}"


def fill(stack: Stack, shelf: Shelf, many: int) -> None:
    """Puts so many MOCs on the shelf; they can be searched for, too."""
    user = shelf.http.get("/api/users/me").json()["data"]["id"]
    numbers = range(1, many + 1)
    rows = [
        {
            "user": user,
            "title": titled(number),
            "number": number,
            "theme": f"Theme {(number - 1) // THEME + 1:02}",
            "tags": [f"tag {(number - 1) // THEME + 1:02}"],
        }
        for number in numbers
    ]
    with psycopg.connect(stack.endpoints.postgres) as connection, connection.cursor() as cursor:
        cursor.executemany(_ROWS, rows)
    if stack.engine.wait():
        subprocess.run([sys.executable, "-c", _INDEX], env=stack.environment, cwd=paths.ROOT, check=True)


@dataclass
class Work:
    """Milliseconds of each task of a page's main thread, the longest first.

    `busy` is the processor's own time, which other programs on the machine do not lengthen; `took` is the clock's.
    """

    busy: list[float] = field(default_factory=list)
    took: list[float] = field(default_factory=list)


@contextmanager
def watched(browser: Browser, page: Page) -> Iterator[Work]:
    """Fills what it gives at the end, with what the page's main thread did meanwhile."""
    browser.start_tracing(page=page, categories=["toplevel", "__metadata"])
    work = Work()
    try:
        yield work
    finally:
        traced = json.loads(browser.stop_tracing())["traceEvents"]
        tasks = list(_tasks(traced))
        work.busy = sorted((task.get("tdur", 0) / 1000 for task in tasks), reverse=True)
        work.took = sorted((task["dur"] / 1000 for task in tasks), reverse=True)


def _tasks(traced: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    named = (one for one in traced if one["name"] == "thread_name")
    threads = {(one["pid"], one["tid"]) for one in named if one["args"]["name"] == "CrRendererMain"}
    for one in traced:
        if one["name"].endswith("RunTask") and one.get("ph") == "X" and (one["pid"], one["tid"]) in threads:
            yield one
