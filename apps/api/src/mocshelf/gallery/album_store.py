"""The SQL of albums. What the rules must check against the owner is read or locked here first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from mocshelf.runtime.database import Connection, Row, execute, fetch_all, fetch_one

_COLUMNS = """
    a.id, a.user_id, a.title, a.description, a.cover_image_id,
    (select i.image_key from gallery_images i where i.id = a.cover_image_id) as cover_key,
    (select count(*) from gallery_images i where i.album_id = a.id) as image_count,
    a.version, a.created_at, a.updated_at as last_updated_at
"""

# Made once from constants: nothing of a request ever becomes part of a statement's text.
_LIST = f"""
select {_COLUMNS}, (select count(*) from gallery_albums b where b.user_id = %(user_id)s) as total
  from gallery_albums a
 where a.user_id = %(user_id)s
 order by a.created_at desc, a.id desc
 limit %(limit)s offset %(offset)s
"""  # noqa: S608 - see above

_SEARCH = """
select a.id, count(*) over () as total,
       search_score(a.search, q.title, q.tag, q.title_like, q.other, q.optional)
         + (lower(a.title) = lower(%(typed)s))::int as score
  from search_terms(%(user_id)s, %(words)s::text[], %(edits)s::int[], %(extra)s::text[]) q
  join gallery_albums a on a.search @@ q.needed
 where a.user_id = %(user_id)s
 order by score desc, a.updated_at desc, a.id
 limit %(limit)s offset %(offset)s
"""


def list_albums(conn: Connection, filters: Mapping[str, object]) -> list[Row]:
    """A page of rows, newest first, each with the `total` of all matches."""
    return fetch_all(conn, _LIST, filters)


def search_albums(conn: Connection, filters: Mapping[str, object]) -> list[Row]:
    """The `id` of each match with its `score` and the `total`, best first; weighted title, description."""
    return fetch_all(conn, _SEARCH, filters)


def read_albums(conn: Connection, user_id: str, ids: Sequence[str]) -> list[Row]:
    """Those of the albums that are the user's, in no order."""
    return fetch_all(
        conn,
        f"""
        select {_COLUMNS} from gallery_albums a where a.id = any(%(ids)s::uuid[]) and a.user_id = %(user_id)s
        """,  # noqa: S608 - a constant of this module
        {"ids": list(ids), "user_id": user_id},
    )


def read_album(conn: Connection, album_id: UUID) -> Row | None:
    """One album, whoever owns it: the rules compare the owner."""
    return fetch_one(
        conn,
        f"select {_COLUMNS} from gallery_albums a where a.id = %(id)s",  # noqa: S608 - a constant of this module
        {"id": album_id},
    )


def lock_album(conn: Connection, album_id: UUID) -> Row | None:
    """The same, held until the transaction ends."""
    return fetch_one(
        conn,
        f"select {_COLUMNS} from gallery_albums a where a.id = %(id)s for update",  # noqa: S608 - as above
        {"id": album_id},
    )


def share_album(conn: Connection, album_id: UUID) -> Row | None:
    """The same, kept from being deleted until the transaction ends."""
    return fetch_one(
        conn,
        f"select {_COLUMNS} from gallery_albums a where a.id = %(id)s for key share",  # noqa: S608 - as above
        {"id": album_id},
    )


def lock_albums_with_cover(conn: Connection, image_id: UUID) -> None:
    """Holds the albums that have this image as their cover, in the order of their ids."""
    execute(
        conn,
        "select id from gallery_albums where cover_image_id = %(image_id)s order by id for update",
        {"image_id": image_id},
    )


def insert_album(conn: Connection, values: Mapping[str, object]) -> Row:
    row = fetch_one(
        conn,
        f"""
        insert into gallery_albums as a (user_id, title, description, cover_image_id)
        values (%(user_id)s, %(title)s, %(description)s, %(cover_image_id)s)
        returning {_COLUMNS}
        """,  # noqa: S608 - as above
        values,
    )
    assert row is not None  # noqa: S101 - `returning` always gives the row
    return row


def update_album(conn: Connection, album_id: UUID, values: Mapping[str, object]) -> Row:
    """Writes every changeable column of a held album; the trigger grows the version."""
    row = fetch_one(
        conn,
        f"""
        update gallery_albums as a
           set title = %(title)s, description = %(description)s, cover_image_id = %(cover_image_id)s
         where a.id = %(id)s
        returning {_COLUMNS}
        """,  # noqa: S608 - as above
        {**values, "id": album_id},
    )
    assert row is not None  # noqa: S101 - the row is held
    return row


def clear_covers(conn: Connection, image_id: UUID) -> dict[str, int]:
    """Takes the image off every album that has it as cover; their new versions by id."""
    rows = fetch_all(
        conn,
        """
        update gallery_albums set cover_image_id = null where cover_image_id = %(image_id)s
        returning id, version
        """,
        {"image_id": image_id},
    )
    return {row["id"]: row["version"] for row in rows}


def delete_album(conn: Connection, album_id: UUID) -> int:
    return execute(conn, "delete from gallery_albums where id = %(id)s", {"id": album_id})
