"""The SQL of gallery images and flags. What the service must check against the owner is read or locked here first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from psycopg2.errors import ForeignKeyViolation

from mocshelf.runtime.database import Connection, Row, execute, fetch_all, fetch_one
from mocshelf.runtime.errors import Conflict, NotFound

_COLUMNS = """
    i.id, i.user_id, i.title, i.description, i.tags, i.album_id, i.album_place, i.image_key, i.thumbnail_key,
    i.flagged, i.version, i.created_at, i.updated_at as last_updated_at
"""

# Rows and total in one statement: a second one would cost a round trip a page.
_LIST = """
select {columns}, (select count(*) from gallery_images i where i.user_id = %(user_id)s and {where}) as total
  from gallery_images i
 where i.user_id = %(user_id)s and {where}
 order by {order}
 limit %(limit)s offset %(offset)s
"""

_FOUND = """
select i.id, count(*) over () as total,
       search_score(i.search, q.title, q.tag, q.title_like, q.other, q.optional)
         + (lower(i.title) = lower(%(typed)s))::int as score
  from search_terms(%(user_id)s, %(words)s::text[], %(edits)s::int[], %(extra)s::text[]) q
  join gallery_images i on i.search @@ q.needed
 where i.user_id = %(user_id)s and {where}
 order by score desc, i.updated_at desc, i.id
 limit %(limit)s offset %(offset)s
"""

_SCOPES = {"outside": "i.album_id is null", "album": "i.album_id = %(album_id)s", "all": "true"}
_NEWEST = "i.created_at desc, i.id desc"
_IN_ALBUM = "coalesce(i.album_place, i.created_at) desc, i.id desc"

# Made once from the constants above: nothing of a request ever becomes part of a statement's text.
_LISTS = {
    scope: _LIST.format(columns=_COLUMNS, where=where, order=_IN_ALBUM if scope == "album" else _NEWEST)
    for scope, where in _SCOPES.items()
}
_SEARCHES = {scope: _FOUND.format(where=where) for scope, where in _SCOPES.items()}


def list_images(conn: Connection, scope: str, filters: Mapping[str, object]) -> list[Row]:
    """A page of rows, each with the `total` of all matches; `scope` is outside, album or all.

    An album has its own order, the others have the newest first.
    """
    return fetch_all(conn, _LISTS[scope], filters)


def search_images(conn: Connection, scope: str, filters: Mapping[str, object]) -> list[Row]:
    """The `id` of each match with its `score` and the `total`, best first; weighted title, tags, description."""
    return fetch_all(conn, _SEARCHES[scope], filters)


def read_images(conn: Connection, user_id: str, ids: Sequence[str]) -> list[Row]:
    """Those of the images that are the user's, in no order."""
    return fetch_all(
        conn,
        f"""
        select {_COLUMNS} from gallery_images i where i.id = any(%(ids)s::uuid[]) and i.user_id = %(user_id)s
        """,  # noqa: S608 - a constant of this module
        {"ids": list(ids), "user_id": user_id},
    )


def first_images(conn: Connection, album_id: UUID, limit: int) -> list[Row]:
    return fetch_all(
        conn,
        f"""
        select {_COLUMNS} from gallery_images i where i.album_id = %(album_id)s
         order by {_IN_ALBUM} limit %(limit)s
        """,  # noqa: S608 - a constant of this module
        {"album_id": album_id, "limit": limit},
    )


def read_image(conn: Connection, image_id: UUID) -> Row | None:
    """One image, whoever owns it: the service compares the owner."""
    return fetch_one(
        conn,
        f"select {_COLUMNS} from gallery_images i where i.id = %(id)s",  # noqa: S608 - a constant of this module
        {"id": image_id},
    )


def lock_image(conn: Connection, image_id: UUID) -> Row | None:
    """The same, held until the transaction ends."""
    return fetch_one(
        conn,
        f"select {_COLUMNS} from gallery_images i where i.id = %(id)s for update",  # noqa: S608 - as above
        {"id": image_id},
    )


def share_image(conn: Connection, image_id: UUID) -> Row | None:
    """The same, kept from being deleted until the transaction ends."""
    return fetch_one(
        conn,
        f"select {_COLUMNS} from gallery_images i where i.id = %(id)s for key share",  # noqa: S608 - as above
        {"id": image_id},
    )


def insert_image(conn: Connection, values: Mapping[str, object]) -> Row:
    row = fetch_one(
        conn,
        f"""
        insert into gallery_images as i
               (id, user_id, title, description, tags, album_id, image_key, thumbnail_key, width, height,
                size_bytes, sha256)
        values (%(id)s, %(user_id)s, %(title)s, %(description)s, %(tags)s::text[], %(album_id)s, %(image_key)s,
                %(thumbnail_key)s, %(width)s, %(height)s, %(size_bytes)s, %(sha256)s)
        returning {_COLUMNS}
        """,  # noqa: S608 - as above
        values,
    )
    assert row is not None  # noqa: S101 - `returning` always gives the row
    return row


def update_image(conn: Connection, image_id: UUID, values: Mapping[str, object]) -> Row:
    """Writes every changeable column of a held image; the trigger grows the version."""
    row = fetch_one(
        conn,
        f"""
        update gallery_images as i
           set title = %(title)s, description = %(description)s, tags = %(tags)s::text[], album_id = %(album_id)s,
               album_place = %(album_place)s
         where i.id = %(id)s
        returning {_COLUMNS}
        """,  # noqa: S608 - as above
        {**values, "id": image_id},
    )
    assert row is not None  # noqa: S101 - the row is held
    return row


def take_out_of_album(conn: Connection, album_id: UUID) -> dict[str, int]:
    """Takes every image out of an album; their new versions by id."""
    rows = fetch_all(
        conn,
        """
        update gallery_images set album_id = null, album_place = null where album_id = %(album_id)s
        returning id, version
        """,
        {"album_id": album_id},
    )
    return {row["id"]: row["version"] for row in rows}


def delete_image(conn: Connection, image_id: UUID) -> int:
    return execute(conn, "delete from gallery_images where id = %(id)s", {"id": image_id})


def insert_flag(conn: Connection, *, image_id: UUID, user_id: str, reason: str | None) -> Row:
    """Adds a flag; Conflict when the user has flagged the image before, NotFound when there is no such image."""
    try:
        row = fetch_one(
            conn,
            """
            insert into gallery_flags (image_id, user_id, reason)
            values (%(image_id)s, %(user_id)s, %(reason)s)
            on conflict (image_id, user_id) do nothing
            returning id, image_id, user_id, reason, created_at, updated_at as last_updated_at
            """,
            {"image_id": image_id, "user_id": user_id, "reason": reason},
        )
    except ForeignKeyViolation:
        raise NotFound("There is no such image.") from None
    if row is None:
        raise Conflict("You have flagged this image already.")
    return row
