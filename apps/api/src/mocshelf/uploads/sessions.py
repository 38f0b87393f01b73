"""Upload sessions: opened before a byte is sent, watched, completed, cancelled, finished."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from mocshelf.gallery import service as gallery
from mocshelf.mocs import files as moc_files
from mocshelf.mocs import service as mocs
from mocshelf.runtime import queue
from mocshelf.runtime.database import Connection, Row, after_commit
from mocshelf.runtime.errors import Conflict
from mocshelf.runtime.identity import owned
from mocshelf.runtime.resources import resources
from mocshelf.runtime.storage import bucket
from mocshelf.runtime.storage import files as storage
from mocshelf.runtime.store import queue_deletions
from mocshelf.uploads import store
from mocshelf.uploads.declarations import Declared
from mocshelf.uploads.schemas import (
    FileRequest,
    PutRequest,
    Resource,
    Upload,
    UploadedFile,
    UploadOpened,
)
from mocshelf.wishlist import service as wishlist
from upload.requests import upload_post, upload_put

VALID = 3600  # seconds a request to S3 is good for

CANCELLED = {"code": "CANCELLED", "message": "The upload was cancelled.", "details": []}


@dataclass(frozen=True, slots=True)
class Target:
    """What the files of a session belong to; an avatar is the user's own and needs none."""

    moc_id: UUID | None = None
    item_id: UUID | None = None
    album_id: UUID | None = None


def open_session(
    conn: Connection, owner: str, *, purpose: str, target: Target, method: str, files: Sequence[Declared]
) -> tuple[Row, list[Row]]:
    """Writes the session and its files, before any request to S3 is signed. Conflict: a name that is taken."""
    _check_target(conn, owner, target, files)
    session = store.insert_session(conn, {"user_id": owner, "purpose": purpose, "method": method, **asdict(target)})
    rows = [_insert(conn, owner, session, position, file) for position, file in enumerate(files)]
    return session, rows


def _check_target(conn: Connection, owner: str, target: Target, files: Sequence[Declared]) -> None:
    """404 and 403 of the target, and what its present state refuses."""
    if target.item_id is not None:
        wishlist.held(conn, owner, target.item_id)
    if target.album_id is not None:
        gallery.held_album(conn, owner, target.album_id)
    if target.moc_id is None:
        return
    mocs.held(conn, owner, target.moc_id)
    taken = moc_files.taken_names(conn, target.moc_id, [file.name for file in files])
    if taken:
        raise Conflict("This MOC already has a file named " + ", ".join(sorted(taken)) + ".")
    moc_files.check_room(conn, target.moc_id, len(files))


def opened(session: Row, rows: Sequence[Row]) -> UploadOpened:
    """The answer with a signed request a file."""
    return UploadOpened(
        id=session["id"],
        purpose=session["purpose"],
        moc_id=session["moc_id"],
        item_id=session["item_id"],
        album_id=session["album_id"],
        expires_at=session["expires_at"],
        files=[_post_request(row) for row in rows],
    )


def put_requests(rows: Sequence[Row]) -> list[PutRequest]:
    return [_put_request(row) for row in rows]


def shown(conn: Connection, session: Row) -> Upload:
    return Upload(
        id=session["id"],
        purpose=session["purpose"],
        moc_id=session["moc_id"],
        item_id=session["item_id"],
        album_id=session["album_id"],
        status="finished" if session["finished_at"] else "open",
        created_at=session["created_at"],
        expires_at=session["expires_at"],
        files=[_shown_file(row) for row in store.session_files(conn, session["id"])],
    )


def sizes(rows: Sequence[Row]) -> dict[str, int]:
    """What S3 holds of the files that still wait: size in bytes by file id, absent ones left out."""
    waiting = {row["object_key"]: row["id"] for row in rows if row["status"] == "waiting"}
    if not waiting:
        return {}
    # All files of a session are in one folder.
    found = storage.sizes(next(iter(waiting)).rpartition("/")[0] + "/")
    return {file_id: found[key] for key, file_id in waiting.items() if key in found}


