"""The SQL of upload sessions and their files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from mocshelf.runtime.database import Connection, Row, execute, fetch_all, fetch_one, jsonb


def insert_session(conn: Connection, values: Mapping[str, object]) -> Row:
    row = fetch_one(
        conn,
        """
        insert into upload_sessions (user_id, purpose, method, moc_id, item_id, album_id)
        values (%(user_id)s, %(purpose)s, %(method)s, %(moc_id)s, %(item_id)s, %(album_id)s)
        returning id, user_id, purpose, method, moc_id, item_id, album_id, version, created_at, expires_at,
                  finished_at
        """,
        values,
    )
    assert row is not None  # noqa: S101 - `returning` always gives the row
    return row


def insert_file(conn: Connection, values: Mapping[str, object]) -> Row:
    """Adds one declared file; its key under `incoming/` ends with the row's id."""
    row = fetch_one(
        conn,
        """
        insert into upload_files (id, session_id, position, name, size_bytes, content_type, sha256, kind, title,
                                  description, tags, scheme, partial, derive, object_key)
        values (%(id)s, %(session_id)s, %(position)s, %(name)s, %(size_bytes)s, %(content_type)s, %(sha256)s,
                %(kind)s, %(title)s, %(description)s, %(tags)s::text[], %(scheme)s, %(partial)s, %(derive)s,
                %(object_key)s)
        returning id, name, size_bytes, content_type, sha256, kind, object_key, url_expires_at
        """,
        values,
    )
    assert row is not None  # noqa: S101 - `returning` always gives the row
    return row


def read_session(conn: Connection, session_id: UUID) -> Row | None:
    """A session, whoever owns it: the service compares the owner."""
    return fetch_one(
        conn,
        """
        select id, user_id, purpose, method, moc_id, item_id, album_id, version, created_at, expires_at, finished_at
          from upload_sessions where id = %(id)s
        """,
        {"id": session_id},
    )


def lock_session(conn: Connection, session_id: UUID) -> Row | None:
    """The same, held until the transaction ends."""
    return fetch_one(
        conn,
        """
        select id, user_id, purpose, method, moc_id, item_id, album_id, version, created_at, expires_at, finished_at
          from upload_sessions where id = %(id)s for update
        """,
        {"id": session_id},
    )


def session_of_moc_files(conn: Connection, moc_id: UUID, file_ids: Sequence[UUID]) -> list[Row]:
    """The sessions that the given files belong to, among those of this MOC, with one row a file."""
    return fetch_all(
        conn,
        """
        select u.id as file_id, u.session_id, u.name, u.status
          from upload_files u join upload_sessions s on s.id = u.session_id
         where s.moc_id = %(moc_id)s and u.id = any(%(ids)s::uuid[])
        """,
        {"moc_id": moc_id, "ids": [str(one) for one in file_ids]},
    )


def session_files(conn: Connection, session_id: UUID) -> list[Row]:
    """In the order they were declared."""
    return fetch_all(
        conn,
        """
        select id, name, size_bytes, content_type, kind, status, reason, resource_type, resource_id, derived, notes,
               object_key, url_expires_at
          from upload_files where session_id = %(id)s
         order by position
        """,
        {"id": session_id},
    )


def delete_session(conn: Connection, session_id: UUID) -> int:
    return execute(conn, "delete from upload_sessions where id = %(id)s", {"id": session_id})


def mark_received(conn: Connection, file_ids: Sequence[UUID]) -> list[Row]:
    """Waiting files whose bytes were seen; returns those that were still waiting."""
    return fetch_all(
        conn,
        """
        update upload_files set status = 'received', updated_at = now()
         where id = any(%(ids)s::uuid[]) and status = 'waiting'
        returning id
        """,
        {"ids": [str(one) for one in file_ids]},
    )


def claim(conn: Connection, file_id: UUID) -> Row | None:
    """Takes a file for processing, for three minutes; None when it is someone else's, settled or out of attempts."""
    return fetch_one(
        conn,
        """
        with claimed as (
          update upload_files set status = 'processing', attempts = attempts + 1, updated_at = now(),
                 lease_until = now() + interval '3 minutes'
           where id = %(id)s and attempts < 5
             and (status in ('waiting', 'received') or status = 'processing' and lease_until < now())
          returning id, session_id, name, size_bytes, content_type, sha256, kind, title, description, tags, scheme,
                    partial, derive, object_key, attempts)
        select c.*, s.user_id, s.purpose, s.moc_id, s.item_id, s.album_id
          from claimed c join upload_sessions s on s.id = c.session_id
        """,
        {"id": file_id},
    )


def release(conn: Connection, file_id: UUID, attempt: int) -> int:
    """Gives a claimed file back after a fault of ours, so that the next try need not wait for the lease to end."""
    return execute(
        conn,
        """
        update upload_files set status = 'received', lease_until = null, updated_at = now()
         where id = %(id)s and status = 'processing' and attempts = %(attempt)s
        """,
        {"id": file_id, "attempt": attempt},
    )


def hold_claim(conn: Connection, file_id: UUID, attempt: int) -> bool:
    """Whether this attempt still has the file; locks its row."""
    row = fetch_one(
        conn,
        """
        select 1 as one from upload_files
         where id = %(id)s and status = 'processing' and attempts = %(attempt)s for update
        """,
        {"id": file_id, "attempt": attempt},
    )
    return row is not None


def settle_ready(
    conn: Connection,
    file_id: UUID,
    *,
    resource_type: str,
    resource_id: str,
    derived: Sequence[Mapping[str, str]],
    notes: Sequence[str],
) -> None:
    execute(
        conn,
        """
        update upload_files
           set status = 'ready', lease_until = null, resource_type = %(type)s, resource_id = %(resource_id)s,
               derived = %(derived)s, notes = %(notes)s::text[], updated_at = now()
         where id = %(id)s
        """,
        {
            "id": file_id,
            "type": resource_type,
            "resource_id": resource_id,
            "derived": jsonb(list(derived)),
            "notes": list(notes),
        },
    )


def settle_rejected(conn: Connection, file_ids: Sequence[UUID], reason: Mapping[str, object]) -> int:
    """Only files that are not settled yet; a settled one stays as it is."""
    return execute(
        conn,
        """
        update upload_files set status = 'rejected', lease_until = null, reason = %(reason)s, updated_at = now()
         where id = any(%(ids)s::uuid[]) and status in ('waiting', 'received', 'processing')
        """,
        {"ids": [str(one) for one in file_ids], "reason": jsonb(reason)},
    )


def touch_session(conn: Connection, session_id: UUID) -> None:
    """Grows the version, and notes the end once no file is waiting, received or processing."""
    execute(
        conn,
        """
        update upload_sessions s
           set finished_at = coalesce(s.finished_at, case when not exists (
                 select 1 from upload_files u
                  where u.session_id = s.id and u.status in ('waiting', 'received', 'processing')) then now() end)
         where s.id = %(id)s
        """,
        {"id": session_id},
    )


def file_state(conn: Connection, file_id: UUID) -> Row | None:
    return fetch_one(conn, "select status, object_key, attempts from upload_files where id = %(id)s", {"id": file_id})
