"""What ties gallery images to MOCs: linking, unlinking, and an image's deletion, which changes the MOCs it was in."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from mocshelf.gallery import album_store, link_store, service, store
from mocshelf.mocs import service as mocs
from mocshelf.runtime import outbox
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Conflict, NotFound
from mocshelf.runtime.store import queue_deletions

MOST_LINKS = 100  # images of one MOC


def link(conn: Connection, owner: str, moc_id: UUID, image_id: UUID) -> Row:
    """Links an image to a MOC, both the caller's; Conflict when it is linked already or the MOC is full."""
    mocs.read(conn, owner, moc_id)
    service.kept(conn, owner, image_id)
    mocs.held(conn, owner, moc_id)
    row = link_store.insert_link(conn, owner=owner, moc_id=moc_id, image_id=image_id)
    if link_store.count_links(conn, moc_id) > MOST_LINKS:
        raise Conflict(f"A MOC holds at most {MOST_LINKS} linked images.")
    mocs.touch(conn, owner, moc_id)
    return row


def images_of_moc(conn: Connection, owner: str, moc_id: UUID, *, limit: int, offset: int) -> list[Row]:
    """A page of the images linked to the caller's MOC, oldest link first, each with the `total` of all."""
    mocs.read(conn, owner, moc_id)
    return link_store.list_linked_images(conn, moc_id, limit=limit, offset=offset)


def unlink(conn: Connection, owner: str, moc_id: UUID, image_id: UUID, if_match: IfMatch) -> None:
    """Takes an image off a MOC; the image stays. The condition is about the MOC's version."""
    moc = mocs.held(conn, owner, moc_id)
    if not link_store.link_exists(conn, moc_id, image_id):
        raise NotFound("This image is not linked to the MOC.")
    if_match.check(moc["version"])
    link_store.delete_link(conn, moc_id, image_id)
    mocs.touch(conn, owner, moc_id)


def delete_image(conn: Connection, owner: str, image_id: UUID, if_match: IfMatch) -> None:
    """Removes an image with its links and flags, clears it off albums' covers, and has its objects deleted."""
    service.read(conn, owner, image_id)
    album_store.lock_albums_with_cover(conn, image_id)
    row = service.held(conn, owner, image_id)
    if_match.check(row["version"])
    covers = album_store.clear_covers(conn, image_id)
    linked = link_store.linked_mocs(conn, image_id)
    store.delete_image(conn, image_id)
    queue_deletions(conn, [row["image_key"], row["thumbnail_key"]])
    outbox.record_deletion(conn, "image", image_id, user_id=owner, version=row["version"])
    if covers:
        outbox.record_all(conn, "album", covers, user_id=owner)
    for moc_id in linked:
        # A MOC that was deleted in the meantime needs no word about its pictures.
        with suppress(NotFound):
            mocs.touch(conn, owner, moc_id)
