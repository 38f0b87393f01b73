"""The outbox: what must follow a change is a row of the same transaction, and a message once it has committed."""

from __future__ import annotations

import json

from mocshelf.runtime import queue, store
from mocshelf.runtime.database import Connection, after_commit
from mocshelf.runtime.resources import resources


def record(
    conn: Connection, entity: str, entity_id: object, *, user_id: str, version: int, topic: str = "index"
) -> None:
    """Notes that an entity changed. `version` is the row's; for a deleted row its last version + 1."""
    row = store.insert_outbox(
        conn, topic=topic, entity=entity, entity_id=str(entity_id), user_id=user_id, version=version
    )
    after_commit(lambda: publish([row]))


def publish(rows: list[int]) -> None:
    """Tells the consumer about rows, best effort: the sweep sends again what this loses.

    A stage without a search engine has no such queue; there the rows wait until it gets one.
    """
    if resources.linked("index_queue"):
        queue.send(resources.index_queue, [json.dumps({"outbox": row}) for row in rows])
