"""The outbox: what must follow a change is a row of the same transaction, and happens once it has committed."""

from __future__ import annotations

import json
from collections.abc import Mapping

from mocshelf.runtime import cache, queue, store
from mocshelf.runtime.database import Connection, after_commit
from mocshelf.runtime.resources import resources

# What of a user's cached answers shows an entity of each kind; the details of MOCs embed images.
DOMAINS = {
    "moc": ("mocs",),
    "image": ("gallery", "mocs"),
    "album": ("gallery",),
    "wishlist": ("wishlist",),
    "user": ("profile",),
}

# The profile shows how many there are of each.
_COUNTED = ("moc", "image", "wishlist")


def record(
    conn: Connection, entity: str, entity_id: object, *, user_id: str, version: int, topic: str = "index"
) -> int:
    """Notes that an entity was added or changed; `version` is the row's.

    Returns the outbox row's id: rows of other topics than the index have no queue, so who wrote one follows it.
    """
    return _record(conn, entity, entity_id, user_id, version, topic, counts=version == 1)


def record_deletion(
    conn: Connection, entity: str, entity_id: object, *, user_id: str, version: int, topic: str = "index"
) -> int:
    """Notes that an entity is gone; `version` is the last that its row had. Returns the outbox row's id."""
    return _record(conn, entity, entity_id, user_id, version + 1, topic, counts=True)


def record_all(conn: Connection, entity: str, versions: Mapping[str, int], *, user_id: str) -> None:
    """Notes changes of many entities of one kind and user at once: the present version of each by its id."""
    rows = store.insert_outbox_rows(
        conn, entity=entity, ids=list(versions), versions=list(versions.values()), user_id=user_id
    )
    cache.renew_after_commit(user_id, *DOMAINS[entity])
    after_commit(lambda: publish(rows))


def publish(rows: list[int]) -> None:
    """Tells the consumer about rows, best effort: the sweep sends again what this loses."""
    if resources.linked("index_queue"):
        queue.send(resources.index_queue, [json.dumps({"outbox": row}) for row in rows])


def _record(
    conn: Connection, entity: str, entity_id: object, user_id: str, version: int, topic: str, *, counts: bool
) -> int:
    row = store.insert_outbox(
        conn, topic=topic, entity=entity, entity_id=str(entity_id), user_id=user_id, version=version
    )
    profile = ("profile",) if counts and entity in _COUNTED else ()
    cache.renew_after_commit(user_id, *DOMAINS[entity], *profile)
    if topic == "index":
        after_commit(lambda: publish([row]))
    return row
