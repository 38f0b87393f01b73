"""From bytes under `incoming/` to a file, a picture or a parts list: claim, examine, write, settle.

Every step may be repeated or killed anywhere. A claim is a lease; what is written under a final key has an
intent first, so that it is deleted when the settling transaction never comes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from uuid import UUID

from file_validator.faults import Refused
from mocshelf.intake import objects
from mocshelf.intake.verdicts import Rejection, rejection
from mocshelf.mocs import files as moc_files
from mocshelf.mocs import service as mocs
from mocshelf.mocs.files import MOST_FILES
from mocshelf.parts import service as parts
from mocshelf.runtime import database, telemetry
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Forbidden, NotFound
from mocshelf.runtime.storage import files as storage
from mocshelf.runtime.store import queue_deletions
from mocshelf.uploads import store
from mocshelf.uploads.examination import Examined, examine
from mocshelf.uploads.sessions import size_mismatch


def process(file_id: UUID) -> None:
    """Brings one uploaded file to its end; harmless for one that is settled, gone, or in other hands."""
    claimed = database.run(lambda conn: store.claim(conn, file_id))
    if claimed is None:
        database.run(lambda conn: _clear_late_bytes(conn, file_id))
        return
    try:
        _process(claimed)
    except Rejection as refused:
        reason = refused.reason
        database.run(lambda conn: _reject(conn, claimed, reason))
        telemetry.logger.info("upload.rejected", extra={"upload_file": str(file_id), "reason": reason["code"]})
    except Exception:
        # A fault of ours: the file goes back, and the queue brings it again until the attempts are used up.
        database.run(lambda conn: store.release(conn, file_id, claimed["attempts"]))
        raise


def _process(claimed: Row) -> None:
    data = _bytes(claimed)
    wants_cover = database.run(lambda conn: _wants_cover(conn, claimed), read_only=True)
    try:
        examined = examine(claimed, data, wants_cover=wants_cover)
    except Refused as refused:
        raise rejection(refused) from None
    objects.write([file.object for file in examined.written()])
    database.run(lambda conn: _settle(conn, claimed, examined))
    telemetry.metric("FilesProcessed")
    telemetry.logger.info("upload.ready", extra={"upload_file": claimed["id"], "bytes": len(data)})


def _bytes(claimed: Row) -> bytes:
    """The object, read once; what was declared of it must hold."""
    head = storage.head(claimed["object_key"])
    if head is None:
        raise Rejection("UNREADABLE", "The file never arrived. Send it again.")
    if head.size != claimed["size_bytes"]:
        mismatch = size_mismatch(claimed["size_bytes"], head.size)
        raise Rejection("SIZE_MISMATCH", str(mismatch["message"]))
    data = storage.read(claimed["object_key"])
    if data is None or len(data) != claimed["size_bytes"]:
        raise Rejection("SIZE_MISMATCH", "The file changed while it was read. Send it again.")
    if claimed["sha256"] is not None and hashlib.sha256(data).digest() != bytes(claimed["sha256"]):
        raise Rejection("CHECKSUM_MISMATCH", "The file's SHA-256 is not the declared one. Send it again.")
    return data


def _wants_cover(conn: Connection, claimed: Row) -> bool:
    """Whether the MOC still has no picture; one that is gone wants none."""
    try:
        row = mocs.read(conn, claimed["user_id"], claimed["moc_id"])
    except (NotFound, Forbidden):
        return False
    return row["thumbnail_url"] is None and row["thumbnail_file_id"] is None


def _settle(conn: Connection, claimed: Row, examined: Examined) -> None:
    """The resource's rows and the file's end, in one transaction; locks MOC, session, file in this order."""
    owner, moc_id = claimed["user_id"], claimed["moc_id"]
    try:
        moc = mocs.held(conn, owner, moc_id)
    except NotFound:
        raise Rejection("TARGET_GONE", "The MOC was deleted before the file was ready.") from None
    if store.lock_session(conn, claimed["session_id"]) is None or not store.hold_claim(
        conn, claimed["id"], claimed["attempts"]
    ):
        # Cancelled, or taken over after the lease ran out: the intents clean up what was written.
        return
    _check_room(conn, moc_id, examined)
    row = moc_files.add(conn, owner, moc_id, examined.file)
    resource = {"type": "moc-file", "id": row["id"]}
    derived: list[dict[str, str]] = []
    if examined.cover is not None and moc["thumbnail_url"] is None and moc["thumbnail_file_id"] is None:
        moc_files.add(conn, owner, moc_id, examined.cover)
        derived.append({"type": "moc-file", "id": str(examined.cover.id)})
    if examined.imported is not None:
        title = claimed["title"] or claimed["name"].rpartition(".")[0] or claimed["name"]
        list_id = parts.import_list(
            conn, owner=owner, moc_id=moc_id, file_id=row["id"], title=title, imported=examined.imported
        )
        made = {"type": "parts-list", "id": str(list_id)}
        if examined.file.file_type == "parts-list":
            resource = made
        else:
            derived.append(made)
    mocs.touch(conn, owner, moc_id)
    store.settle_ready(
        conn,
        claimed["id"],
        resource_type=resource["type"],
        resource_id=resource["id"],
        derived=derived,
        notes=examined.notes,
    )
    store.touch_session(conn, claimed["session_id"])
    queue_deletions(conn, [claimed["object_key"]])


def _check_room(conn: Connection, moc_id: UUID, examined: Examined) -> None:
    """What only the MOC's present state can tell; an optional part of a model gives way instead of failing."""
    names = moc_files.taken_names(conn, moc_id, [file.filename for file in examined.written()])
    if examined.file.filename in names:
        raise Rejection("NAME_TAKEN", f"This MOC already has a file named {examined.file.filename}.")
    room = MOST_FILES - moc_files.count(conn, moc_id)
    if room < 1:
        raise Rejection("LIMIT_REACHED", f"A MOC holds at most {MOST_FILES} files.")
    if examined.cover is not None and (room < 2 or examined.cover.filename in names):
        examined.drop_cover()
    if examined.imported is not None and not parts.has_room(conn, moc_id):
        if examined.file.file_type == "parts-list":
            raise Rejection("LIMIT_REACHED", f"A MOC holds at most {parts.MOST_LISTS} parts lists.")
        examined.drop_list(f"No parts list was made: the MOC already has {parts.MOST_LISTS}.")


def _reject(conn: Connection, claimed: Row, reason: Mapping[str, object]) -> None:
    """Ends the file with its reason, if this attempt still has it."""
    if store.lock_session(conn, claimed["session_id"]) is None:
        return
    if not store.hold_claim(conn, claimed["id"], claimed["attempts"]):
        return
    store.settle_rejected(conn, [claimed["id"]], reason)
    store.touch_session(conn, claimed["session_id"])
    queue_deletions(conn, [claimed["object_key"]])


def _clear_late_bytes(conn: Connection, file_id: UUID) -> None:
    """Bytes sent again after their file was settled are not looked at, only deleted."""
    state = store.file_state(conn, file_id)
    if state is not None and state["status"] in ("ready", "rejected"):
        queue_deletions(conn, [state["object_key"]])
