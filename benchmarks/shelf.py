"""A stack with one user's 200 MOCs, and the request that every benchmark of the list makes."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mocshelf.testing import http_event
from mocshelf_tools.stack.stack import Stack

OWNER = "5d6f0c1e-2b34-4c8e-8f9a-7f2f3f9f1a20"
MOCS = 200
PAGE = 20
CLAIMS = {"sub": OWNER, "token_use": "access"}

# What the yardsticks ask: the columns of the answer, and the count, as someone would write it by hand.
ROWS = """
select id, user_id, type, title, description, author, parts_count, theme, subtheme, uploaded_date, brand, set_number,
       release_year, retired, tags, thumbnail_url, total_piece_count, created_at, updated_at
  from moc_instructions where user_id = %s order by updated_at desc, id desc limit 20
"""
COUNT = "select count(*) from moc_instructions where user_id = %s"


def list_event() -> dict[str, Any]:
    return http_event("GET /api/mocs", "GET", "/api/mocs", claims=CLAIMS)


@contextmanager
def shelf(*, cache: bool = False, search: bool = False, mocs: int = MOCS) -> Iterator[Stack]:
    """The running stack, linked to this process, with the MOCs in it; PostgreSQL alone answers unless it is said."""
    with tempfile.TemporaryDirectory() as folder, Stack(f"{folder}/stack") as stack, _quiet():
        links = stack.environment
        links.pop("MOCSHELF_SEARCH", None)
        # A server that starts would take the time of what is measured.
        if stack.engine.wait() and stack.engine.server is not None and not search:
            stack.stop_server("opensearch")
        if not cache:
            del links["MOCSHELF_CACHE"]
        os.environ.update(links)
        _fill(mocs)
        yield stack


@contextmanager
def _quiet() -> Iterator[None]:
    """Handlers write a log line a request; it is written for real, but not to this terminal."""
    sys.stdout.flush()
    terminal = os.dup(1)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(terminal, 1)
        os.close(terminal)


def _fill(count: int) -> None:
    from mocshelf.functions.mocs import handler

    for number in range(count):
        body = (
            f'{{"type": "moc", "title": "Castle {number}", "author": "Ada", "partsCount": {number + 1}, '
            f'"theme": "Castle", "tags": ["keep", "moat"], "description": "{"A keep with a moat. " * 10}"}}'
        )
        headers = [("content-type", "application/json")]
        event = http_event("POST /api/mocs", "POST", "/api/mocs", headers=headers, body=body.encode(), claims=CLAIMS)
        if handler(event, None)["statusCode"] != 201:
            raise RuntimeError("The shelf could not be filled.")
