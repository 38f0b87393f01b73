"""The SQL of profiles: which avatar is there, how much a user has, which pictures Cognito has yet to follow."""

from __future__ import annotations

from mocshelf.runtime.database import Connection, Row, execute, fetch_all, fetch_one


def read_profile(conn: Connection, user_id: str) -> Row:
    """The user's counts, and `object_key` and `version` of the avatar, both None when there is none."""
    row = fetch_one(
        conn,
        """
        select (select count(*) from moc_instructions where user_id = %(user_id)s) as mocs,
               (select count(*) from gallery_images where user_id = %(user_id)s) as images,
               (select count(*) from wishlist_items where user_id = %(user_id)s) as wishlist_items,
               a.object_key, a.version
          from (select 1) as one left join avatars a on a.user_id = %(user_id)s
        """,
        {"user_id": user_id},
    )
    assert row is not None  # noqa: S101 - an outer join with one row always gives it
    return row


def read_avatar(conn: Connection, user_id: str) -> Row | None:
    return fetch_one(
        conn,
        "select object_key, version from avatars where user_id = %(user_id)s",
        {"user_id": user_id},
    )


def put_avatar(conn: Connection, user_id: str, object_key: str) -> Row:
    """Makes the avatar the user's and holds its row; returns `version`, and `fresh` when there was none before.

    A first version is the time in milliseconds, so that it is above every version of an avatar that was deleted.
    Only a row that was there and is updated has another transaction in `xmax`.
    """
    row = fetch_one(
        conn,
        """
        insert into avatars as a (user_id, object_key, version)
        values (%(user_id)s, %(object_key)s, (extract(epoch from clock_timestamp()) * 1000)::bigint)
        on conflict (user_id) do update set object_key = excluded.object_key
        returning a.version, a.xmax = 0 as fresh
        """,
        {"user_id": user_id, "object_key": object_key},
    )
    assert row is not None  # noqa: S101 - `returning` always gives the row
    return row


def delete_avatar(conn: Connection, user_id: str) -> Row | None:
    """The row that was deleted, None when there was none."""
    return fetch_one(
        conn,
        "delete from avatars where user_id = %(user_id)s returning object_key, version",
        {"user_id": user_id},
    )


def hold_waiting(conn: Connection, row_id: int) -> list[Row]:
    """Every waiting picture row of the user of this one, held until the transaction ends; none when it is done."""
    return fetch_all(
        conn,
        """
        select id, user_id, version from outbox
         where topic = 'picture' and entity = 'user'
           and entity_id = (select entity_id from outbox where id = %(id)s and topic = 'picture')
         order by id for update
        """,
        {"id": row_id},
    )


def delete_waiting(conn: Connection, user_id: str, version: int) -> int:
    """Deletes the user's picture rows up to this version."""
    return execute(
        conn,
        """
        delete from outbox
         where topic = 'picture' and entity = 'user' and entity_id = %(user_id)s and version <= %(version)s
        """,
        {"user_id": user_id, "version": version},
    )


def due_pictures(conn: Connection, limit: int) -> list[int]:
    """Takes picture rows that were not handled in time and moves each on, further every time."""
    rows = fetch_all(
        conn,
        """
        update outbox set attempts = attempts + 1,
               available_at = now() + interval '1 minute' * power(2, least(attempts, 8))
         where id in (select id from outbox where topic = 'picture' and available_at <= now() and attempts < 10
                       order by available_at limit %(limit)s for update skip locked)
        returning id
        """,
        {"limit": limit},
    )
    return [row["id"] for row in rows]
