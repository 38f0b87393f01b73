"""Makes the index follow the tables: what changed is looked up as it now is, and written with its version."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mocshelf.indexing import store
from mocshelf.indexing.documents import KINDS
from mocshelf.runtime import cache, database, search, telemetry
from mocshelf.runtime.database import Row
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.outbox import DOMAINS
from mocshelf.runtime.resources import resources

RENEWING_SECONDS = 8.0  # together with the engine's answer less than the function may take

Entity = tuple[str, str]  # the outbox's word for its kind, and its id


def handle(bodies: Sequence[str]) -> list[int]:
    """Handles messages that name outbox rows; returns the positions of those that must come again.

    Any of them may be repeated, late or out of order: a row says look, not what.
    """
    asked = {place: row_id for place, body in enumerate(bodies) if (row_id := _row_id(body)) is not None}
    waiting = database.run(lambda conn: store.read_outbox(conn, list(asked.values())), read_only=True)
    if not waiting:
        return []
    changed: dict[Entity, list[Row]] = defaultdict(list)
    for row in waiting:
        changed[row["entity"], row["entity_id"]].append(row)
    undone = _indexed(changed) | _renewed(changed)
    _finish({entity: rows for entity, rows in changed.items() if entity not in undone})
    again = {row["id"] for entity in undone for row in changed[entity]}
    return [place for place, row_id in asked.items() if row_id in again]


def write(entity: str, rows: Iterable[Row], *, index: str | None = None, wait: bool = False) -> list[search.Refused]:
    """Writes the documents of rows, unless newer ones are there; returns those that the engine refused."""
    kind = KINDS[entity]
    lines: list[object] = []
    for row in rows:
        lines += [action("index", index or kind.alias, str(row["id"]), row["version"]), kind.document(row)]
    return search.bulk(lines, wait=wait, alias=index is None)


def _row_id(body: str) -> int | None:
    """The outbox row that a message names; what names none will not do so later either."""
    try:
        row = json.loads(body)["outbox"]
        if isinstance(row, int) and not isinstance(row, bool) and 0 < row < 2**63:
            return row
    except (ValueError, KeyError, TypeError):
        pass
    telemetry.logger.error("index.message_unreadable")
    return None


def _indexed(changed: Mapping[Entity, Sequence[Row]]) -> set[Entity]:
    """Writes or deletes the document of each entity; returns those that are still to do."""
    if not resources.linked("search"):
        return set()
    try:
        refused = search.bulk(_lines(changed), wait=True, alias=True)
    except Unavailable:
        # Nothing is wrong with the rows, so no attempt is counted.
        return set(changed)
    by_id = {one.id: one for one in refused}
    undone = {entity for entity in changed if entity[1] in by_id}
    for entity, entity_id in undone:
        problem = by_id[entity_id]
        if not problem.document_at_fault:
            telemetry.logger.warning("index.not_ready", extra={"entity": entity, "kind": problem.kind})
            continue
        telemetry.logger.error(
            "index.document_refused", extra={"entity": entity, "id": entity_id, "kind": problem.kind}
        )
        _note(entity, entity_id, f"{problem.status} {problem.kind}")
    return undone


def _note(entity: str, entity_id: str, problem: str) -> None:
    database.run(lambda conn: store.note_failures(conn, entity, entity_id, problem))


def _lines(changed: Mapping[Entity, Sequence[Row]]) -> list[object]:
    lines: list[object] = []
    for entity, kind in KINDS.items():
        ids = [entity_id for name, entity_id in changed if name == entity]
        if not ids:
            continue
        present = {str(row["id"]): row for row in _present(entity, ids)}
        for entity_id in ids:
            row = present.get(entity_id)
            if row is not None:
                lines += [action("index", kind.alias, entity_id, row["version"]), kind.document(row)]
            else:
                version = max(one["version"] for one in changed[entity, entity_id])
                lines.append(action("delete", kind.alias, entity_id, version))
    return lines


def _present(entity: str, ids: Sequence[str]) -> list[Row]:
    return database.run(lambda conn: store.rows_by_ids(conn, entity, ids), read_only=True)


def action(what: str, index: str, entity_id: str, version: int) -> dict[str, Any]:
    """The line of the bulk API that says `index` or `delete`; an older version does nothing to a newer one."""
    return {what: {"_index": index, "_id": entity_id, "version": version, "version_type": "external"}}


def _renewed(changed: Mapping[Entity, Sequence[Row]]) -> set[Entity]:
    """Renews what may show each entity, now that it can be found; returns those whose renewal the cache missed.

    Of a row so old that all entries from before it have run out, nothing is missed.
    """
    domains: dict[str, set[str]] = defaultdict(set)
    for (entity, _), rows in changed.items():
        domains[rows[0]["user_id"]].update(DOMAINS[entity])
    # A cache that hangs takes its time for each user, and of those who wait there may be hundreds.
    end = time.monotonic() + RENEWING_SECONDS
    missed = {
        user for user, names in domains.items() if time.monotonic() > end or not cache.renew(user, *sorted(names))
    }
    return {
        entity
        for entity, rows in changed.items()
        if rows[0]["user_id"] in missed and not all(row["aged"] for row in rows)
    }


def _finish(done: Mapping[Entity, Sequence[Row]]) -> None:
    last = [
        {**rows[0], "version": max(row["version"] for row in rows), "id": max(row["id"] for row in rows)}
        for rows in done.values()
    ]
    if last:
        database.run(lambda conn: store.delete_handled(conn, last))
