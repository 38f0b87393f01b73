"""The wishlist over HTTP: list, search, create, read, update, delete, reorder, and an item's image."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from file_validator.rules import WISHLIST_IMAGE
from mocshelf.intake import objects
from mocshelf.intake.direct import one_picture
from mocshelf.runtime import cache, database
from mocshelf.runtime.answers import Answer, Created, NoContent, Page, Result
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.finding import Sought, given
from mocshelf.runtime.forms import Multipart
from mocshelf.runtime.identity import Caller
from mocshelf.runtime.matches import kept_matches
from mocshelf.runtime.routes import Routes
from mocshelf.runtime.storage import files
from mocshelf.wishlist import service, store
from mocshelf.wishlist.schemas import (
    Reorder,
    Reordered,
    WishlistItem,
    WishlistItemCreate,
    WishlistItemFound,
    WishlistItemUpdate,
    WishlistQuery,
    WishlistSearch,
)
from mocshelf.wishlist.service import NewPicture

FIRST_MATCH = {"limit": 1, "offset": 0}

LIST_SECONDS = 300
ITEM_SECONDS = 600

routes = Routes()


@routes.get("/api/wishlist")
def list_items(
    conn: Connection, caller: Caller, query: WishlistQuery
) -> Page[WishlistItem] | Page[WishlistItemFound]:
    """The items in the user's own order; with `search` the best matches first."""
    if query.search is not None:
        return _search(conn, caller, query)
    found = cache.kept(
        caller.user_id,
        "wishlist",
        cache.named("list", query.model_dump()),
        LIST_SECONDS,
        lambda: _listed(conn, caller, query),
    )
    return Page([_item(row) for row in found["rows"]], found["total"], query.page, query.limit)


@routes.get("/api/wishlist/search")
def search_items(conn: Connection, caller: Caller, query: WishlistSearch) -> Page[WishlistItemFound]:
    """As the list, with `search` required."""
    return _search(conn, caller, query)


@routes.post("/api/wishlist", idempotent=True)
def create_item(conn: Connection, caller: Caller, body: WishlistItemCreate) -> Created[WishlistItem]:
    """Adds an item, at the end unless `sortOrder` says otherwise."""
    row = service.create(conn, caller.user_id, body)
    return Created(_item(row), row["version"], location=f"/api/wishlist/{row['id']}")


@routes.get("/api/wishlist/{item_id}")
def read_item(conn: Connection, caller: Caller, item_id: UUID) -> Answer[WishlistItem]:
    """One item."""
    row = cache.kept(
        caller.user_id,
        "wishlist",
        f"item:{item_id}",
        ITEM_SECONDS,
        lambda: service.read(conn, caller.user_id, item_id),
    )
    return Answer(_item(row), row["version"])


@routes.patch("/api/wishlist/{item_id}")
def update_item(
    conn: Connection, caller: Caller, item_id: UUID, body: WishlistItemUpdate, if_match: IfMatch
) -> Answer[WishlistItem]:
    """Changes the fields that are given; an `imageUrl` replaces an uploaded image."""
    row = service.update(conn, caller.user_id, item_id, body, if_match)
    return Answer(_item(row), row["version"])


@routes.delete("/api/wishlist/{item_id}")
def delete_item(conn: Connection, caller: Caller, item_id: UUID, if_match: IfMatch) -> NoContent:
    """Removes the item and its uploaded image."""
    service.delete(conn, caller.user_id, item_id, if_match)
    return NoContent()


@routes.post("/api/wishlist/reorder")
def reorder(conn: Connection, caller: Caller, body: Reorder) -> Result[Reordered]:
    """Gives several items their place at once, all or none."""
    return Result(Reordered(updated=service.reorder(conn, caller.user_id, body.items)))


def take_image(caller: Caller, item_id: UUID, if_match: IfMatch, body: Multipart) -> NewPicture:
    """The image, drawn anew and promised before the transaction; what the item forbids is said first."""
    owner = caller.user_id
    row = database.run(lambda conn: service.read(conn, owner, item_id), read_only=True)
    if_match.check(row["version"])
    picture = one_picture(body, WISHLIST_IMAGE, lambda data, name: service.new_picture(owner, item_id, data, name))
    objects.write([picture.object])
    return picture


@routes.post("/api/wishlist/{item_id}/image", prepare=take_image)
def set_image(
    conn: Connection, caller: Caller, item_id: UUID, if_match: IfMatch, prepared: NewPicture
) -> Answer[WishlistItem]:
    """Replaces the item's image by the one that is sent."""
    row = service.set_image(conn, caller.user_id, item_id, prepared, if_match)
    return Answer(_item(row), row["version"])


def _listed(conn: Connection, caller: Caller, query: WishlistQuery) -> dict[str, Any]:
    """The rows of a page and how many there are in all."""
    filters = _filters(caller, query)
    rows = store.list_items(conn, filters)
    # Every row carries the total, so a page past the end has to ask for the first match.
    counted = rows or (store.list_items(conn, {**filters, **FIRST_MATCH}) if query.page > 1 else [])
    return {"rows": rows, "total": counted[0]["total"] if counted else 0}


def _search(conn: Connection, caller: Caller, query: WishlistQuery) -> Page[WishlistItemFound]:
    filters = _filters(caller, query)
    sought = Sought(
        alias="wishlist_items",
        owner=caller.user_id,
        text=query.search or "",
        limit=filters["limit"],
        offset=filters["offset"],
        filters=given({"category.exact": query.category}),
    )
    found = kept_matches(
        "wishlist",
        cache.named("search", query.model_dump()),
        sought,
        lambda values: store.search_items(conn, {**filters, **values}),
    )
    rows, total = found.of(store.read_items(conn, caller.user_id, found.ids) if found.ids else [])
    return Page([WishlistItemFound.model_validate(_shown(row)) for row in rows], total, query.page, query.limit)


def _filters(caller: Caller, query: WishlistQuery) -> dict[str, Any]:
    return {
        "user_id": caller.user_id,
        "category": query.category,
        "limit": query.limit,
        "offset": (query.page - 1) * query.limit,
    }


def _item(row: Row) -> WishlistItem:
    return WishlistItem.model_validate(_shown(row))


def _shown(row: Row) -> Row:
    """The row with the address of its image; the shapes take from it what they show."""
    if row["image_key"] is not None:
        return {**row, "image_url": files.address(row["image_key"])}
    return row
