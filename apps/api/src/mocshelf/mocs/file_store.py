"""The SQL of a MOC's files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from psycopg2.errors import ForeignKeyViolation

from mocshelf.runtime.database import Connection, Row, execute, fetch_all, fetch_one
from mocshelf.runtime.errors import Conflict, NotFound


def list_files(conn: Connection, moc_id: UUID) -> list[Row]:
    """Oldest first."""
    return fetch_all(
        conn,
        """
        select id, moc_id, user_id, file_type, original_filename, mime_type, size_bytes, object_key, created_at
          from moc_files where moc_id = %(moc_id)s
         order by created_at, id
        """,
        {"moc_id": moc_id},
    )


def read_file(conn: Connection, moc_id: UUID, file_id: UUID) -> Row | None:
    return fetch_one(
        conn,
        """
        select id, moc_id, user_id, file_type, original_filename, mime_type, size_bytes, object_key, created_at
          from moc_files where id = %(id)s and moc_id = %(moc_id)s
        """,
        {"id": file_id, "moc_id": moc_id},
    )


def taken_names(conn: Connection, moc_id: UUID, names: Sequence[str]) -> set[str]:
    """Those of the names that a file of this MOC has."""
    rows = fetch_all(
        conn,
        """
        select original_filename from moc_files
         where moc_id = %(moc_id)s and original_filename = any(%(names)s::text[])
        """,
        {"moc_id": moc_id, "names": list(names)},
    )
    return {row["original_filename"] for row in rows}


def count_files(conn: Connection, moc_id: UUID) -> int:
    row = fetch_one(conn, "select count(*) as files from moc_files where moc_id = %(moc_id)s", {"moc_id": moc_id})
    return int(row["files"]) if row else 0


def insert_file(conn: Connection, values: Mapping[str, object]) -> Row:
    """Adds a file and returns its row; Conflict when its name is taken, NotFound when the MOC is gone.

    Files of one transaction are told apart by the clock, so that they are listed in the order they came.
    """
    try:
        row = fetch_one(
            conn,
            """
            insert into moc_files (id, moc_id, user_id, file_type, original_filename, mime_type, size_bytes,
                                   sha256, object_key, created_at)
            values (%(id)s, %(moc_id)s, %(user_id)s, %(file_type)s, %(original_filename)s, %(mime_type)s,
                    %(size_bytes)s, %(sha256)s, %(object_key)s, clock_timestamp())
            on conflict (moc_id, original_filename) do nothing
            returning id, moc_id, user_id, file_type, original_filename, mime_type, size_bytes, object_key,
                      created_at
            """,
            values,
        )
    except ForeignKeyViolation:
        raise NotFound("There is no such MOC.") from None
    if row is None:
        raise Conflict(f"This MOC already has a file named {values['original_filename']}.")
    return row


def set_thumbnail(conn: Connection, moc_id: UUID, file_id: UUID) -> None:
    """Makes one of the MOC's image files its picture, in the place of an address the user gave."""
    execute(
        conn,
        """
        update moc_instructions set thumbnail_file_id = %(file_id)s, thumbnail_url = null
         where id = %(moc_id)s
        """,
        {"moc_id": moc_id, "file_id": file_id},
    )


def set_first_thumbnail(conn: Connection, moc_id: UUID, file_id: UUID) -> int:
    """The same, only for a MOC that has no picture yet. Returns how many were given one."""
    return execute(
        conn,
        """
        update moc_instructions set thumbnail_file_id = %(file_id)s
         where id = %(moc_id)s and thumbnail_file_id is null and thumbnail_url is null
        """,
        {"moc_id": moc_id, "file_id": file_id},
    )


def delete_file(conn: Connection, file_id: UUID) -> int:
    return execute(conn, "delete from moc_files where id = %(id)s", {"id": file_id})
