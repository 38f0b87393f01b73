"""From bytes under `incoming/` to a file, a picture or a parts list: claim, examine, write, settle.

Every step may be repeated or killed anywhere. A claim is a lease; what is written under a final key has an
intent first, so that it is deleted when the settling transaction never comes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from uuid import UUID

from file_validator.faults import Refused
from mocshelf.intake import objects
from mocshelf.intake.verdicts import Rejection, rejection
from mocshelf.runtime import database, telemetry
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.storage import files as storage
from mocshelf.runtime.store import queue_deletions
from mocshelf.uploads import store
from mocshelf.uploads.moc_outcome import MocOutcome
from mocshelf.uploads.outcome import Outcome
from mocshelf.uploads.picture_outcomes import AvatarOutcome, ImageOutcome, WishlistOutcome
from mocshelf.uploads.sessions import size_mismatch

OUTCOMES: Mapping[str, Callable[[Row, bytes], Outcome]] = {
    "moc-file": MocOutcome,
    "parts-list": MocOutcome,
    "gallery-image": ImageOutcome,
    "wishlist-image": WishlistOutcome,
    "avatar": AvatarOutcome,
}


INFECTED = {"code": "INFECTED", "message": "The file has malware in it, so it is not kept.", "details": []}


def refuse_infected(file_id: UUID) -> None:
    """Ends a file that a scanner has found malware in; its bytes, which nobody could read, go with the sweep."""
    claimed = database.run(lambda conn: store.claim(conn, file_id))
    if claimed is not None:
        database.run(lambda conn: _reject(conn, claimed, INFECTED))


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
    try:
        outcome = OUTCOMES[claimed["purpose"]](claimed, data)
    except Refused as refused:
        raise rejection(refused) from None
    objects.write(outcome.objects())
    database.run(lambda conn: _settle(conn, claimed, outcome))
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


def _settle(conn: Connection, claimed: Row, outcome: Outcome) -> None:
    """The resource's rows and the file's end, in one transaction; locks target, session, file in this order."""
    outcome.hold(conn)
    if not _still_ours(conn, claimed):
        # Cancelled, or taken over after the lease ran out: the intents clean up what was written.
        return
    settled = outcome.settle(conn)
    store.settle_ready(
        conn,
        claimed["id"],
        resource_type=settled.resource.type,
        resource_id=settled.resource.id,
        derived=[made.shape() for made in settled.derived],
        notes=settled.notes,
    )
    _end(conn, claimed)


def _reject(conn: Connection, claimed: Row, reason: Mapping[str, object]) -> None:
    """Ends the file with its reason, if this attempt still has it."""
    if _still_ours(conn, claimed):
        store.settle_rejected(conn, [claimed["id"]], reason)
        _end(conn, claimed)


def _still_ours(conn: Connection, claimed: Row) -> bool:
    if store.lock_session(conn, claimed["session_id"]) is None:
        return False
    return store.hold_claim(conn, claimed["id"], claimed["attempts"])


def _end(conn: Connection, claimed: Row) -> None:
    store.touch_session(conn, claimed["session_id"])
    queue_deletions(conn, [claimed["object_key"]])


def _clear_late_bytes(conn: Connection, file_id: UUID) -> None:
    """Bytes sent again after their file was settled are not looked at, only deleted."""
    state = store.file_state(conn, file_id)
    if state is not None and state["status"] in ("ready", "rejected"):
        queue_deletions(conn, [state["object_key"]])
