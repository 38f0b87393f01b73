"""Builds an index anew beside the one in use, and puts it in its place when it is complete."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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
    """Builds the indices that have no alias yet, were made for other documents or left half done by a reindex.

    Returns their names; harmless to repeat.
    """
    wanted = [entity for entity, kind in KINDS.items() if not _ready(kind)]
    return reindex(wanted) if wanted else []


def reindex(entities: Sequence[str], report: Report = _silently) -> list[str]:
    """Builds an index for each kind of entity and puts it behind the alias; returns the indices' names.

    One that was interrupted is gone on with. Conflict when another one runs, Unavailable when the engine is away.
    """
    with database.reading() as conn, _alone(conn):
        return [_reindex(conn, KINDS[entity], report) for entity in entities]


@contextmanager
def _alone(conn: Connection) -> Iterator[None]:
    """Holds the lock of those that fill indices, with which a proxy pins the session."""
    try:
        if not store.claim(conn):
            raise Conflict("Another reindex is running.")
        try:
            yield
        finally:
            store.release(conn)
    finally:
        database.let_go()


def _reindex(conn: Connection, kind: Kind, report: Report) -> str:
    index = _switched(kind)
    if index is None:
        index = _filled(conn, kind, report)
        _switch(kind, index)
    else:
        total = store.count(conn, kind.entity)
        report(kind.alias, total, total)
    # What changed meanwhile went to the index before this one. A row that still waits may have been written there
    # already and be about to go. The old index stands until this is done: it says that it is not.
    repair(conn, compare(conn, kind.entity, waiting_too=True))
    _delete_others(kind, index)
    return index


def _filled(conn: Connection, kind: Kind, report: Report) -> str:
    """An index with all rows that are there when it is begun; returns its name."""
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
            _note(kind, index, after, done)
        report(kind.alias, done, max(total, done))
    return index


def _ready(kind: Kind) -> bool:
    behind = _behind(kind)
    return bool(behind) and _switched(kind) is None and _about(behind[0]).get("shape") == kind.shape


def _switched(kind: Kind) -> str | None:
    """The index that a reindex has put in place without having caught up: the one before it is still there."""
    latest = _latest(kind)
    return latest if latest in _behind(kind) and len(_all(kind)) > 1 else None


def _begun(kind: Kind) -> tuple[str, str, int] | None:
    """An index that was not finished: its name, the last id in it, how many documents were written.

    One that was begun for documents of another shape goes.
    """
    latest = _latest(kind)
    if latest is None or latest in _behind(kind):
        return None
    about = _about(latest)
    if about.get("shape") != kind.shape:
        search.request("DELETE", f"/{latest}")
        return None
    note = about.get("reindex")
    return (latest, note["after"], note["done"]) if note else (latest, store.FIRST_ID, 0)


def _about(index: str) -> dict[str, Any]:
    """What the index says of itself: the shape of its documents, and how far a reindex is."""
    status, answer = search.request("GET", f"/{index}/_mapping")
    if status != 200:
        raise Unavailable
    return dict(answer[index]["mappings"].get("_meta", {}))


def _new(kind: Kind) -> tuple[str, str, int]:
    latest = _latest(kind)
    number = int(latest.rpartition("_v")[2]) + 1 if latest else 1
    index = f"{kind.alias}_v{number}"
    status, _ = search.request("PUT", f"/{index}", kind.body())
    if status != 200:
        raise Unavailable
    return index, store.FIRST_ID, 0


def _note(kind: Kind, index: str, after: str, done: int) -> None:
    """Keeps in the index itself how far it is, so that any machine can go on."""
    about = {"shape": kind.shape, "reindex": {"after": after, "done": done}}
    search.request("PUT", f"/{index}/_mapping", {"_meta": about})


def _switch(kind: Kind, index: str) -> None:
    """Puts the index behind the alias in one step."""
    actions: list[dict[str, Any]] = [{"remove": {"index": one, "alias": kind.alias}} for one in _behind(kind)]
    actions.append({"add": {"index": index, "alias": kind.alias, "is_write_index": True}})
    status, _ = search.request("POST", "/_aliases", {"actions": actions})
    if status != 200:
        raise Unavailable


def _delete_others(kind: Kind, index: str) -> None:
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
