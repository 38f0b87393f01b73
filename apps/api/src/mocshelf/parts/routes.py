"""Parts lists over HTTP: upload, write by hand, read, change, tick off, export."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from mocshelf.mocs import service as mocs
from mocshelf.parts import line_store, service, store, uploading
from mocshelf.parts.answers import ByStatus, ExportAnswer, ListsSummary, UploadedList
from mocshelf.parts.inputs import (
    ExportQuery,
    LineQuery,
    ListQuery,
    PartsListCreate,
    PartsListUpdate,
    StatusUpdate,
    Ticks,
)
from mocshelf.parts.schemas import (
    Line,
    PartsList,
    PartsListDetail,
    line,
    parts_list,
    parts_list_detail,
    percentage,
)
from mocshelf.parts.uploading import SentList
from mocshelf.runtime import cache
from mocshelf.runtime.answers import Answer, Attachment, Created, NoContent, Page, Result
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Invalid
from mocshelf.runtime.forms import Multipart
from mocshelf.runtime.identity import Caller
from mocshelf.runtime.routes import Routes

LISTS = "/api/mocs/{moc_id}/parts-lists"
ONE = LISTS + "/{list_id}"
# The name that MOCs had in the addresses of earlier clients.
EARLIER = "/api/moc-instructions/{moc_id}/parts-lists"
EARLIER_ONE = EARLIER + "/{list_id}"

CACHED_SECONDS = 300

routes = Routes()


def take_parts_list(caller: Caller, moc_id: UUID, body: Multipart) -> SentList:
    return uploading.take(caller.user_id, moc_id, body)


@routes.post("/api/mocs/{moc_id}/upload-parts-list", idempotent=True, prepare=take_parts_list)
def upload_parts_list(conn: Connection, caller: Caller, moc_id: UUID, prepared: SentList) -> Created[UploadedList]:
    """Reads a file into a new list, whole or not at all; the receipt says what became of every record."""
    answer, row = uploading.keep(conn, caller.user_id, moc_id, prepared)
    message = f"{_counted(row['total_parts_count'], 'piece')} in {_counted(row['total_parts'], 'line')}"
    return Created(answer, row["version"], message=message, location=_address(row))


@routes.get(EARLIER)
@routes.get(LISTS)
def list_parts_lists(conn: Connection, caller: Caller, moc_id: UUID, query: ListQuery) -> Page[PartsList]:
    """The lists of a MOC without their lines, newest first."""
    mocs.read(conn, caller.user_id, moc_id)
    rows = service.lists_of_moc(conn, moc_id)
    start = (query.page - 1) * query.limit
    shown = [parts_list(row) for row in rows[start : start + query.limit]]
    return Page(shown, len(rows), query.page, query.limit)


@routes.post(EARLIER, idempotent=True)
@routes.post(LISTS, idempotent=True)
def create_parts_list(conn: Connection, caller: Caller, moc_id: UUID, body: PartsListCreate) -> Created[PartsList]:
    """Adds a list written by hand, with or without lines."""
    row = service.create(conn, caller.user_id, moc_id, body)
    return Created(parts_list(row), row["version"], location=_address(row))


@routes.get(EARLIER_ONE)
@routes.get(ONE)
def read_parts_list(conn: Connection, caller: Caller, moc_id: UUID, list_id: UUID) -> Answer[PartsListDetail]:
    """A list without its lines, with the receipt of the file it came from."""
    row = service.read(conn, caller.user_id, moc_id, list_id)
    return Answer(parts_list_detail(row, store.read_receipt(conn, list_id)), row["version"])


@routes.put(EARLIER_ONE)
@routes.put(ONE)
def replace_parts_list(
    conn: Connection, caller: Caller, moc_id: UUID, list_id: UUID, body: PartsListUpdate, if_match: IfMatch
) -> Answer[PartsList]:
    """The same as PATCH: fields that are not given stay."""
    return _answer(service.update(conn, caller.user_id, moc_id, list_id, body, if_match))


@routes.patch(ONE)
def update_parts_list(
    conn: Connection, caller: Caller, moc_id: UUID, list_id: UUID, body: PartsListUpdate, if_match: IfMatch
) -> Answer[PartsList]:
    """Changes the fields that are given; `parts` replaces all lines."""
    return _answer(service.update(conn, caller.user_id, moc_id, list_id, body, if_match))


@routes.patch(EARLIER_ONE + "/status")
@routes.patch(ONE + "/status")
def set_parts_list_status(
    conn: Connection, caller: Caller, moc_id: UUID, list_id: UUID, body: StatusUpdate, if_match: IfMatch
) -> Answer[PartsList]:
    """Says how far the building, the buying or the collecting is."""
    faults = service.status_faults(body)
    if faults:
        raise Invalid(faults)
    return _answer(service.set_status(conn, caller.user_id, moc_id, list_id, body, if_match))


@routes.delete(EARLIER_ONE)
@routes.delete(ONE)
def delete_parts_list(conn: Connection, caller: Caller, moc_id: UUID, list_id: UUID, if_match: IfMatch) -> NoContent:
    """Removes the list with its lines; the file it came from stays."""
    service.delete(conn, caller.user_id, moc_id, list_id, if_match)
    return NoContent()


@routes.get(ONE + "/parts")
def list_parts(conn: Connection, caller: Caller, moc_id: UUID, list_id: UUID, query: LineQuery) -> Page[Line]:
    """The lines in their order; with `missing` only those that still lack pieces."""

    def load() -> dict[str, Any]:
        service.read(conn, caller.user_id, moc_id, list_id)
        return {
            "rows": line_store.lines(conn, list_id, query.limit, (query.page - 1) * query.limit, query.missing),
            "total": line_store.count_lines(conn, list_id, query.missing),
        }

    what = cache.named(f"parts:{list_id}", {"moc": moc_id, **query.model_dump()})
    found = cache.kept(caller.user_id, "mocs", what, CACHED_SECONDS, load)
    return Page([line(row) for row in found["rows"]], found["total"], query.page, query.limit)


@routes.patch(ONE + "/parts")
def tick_parts(
    conn: Connection, caller: Caller, moc_id: UUID, list_id: UUID, body: Ticks, if_match: IfMatch
) -> Answer[PartsList]:
    """All of the lines or, when one of them cannot be, none."""
    return _answer(service.tick(conn, caller.user_id, moc_id, list_id, body.parts, if_match))


@routes.get(ONE + "/export")
def export_parts_list(
    conn: Connection, caller: Caller, moc_id: UUID, list_id: UUID, query: ExportQuery
) -> Attachment | Result[ExportAnswer]:
    """The list as a file for another program, or with `report` what the file would leave out and why."""
    from mocshelf.parts import exporting

    moc = mocs.read(conn, caller.user_id, moc_id)
    row = service.read(conn, caller.user_id, moc_id, list_id)
    lots = line_store.read_lots(conn, list_id)
    exported = exporting.export(lots, query.format, missing=query.missing)
    filename = exporting.file_name(moc["title"], row["title"], query.format, missing=query.missing)
    if query.report:
        return Result(exporting.answer(exported, filename))
    exporting.refuse_empty(exported)
    headers = {"X-Skipped-Lines": str(exported.report.left_out.lines)}
    return Attachment(exported.text, exported.content_type, filename, headers)


@routes.get("/api/user/parts-lists/summary")
def summarise_parts_lists(conn: Connection, caller: Caller) -> Result[ListsSummary]:
    """Sums over all lists of the user."""
    row = cache.kept(caller.user_id, "mocs", "summary", CACHED_SECONDS, lambda: store.summary(conn, caller.user_id))
    return Result(
        ListsSummary(
            total_parts_lists=row["lists"],
            by_status=ByStatus.model_validate(row),
            built_count=row["built"],
            purchased_count=row["purchased"],
            total_parts=row["lines"],
            total_completed_parts=row["done"],
            completion_percentage=int(percentage(row["done"], row["lines"], Decimal(1))),
        )
    )


def _answer(row: Row) -> Answer[PartsList]:
    return Answer(parts_list(row), row["version"])


def _address(row: Row) -> str:
    return f"/api/mocs/{row['moc_id']}/parts-lists/{row['id']}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
