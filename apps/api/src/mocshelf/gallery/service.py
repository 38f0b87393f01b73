"""The rules of gallery images: whose they are, which album they are in, what is stored of them.

Rows are locked in one order everywhere, so that two changes at once wait instead of deadlocking: albums, then
images, then MOCs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID, uuid4

from file_validator.rules import GALLERY_IMAGE as RULE
from file_validator.rules import Rule
from mocshelf.gallery import album_store, place_store, store
from mocshelf.gallery.schemas import ImageUpdate
from mocshelf.intake.objects import NewObject, adopt
from mocshelf.intake.pictures import checked_pair
from mocshelf.runtime import outbox
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.counting import count_file
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Detail, Invalid
from mocshelf.runtime.identity import owned
from mocshelf.runtime.imaging import GALLERY_IMAGE, GALLERY_THUMBNAIL
from mocshelf.runtime.storage import files


@dataclass(frozen=True, slots=True)
class NewImage:
    """A checked image on its way to its final keys, whose UUID is the row's id; width and height as stored, in
    pixels, size in bytes and SHA-256 as uploaded."""

    id: UUID
    image: NewObject
    thumbnail: NewObject
    width: int
    height: int
    size: int
    sha256: bytes

    def objects(self) -> list[NewObject]:
        return [self.image, self.thumbnail]


def named(row: Row | None, owner: str, field: str, noun: str) -> Row:
    """The caller's row that a field of the body names; there an unknown id is a fault of that field."""
    if row is None:
        raise Invalid([not_yours(field, noun)])
    return owned(row, owner, noun)


def not_yours(field: str, noun: str) -> Detail:
    return Detail(field, f"is not an {noun} of yours")


def read(conn: Connection, owner: str, image_id: UUID) -> Row:
    """The caller's image."""
    return owned(store.read_image(conn, image_id), owner, "image")


def held(conn: Connection, owner: str, image_id: UUID) -> Row:
    """The caller's image, locked until the transaction ends."""
    return owned(store.lock_image(conn, image_id), owner, "image")


def kept(conn: Connection, owner: str, image_id: UUID) -> Row:
    """The caller's image, which cannot be deleted before the transaction ends."""
    return owned(store.share_image(conn, image_id), owner, "image")


def read_album(conn: Connection, owner: str, album_id: UUID) -> Row:
    """The caller's album."""
    return owned(album_store.read_album(conn, album_id), owner, "album")


def held_album(conn: Connection, owner: str, album_id: UUID) -> Row:
    """The caller's album, locked until the transaction ends."""
    return owned(album_store.lock_album(conn, album_id), owner, "album")


def new_image(owner: str, data: bytes, name: str, rule: Rule = RULE) -> NewImage:
    """Checks an image and draws it anew in both sizes; Refused with every fault found."""
    image, thumbnail = checked_pair(data, name, rule, GALLERY_IMAGE, GALLERY_THUMBNAIL)
    image_id = uuid4()
    return NewImage(
        image_id,
        NewObject(f"images/{owner}/{image_id}.webp", image.data, "image/webp"),
        NewObject(f"images/{owner}/thumbnails/{image_id}.webp", thumbnail.data, "image/webp"),
        image.width,
        image.height,
        len(data),
        hashlib.sha256(data).digest(),
    )


def add_image(
    conn: Connection,
    owner: str,
    *,
    image: NewImage,
    title: str,
    description: str | None,
    tags: Sequence[str],
    album_id: UUID | None,
) -> Row:
    """Adds the row of an image whose objects `intake.objects.write` has written.

    An album that went in the meantime leaves the image outside, as it does with every other image it had.
    """
    album = None if album_id is None else album_store.share_album(conn, album_id)
    if album is not None:
        owned(album, owner, "album")
    row = store.insert_image(
        conn,
        {
            "id": image.id,
            "user_id": owner,
            "title": title,
            "description": description,
            "tags": list(tags),
            "album_id": None if album is None else album_id,
            "image_key": image.image.key,
            "thumbnail_key": image.thumbnail.key,
            "width": image.width,
            "height": image.height,
            "size_bytes": image.size,
            "sha256": image.sha256,
        },
    )
    adopt(conn, [one.key for one in image.objects()])
    _changed(conn, row)
    count_file(picture=True)
    return row


def update(conn: Connection, owner: str, image_id: UUID, changes: ImageUpdate, if_match: IfMatch) -> Row:
    """Writes the given fields; an album must be the caller's own, and an image that enters one stands first."""
    read(conn, owner, image_id)
    given = changes.model_dump(include=changes.model_fields_set)
    if changes.album_id is not None:
        named(album_store.share_album(conn, changes.album_id), owner, "albumId", "album")
    row = held(conn, owner, image_id)
    if_match.check(row["version"])
    if "album_id" in given and given["album_id"] != _album_of(row):
        album = changes.album_id
        given["album_place"] = None if album is None else place_store.first_place(conn, album)
    row = store.update_image(conn, image_id, {**row, **given})
    _changed(conn, row)
    return row


def shown(row: Row) -> Row:
    """The row with the addresses of its two objects; the shapes take from it what they show."""
    return {**row, "image_url": files.address(row["image_key"]), "thumbnail_url": files.address(row["thumbnail_key"])}


def _album_of(row: Row) -> UUID | None:
    return None if row["album_id"] is None else UUID(row["album_id"])


def _changed(conn: Connection, row: Row) -> None:
    outbox.record(conn, "image", row["id"], user_id=row["user_id"], version=row["version"])
