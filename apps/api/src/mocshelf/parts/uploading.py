"""A parts list sent in the request itself: read and written before the transaction that stores file and lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic_core import PydanticCustomError

from file_validator.check import check
from file_validator.faults import Refused
from file_validator.rules import PARTS_LIST, declared_faults
from mocshelf.intake import objects
from mocshelf.intake.verdicts import problem
from mocshelf.mocs import files as moc_files
from mocshelf.mocs import service as mocs
from mocshelf.mocs.files import NewFile, new_file
from mocshelf.parts import service, store
from mocshelf.parts.answers import MocPieces, Parsing, UploadedList
from mocshelf.parts.schemas import parts_list
from mocshelf.runtime import database
from mocshelf.runtime.counting import count_file
from mocshelf.runtime.errors import Conflict, Detail, Invalid
from mocshelf.runtime.schemas import Flag, OneOf, Rule, Text

if TYPE_CHECKING:
    from mocshelf.parts.reading import Imported
    from mocshelf.runtime.database import Connection, Row
    from mocshelf.runtime.forms import Multipart

_TITLE_LENGTH = 255
_FIELDS: Mapping[str, Rule] = {
    "title": Text(0, _TITLE_LENGTH),
    "scheme": OneOf("rebrickable", "bricklink", "ldraw", "lego", "unknown"),
    "partial": Flag(in_query=True),
}


@dataclass(frozen=True, slots=True)
class SentList:
    """A list whose file was read, checked and written."""

    title: str
    file: NewFile
    imported: Imported


def take(owner: str, moc_id: UUID, body: Multipart) -> SentList:
    """Reads the body's one file; the MOC's 404 and 403 come before anything about it."""
    database.run(lambda conn: mocs.read(conn, owner, moc_id), read_only=True)
    part = body.files(1)[0]
    said = _said(body.fields())
    name = part.filename
    try:
        faults = declared_faults(name, part.content_type, len(part.data), PARTS_LIST, direct=True)
        if faults:
            raise Refused(faults)
        checked = check(part.data, name, PARTS_LIST)
        imported = _read(part.data, name, said)
    except Refused as refused:
        raise problem(refused) from None
    file = new_file(
        owner,
        moc_id,
        file_type="parts-list",
        filename=name,
        content_type=checked.content_type,
        extension=checked.extension,
        data=part.data,
    )
    objects.write([file.object])
    return SentList(said.get("title") or name.rpartition(".")[0][:_TITLE_LENGTH] or name, file, imported)


def keep(conn: Connection, owner: str, moc_id: UUID, sent: SentList) -> tuple[UploadedList, Row]:
    """Stores file, list and lines together; returns the answer and the list's row."""
    mocs.held(conn, owner, moc_id)
    if moc_files.taken_names(conn, moc_id, [sent.file.filename]):
        raise Conflict(f"This MOC already has a file named {sent.file.filename}.")
    file = moc_files.add(conn, owner, moc_id, sent.file)
    count_file(picture=False)
    list_id = service.import_list(
        conn, owner=owner, moc_id=moc_id, file_id=file["id"], title=sent.title, imported=sent.imported
    )
    moc = mocs.touch(conn, owner, moc_id)
    row = store.read_list(conn, moc_id, list_id)
    assert row is not None  # noqa: S101 - it was added by this transaction
    return _answer(row, file, moc, sent.imported), row


def _said(fields: Mapping[str, str]) -> dict[str, Any]:
    """The text fields that are not blank, by name."""
    said, details = {}, []
    for name, rule in _FIELDS.items():
        written = fields.get(name, "").strip()
        if not written:
            continue
        try:
            said[name] = rule.check(written)
        except PydanticCustomError as wrong:
            details.append(Detail(name, wrong.message()))
    if details:
        raise Invalid(details)
    return said


def _read(data: bytes, name: str, said: Mapping[str, Any]) -> Imported:
    from mocshelf.parts.reading import read_parts

    return read_parts(data, name, scheme=said.get("scheme"), partial=said.get("partial", False))


def _answer(row: Row, file: Row, moc: Row, imported: Imported) -> UploadedList:
    receipt: dict[str, Any] = imported.receipt
    return UploadedList(
        parts_list_id=row["id"],
        total_parts=row["total_parts_count"],
        rows_processed=receipt["rows"]["records"],
        parts_list=parts_list(row),
        receipt=receipt,
        file=moc_files.shown(file),
        parsing=Parsing(
            format=imported.format,
            total_piece_count=row["total_parts_count"],
            unique_parts=receipt["distinctParts"],
        ),
        moc=MocPieces(id=moc["id"], total_piece_count=moc["total_piece_count"]),
    )
