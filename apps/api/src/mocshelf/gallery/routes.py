"""The gallery over HTTP: images, albums, flags, and the images of a MOC."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from mocshelf.gallery import album_store, albums, images, links, service, store
from mocshelf.gallery.images import Sent
from mocshelf.gallery.schemas import (
    Album,
    AlbumCreate,
    AlbumDetail,
    AlbumFound,
    AlbumQuery,
    AlbumUpdate,
    FlagCreate,
    Image,
    ImageFlag,
    ImageFound,
    ImageQuery,
    ImageSearch,
    ImageUpdate,
    Link,
    LinkCreate,
    LinkedImage,
    PageQuery,
)
from mocshelf.runtime.answers import Answer, Created, NoContent, Page
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.forms import Multipart
from mocshelf.runtime.identity import Caller
from mocshelf.runtime.routes import Routes

SEARCH_WINDOW = 10_000  # matches that can be paged, in either engine

FIRST_MATCH = {"limit": 1, "offset": 0}

Filters = Mapping[str, Any]

routes = Routes()


def take_image(caller: Caller, body: Multipart) -> Sent:
    return images.take(caller.user_id, body)


@routes.post("/api/images", idempotent=True, prepare=take_image)
def add_image(conn: Connection, caller: Caller, prepared: Sent) -> Created[Image]:
    """Stores a picture and a smaller one for lists, both drawn anew as WebP."""
    row = images.store_image(conn, caller.user_id, prepared)
    return Created(_image(row), row["version"], "Image stored", f"/api/images/{row['id']}")


@routes.get("/api/images")
def list_images(conn: Connection, caller: Caller, query: ImageQuery) -> Page[Image] | Page[ImageFound]:
    """The newest first; without `albumId` only those in no album, with a `search` every one."""
    if query.search is not None:
        return _search_images(conn, caller, query)
    scope = _scope(conn, caller, query, otherwise="outside")
    rows, total = _page(lambda filters: store.list_images(conn, scope, filters), _image_filters(caller, query))
    return Page([_image(row) for row in rows], total, query.page, query.limit)


@routes.get("/api/images/search")
def search_images(conn: Connection, caller: Caller, query: ImageSearch) -> Page[ImageFound]:
    """As the list, with `search` required."""
    return _search_images(conn, caller, query)


@routes.get("/api/images/{image_id}")
def read_image(conn: Connection, caller: Caller, image_id: UUID) -> Answer[Image]:
    """One image."""
    row = service.read(conn, caller.user_id, image_id)
    return Answer(_image(row), row["version"])


@routes.patch("/api/images/{image_id}")
def update_image(
    conn: Connection, caller: Caller, image_id: UUID, body: ImageUpdate, if_match: IfMatch
) -> Answer[Image]:
    """Changes the fields that are given; `albumId` moves it, and null takes it out of its album."""
    row = service.update(conn, caller.user_id, image_id, body, if_match)
    return Answer(_image(row), row["version"])


@routes.delete("/api/images/{image_id}")
def delete_image(conn: Connection, caller: Caller, image_id: UUID, if_match: IfMatch) -> NoContent:
    """Removes it everywhere: from its album, from MOCs, and as a cover."""
    links.delete_image(conn, caller.user_id, image_id, if_match)
    return NoContent()


@routes.post("/api/albums", idempotent=True)
def create_album(conn: Connection, caller: Caller, body: AlbumCreate) -> Created[Album]:
    """Adds an album; images enter it by their own `albumId`."""
    row = albums.create(conn, caller.user_id, body)
    return Created(_album(row), row["version"], "Album created", f"/api/albums/{row['id']}")


@routes.get("/api/albums")
def list_albums(conn: Connection, caller: Caller, query: AlbumQuery) -> Page[Album] | Page[AlbumFound]:
    """The newest first; with `search` the best matches first."""
    filters = _filters(caller, query)
    if query.search is None:
        rows, total = _page(lambda some: album_store.list_albums(conn, some), filters)
        return Page([_album(row) for row in rows], total, query.page, query.limit)
    rows, total = _page(
        lambda some: album_store.search_albums(conn, some), {**filters, "search": query.search}, SEARCH_WINDOW
    )
    found = [AlbumFound.model_validate(albums.shown(row)) for row in rows]
    return Page(found, total, query.page, query.limit)


@routes.get("/api/albums/{album_id}")
def read_album(conn: Connection, caller: Caller, album_id: UUID) -> Answer[AlbumDetail]:
    """An album with its newest hundred images."""
    row = service.read_album(conn, caller.user_id, album_id)
    return Answer(albums.detail(conn, row), row["version"])


@routes.patch("/api/albums/{album_id}")
def update_album(
    conn: Connection, caller: Caller, album_id: UUID, body: AlbumUpdate, if_match: IfMatch
) -> Answer[Album]:
    """Changes the fields that are given."""
    row = albums.update(conn, caller.user_id, album_id, body, if_match)
    return Answer(_album(row), row["version"])


@routes.delete("/api/albums/{album_id}")
def delete_album(conn: Connection, caller: Caller, album_id: UUID, if_match: IfMatch) -> NoContent:
    """Removes the album; its images stay."""
    albums.delete(conn, caller.user_id, album_id, if_match)
    return NoContent()


@routes.post("/api/flag", idempotent=True)
def flag_image(conn: Connection, caller: Caller, body: FlagCreate) -> Created[ImageFlag]:
    """Asks for somebody to look at an image, anyone's; once a user and image."""
    row = store.insert_flag(conn, image_id=body.image_id, user_id=caller.user_id, reason=body.reason)
    return Created(ImageFlag.model_validate(row), 1, "Image flagged")


