"""The rules of albums: whose they are, which image is the cover, in which order the images are."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from mocshelf.gallery import album_store, place_store, store
from mocshelf.gallery.schemas import AlbumCreate, AlbumDetail, AlbumMove, AlbumUpdate, Image
from mocshelf.gallery.service import held_album, named
from mocshelf.gallery.service import shown as image_shown
from mocshelf.runtime import outbox
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Detail, Invalid
from mocshelf.runtime.storage import files

FIRST = 100  # images that come with an album


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


def reorder(conn: Connection, owner: str, album_id: UUID, move: AlbumMove, if_match: IfMatch) -> Row:
    """Puts an image of the album behind another one of it, or first.

    The order is the album's, so it is the album that becomes another version. Who moves holds it, and one move
    after the other finds the images where they are.
    """
    row = held_album(conn, owner, album_id)
    _check_move(conn, owner, album_id, move)
    if_match.check(row["version"])
    place_store.set_place(conn, move.image_id, _new_place(conn, album_id, move))
    row = album_store.update_album(conn, album_id, row)
    _changed(conn, row)
    return row


def gathered(conn: Connection, row: Row) -> Row:
    """The rows that an album shows: its own and its first images."""
    return {"album": row, "images": store.first_images(conn, UUID(row["id"]), FIRST)}


def detail(found: Row) -> AlbumDetail:
    """The album with its first images, from what was gathered."""
    images = [Image.model_validate(image_shown(image)) for image in found["images"]]
    return AlbumDetail.model_validate({**shown(found["album"]), "images": images})


def shown(row: Row) -> Row:
    """The row with the address of its cover; the shapes take from it what they show."""
    key = row["cover_key"]
    return {**row, "cover_image_url": None if key is None else files.address(key)}


def _check_cover(conn: Connection, owner: str, image_id: UUID | None) -> None:
    if image_id is not None:
        named(store.share_image(conn, image_id), owner, "coverImageId", "image")


def _check_move(conn: Connection, owner: str, album_id: UUID, move: AlbumMove) -> None:
    """Both images are the caller's, in this album, and not one and the same; they are held there."""
    images = {"imageId": named(store.lock_image(conn, move.image_id), owner, "imageId", "image")}
    if move.after is not None:
        images["after"] = named(store.lock_image(conn, move.after), owner, "after", "image")
    faults = [
        Detail(field, "is not in this album") for field, row in images.items() if row["album_id"] != str(album_id)
    ]
    if move.after == move.image_id:
        faults.append(Detail("after", "must be another image than imageId"))
    if faults:
        raise Invalid(faults)


def _new_place(conn: Connection, album_id: UUID, move: AlbumMove) -> datetime:
    if move.after is None:
        return place_store.first_place(conn, album_id)
    place = place_store.place_behind(conn, album_id, move.after, moved=move.image_id)
    if place is None:
        place_store.spread_places(conn, album_id)
        place = place_store.place_behind(conn, album_id, move.after, moved=move.image_id)
    assert place is not None  # noqa: S101 - images that were spread are far apart
    return place


def _changed(conn: Connection, row: Row) -> None:
    outbox.record(conn, "album", row["id"], user_id=row["user_id"], version=row["version"])
