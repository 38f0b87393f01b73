"""The auditor's SQL: which rows name which objects, and what of the rows does not agree with itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mocshelf.runtime.database import Row, execute, fetch_all, fetch_one

if TYPE_CHECKING:
    from mocshelf.runtime.database import Connection

_FETCHED = 2000  # rows held in memory at a time


@dataclass(frozen=True, slots=True)
class Named:
    """An object as a row has it; `parent` is the MOC of a file. Size in bytes, SHA-256 and type where the row
    knows them of the object itself, width and height in pixels."""

    key: str
    kind: str
    id: str
    owner: str
    parent: str | None
    size: int | None
    sha256: bytes | None
    content_type: str
    width: int | None
    height: int | None


# Size and hash of a gallery image are those of the bytes that were uploaded, not of what was drawn from them.
_NAMED = """
select key, kind, id, owner, parent, size, sha256, content_type, width, height from (
    select object_key as key, 'moc-file' as kind, id::text as id, user_id as owner, moc_id::text as parent,
           size_bytes as size, sha256, mime_type as content_type, null::integer as width, null::integer as height
      from moc_files
    union all
    select image_key, 'image', id::text, user_id, null, null, null, 'image/webp', width, height from gallery_images
    union all
    select thumbnail_key, 'thumbnail', id::text, user_id, null, null, null, 'image/webp', null, null
      from gallery_images
    union all
    select image_key, 'wishlist-image', id::text, user_id, null, null, null, 'image/webp', image_width, image_height
      from wishlist_items where image_key is not null
    union all
    select object_key, 'avatar', user_id, user_id, null, null, null, 'image/webp', null, null from avatars
) named
"""
_ALL_NAMED = (
    _NAMED
    + """
 where %(owner)s::text is null or owner = %(owner)s
 order by key collate "C"
"""
)
_THESE_NAMED = (
    _NAMED
    + """
 where key = any(%(keys)s::text[])
 order by key collate "C"
"""
)
_HOLD = {
    "moc-file": "select 1 from moc_files where object_key = %(key)s for update",
    "image": "select 1 from gallery_images where image_key = %(key)s for update",
    "thumbnail": "select 1 from gallery_images where thumbnail_key = %(key)s for update",
    "wishlist-image": "select 1 from wishlist_items where image_key = %(key)s for update",
    "avatar": "select 1 from avatars where object_key = %(key)s for update",
}


def take_time(conn: Connection) -> None:
    """Lets this transaction last for as long as looking through a large bucket takes."""
    execute(
        conn,
        """
        select set_config('statement_timeout', '0', true),
               set_config('idle_in_transaction_session_timeout', '0', true)
        """,
    )


def named(conn: Connection, owner: str | None) -> Iterator[Named]:
    """Every object that rows name, by key in byte order; a few thousand rows at a time."""
    with conn.cursor("named") as cursor:
        cursor.itersize = _FETCHED
        cursor.execute(_ALL_NAMED, {"owner": owner})
        for row in cursor:
            yield _named(*row)


def these_named(conn: Connection, keys: Sequence[str]) -> list[Named]:
    """The same of these keys alone."""
    return [_named(**row) for row in fetch_all(conn, _THESE_NAMED, {"keys": list(keys)})]


def promised(conn: Connection) -> Iterator[str]:
    """The keys whose end is promised, in byte order."""
    with conn.cursor("promised") as cursor:
        cursor.itersize = _FETCHED
        cursor.execute('select object_key from object_deletions order by object_key collate "C"')
        for (key,) in cursor:
            yield key


def these_promised(conn: Connection, keys: Sequence[str]) -> list[str]:
    rows = fetch_all(
        conn,
        """
        select object_key from object_deletions where object_key = any(%(keys)s::text[])
         order by object_key collate "C"
        """,
        {"keys": list(keys)},
    )
    return [row["object_key"] for row in rows]


def hold(conn: Connection, kind: str, key: str) -> bool:
    """Keeps the row that names an object from being changed or deleted until the transaction ends; whether it is
    there."""
    return fetch_one(conn, _HOLD[kind], {"key": key}) is not None


def image_of_thumbnail(conn: Connection, key: str) -> str | None:
    """The key of the image that a thumbnail was drawn from."""
    row = fetch_one(conn, "select image_key from gallery_images where thumbnail_key = %(key)s", {"key": key})
    return row["image_key"] if row else None


def promise_deletion(conn: Connection, key: str) -> None:
    """Has the sweep delete an object; a promise that is there already stays as it is, for it may be an intent."""
    execute(
        conn,
        "insert into object_deletions (object_key) values (%(key)s) on conflict do nothing",
        {"key": key},
    )


def count_rows(conn: Connection, owner: str | None) -> Row:
    """How many rows of each kind there are."""
    row = fetch_one(
        conn,
        """
        select (select count(*) from moc_instructions where %(owner)s::text is null or user_id = %(owner)s) as mocs,
               (select count(*) from moc_files where %(owner)s::text is null or user_id = %(owner)s) as files,
               (select count(*) from moc_parts_lists where %(owner)s::text is null or user_id = %(owner)s) as lists,
               (select count(*) from gallery_images where %(owner)s::text is null or user_id = %(owner)s) as images,
               (select count(*) from gallery_albums where %(owner)s::text is null or user_id = %(owner)s) as albums,
               (select count(*) from moc_gallery_images
                 where %(owner)s::text is null or user_id = %(owner)s) as links,
               (select count(*) from upload_sessions where %(owner)s::text is null or user_id = %(owner)s) as sessions
        """,
        {"owner": owner},
    )
    assert row is not None  # noqa: S101 - counting always gives its row
    return row


def _named(
    key: str,
    kind: str,
    id: str,  # noqa: A002 - the column's name
    owner: str,
    parent: str | None,
    size: int | None,
    sha256: memoryview | None,
    content_type: str,
    width: int | None,
    height: int | None,
) -> Named:
    digest = None if sha256 is None else bytes(sha256)
    return Named(key, kind, id, owner, parent, size, digest, content_type, width, height)
