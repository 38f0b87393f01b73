"""Builds an index anew beside the one in use, and puts it in its place when it is complete."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from mocshelf.indexing import store
from mocshelf.indexing.comparing import compare, repair
from mocshelf.indexing.documents import KINDS, Kind
from mocshelf.indexing.service import write
from mocshelf.runtime import database, search
from mocshelf.runtime.database import Connection
from mocshelf.runtime.errors import Conflict, Unavailable

PAGE = 1000
NOTED = 5  # pages between two notes of how far it is

Report = Callable[[str, int, int], None]  # the alias, documents written, documents in all


def _silently(_alias: str, _done: int, _total: int) -> None:
    """Nobody waits for this one."""


def prepare() -> list[str]:
    """Builds the indices that have no alias yet, and returns their names; harmless to repeat."""
    missing = [entity for entity, kind in KINDS.items() if not _behind(kind)]
    return reindex(missing) if missing else []


def reindex(entities: Sequence[str], report: Report = _silently) -> list[str]:
    """Builds an index for each kind of entity and puts it behind the alias; returns the indices' names.

    One that was interrupted is gone on with. Conflict when another one runs, Unavailable when the engine is away.
    """
    with database.reading() as conn:
        if not store.claim(conn):
            raise Conflict("Another reindex is running.")
        try:
            return [_reindex(conn, KINDS[entity], report) for entity in entities]
        finally:
            store.release(conn)


def _reindex(conn: Connection, kind: Kind, report: Report) -> str:
    index, after, done = _begun(kind) or _new(kind)
    total = store.count(conn, kind.entity)
    pages = 0
    report(kind.alias, done, max(total, done))
    while rows := store.page(conn, kind.entity, after, PAGE):
        refused = write(kind.entity, rows, index=index)
        if refused:
            raise Conflict(f"The engine refused {refused[0].id}: {refused[0].kind}.")
        after = str(rows[-1]["id"])
        done += len(rows)
        pages += 1
        if pages % NOTED == 0:
            _note(index, after, done)
        report(kind.alias, done, max(total, done))
    _switch(kind, index)
    # What changed meanwhile went to the index before this one.
    repair(conn, compare(conn, kind.entity))
    return index


def _begun(kind: Kind) -> tuple[str, str, int] | None:
    """An index that was not finished: its name, the last id in it, how many documents were written."""
    latest = _latest(kind)
    if latest is None or latest in _behind(kind):
        return None
    _, answer = search.request("GET", f"/{latest}/_mapping")
    note = answer[latest]["mappings"].get("_meta", {}).get("reindex")
    return (latest, note["after"], note["done"]) if note else (latest, store.FIRST_ID, 0)


def _new(kind: Kind) -> tuple[str, str, int]:
    latest = _latest(kind)
    number = int(latest.rpartition("_v")[2]) + 1 if latest else 1
    index = f"{kind.alias}_v{number}"
    status, _ = search.request("PUT", f"/{index}", kind.body())
    if status != 200:
        raise Unavailable
    return index, store.FIRST_ID, 0


def _note(index: str, after: str, done: int) -> None:
    """Keeps in the index itself how far it is, so that any machine can go on."""
    search.request("PUT", f"/{index}/_mapping", {"_meta": {"reindex": {"after": after, "done": done}}})


def _switch(kind: Kind, index: str) -> None:
    """Puts the index behind the alias in one step, and deletes those that were there."""
    old = _behind(kind)
    actions: list[dict[str, Any]] = [{"remove": {"index": one, "alias": kind.alias}} for one in old]
    actions.append({"add": {"index": index, "alias": kind.alias, "is_write_index": True}})
    status, _ = search.request("POST", "/_aliases", {"actions": actions})
    if status != 200:
        raise Unavailable
    for one in _all(kind):
        if one != index:
            search.request("DELETE", f"/{one}")


def _behind(kind: Kind) -> list[str]:
    status, answer = search.request("GET", f"/_alias/{kind.alias}")
    return list(answer) if status == 200 else []


def _latest(kind: Kind) -> str | None:
    return max(_all(kind), key=lambda name: int(name.rpartition("_v")[2]), default=None)


def _all(kind: Kind) -> list[str]:
    status, answer = search.request("GET", f"/{kind.alias}_v*/_settings?flat_settings=true")
    return [name for name in answer if re.fullmatch(rf"{kind.alias}_v\d+", name)] if status == 200 else []
