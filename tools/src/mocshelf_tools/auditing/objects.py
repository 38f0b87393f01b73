"""The check of objects: every row's object is there and as it should be, and every object has its row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from mocshelf_tools.auditing import store
from mocshelf_tools.auditing.findings import CannotMend, Finding, Looked, Scope
from mocshelf_tools.auditing.inspection import cache_header, head, problems
from mocshelf_tools.auditing.matching import Listed, Pair, batches, pairs, pairs_of
from mocshelf_tools.auditing.places import AT_ONCE, Places

NAME = "objects"
_BATCH = 500


def look(scope: Scope) -> Looked:
    """Compares rows with objects. What differs is looked at a second time, because uploads and deletions go on."""
    looked, first = 0, set[tuple[str, str]]()
    keys: dict[str, None] = {}
    for batch in batches(pairs(scope.places, scope.owner), _BATCH):
        for finding in _inspected(scope, _with_strays(scope, batch)):
            first.add((finding.kind, finding.what))
            keys[finding.what] = None
        looked += len(batch)
        scope.tell(f"{looked:,} objects, {len(keys):,} to look at again")
    findings: list[Finding] = []
    for again in batches(keys, _BATCH):
        seen = _inspected(scope, pairs_of(scope.places, again, _there(scope.places, again)))
        findings += [one for one in seen if (one.kind, one.what) in first]
        scope.tell(f"{looked:,} objects, {len(findings):,} findings")
    return Looked(NAME, looked, findings)


def unmatched(places: Places) -> list[Pair]:
    """Keys whose row has no object, or whose object has no row, on two looks; no object is opened."""
    first = [pair.key for pair in pairs(places, None) if pair.missing or pair.orphaned]
    found: list[Pair] = []
    for keys in batches(first, _BATCH):
        found += [pair for pair in pairs_of(places, keys, _there(places, keys)) if pair.missing or pair.orphaned]
    return found


def mend(scope: Scope, finding: Finding) -> None:
    """Queues an orphan's deletion, draws a thumbnail anew, writes wrong headers right; CannotMend says why not."""
    if finding.kind == "orphaned":
        _queue(scope.places, finding.what)
    elif finding.kind in ("wrong-headers", "no-checksum"):
        _rewrite(scope.places, finding.what)
    else:
        _redraw(finding.what)


def _inspected(scope: Scope, some: Iterable[Pair]) -> Iterator[Finding]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for findings in pool.map(partial(problems, scope.places, deep=scope.deep), some):
            yield from findings


def _with_strays(scope: Scope, batch: list[Pair]) -> list[Pair]:
    """The pairs with the objects that an owner's rows have in another's place: the listing does not show those."""
    if scope.owner is None:
        return batch
    strays = [pair.key for pair in batch if pair.missing and pair.key.split("/")[1:2] != [scope.owner]]
    there = {one.key: one for one in _there(scope.places, strays)}
    return [replace(pair, object=there.get(pair.key, pair.object)) for pair in batch]


def _there(places: Places, keys: list[str]) -> list[Listed]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        heads = pool.map(partial(head, places), keys)
    return [Listed(key, kept.size) for key, kept in zip(keys, heads, strict=True) if kept is not None]


def _queue(places: Places, key: str) -> None:
    """The deletion is left to the sweep, which looks once more whether a row refers to the object."""
    from mocshelf.runtime import database

    with database.transaction() as conn:
        if store.these_named(conn, [key]):
            raise CannotMend("By now a row names it.")
        store.promise_deletion(conn, key)


def _redraw(key: str) -> None:
    from mocshelf.runtime import database
    from mocshelf.runtime.imaging import GALLERY_THUMBNAIL, Undecodable, webp
    from mocshelf.runtime.storage import files

    with database.transaction() as conn:
        # While the row is held, nobody can delete the image, so no object is left behind.
        image_key = store.image_of_thumbnail(conn, key)
        if image_key is None or not store.hold(conn, "thumbnail", key):
            raise CannotMend("The image was deleted meanwhile.")
        data = files.read(image_key)
        if data is None:
            raise CannotMend("Its image is missing too. Restore that first.")
        try:
            drawn = webp(data, GALLERY_THUMBNAIL)
        except Undecodable:
            raise CannotMend("Its image is damaged too. Restore that first.") from None
        files.write(key, drawn.data, content_type="image/webp", cache_control=cache_header("thumbnail"))


def _rewrite(places: Places, key: str) -> None:
    from mocshelf.runtime import database
    from mocshelf.runtime.storage import files

    with database.transaction() as conn:
        named = store.these_named(conn, [key])
        # As above; and a picture that is written over waits for this row, so that no older one covers it.
        if not named or not store.hold(conn, named[0].kind, key):
            raise CannotMend("Its row was deleted meanwhile.")
        row, kept, data = named[0], head(places, key), files.read(key)
        if data is None or kept is None:
            raise CannotMend("The object is missing by now.")
        wanted = row.sha256 or kept.sha256
        if wanted is not None and hashlib.sha256(data).digest() != wanted:
            raise CannotMend("Its bytes are damaged as well. Restore the object from a bundle or a backup.")
        files.write(key, data, content_type=row.content_type, cache_control=cache_header(row.kind))
