"""The SQL of the runtime's own tables: outbox, idempotency keys, object deletions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mocshelf.runtime.database import Connection, Row, execute, fetch_all, fetch_one, jsonb


def insert_outbox(conn: Connection, *, topic: str, entity: str, entity_id: str, user_id: str, version: int) -> int:
    """Adds a row that says: look at this entity. Returns its id."""
    row = fetch_one(
        conn,
        """
        insert into outbox (topic, entity, entity_id, user_id, version)
        values (%(topic)s, %(entity)s, %(entity_id)s, %(user_id)s, %(version)s)
        returning id
        """,
        {"topic": topic, "entity": entity, "entity_id": entity_id, "user_id": user_id, "version": version},
    )
    assert row is not None  # noqa: S101 - `returning` always gives the row
    return int(row["id"])


def insert_outbox_rows(
    conn: Connection, *, entity: str, ids: Sequence[str], versions: Sequence[int], user_id: str
) -> list[int]:
    """Adds an index row for each entity. Returns their ids."""
    rows = fetch_all(
        conn,
        """
        insert into outbox (topic, entity, entity_id, user_id, version)
        select 'index', %(entity)s, changed.id, %(user_id)s, changed.version
          from unnest(%(ids)s::text[], %(versions)s::bigint[]) as changed (id, version)
        returning id
        """,
        {"entity": entity, "ids": list(ids), "versions": list(versions), "user_id": user_id},
    )
    return [row["id"] for row in rows]


def due_outbox(conn: Connection, limit: int) -> list[Row]:
    """Takes index rows that were not handled in time and moves each on.

    Sending is no attempt: the consumer counts those, when the engine refuses a document.
    """
    return fetch_all(
        conn,
        """
        update outbox set available_at = now() + interval '1 minute' * power(2, least(attempts, 8))
         where id in (select id from outbox where topic = 'index' and available_at <= now() and attempts < 10
                       order by available_at limit %(limit)s for update skip locked)
        returning id
        """,
        {"limit": limit},
    )


def outbox_age(conn: Connection) -> float:
    """How many seconds the oldest row has waited, given-up ones too; 0 without any.

    A picture's row may wait for the next run of a schedule, so it counts from its first failure, or ten minutes on.
    """
    row = fetch_one(
        conn,
        """
        select coalesce(max(extract(epoch from now() - created_at)), 0)::float8 as seconds from outbox
         where topic = 'index' or attempts > 0 or created_at < now() - interval '10 minutes'
        """,
    )
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    return float(row["seconds"])


def claim_key(conn: Connection, user_id: str, key: str, request_hash: bytes) -> bool:
    """Makes the key this transaction's; waits while another holds it. False when it was used before.

    LockNotAvailable after the seconds that the function of that name in the database waits.
    """
    row = fetch_one(
        conn,
        "select claim_key(%(user_id)s, %(key)s, %(request_hash)s) as claimed",
        {"user_id": user_id, "key": key, "request_hash": request_hash},
    )
    return bool(row and row["claimed"])


def read_key(conn: Connection, user_id: str, key: str) -> Row | None:
    return fetch_one(
        conn,
        """
        select request_hash, status, headers, body from idempotency_keys
         where user_id = %(user_id)s and key = %(key)s and expires_at > now()
        """,
        {"user_id": user_id, "key": key},
    )


def finish_key(
    conn: Connection, user_id: str, key: str, *, status: int, headers: Mapping[str, str], body: str | None
) -> None:
    execute(
        conn,
        """
        update idempotency_keys set status = %(status)s, headers = %(headers)s, body = %(body)s
         where user_id = %(user_id)s and key = %(key)s
        """,
        {"user_id": user_id, "key": key, "status": status, "headers": jsonb(headers), "body": body},
    )


def insert_intents(conn: Connection, keys: Sequence[str]) -> None:
    """Promises that these objects will be gone in an hour unless a row comes to refer to them."""
    execute(
        conn,
        """
        insert into object_deletions (object_key, due_at)
        select key, now() + interval '1 hour' from unnest(%(keys)s::text[]) as key
        on conflict (object_key) do update set due_at = excluded.due_at
        """,
        {"keys": list(keys)},
    )


def delete_intents(conn: Connection, keys: Sequence[str]) -> int:
    """Takes the promise back, in the transaction whose rows refer to the objects. Returns how many there were."""
    return execute(
        conn,
        "delete from object_deletions where object_key = any(%(keys)s::text[])",
        {"keys": list(keys)},
    )


def queue_deletions(conn: Connection, keys: Sequence[str]) -> None:
    """Has objects deleted, in the transaction that drops the last reference to them."""
    execute(
        conn,
        """
        insert into object_deletions (object_key)
        select key from unnest(%(keys)s::text[]) as key
        on conflict (object_key) do update set due_at = now()
        """,
        {"keys": list(keys)},
    )
