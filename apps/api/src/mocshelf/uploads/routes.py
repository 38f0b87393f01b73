"""Files over HTTP: upload sessions, two-phase creation, direct uploads, downloads."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from uuid import UUID

from mocshelf.mocs import files as moc_files
from mocshelf.mocs import service as mocs
from mocshelf.mocs.detail import detail, gathered
from mocshelf.runtime import database
from mocshelf.runtime.answers import Answer, Created, NoContent, Redirect, Result
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Invalid
from mocshelf.runtime.forms import Multipart
from mocshelf.runtime.identity import Caller, owned
from mocshelf.runtime.routes import Routes
from mocshelf.runtime.storage import files as storage
from mocshelf.uploads import direct, sessions, store, two_phase
from mocshelf.uploads.declarations import initial_files, session_files
from mocshelf.uploads.direct import Sent
from mocshelf.uploads.schemas import (
    Download,
    DownloadQuery,
    Finalize,
    Finalized,
    Initialize,
    Initialized,
    StoredFile,
    StoredFiles,
    Upload,
    UploadCreate,
    UploadOpened,
)

routes = Routes()


@routes.post("/api/uploads", idempotent=True)
def open_upload(conn: Connection, caller: Caller, body: UploadCreate) -> Created[UploadOpened]:
    """Declares files and tells how to send each straight to the storage; they appear once they are checked."""
    declared, details = session_files(body)
    if details:
        raise Invalid(details)
    target = sessions.Target(body.moc_id, body.item_id, body.album_id)
    session, rows = sessions.open_session(
        conn, caller.user_id, purpose=body.purpose, target=target, method="POST", files=declared
    )
    location = f"/api/uploads/{session['id']}"
    return Created(sessions.opened(session, rows), session["version"], location=location)


@routes.get("/api/uploads/{upload_id}")
def read_upload(conn: Connection, caller: Caller, upload_id: UUID) -> Answer[Upload]:
    """What has become of each file."""
    session = owned(store.read_session(conn, upload_id), caller.user_id, "upload")
    return Answer(sessions.shown(conn, session), session["version"])


def look_for_files(caller: Caller, upload_id: UUID) -> dict[str, int]:
    """What S3 has of the session, asked before the transaction that writes it down."""

    def waiting(conn: Connection) -> list[Row]:
        owned(store.read_session(conn, upload_id), caller.user_id, "upload")
        return store.session_files(conn, upload_id)

    return sessions.sizes(database.run(waiting, read_only=True))


@routes.post("/api/uploads/{upload_id}/complete", prepare=look_for_files)
def complete_upload(conn: Connection, caller: Caller, upload_id: UUID, prepared: dict[str, int]) -> Answer[Upload]:
    """Hints that bytes have been sent, so that they are looked at now; never required."""
    session = sessions.receive(conn, caller.user_id, upload_id, prepared)
    return Answer(sessions.shown(conn, session), session["version"])


@routes.delete("/api/uploads/{upload_id}")
def cancel_upload(conn: Connection, caller: Caller, upload_id: UUID) -> NoContent:
    """Drops what is not ready; what is ready stays."""
    sessions.cancel(conn, caller.user_id, upload_id)
    return NoContent()


@routes.post("/api/mocs/with-files/initialize", idempotent=True)
def initialize(conn: Connection, caller: Caller, body: Initialize) -> Created[Initialized]:
    """Adds a MOC or a set and tells how to send its files."""
    declared, details = initial_files(body.files)
    moc, session, rows = two_phase.begin(conn, caller.user_id, body, declared, details)
    answer = Initialized(
        moc_id=moc["id"],
        upload_id=session["id"],
        expires_in=sessions.VALID,
        upload_urls=sessions.put_requests(rows),
    )
    return Created(answer, moc["version"], location=f"/api/mocs/{moc['id']}")


def finish_files(caller: Caller, moc_id: UUID, body: Finalize) -> UUID:
    """Completes and cancels, then gives processing ten seconds before the transaction that answers."""
    return two_phase.finish(caller.user_id, moc_id, body, deadline=time.monotonic() + two_phase.PATIENCE)


@routes.post("/api/mocs/{moc_id}/finalize", prepare=finish_files)
def finalize(conn: Connection, caller: Caller, moc_id: UUID, prepared: UUID) -> Answer[Finalized]:
    """Reports which files have been sent, and waits up to ten seconds for them to be checked."""
    two_phase.choose_thumbnail(conn, caller.user_id, moc_id, prepared)
    moc = mocs.read(conn, caller.user_id, moc_id)
    session = owned(store.read_session(conn, prepared), caller.user_id, "upload")
    answer = Finalized(moc=detail(gathered(conn, moc)), upload=sessions.shown(conn, session))
    return Answer(answer, moc["version"])


def take_files(caller: Caller, moc_id: UUID, body: Multipart) -> list[Sent]:
    return direct.take(caller.user_id, moc_id, body)


@routes.post("/api/mocs/{moc_id}/files", idempotent=True, prepare=take_files)
def upload_files(
    conn: Connection, caller: Caller, moc_id: UUID, prepared: list[Sent]
) -> Created[StoredFile] | Result[StoredFiles]:
    """Stores up to ten files, each judged alone: of one its data, of several what became of each."""
    if len(prepared) > 1:
        return Result(direct.store_several(conn, caller.user_id, moc_id, prepared))
    row = direct.store_one(conn, caller.user_id, moc_id, prepared[0])
    shown = moc_files.shown(row)
    return Created(StoredFile(**dict(shown), file_id=shown.id), 1)


@routes.get("/api/mocs/{moc_id}/files/{file_id}/download")
def download_file(
    conn: Connection, caller: Caller, moc_id: UUID, file_id: UUID, query: DownloadQuery
) -> Result[Download] | Redirect:
    """Where to fetch the file under its own name for an hour: a redirect, or data with `format=json`."""
    mocs.read(conn, caller.user_id, moc_id)
    row = moc_files.one(conn, moc_id, file_id)
    filename = moc_files.download_name(row)
    address = storage.attachment(row["object_key"], filename)
    if query.format == "redirect":
        return Redirect(address)
    expires = datetime.now(UTC) + timedelta(seconds=sessions.VALID)
    return Result(
        Download(
            download_url=address,
            filename=filename,
            mime_type=row["mime_type"],
            size=row["size_bytes"],
            expires_in=sessions.VALID,
            expires_at=expires,
        )
    )


@routes.delete("/api/mocs/{moc_id}/files/{file_id}")
def delete_file(conn: Connection, caller: Caller, moc_id: UUID, file_id: UUID, if_match: IfMatch) -> NoContent:
    """Removes the file; a parts list that was read from it stays."""
    moc = mocs.held(conn, caller.user_id, moc_id)
    moc_files.one(conn, moc_id, file_id)
    if_match.check(moc["version"])
    moc_files.remove(conn, moc_id, file_id)
    mocs.touch(conn, caller.user_id, moc_id)
    return NoContent()
