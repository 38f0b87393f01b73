"""The rules of albums: whose they are, which image is the cover, what becomes of the images of one that goes."""

from __future__ import annotations

from uuid import UUID

from mocshelf.gallery import album_store, store
from mocshelf.gallery.schemas import AlbumCreate, AlbumDetail, AlbumUpdate, Image
from mocshelf.gallery.service import held_album, named
from mocshelf.gallery.service import shown as image_shown
from mocshelf.runtime import outbox
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.storage import files

NEWEST = 100  # images that come with an album


def create(conn: Connection, owner: str, album: AlbumCreate) -> Row:
    _check_cover(conn, owner, album.cover_image_id)
    row = album_store.insert_album(conn, {**album.model_dump(), "user_id": owner})
    _changed(conn, row)
    return row


def update(conn: Connection, owner: str, album_id: UUID, changes: AlbumUpdate, if_match: IfMatch) -> Row:
    """Writes the given fields; a cover must be an image of the caller's, in the album or not."""
    row = held_album(conn, owner, album_id)
    _check_cover(conn, owner, changes.cover_image_id)
    if_match.check(row["version"])
    given = changes.model_dump(include=changes.model_fields_set)
    row = album_store.update_album(conn, album_id, {**row, **given})
    _changed(conn, row)
    return row


def delete(conn: Connection, owner: str, album_id: UUID, if_match: IfMatch) -> None:
    """Removes an album; its images stay, outside any album."""
    row = held_album(conn, owner, album_id)
    if_match.check(row["version"])
    images = store.take_out_of_album(conn, album_id)
    album_store.delete_album(conn, album_id)
    if images:
        outbox.record_all(conn, "image", images, user_id=owner)
    outbox.record_deletion(conn, "album", album_id, user_id=owner, version=row["version"])


def gathered(conn: Connection, row: Row) -> Row:
    """The rows that an album shows: its own and its newest images."""
    return {"album": row, "images": store.newest_images(conn, UUID(row["id"]), NEWEST)}


def detail(found: Row) -> AlbumDetail:
    """The album with its newest images, from what was gathered."""
    images = [Image.model_validate(image_shown(image)) for image in found["images"]]
    return AlbumDetail.model_validate({**shown(found["album"]), "images": images})


def shown(row: Row) -> Row:
    """The row with the address of its cover; the shapes take from it what they show."""
    key = row["cover_key"]
    return {**row, "cover_image_url": None if key is None else files.address(key)}


def _check_cover(conn: Connection, owner: str, image_id: UUID | None) -> None:
    if image_id is not None:
        named(store.share_image(conn, image_id), owner, "coverImageId", "image")


def _changed(conn: Connection, row: Row) -> None:
    outbox.record(conn, "album", row["id"], user_id=row["user_id"], version=row["version"])
