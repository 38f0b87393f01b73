"""Index against tables: which documents are missing, out of date, or of rows that are gone; and mending that."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Literal, NamedTuple

from mocshelf.indexing import store
from mocshelf.indexing.documents import KINDS
from mocshelf.indexing.service import action, write
from mocshelf.runtime import search
from mocshelf.runtime.database import Connection
from mocshelf.runtime.errors import Unavailable

PAGE = 1000

Versions = Iterator[tuple[str, int]]  # by id, in the order of ids


class Difference(NamedTuple):
    """One entity that the index has otherwise than its table; `entity` is the outbox's word for its kind."""

    kind: Literal["missing", "stale", "orphaned"]
    entity: str
    id: str
    row_version: int | None
    document_version: int | None


def compare(
    conn: Connection, entity: str, index: str | None = None, *, waiting_too: bool = False
) -> Iterator[Difference]:
    """Every difference between the table of `entity` and `index`, by default the index behind its alias.

    Both are read in pages by id, so any number of them fits in memory. Each difference is looked at twice, and
    what an outbox row waits for is none yet, unless `waiting_too`. `conn` must be in autocommit. Unavailable when
    the engine is away.
    """
    target = index or KINDS[entity].alias
    _refresh(target)
    found = _merged(entity, _rows(conn, entity), _documents(target))
    while batch := list(islice(found, PAGE)):
        _refresh(target)
        yield from _looked_again(conn, entity, target, [one.id for one in batch], waiting_too=waiting_too)


def repair(conn: Connection, differences: Iterable[Difference], index: str | None = None) -> int:
    """Writes or deletes the documents of these entities as their rows are now; returns how many were put right.

    May be repeated. A document with a higher version than its row's stays: only a reindex replaces it.
    """
    left, mended = iter(differences), 0
    while batch := list(islice(left, PAGE)):
        chosen: dict[str, list[str]] = defaultdict(list)
        for one in batch:
            chosen[one.entity].append(one.id)
        mended += sum(_repair(conn, entity, ids, index) for entity, ids in chosen.items())
    return mended


def _repair(conn: Connection, entity: str, ids: Sequence[str], index: str | None) -> int:
    target = index or KINDS[entity].alias
    rows = store.rows_by_ids(conn, entity, ids)
    present = {str(row["id"]) for row in rows}
    write(entity, rows, index=index)
    gone = _versions_of(target, [one for one in ids if one not in present])
    deletions = [action("delete", target, entity_id, version + 1) for entity_id, version in gone.items()]
    search.bulk(deletions, wait=False, alias=index is None)
    _refresh(target)
    return len(ids) - len(list(_looked_again(conn, entity, target, ids)))


def _merged(entity: str, rows: Versions, documents: Versions) -> Iterator[Difference]:
    """What differs between two streams that are both in the order of ids."""
    row, document = next(rows, None), next(documents, None)
    while row or document:
        if document is None or (row is not None and row[0] < document[0]):
            assert row is not None  # noqa: S101 - one of them is there
            yield Difference("missing", entity, row[0], row[1], None)
            row = next(rows, None)
        elif row is None or document[0] < row[0]:
            yield Difference("orphaned", entity, document[0], None, document[1])
            document = next(documents, None)
        else:
            if row[1] != document[1]:
                yield Difference("stale", entity, row[0], row[1], document[1])
            row, document = next(rows, None), next(documents, None)


def _looked_again(
    conn: Connection, entity: str, target: str, ids: Sequence[str], *, waiting_too: bool = False
) -> Iterator[Difference]:
    documents = _versions_of(target, ids)
    waiting = set() if waiting_too else store.has_waiting(conn, entity, ids)
    rows = {str(row["id"]): int(row["version"]) for row in store.rows_by_ids(conn, entity, ids)}
    for one in ids:
        sides = [(one, rows[one])] if one in rows else [], [(one, documents[one])] if one in documents else []
        if one not in waiting:
            yield from _merged(entity, iter(sides[0]), iter(sides[1]))


def _rows(conn: Connection, entity: str) -> Versions:
    after = store.FIRST_ID
    while rows := store.versions(conn, entity, after, PAGE):
        for row in rows:
            yield str(row["id"]), int(row["version"])
        after = str(rows[-1]["id"])


def _documents(target: str) -> Versions:
    after: list[object] = []
    while True:
        query: dict[str, object] = {"size": PAGE, "_source": False, "version": True, "sort": [{"id": "asc"}]}
        if after:
            query["search_after"] = after
        hits = _searched(target, query)
        for hit in hits:
            yield hit["_id"], int(hit["_version"])
        if len(hits) < PAGE:
            return
        after = hits[-1]["sort"]


def _versions_of(target: str, ids: Sequence[str]) -> dict[str, int]:
    if not ids:
        return {}
    query = {"size": len(ids), "_source": False, "version": True, "query": {"ids": {"values": list(ids)}}}
    return {hit["_id"]: int(hit["_version"]) for hit in _searched(target, query)}


def _searched(target: str, query: dict[str, object]) -> list[dict]:  # type: ignore[type-arg]  # the engine's own shape
    status, answer = search.request("POST", f"/{target}/_search", query)
    if status != 200 or answer["_shards"]["failed"]:
        raise Unavailable
    return list(answer["hits"]["hits"])


def _refresh(target: str) -> None:
    status, _ = search.request("POST", f"/{target}/_refresh")
    if status != 200:
        raise Unavailable
