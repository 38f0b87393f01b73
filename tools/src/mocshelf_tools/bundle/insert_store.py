"""The SQL of importing: what the user has already, and rows inserted with their own times.

Rows that refer to each other in a circle (a MOC and its picture, an album and its cover) go in with one statement,
because foreign keys are checked at a statement's end, and an update would make the row newer than it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mocshelf.runtime.database import Connection, Row, execute, fetch_all, jsonb


def existing_albums(conn: Connection, user_id: str) -> list[Row]:
    return fetch_all(
        conn,
        "select id, title, created_at from gallery_albums where user_id = %(user_id)s order by id",
        {"user_id": user_id},
    )


def existing_images(conn: Connection, user_id: str) -> list[Row]:
    return fetch_all(
        conn,
        """
        select id, title, created_at, encode(sha256, 'hex') as sha256
          from gallery_images where user_id = %(user_id)s order by id
        """,
        {"user_id": user_id},
    )


def existing_items(conn: Connection, user_id: str) -> list[Row]:
    return fetch_all(
        conn,
        "select id, title, created_at from wishlist_items where user_id = %(user_id)s order by id",
        {"user_id": user_id},
    )


def existing_mocs(conn: Connection, user_id: str) -> list[Row]:
    return fetch_all(
        conn,
        "select id, title, created_at from moc_instructions where user_id = %(user_id)s order by id",
        {"user_id": user_id},
    )


def insert_gallery(
    conn: Connection,
    user_id: str,
    albums: Sequence[Mapping[str, object]],
    images: Sequence[Mapping[str, object]],
) -> None:
    """Adds albums and images that may refer to each other."""
    execute(
        conn,
        """
        with pictures as (
          insert into gallery_images
                 (id, user_id, title, description, tags, album_id, album_place, image_key, thumbnail_key, width,
                  height, size_bytes, sha256, flagged, created_at, updated_at)
          select i.id, %(user_id)s, i.title, i.description, i.tags, i.album_id, i.album_place, i.image_key,
                 i.thumbnail_key, i.width, i.height, i.size_bytes, decode(i.sha256, 'hex'), i.flagged, i.created_at,
                 i.updated_at
            from jsonb_to_recordset(%(images)s::jsonb) as i
                 (id uuid, title text, description text, tags text[], album_id uuid, album_place timestamptz,
                  image_key text, thumbnail_key text, width integer, height integer, size_bytes bigint, sha256 text,
                  flagged boolean, created_at timestamptz, updated_at timestamptz))
        insert into gallery_albums (id, user_id, title, description, cover_image_id, created_at, updated_at)
        select a.id, %(user_id)s, a.title, a.description, a.cover_image_id, a.created_at, a.updated_at
          from jsonb_to_recordset(%(albums)s::jsonb) as a
               (id uuid, title text, description text, cover_image_id uuid, created_at timestamptz,
                updated_at timestamptz)
        """,
        {"user_id": user_id, "albums": jsonb(list(albums)), "images": jsonb(list(images))},
    )


def insert_item(conn: Connection, user_id: str, item: Mapping[str, object]) -> None:
    execute(
        conn,
        """
        insert into wishlist_items
               (id, user_id, title, description, product_link, category, sort_order, image_url, image_key,
                image_width, image_height, created_at, updated_at)
        values (%(id)s, %(user_id)s, %(title)s, %(description)s, %(product_link)s, %(category)s, %(sort_order)s,
                %(image_url)s, %(image_key)s, %(image_width)s, %(image_height)s, %(created_at)s, %(updated_at)s)
        """,
        {**item, "user_id": user_id},
    )


def insert_moc(
    conn: Connection, user_id: str, moc: Mapping[str, object], files: Sequence[Mapping[str, object]]
) -> None:
    """Adds a MOC with its files, one of which may be its picture."""
    execute(
        conn,
        """
        with kept as (
          insert into moc_files (id, moc_id, user_id, file_type, original_filename, mime_type, size_bytes, sha256,
                                 object_key, created_at)
          select f.id, %(id)s, %(user_id)s, f.file_type, f.original_filename, f.mime_type, f.size_bytes,
                 decode(f.sha256, 'hex'), f.object_key, f.created_at
            from jsonb_to_recordset(%(files)s::jsonb) as f
                 (id uuid, file_type text, original_filename text, mime_type text, size_bytes bigint, sha256 text,
                  object_key text, created_at timestamptz))
        insert into moc_instructions
               (id, user_id, type, title, description, author, parts_count, theme, subtheme, uploaded_date, brand,
                set_number, release_year, retired, tags, thumbnail_url, thumbnail_file_id, total_piece_count,
                created_at, updated_at)
        values (%(id)s, %(user_id)s, %(type)s, %(title)s, %(description)s, %(author)s, %(parts_count)s, %(theme)s,
                %(subtheme)s, %(uploaded_date)s, %(brand)s, %(set_number)s, %(release_year)s, %(retired)s,
                %(tags)s::text[], %(thumbnail_url)s, %(thumbnail_file_id)s, %(total_piece_count)s, %(created_at)s,
                %(updated_at)s)
        """,
        {**moc, "user_id": user_id, "files": jsonb(list(files))},
    )


def insert_list(conn: Connection, user_id: str, values: Mapping[str, object]) -> None:
    """Adds a parts list with the counts of the lines that follow."""
    execute(
        conn,
        """
        insert into moc_parts_lists
               (id, moc_id, user_id, file_id, title, description, notes, status, built, purchased, format, receipt,
                total_parts, completed_parts, total_parts_count, acquired_parts_count, spare_parts_count,
                cost_estimate, actual_cost, created_at, updated_at)
        values (%(id)s, %(moc_id)s, %(user_id)s, %(file_id)s, %(title)s, %(description)s, %(notes)s, %(status)s,
                %(built)s, %(purchased)s, %(format)s, %(receipt)s::jsonb, %(total_parts)s, %(completed_parts)s,
                %(total_parts_count)s, %(acquired_parts_count)s, %(spare_parts_count)s, %(cost_estimate)s,
                %(actual_cost)s, %(created_at)s, %(updated_at)s)
        """,
        {
            **values,
            "user_id": user_id,
            "receipt": None if values["receipt"] is None else jsonb(values["receipt"]),
        },
    )


def insert_lines(conn: Connection, list_id: object, lines: Sequence[Mapping[str, object]]) -> None:
    execute(
        conn,
        """
        insert into moc_parts
               (parts_list_id, line, part_number, part_scheme, kind, part_name, category, color_id, color_scheme,
                color_name, element_id, quantity, spare, acquired_quantity, other, source_line, notes)
        select %(list_id)s, p.line, p.part_number, p.part_scheme, p.kind, p.part_name, p.category, p.color_id,
               p.color_scheme, p.color_name, p.element_id, p.quantity, p.spare, p.acquired_quantity,
               nullif(p.other, 'null'::jsonb), p.source_line, p.notes
          from jsonb_to_recordset(%(lines)s::jsonb) as p
               (line integer, part_number text, part_scheme text, kind text, part_name text, category text,
                color_id bigint, color_scheme text, color_name text, element_id text, quantity integer,
                spare boolean, acquired_quantity integer, other jsonb, source_line text, notes text[])
        """,
        {"list_id": list_id, "lines": jsonb(list(lines))},
    )


def insert_links(conn: Connection, user_id: str, moc_id: object, links: Sequence[Mapping[str, object]]) -> None:
    execute(
        conn,
        """
        insert into moc_gallery_images (id, user_id, moc_id, gallery_image_id, created_at)
        select l.id, %(user_id)s, %(moc_id)s, l.image_id, l.created_at
          from jsonb_to_recordset(%(links)s::jsonb) as l (id uuid, image_id uuid, created_at timestamptz)
        """,
        {"user_id": user_id, "moc_id": moc_id, "links": jsonb(list(links))},
    )
