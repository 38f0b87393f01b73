"""Rows, promises and objects side by side, key by key, without holding all of any of them in memory."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

from mocshelf_tools.auditing import store
from mocshelf_tools.auditing.places import Places
from mocshelf_tools.auditing.store import Named

# Everything outside `incoming/`, where unchecked bytes wait and the sweep looks by itself. In byte order, so that
# listing one after the other gives all keys in order.
FINAL = ("avatars/", "images/", "mocs/", "wishlist/")

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Listed:
    """An object as a listing shows it, its size in bytes."""

    key: str
    size: int


@dataclass(frozen=True, slots=True)
class Pair:
    """What there is under one key; `promised`: a row says that the object will be gone."""

    key: str
    row: Named | None
    object: Listed | None
    promised: bool

    @property
    def missing(self) -> bool:
        return self.row is not None and self.object is None

    @property
    def orphaned(self) -> bool:
        return self.object is not None and self.row is None and not self.promised


def pairs(places: Places, owner: str | None) -> Iterator[Pair]:
    """Every key under the final prefixes that a row names or the bucket holds, in byte order."""
    with places.snapshot() as conn:
        yield from paired(store.named(conn, owner), store.promised(conn), listed(places, owner))


def pairs_of(places: Places, keys: list[str], objects: Iterable[Listed]) -> Iterator[Pair]:
    """The same of these keys, of which `objects` are there."""
    with places.snapshot() as conn:
        yield from paired(store.these_named(conn, keys), store.these_promised(conn, keys), objects)


def paired(rows: Iterable[Named], promises: Iterable[str], objects: Iterable[Listed]) -> Iterator[Pair]:
    """Merges three streams that are in byte order of their keys. A key that is only promised is left out."""
    streams = (
        ((row.key, "row", row) for row in rows),
        ((key, "promise", key) for key in promises),
        ((one.key, "object", one) for one in objects),
    )
    merged: Iterator[tuple[str, str, Any]] = heapq.merge(*streams, key=itemgetter(0))
    for key, group in groupby(merged, key=itemgetter(0)):
        there = {what: value for _, what, value in group}
        if "row" in there or "object" in there:
            yield Pair(key, there.get("row"), there.get("object"), "promise" in there)


def listed(places: Places, owner: str | None) -> Iterator[Listed]:
    """The objects under the final prefixes, in byte order."""
    pages = places.s3.get_paginator("list_objects_v2")
    for prefix in FINAL:
        chosen = prefix if owner is None else f"{prefix}{owner}/"
        for page in pages.paginate(Bucket=places.bucket, Prefix=chosen):
            for item in page.get("Contents", ()):
                yield Listed(item["Key"], item["Size"])


def batches(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of at most `size`."""
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
