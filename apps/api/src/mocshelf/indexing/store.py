"""The SQL of the index: rows as documents need them, and the outbox rows that ask for them."""

from __future__ import annotations

from collections.abc import Sequence

from mocshelf.runtime.database import Connection, Row, execute, fetch_all, fetch_one

FIRST_ID = "00000000-0000-0000-0000-000000000000"

MORE = 500  # rows that go with a batch of messages

_FILLING = 0x6D6F6373  # any number that nothing else of the database locks

_DOCUMENTS = {
    "moc": """
        select id, user_id, version, title, description, type, theme, tags, parts_count, created_at, updated_at
          from moc_instructions""",
    "image": """
        select id, user_id, version, title, description, tags, album_id, created_at, updated_at
          from gallery_images""",
    "album": """
        select id, user_id, version, title, description, created_at, updated_at from gallery_albums""",
    "wishlist": """
        select id, user_id, version, title, description, category, sort_order, created_at, updated_at
          from wishlist_items""",
}
_TABLES = {
    "moc": "moc_instructions",
    "image": "gallery_images",
    "album": "gallery_albums",
    "wishlist": "wishlist_items",
}

# Made once from the constants above: nothing of a message ever becomes part of a statement's text.
_BY_IDS = {kind: f"{sql} where id = any(%(ids)s::uuid[])" for kind, sql in _DOCUMENTS.items()}
_PAGES = {kind: f"{sql} where id > %(after)s order by id limit %(limit)s" for kind, sql in _DOCUMENTS.items()}
_VERSIONS = {
    kind: f"select id, version from {table} where id > %(after)s order by id limit %(limit)s"  # noqa: S608 - see above
    for kind, table in _TABLES.items()
}
_COUNTS = {kind: f"select count(*) as rows from {table}" for kind, table in _TABLES.items()}  # noqa: S608 - see above


def rows_by_ids(conn: Connection, entity: str, ids: Sequence[str]) -> list[Row]:
    """Those of the entities that are there, as documents need them."""
    return fetch_all(conn, _BY_IDS[entity], {"ids": list(ids)})


def page(conn: Connection, entity: str, after: str, limit: int) -> list[Row]:
    """The next rows in the order of their ids, as documents need them."""
    return fetch_all(conn, _PAGES[entity], {"after": after, "limit": limit})


def versions(conn: Connection, entity: str, after: str, limit: int) -> list[Row]:
    """The next ids in order, with the version of each row."""
    return fetch_all(conn, _VERSIONS[entity], {"after": after, "limit": limit})


def count(conn: Connection, entity: str) -> int:
    row = fetch_one(conn, _COUNTS[entity])
    return int(row["rows"]) if row else 0


def claim(conn: Connection) -> bool:
    """Makes this session the one that fills indices, until it ends or lets go; False when another one does.

    A proxy pins the session from here on, so whoever asks lets go of the connection afterwards.
    """
    row = fetch_one(conn, "select pg_try_advisory_lock(%(key)s) as claimed", {"key": _FILLING})
    return bool(row and row["claimed"])


def release(conn: Connection) -> None:
    execute(conn, "select pg_advisory_unlock(%(key)s)", {"key": _FILLING})


def read_outbox(conn: Connection, ids: Sequence[int]) -> list[Row]:
    """Those of the index rows that still wait, and the oldest of the others that have waited for seconds.

    `aged` when nothing that old can be cached any more. A queue hands over ten messages at once and one bulk request
    takes hundreds of documents, so what has piled up goes with the next message, whichever it is.
    """
    return fetch_all(
        conn,
        """
        select id, entity, entity_id, user_id, version, created_at < now() - interval '30 minutes' as aged
          from outbox
         where topic = 'index'
           and (id = any(%(ids)s::bigint[])
                or id in (select id from outbox
                           where topic = 'index' and attempts = 0 and created_at < now() - interval '3 seconds'
                           order by id limit %(more)s))
        """,
        {"ids": list(ids), "more": MORE},
    )


def delete_handled(conn: Connection, done: Sequence[Row]) -> int:
    """Deletes the index rows of each entity up to those that were read and the version that was handled.

    A later row may have the same version: of something that the entity shows, written after the cache was renewed.
    """
    return execute(
        conn,
        """
        delete from outbox o
         using unnest(%(entities)s::text[], %(ids)s::text[], %(versions)s::bigint[], %(rows)s::bigint[])
               as done (entity, id, version, last)
         where o.topic = 'index' and o.entity = done.entity and o.entity_id = done.id
           and o.version <= done.version and o.id <= done.last
        """,
        {
            "entities": [row["entity"] for row in done],
            "ids": [row["entity_id"] for row in done],
            "versions": [row["version"] for row in done],
            "rows": [row["id"] for row in done],
        },
    )


def note_failures(conn: Connection, entity: str, entity_id: str, problem: str) -> int:
    """Counts an attempt at the rows of an entity whose document the engine refused, and says why."""
    return execute(
        conn,
        """
        update outbox set attempts = attempts + 1, last_error = %(problem)s,
               available_at = now() + interval '1 minute' * power(2, least(attempts, 8))
         where topic = 'index' and entity = %(entity)s and entity_id = %(id)s
        """,
        {"entity": entity, "id": entity_id, "problem": problem},
    )


def has_waiting(conn: Connection, entity: str, ids: Sequence[str]) -> set[str]:
    """Those of the entities that an index row waits for."""
    rows = fetch_all(
        conn,
        """
        select distinct entity_id from outbox
         where topic = 'index' and entity = %(entity)s and entity_id = any(%(ids)s::text[])
        """,
        {"entity": entity, "ids": list(ids)},
    )
    return {row["entity_id"] for row in rows}
