"""Two-phase creation: a MOC and its upload session made together, then finished together."""

from __future__ import annotations

import time
from collections.abc import Sequence
from uuid import UUID

from mocshelf.mocs import files as moc_files
from mocshelf.mocs import service as mocs
from mocshelf.mocs.schemas import MocCreate
from mocshelf.runtime import database
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Detail, Invalid
from mocshelf.uploads import sessions, store
from mocshelf.uploads.declarations import Declared
from mocshelf.uploads.schemas import Finalize, Initialize

PATIENCE = 10.0  # seconds that finalize waits for processing
PAUSE = 0.1  # seconds between two looks


def begin(
    conn: Connection, owner: str, body: Initialize, declared: Sequence[Declared], details: list[Detail]
) -> tuple[Row, Row, list[Row]]:
    """The MOC, the session and its files; Invalid with the faults of both, Conflict when the title is taken."""
    fields = {name: getattr(body, name) for name in body.model_fields_set if name in MocCreate.model_fields}
    moc_body = MocCreate.model_construct(_fields_set=set(fields), **fields)
    faults = mocs.creation_faults(moc_body) + details
    if faults:
        raise Invalid(faults)
    moc = mocs.create(conn, owner, moc_body)
    session, rows = sessions.open_session(
        conn, owner, purpose="moc-file", target=sessions.Target(UUID(moc["id"])), method="PUT", files=declared
    )
    return moc, session, rows


def finish(owner: str, moc_id: UUID, body: Finalize, *, deadline: float) -> UUID:
    """Receives the files reported as sent, cancels the others, waits for processing. Returns the session's id."""
    sent = [one.file_id for one in body.uploaded_files if one.success]
    failed = [one.file_id for one in body.uploaded_files if not one.success]
    rows = database.run(lambda conn: _reported(conn, owner, moc_id, [*sent, *failed]), read_only=True)
    session_id = UUID(rows[0]["session_id"])
    if not sent:
        raise Invalid([Detail("uploadedFiles", "must report at least one file as sent")])
    files = database.run(lambda conn: store.session_files(conn, session_id), read_only=True)
    wanted = {str(one) for one in sent}
    found = sessions.sizes([row for row in files if row["id"] in wanted])
    absent = [row["name"] for row in files if row["id"] in wanted and _is_absent(row, found)]
    if absent:
        raise Invalid([Detail("uploadedFiles", f"{name} has not arrived") for name in absent])
    database.run(lambda conn: sessions.receive(conn, owner, session_id, found))
    database.run(lambda conn: sessions.cancel_files(conn, owner, session_id, failed))
    _wait(session_id, wanted, deadline)
    return session_id


def choose_thumbnail(conn: Connection, owner: str, moc_id: UUID, session_id: UUID) -> None:
    """Without a file of kind thumbnail, the first image becomes the MOC's picture."""
    rows = store.session_files(conn, session_id)
    if any(row["kind"] == "thumbnail" for row in rows):
        return
    images = [row for row in rows if row["kind"] == "gallery-image" and row["status"] == "ready"]
    if images and moc_files.offer_thumbnail(conn, moc_id, UUID(images[0]["resource_id"])):
        mocs.touched(conn, owner, moc_id)


def _reported(conn: Connection, owner: str, moc_id: UUID, file_ids: Sequence[UUID]) -> list[Row]:
    """The reported files' rows; all of them must belong to one session of this MOC."""
    mocs.read(conn, owner, moc_id)
    rows = store.session_of_moc_files(conn, moc_id, file_ids)
    known = {row["file_id"] for row in rows}
    faults = [
        Detail(f"uploadedFiles[{index}].fileId", "is not a file of this MOC's upload")
        for index, one in enumerate(file_ids)
        if str(one) not in known
    ]
    if faults or len({row["session_id"] for row in rows}) != 1:
        raise Invalid(faults or [Detail("uploadedFiles", "must be files of one upload")])
    return rows


def _is_absent(row: Row, found: dict[str, int]) -> bool:
    return row["status"] == "waiting" and row["id"] not in found


def _wait(session_id: UUID, wanted: set[str], deadline: float) -> None:
    while time.monotonic() < deadline:
        rows = database.run(lambda conn: store.session_files(conn, session_id), read_only=True)
        if all(row["status"] in ("ready", "rejected") for row in rows if row["id"] in wanted):
            return
        time.sleep(PAUSE)
