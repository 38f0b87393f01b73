"""The outbox: what must follow a change is a row of the same transaction, and a message once it has committed."""

from __future__ import annotations

import json
from collections.abc import Mapping

from mocshelf.runtime import queue, store
from mocshelf.runtime.database import Connection, after_commit
from mocshelf.runtime.resources import resources


def record(
    conn: Connection, entity: str, entity_id: object, *, user_id: str, version: int, topic: str = "index"
) -> int:
    """Notes that an entity changed. `version` is the row's; for a deleted row its last version + 1.

    Returns the outbox row's id: rows of other topics than the index have no queue, so who wrote one follows it.
    """
    row = store.insert_outbox(
        conn, topic=topic, entity=entity, entity_id=str(entity_id), user_id=user_id, version=version
    )
    if topic == "index":
        after_commit(lambda: publish([row]))
    return row


def record_all(conn: Connection, entity: str, versions: Mapping[str, int], *, user_id: str) -> None:
    """The same for many entities of one kind and user at once: the present version of each by its id."""
    rows = store.insert_outbox_rows(
        conn, entity=entity, ids=list(versions), versions=list(versions.values()), user_id=user_id
    )
    after_commit(lambda: publish(rows))


def publish(rows: list[int]) -> None:
    """Tells the consumer about rows, best effort: the sweep sends again what this loses.

    A stage without a search engine has no such queue; there the rows wait until it gets one.
    """
    if resources.linked("index_queue"):
        queue.send(resources.index_queue, [json.dumps({"outbox": row}) for row in rows])