@routes.post("/api/mocs/{moc_id}/gallery-images", idempotent=True)
def link_image(conn: Connection, caller: Caller, moc_id: UUID, body: LinkCreate) -> Created[Link]:
    """Shows an image of the gallery with a MOC; both must be the user's."""
    row = links.link(conn, caller.user_id, moc_id, body.gallery_image_id)
    return Created(Link.model_validate(row), 1, "Image linked")


@routes.get("/api/mocs/{moc_id}/gallery-images")
def list_linked_images(conn: Connection, caller: Caller, moc_id: UUID, query: PageQuery) -> Page[LinkedImage]:
    """The gallery images shown with a MOC, in the order in which they were linked."""
    filters = _filters(caller, query)
    rows, total = _page(
        lambda some: links.images_of_moc(conn, caller.user_id, moc_id, limit=some["limit"], offset=some["offset"]),
        filters,
    )
    return Page([_linked(row) for row in rows], total, query.page, query.limit)


@routes.delete("/api/mocs/{moc_id}/gallery-images/{image_id}")
def unlink_image(conn: Connection, caller: Caller, moc_id: UUID, image_id: UUID, if_match: IfMatch) -> NoContent:
    """Shows the image no longer with the MOC; in the gallery it stays."""
    links.unlink(conn, caller.user_id, moc_id, image_id, if_match)
    return NoContent()


def _search_images(conn: Connection, caller: Caller, query: ImageQuery) -> Page[ImageFound]:
    scope = _scope(conn, caller, query, otherwise="all")
    filters = {**_image_filters(caller, query), "search": query.search}
    rows, total = _page(lambda some: store.search_images(conn, scope, some), filters, SEARCH_WINDOW)
    found = [ImageFound.model_validate(service.shown(row)) for row in rows]
    return Page(found, total, query.page, query.limit)


def _scope(conn: Connection, caller: Caller, query: ImageQuery, *, otherwise: str) -> str:
    """Which images are meant; an album that is named must be there and the caller's."""
    if isinstance(query.album_id, UUID):
        service.read_album(conn, caller.user_id, query.album_id)
        return "album"
    return query.album_id or otherwise


def _page(ask: Callable[[Filters], list[Row]], filters: Filters, window: int | None = None) -> tuple[list[Row], int]:
    """The rows of a page and how many there are in all; past the `window` nothing is looked for.

    Every row carries the total, so a page past the end has to ask for the first match.
    """
    rows = [] if window is not None and filters["offset"] >= window else ask(filters)
    counted = rows or (ask({**filters, **FIRST_MATCH}) if filters["offset"] else [])
    return rows, counted[0]["total"] if counted else 0


def _filters(caller: Caller, query: PageQuery) -> dict[str, Any]:
    return {"user_id": caller.user_id, "limit": query.limit, "offset": (query.page - 1) * query.limit}


def _image_filters(caller: Caller, query: ImageQuery) -> dict[str, Any]:
    return {**_filters(caller, query), "album_id": query.album_id}


def _image(row: Row) -> Image:
    return Image.model_validate(service.shown(row))


def _linked(row: Row) -> LinkedImage:
    shown = service.shown(row)
    return LinkedImage.model_validate({**shown, "url": shown["image_url"]})


def _album(row: Row) -> Album:
    return Album.model_validate(albums.shown(row))
