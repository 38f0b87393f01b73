"""The gallery over HTTP: images, albums, flags, and the images of a MOC."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from mocshelf.gallery import album_store, albums, images, links, service, store
from mocshelf.gallery.images import Sent
from mocshelf.gallery.schemas import (
    Album,
    AlbumCreate,
    AlbumDetail,
    AlbumFound,
    AlbumMove,
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
from mocshelf.runtime import cache
from mocshelf.runtime.answers import Answer, Created, NoContent, Page
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.finding import Sought
from mocshelf.runtime.forms import Multipart
from mocshelf.runtime.identity import Caller
from mocshelf.runtime.matches import kept_matches
from mocshelf.runtime.routes import Routes

FIRST_MATCH = {"limit": 1, "offset": 0}

LIST_SECONDS = 300
ONE_SECONDS = 600

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
    """The newest first, those of an album in its own order; without `albumId` only those in no album, with a
    `search` every one."""
    if query.search is not None:
        return _search_images(conn, caller, query)
    found = cache.kept(
        caller.user_id,
        "gallery",
        cache.named("images", query.model_dump()),
        LIST_SECONDS,
        lambda: _listed_images(conn, caller, query),
    )
    return Page([_image(row) for row in found["rows"]], found["total"], query.page, query.limit)


@routes.get("/api/images/search")
def search_images(conn: Connection, caller: Caller, query: ImageSearch) -> Page[ImageFound]:
    """As the list, with `search` required."""
    return _search_images(conn, caller, query)


@routes.get("/api/images/{image_id}")
def read_image(conn: Connection, caller: Caller, image_id: UUID) -> Answer[Image]:
    """One image."""
    row = cache.kept(
        caller.user_id,
        "gallery",
        f"image:{image_id}",
        ONE_SECONDS,
        lambda: service.read(conn, caller.user_id, image_id),
    )
    return Answer(_image(row), row["version"])


@routes.patch("/api/images/{image_id}")
def update_image(
    conn: Connection, caller: Caller, image_id: UUID, body: ImageUpdate, if_match: IfMatch
) -> Answer[Image]:
    """Changes the fields that are given; `albumId` puts it first in an album, and null takes it out of its own."""
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
    if query.search is not None:
        return _search_albums(conn, caller, query)
    found = cache.kept(
        caller.user_id,
        "gallery",
        cache.named("albums", query.model_dump()),
        LIST_SECONDS,
        lambda: _page(lambda some: album_store.list_albums(conn, some), _filters(caller, query)),
    )
    return Page([_album(row) for row in found["rows"]], found["total"], query.page, query.limit)


@routes.get("/api/albums/{album_id}")
def read_album(conn: Connection, caller: Caller, album_id: UUID) -> Answer[AlbumDetail]:
    """An album with the first hundred of its images."""
    found = cache.kept(
        caller.user_id,
        "gallery",
        f"album:{album_id}",
        ONE_SECONDS,
        lambda: albums.gathered(conn, service.read_album(conn, caller.user_id, album_id)),
    )
    return Answer(albums.detail(found), found["album"]["version"])


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


@routes.post("/api/albums/{album_id}/reorder")
def reorder_album(
    conn: Connection, caller: Caller, album_id: UUID, body: AlbumMove, if_match: IfMatch
) -> Answer[Album]:
    """Puts one image of the album behind another one, or first; the others keep their order."""
    row = albums.reorder(conn, caller.user_id, album_id, body, if_match)
    return Answer(_album(row), row["version"])


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
    found = _page(
        lambda some: links.images_of_moc(conn, caller.user_id, moc_id, limit=some["limit"], offset=some["offset"]),
        filters,
    )
    return Page([_linked(row) for row in found["rows"]], found["total"], query.page, query.limit)


@routes.delete("/api/mocs/{moc_id}/gallery-images/{image_id}")
def unlink_image(conn: Connection, caller: Caller, moc_id: UUID, image_id: UUID, if_match: IfMatch) -> NoContent:
    """Shows the image no longer with the MOC; in the gallery it stays."""
    links.unlink(conn, caller.user_id, moc_id, image_id, if_match)
    return NoContent()


def _listed_images(conn: Connection, caller: Caller, query: ImageQuery) -> dict[str, Any]:
    scope = _scope(conn, caller, query, otherwise="outside")
    return _page(lambda filters: store.list_images(conn, scope, filters), _image_filters(caller, query))


def _search_images(conn: Connection, caller: Caller, query: ImageQuery) -> Page[ImageFound]:
    scope = _scope(conn, caller, query, otherwise="all")
    sought = replace(
        _sought(caller, query, "gallery_images"),
        filters={"albumId": str(query.album_id)} if scope == "album" else {},
        without="albumId" if scope == "outside" else None,
    )
    filters = _image_filters(caller, query)
    found = kept_matches(
        "gallery",
        cache.named("search:images", query.model_dump()),
        sought,
        lambda values: store.search_images(conn, scope, {**filters, **values}),
    )
    rows, total = found.of(store.read_images(conn, caller.user_id, found.ids) if found.ids else [])
    return Page([ImageFound.model_validate(service.shown(row)) for row in rows], total, query.page, query.limit)


def _search_albums(conn: Connection, caller: Caller, query: AlbumQuery) -> Page[AlbumFound]:
    sought = _sought(caller, query, "gallery_albums")
    found = kept_matches(
        "gallery",
        cache.named("search:albums", query.model_dump()),
        sought,
        lambda values: album_store.search_albums(conn, values),
    )
    rows, total = found.of(album_store.read_albums(conn, caller.user_id, found.ids) if found.ids else [])
    return Page([AlbumFound.model_validate(albums.shown(row)) for row in rows], total, query.page, query.limit)


def _sought(caller: Caller, query: ImageQuery | AlbumQuery, alias: str) -> Sought:
    offset = (query.page - 1) * query.limit
    return Sought(alias, caller.user_id, query.search or "", query.limit, offset)


def _scope(conn: Connection, caller: Caller, query: ImageQuery, *, otherwise: str) -> str:
    """Which images are meant; an album that is named must be there and the caller's."""
    if isinstance(query.album_id, UUID):
        service.read_album(conn, caller.user_id, query.album_id)
        return "album"
    return query.album_id or otherwise


def _page(ask: Callable[[Filters], list[Row]], filters: Filters) -> dict[str, Any]:
    """The rows of a page and how many there are in all.

    Every row carries the total, so a page past the end has to ask for the first match.
    """
    rows = ask(filters)
    counted = rows or (ask({**filters, **FIRST_MATCH}) if filters["offset"] else [])
    return {"rows": rows, "total": counted[0]["total"] if counted else 0}


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
