"""A real OpenSearch for the tests that need one."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mocshelf.indexing import reindexing
from mocshelf.indexing.documents import KINDS
from mocshelf.runtime import database, search
from mocshelf.runtime.breaker import Breaker
from mocshelf.runtime.resources import Search, resources
from mocshelf_tools.stack.stack import Stack


@pytest.fixture
def engine(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of OpenSearch, to which this process is linked for one test; skipped where there is none."""
    if not stack.engine.wait():
        pytest.skip(f"no OpenSearch: {stack.engine.problem}")
    url = str(stack.engine.url)
    monkeypatch.setenv("MOCSHELF_SEARCH", json.dumps({"url": url, "auth": "none"}))
    monkeypatch.setitem(resources.__dict__, "search", Search(url, auth="none"))
    monkeypatch.setattr(search, "breaker", Breaker("search"))
    reindexing.prepare()
    # The first search of a server that has just started takes longer than anybody waits for it.
    for kind in KINDS.values():
        search.request("POST", f"/{kind.alias}/_search", {"size": 1})
    yield url
    search.close()


@pytest.fixture
def deliver(handlers: dict[str, Callable[[Any, Any], Any]]) -> Callable[..., list[str]]:
    """Has the index follow a user's outbox rows, as the queue would; returns the messages that failed."""

    def run(user: str, *, times: int = 1) -> list[str]:
        rows = waiting(user)
        records = [
            {"messageId": f"{row}-{number}", "body": json.dumps({"outbox": row})}
            for number in range(times)
            for row in rows
        ]
        answer = handlers["index_search"]({"Records": records}, None)
        return [one["itemIdentifier"] for one in answer["batchItemFailures"]]

    return run


def waiting(user: str) -> list[int]:
    """The index rows of a user that have not been handled."""
    sql = "select id from outbox where topic = 'index' and user_id = %(user)s order by id"
    rows = database.run(lambda conn: database.fetch_all(conn, sql, {"user": user}), read_only=True)
    return [row["id"] for row in rows]
