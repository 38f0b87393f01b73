"""The rules of the wishlist: who may, where items stand, what becomes of an item's one image."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from file_validator.rules import WISHLIST_IMAGE as RULE
from mocshelf.intake import objects
from mocshelf.intake.objects import NewObject
from mocshelf.intake.pictures import checked_picture
from mocshelf.runtime import outbox
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.counting import count_file
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Detail, Invalid
from mocshelf.runtime.identity import owned
from mocshelf.runtime.imaging import WISHLIST_IMAGE
from mocshelf.runtime.schemas import iso
from mocshelf.runtime.storage import NO_CACHE
from mocshelf.runtime.store import queue_deletions
from mocshelf.wishlist import store
from mocshelf.wishlist.schemas import Place, WishlistItemCreate, WishlistItemUpdate

NOBODYS = "not found or not owned by user"


@dataclass(frozen=True, slots=True)
class NewPicture:
    """An item's image on its way to the item's one key, and its size in pixels."""

    object: NewObject
    width: int
    height: int


def read(conn: Connection, owner: str, item_id: UUID) -> Row:
    """The caller's item."""
    return owned(store.read_item(conn, item_id), owner, "wishlist item")


def held(conn: Connection, owner: str, item_id: UUID) -> Row:
    """The caller's item, locked until the transaction ends."""
    return owned(store.lock_item(conn, item_id), owner, "wishlist item")


def create(conn: Connection, owner: str, item: WishlistItemCreate) -> Row:
    values = item.model_dump()
    values["sort_order"] = item.sort_order or iso(datetime.now(UTC))
    row = store.insert_item(conn, {**values, "user_id": owner})
    _changed(conn, row)
    return row


def update(conn: Connection, owner: str, item_id: UUID, changes: WishlistItemUpdate, if_match: IfMatch) -> Row:
    """Writes the given fields; a given `imageUrl`, also null, takes the place of an uploaded image."""
    row = held(conn, owner, item_id)
    if_match.check(row["version"])
    given = changes.model_dump(include=changes.model_fields_set)
    if "image_url" in given:
        _drop_image(conn, row)
        given |= {"image_key": None, "image_width": None, "image_height": None}
    return _written(conn, item_id, {**row, **given})


def delete(conn: Connection, owner: str, item_id: UUID, if_match: IfMatch) -> None:
    """Removes an item, and has its image deleted."""
    row = held(conn, owner, item_id)
    if_match.check(row["version"])
    _drop_image(conn, row)
    store.delete_item(conn, item_id)
    outbox.record_deletion(conn, "wishlist", item_id, user_id=owner, version=row["version"])


def reorder(conn: Connection, owner: str, places: list[Place]) -> int:
    """Gives every item its place, or none: Invalid names each id that is unknown, repeated or someone else's."""
    ids = [place.id for place in places]
    rows = store.reorder_items(conn, owner, ids, [place.sort_order for place in places])
    faults = order_faults(ids, {UUID(row["id"]) for row in rows})
    if faults:
        raise Invalid(faults)
    outbox.record_all(conn, "wishlist", {row["id"]: row["version"] for row in rows}, user_id=owner)
    return len(rows)


def order_faults(ids: list[UUID], own: set[UUID]) -> list[Detail]:
    """What is wrong with the ids of a new order, given which of them are the caller's."""
    faults, seen = [], set()
    for index, item_id in enumerate(ids):
        if item_id not in own:
            faults.append(Detail(f"items[{index}].id", NOBODYS))
        elif item_id in seen:
            faults.append(Detail(f"items[{index}].id", "is repeated"))
        seen.add(item_id)
    return faults


def new_picture(owner: str, item_id: UUID, data: bytes, name: str) -> NewPicture:
    """The image as it will be stored; Refused when it is not an allowed picture, or damaged."""
    picture = checked_picture(data, name, RULE, WISHLIST_IMAGE)
    key = f"wishlist/{owner}/{item_id}.webp"
    return NewPicture(
        NewObject(key, picture.data, "image/webp", NO_CACHE, written_over=True), picture.width, picture.height
    )


def set_image(
    conn: Connection, owner: str, item_id: UUID, picture: NewPicture, if_match: IfMatch | None = None
) -> Row:
    """Makes a picture that `objects.write` has promised the item's image, in the place of the one before.

    Every change of an item's image holds its row, so the bytes and their size always belong together.
    """
    row = held(conn, owner, item_id)
    if if_match is not None:
        if_match.check(row["version"])
    objects.write_over(conn, picture.object, in_use=row["image_key"] is not None)
    count_file(picture=True)
    image = {
        "image_url": None,
        "image_key": picture.object.key,
        "image_width": picture.width,
        "image_height": picture.height,
    }
    return _written(conn, item_id, {**row, **image})


def _written(conn: Connection, item_id: UUID, values: Row) -> Row:
    row = store.update_item(conn, item_id, values)
    _changed(conn, row)
    return row


def _drop_image(conn: Connection, row: Row) -> None:
    if row["image_key"] is not None:
        queue_deletions(conn, [row["image_key"]])


def _changed(conn: Connection, row: Row) -> None:
    outbox.record(conn, "wishlist", row["id"], user_id=row["user_id"], version=row["version"])
