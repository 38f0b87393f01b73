"""The SQL of the sweep: what has expired, what was lost on the way, what is due for deletion."""

from __future__ import annotations

from collections.abc import Sequence

from mocshelf.runtime.database import Connection, Row, execute, fetch_all


def stale_files(conn: Connection, limit: int) -> list[Row]:
    """Takes files that stand still for five minutes, to be sent to processing again; the claim decides."""
    return fetch_all(
        conn,
        """
        update upload_files set updated_at = now()
         where id in (select id from upload_files
                       where attempts < 5 and updated_at < now() - interval '5 minutes'
                         and (status = 'received' or status = 'processing' and lease_until < now())
                       order by updated_at limit %(limit)s for update skip locked)
        returning id
        """,
        {"limit": limit},
    )


def exhausted_files(conn: Connection, limit: int) -> list[Row]:
    """Files whose fifth attempt has gone."""
    return fetch_all(
        conn,
        """
        select u.id, u.session_id, u.object_key from upload_files u
         where u.attempts >= 5 and (u.status = 'received' or u.status = 'processing' and u.lease_until < now())
         order by u.id limit %(limit)s
        """,
        {"limit": limit},
    )


def expired_files(conn: Connection, limit: int) -> list[Row]:
    """Files that still wait for their bytes in sessions past their end."""
    return fetch_all(
        conn,
        """
        select u.id, u.session_id, u.object_key
          from upload_files u join upload_sessions s on s.id = u.session_id
         where s.finished_at is null and s.expires_at <= now() and u.status = 'waiting'
         order by u.id limit %(limit)s
        """,
        {"limit": limit},
    )


def delete_old_sessions(conn: Connection, limit: int) -> int:
    return execute(
        conn,
        """
        delete from upload_sessions
         where id in (select id from upload_sessions where finished_at < now() - interval '7 days'
                       order by finished_at limit %(limit)s for update skip locked)
        """,
        {"limit": limit},
    )


def delete_old_keys(conn: Connection, limit: int) -> int:
    return execute(
        conn,
        """
        delete from idempotency_keys
         where (user_id, key) in (select user_id, key from idempotency_keys where expires_at <= now()
                                   order by expires_at limit %(limit)s for update skip locked)
        """,
        {"limit": limit},
    )


def due_deletions(conn: Connection, limit: int) -> list[str]:
    """Keys whose time has come, held until the transaction ends, so that nobody takes an intent back meanwhile."""
    rows = fetch_all(
        conn,
        """
        select object_key from object_deletions where due_at <= now()
         order by due_at limit %(limit)s for update skip locked
        """,
        {"limit": limit},
    )
    return [row["object_key"] for row in rows]


def referred_keys(conn: Connection, keys: Sequence[str]) -> set[str]:
    """Those of the keys that a row refers to: they are never deleted."""
    rows = fetch_all(
        conn,
        """
        select object_key from moc_files where object_key = any(%(keys)s::text[])
        union all
        select image_key from gallery_images where image_key = any(%(keys)s::text[])
        union all
        select thumbnail_key from gallery_images where thumbnail_key = any(%(keys)s::text[])
        union all
        select image_key from wishlist_items where image_key = any(%(keys)s::text[])
        union all
        select object_key from avatars where object_key = any(%(keys)s::text[])
        """,
        {"keys": list(keys)},
    )
    return {row["object_key"] for row in rows}


def drop_deletions(conn: Connection, keys: Sequence[str]) -> None:
    execute(conn, "delete from object_deletions where object_key = any(%(keys)s::text[])", {"keys": list(keys)})


def postpone_deletions(conn: Connection, keys: Sequence[str]) -> None:
    """S3 did not delete them: again later, and later each time."""
    execute(
        conn,
        """
        update object_deletions
           set attempts = attempts + 1, due_at = now() + interval '1 minute' * power(2, least(attempts, 10))
         where object_key = any(%(keys)s::text[])
        """,
        {"keys": list(keys)},
    )


def known_incoming(conn: Connection, keys: Sequence[str]) -> list[Row]:
    """The files whose bytes these keys are."""
    return fetch_all(
        conn,
        "select id, object_key, status from upload_files where object_key = any(%(keys)s::text[])",
        {"keys": list(keys)},
    )
