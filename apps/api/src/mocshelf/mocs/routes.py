"""MOCs over HTTP: list, search, create, read, update, delete."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mocshelf.mocs import service, store
from mocshelf.mocs.detail import detail, gathered, shown
from mocshelf.mocs.schemas import (
    CategoryCount,
    Deleted,
    Moc,
    MocCreate,
    MocDetail,
    MocFound,
    MocQuery,
    MocSearch,
    MocUpdate,
    MonthCount,
)
from mocshelf.runtime import cache
from mocshelf.runtime.answers import Answer, Counts, Created, Page, Result
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.finding import Sought, given
from mocshelf.runtime.identity import Caller
from mocshelf.runtime.matches import kept_matches
from mocshelf.runtime.routes import Routes

CATEGORIES = 10

LIST_SECONDS = 300
DETAIL_SECONDS = 600
STATISTICS_SECONDS = 1800

FIRST_MATCH = {"limit": 1, "offset": 0}

routes = Routes()


@routes.get("/api/mocs")
def list_mocs(conn: Connection, caller: Caller, query: MocQuery) -> Page[Moc] | Page[MocFound]:
    """The user's MOCs and sets, latest change first; with `search` the best matches first."""
    if query.search is not None:
        return _search(conn, caller, query)
    found = cache.kept(
        caller.user_id,
        "mocs",
        cache.named("list", query.model_dump()),
        LIST_SECONDS,
        lambda: _listed(conn, caller, query),
    )
    return Page([_moc(row) for row in found["rows"]], found["total"], query.page, query.limit)


@routes.get("/api/mocs/search")
def search_mocs(conn: Connection, caller: Caller, query: MocSearch) -> Page[MocFound]:
    """As the list, with `search` required."""
    return _search(conn, caller, query)


@routes.get("/api/mocs/stats/by-category")
def count_by_category(conn: Connection, caller: Caller) -> Counts[CategoryCount]:
    """The ten largest themes and tags; a tag that is also a theme counts as the theme."""
    rows = cache.kept(
        caller.user_id,
        "mocs",
        "stats:by-category",
        STATISTICS_SECONDS,
        lambda: store.count_by_category(conn, caller.user_id, CATEGORIES),
    )
    return Counts([CategoryCount.model_validate(row) for row in rows], sum(row["count"] for row in rows))


@routes.get("/api/mocs/stats/uploads-over-time")
def count_by_month(conn: Connection, caller: Caller) -> Counts[MonthCount]:
    """What was added in this and the eleven months before, by month and theme."""
    rows = cache.kept(
        caller.user_id,
        "mocs",
        "stats:over-time",
        STATISTICS_SECONDS,
        lambda: store.count_by_month(conn, caller.user_id),
    )
    return Counts([MonthCount.model_validate(row) for row in rows], sum(row["count"] for row in rows))


@routes.post("/api/mocs", idempotent=True)
def create_moc(conn: Connection, caller: Caller, body: MocCreate) -> Created[Moc]:
    """Adds a MOC or a set; no two of a user have the same title."""
    row = service.create(conn, caller.user_id, body)
    location = f"/api/mocs/{row['id']}"
    return Created(_moc(row), row["version"], message="MOC created", location=location)


@routes.get("/api/mocs/{moc_id}")
def read_moc(conn: Connection, caller: Caller, moc_id: UUID) -> Answer[MocDetail]:
    """One of them with its files, images and parts lists."""
    found = cache.kept(
        caller.user_id,
        "mocs",
        f"moc:{moc_id}",
        DETAIL_SECONDS,
        lambda: gathered(conn, service.read(conn, caller.user_id, moc_id)),
    )
    return Answer(detail(found), found["moc"]["version"])


@routes.patch("/api/mocs/{moc_id}")
def update_moc(conn: Connection, caller: Caller, moc_id: UUID, body: MocUpdate, if_match: IfMatch) -> Answer[Moc]:
    """Changes the fields that are given; what comes out must keep to the rules of its type."""
    row = service.update(conn, caller.user_id, moc_id, body, if_match)
    return Answer(_moc(row), row["version"])


@routes.delete("/api/mocs/{moc_id}")
def delete_moc(conn: Connection, caller: Caller, moc_id: UUID, if_match: IfMatch) -> Result[Deleted]:
    """Removes it with its files, parts lists and open uploads; images of the gallery stay."""
    service.delete(conn, caller.user_id, moc_id, if_match)
    return Result(Deleted(id=str(moc_id)), message="MOC deleted")


def _listed(conn: Connection, caller: Caller, query: MocQuery) -> dict[str, Any]:
    """The rows of a page and how many there are in all."""
    sort, order = query.sort or "updatedAt", _order(query)
    filters = _filters(caller, query)
    rows = store.list_mocs(conn, filters, sort, order)
    # Every row carries the total, so a page past the end has to ask for the first match.
    counted = rows or (store.list_mocs(conn, {**filters, **FIRST_MATCH}, sort, order) if query.page > 1 else [])
    return {"rows": rows, "total": counted[0]["total"] if counted else 0}


def _search(conn: Connection, caller: Caller, query: MocQuery) -> Page[MocFound]:
    filters = _filters(caller, query)
    found = kept_matches(
        "mocs",
        cache.named("search", query.model_dump()),
        _sought(caller, query),
        lambda values: store.search_mocs(conn, {**filters, **values}, query.sort, _order(query)),
    )
    rows, total = found.of(store.read_mocs(conn, caller.user_id, found.ids) if found.ids else [])
    return Page([MocFound.model_validate(shown(row)) for row in rows], total, query.page, query.limit)


def _sought(caller: Caller, query: MocQuery) -> Sought:
    return Sought(
        alias="moc_instructions",
        owner=caller.user_id,
        text=query.search or "",
        limit=query.limit,
        offset=(query.page - 1) * query.limit,
        filters=given({"type": query.type, "theme": query.theme, "tags.exact": query.tag}),
        sort=query.sort,
        order=_order(query),
    )


def _order(query: MocQuery) -> str:
    return query.order or ("asc" if query.sort == "title" else "desc")


def _filters(caller: Caller, query: MocQuery) -> dict[str, Any]:
    return {
        "user_id": caller.user_id,
        "type": query.type,
        "theme": query.theme,
        "tag": query.tag,
        "limit": query.limit,
        "offset": (query.page - 1) * query.limit,
    }


def _moc(row: Row) -> Moc:
    return Moc.model_validate(shown(row))
