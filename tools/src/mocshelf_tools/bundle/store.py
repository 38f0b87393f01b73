"""The SQL of exporting: a user's library, each kind in the order it is shown in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from mocshelf.runtime import database
from mocshelf.runtime.database import Connection, Row, execute, fetch_all, fetch_one
from mocshelf.runtime.resources import resources


@contextmanager
def snapshot() -> Iterator[Connection]:
    """A connection that sees the database as it is at one moment, for as long as the block takes."""
    with closing(database.connect(resources.database)) as conn:
        conn.set_session(isolation_level="REPEATABLE READ", readonly=True)
        _take_time(conn)
        yield conn


def _take_time(conn: Connection) -> None:
    """Lets this transaction wait for as long as copying objects takes."""
    execute(
        conn,
        """
        select set_config('statement_timeout', '0', true),
               set_config('idle_in_transaction_session_timeout', '0', true)
        """,
    )


def albums(conn: Connection, user_id: str) -> list[Row]:
    return fetch_all(
        conn,
        """
        select id, title, description, cover_image_id, created_at, updated_at
          from gallery_albums where user_id = %(user_id)s
         order by created_at, id
        """,
        {"user_id": user_id},
    )


def images(conn: Connection, user_id: str) -> list[Row]:
    return fetch_all(
        conn,
        """
        select id, title, description, tags, album_id,
               case when album_id is not null then album_place end as album_place, image_key, thumbnail_key, width,
               height, size_bytes, encode(sha256, 'hex') as sha256, flagged, created_at, updated_at
          from gallery_images where user_id = %(user_id)s
         order by created_at, id
        """,
        {"user_id": user_id},
    )


def wishlist(conn: Connection, user_id: str) -> list[Row]:
    return fetch_all(
        conn,
        """
        select id, title, description, product_link, category, sort_order, image_url, image_key, image_width,
               image_height, created_at, updated_at
          from wishlist_items where user_id = %(user_id)s
         order by sort_order, id
        """,
        {"user_id": user_id},
    )


def avatar_key(conn: Connection, user_id: str) -> str | None:
    row = fetch_one(conn, "select object_key from avatars where user_id = %(user_id)s", {"user_id": user_id})
    return row["object_key"] if row else None


def mocs(conn: Connection, user_id: str) -> list[Row]:
    return fetch_all(
        conn,
        """
        select id, type, title, description, author, parts_count, theme, subtheme, uploaded_date, brand, set_number,
               release_year, retired, tags, thumbnail_url, thumbnail_file_id, total_piece_count,
               created_at, updated_at
          from moc_instructions where user_id = %(user_id)s
         order by created_at, id
        """,
        {"user_id": user_id},
    )


def files(conn: Connection, moc_id: str) -> list[Row]:
    return fetch_all(
        conn,
        """
        select id, file_type, original_filename, mime_type, encode(sha256, 'hex') as sha256, object_key, created_at
          from moc_files where moc_id = %(moc_id)s
         order by created_at, id
        """,
        {"moc_id": moc_id},
    )


def links(conn: Connection, moc_id: str) -> list[Row]:
    return fetch_all(
        conn,
        """
        select id, gallery_image_id, created_at
          from moc_gallery_images where moc_id = %(moc_id)s
         order by created_at, id
        """,
        {"moc_id": moc_id},
    )


def parts_lists(conn: Connection, moc_id: str) -> list[Row]:
    return fetch_all(
        conn,
        """
        select id, file_id, title, description, notes, status, built, purchased, format, receipt, total_parts,
               completed_parts, total_parts_count, acquired_parts_count, spare_parts_count, cost_estimate,
               actual_cost, created_at, updated_at
          from moc_parts_lists where moc_id = %(moc_id)s
         order by created_at, id
        """,
        {"moc_id": moc_id},
    )


def lines(conn: Connection, list_id: str) -> list[Row]:
    return fetch_all(
        conn,
        """
        select line, part_number, part_scheme, kind, part_name, category, color_id, color_scheme, color_name,
               element_id, quantity, spare, acquired_quantity, other, source_line, notes
          from moc_parts where parts_list_id = %(list_id)s
         order by line
        """,
        {"list_id": list_id},
    )