def receive(conn: Connection, owner: str, session_id: UUID, found: dict[str, int]) -> Row:
    """Marks files whose bytes are there as received and has them processed; rejects those of another size."""
    owned(store.lock_session(conn, session_id), owner, "upload")
    rows = {row["id"]: row for row in store.session_files(conn, session_id)}
    there = [rows[file_id] for file_id in found if file_id in rows and rows[file_id]["status"] == "waiting"]
    right = [row["id"] for row in there if found[row["id"]] == row["size_bytes"]]
    received = store.mark_received(conn, right)
    for row in there:
        if found[row["id"]] != row["size_bytes"]:
            store.settle_rejected(conn, [row["id"]], size_mismatch(row["size_bytes"], found[row["id"]]))
            queue_deletions(conn, [row["object_key"]])
    store.touch_session(conn, session_id)
    if received:
        bodies = [json.dumps({"file": row["id"]}) for row in received]
        after_commit(lambda: queue.send(resources.processing_queue, bodies))
    return owned(store.read_session(conn, session_id), owner, "upload")


def cancel_files(conn: Connection, owner: str, session_id: UUID, file_ids: Sequence[UUID]) -> None:
    """Rejects those of the files that are not settled, and has their bytes deleted."""
    owned(store.lock_session(conn, session_id), owner, "upload")
    wanted = {str(one) for one in file_ids}
    open_files = [row for row in store.session_files(conn, session_id) if row["id"] in wanted and _is_open(row)]
    store.settle_rejected(conn, [row["id"] for row in open_files], CANCELLED)
    queue_deletions(conn, [row["object_key"] for row in open_files])
    store.touch_session(conn, session_id)


def cancel(conn: Connection, owner: str, session_id: UUID) -> None:
    """Drops the session; what is ready stays, what is not has its bytes deleted."""
    owned(store.lock_session(conn, session_id), owner, "upload")
    rows = store.session_files(conn, session_id)
    queue_deletions(conn, [row["object_key"] for row in rows if _is_open(row)])
    store.delete_session(conn, session_id)


def size_mismatch(declared: int, found: int) -> dict[str, object]:
    message = f"The file was declared with {declared:,} bytes, but {found:,} arrived."
    return {"code": "SIZE_MISMATCH", "message": message, "details": []}


def _is_open(row: Row) -> bool:
    return row["status"] in ("waiting", "received", "processing")


def _insert(conn: Connection, owner: str, session: Row, position: int, file: Declared) -> Row:
    file_id = uuid4()
    return store.insert_file(
        conn,
        {
            "id": file_id,
            "session_id": session["id"],
            "position": position,
            "name": file.name,
            "size_bytes": file.size,
            "content_type": file.content_type,
            "sha256": file.sha256,
            "kind": file.kind,
            "title": file.title,
            "description": file.description,
            "tags": list(file.tags),
            "scheme": file.scheme,
            "partial": file.partial,
            "derive": file.derive,
            "object_key": f"incoming/{owner}/{session['id']}/{file_id}",
        },
    )


def _post_request(row: Row) -> FileRequest:
    now = datetime.now(UTC)
    url, fields = upload_post(bucket(), row["object_key"], **_bound(row), now=now, expires=VALID)
    return FileRequest(
        id=row["id"],
        name=row["name"],
        method="POST",
        url=url,
        fields=fields,
        headers=None,
        expires_at=now + timedelta(seconds=VALID),
    )


def _put_request(row: Row) -> PutRequest:
    now = datetime.now(UTC)
    url, headers = upload_put(bucket(), row["object_key"], **_bound(row), now=now, expires=VALID)
    return PutRequest(
        file_id=row["id"],
        filename=row["name"],
        file_type=row["kind"],
        method="PUT",
        upload_url=url,
        headers=headers,
        expires_in=VALID,
        expires_at=now + timedelta(seconds=VALID),
    )


def _bound(row: Row) -> dict[str, Any]:
    """What S3 holds the client to: type, size in bytes, digest where one was declared."""
    sha256 = bytes(row["sha256"]) if row["sha256"] is not None else None
    return {"content_type": row["content_type"], "size": row["size_bytes"], "sha256": sha256}


def _shown_file(row: Row) -> UploadedFile:
    resource = None
    if row["resource_id"] is not None:
        resource = Resource(type=row["resource_type"], id=row["resource_id"])
    return UploadedFile(
        id=row["id"],
        name=row["name"],
        size=row["size_bytes"],
        content_type=row["content_type"],
        kind=row["kind"],
        status=row["status"],
        reason=row["reason"],
        resource=resource,
        derived=[Resource(**one) for one in row["derived"]],
        notes=row["notes"],
    )
