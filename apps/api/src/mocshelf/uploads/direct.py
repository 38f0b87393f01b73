"""Files sent in the request itself: read, checked and written first, then stored in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from file_validator.faults import Refused
from file_validator.rules import declared_faults
from mocshelf.intake import objects
from mocshelf.intake.verdicts import problem
from mocshelf.mocs import files as moc_files
from mocshelf.mocs import service as mocs
from mocshelf.mocs.files import NewFile
from mocshelf.runtime import database
from mocshelf.runtime.counting import count_file
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Conflict, Detail, Invalid, Problem
from mocshelf.runtime.forms import Multipart
from mocshelf.uploads.declarations import RULES
from mocshelf.uploads.moc_outcome import checked_file
from mocshelf.uploads.schemas import Failed, Stored, StoredFiles, Summary

if TYPE_CHECKING:
    from upload.multipart import FilePart

MOST = 10  # files in one request


@dataclass(frozen=True, slots=True)
class Sent:
    """A file of the request: checked and written, or refused with a problem."""

    filename: str
    file: NewFile | None
    problem: Problem | None


def take(owner: str, moc_id: UUID, body: Multipart) -> list[Sent]:
    """Checks every file of the body and writes the good ones; the MOC's 404 and 403 come first."""
    database.run(lambda conn: mocs.read(conn, owner, moc_id), read_only=True)
    parts = body.files(MOST)
    kinds = _kinds(body.fields(), len(parts))
    sent = [_examined(owner, moc_id, kind, part) for kind, part in zip(kinds, parts, strict=True)]
    good = [one.file for one in sent if one.file is not None]
    if good:
        objects.write([file.object for file in good])
    return sent


def store_one(conn: Connection, owner: str, moc_id: UUID, sent: Sent) -> Row:
    """The row of the one file; its problem is raised."""
    if sent.problem is not None:
        raise sent.problem
    mocs.held(conn, owner, moc_id)
    row = _add(conn, owner, moc_id, sent)
    mocs.touch(conn, owner, moc_id)
    return row


def store_several(conn: Connection, owner: str, moc_id: UUID, sent: Sequence[Sent]) -> StoredFiles:
    """Stores the good files and tells of each other what is wrong with it."""
    mocs.held(conn, owner, moc_id)
    uploaded, failed = [], []
    for one in sent:
        try:
            if one.problem is not None:
                raise one.problem
            uploaded.append(_stored(_add(conn, owner, moc_id, one)))
        except Problem as found:
            failed.append(Failed(filename=one.filename, code=found.code, error=found.message))
    if uploaded:
        mocs.touch(conn, owner, moc_id)
    return StoredFiles(
        uploaded=uploaded,
        failed=failed,
        summary=Summary(total=len(sent), succeeded=len(uploaded), failed=len(failed)),
    )


def _kinds(fields: Mapping[str, str], count: int) -> list[str]:
    """The `fileType` of each file: `fileType_<position>`, else `fileType`."""
    kinds, details = [], []
    for index in range(count):
        name = f"fileType_{index}" if f"fileType_{index}" in fields else "fileType"
        kind = fields.get(name, "").strip()
        if kind not in RULES:
            wanted = "must be " + ", ".join(RULES) if kind else "is required"
            details.append(Detail(name, wanted))
        kinds.append(kind)
    if details:
        raise Invalid(list(dict.fromkeys(details)))
    return kinds


def _examined(owner: str, moc_id: UUID, kind: str, part: FilePart) -> Sent:
    try:
        faults = declared_faults(part.filename, part.content_type, len(part.data), RULES[kind], direct=True)
        if faults:
            raise Refused(faults)
        return Sent(part.filename, checked_file(owner, moc_id, kind, part.filename, part.data), None)
    except Refused as refused:
        return Sent(part.filename, None, problem(refused))


def _add(conn: Connection, owner: str, moc_id: UUID, sent: Sent) -> Row:
    assert sent.file is not None  # noqa: S101 - a file without a problem was written
    if moc_files.taken_names(conn, moc_id, [sent.filename]):
        raise Conflict(f"This MOC already has a file named {sent.filename}.")
    row = moc_files.add(conn, owner, moc_id, sent.file)
    count_file(picture=sent.file.is_picture)
    return row


def _stored(row: Row) -> Stored:
    shown = moc_files.shown(row)
    return Stored(
        id=shown.id,
        filename=shown.original_filename,
        file_url=shown.file_url,
        file_size=shown.size,
        file_type=shown.file_type,
    )
