"""The sweep: picks up what was lost on the way, ends what has expired, deletes what was promised to be deleted.

It works in small transactions and may be killed anywhere; the next run goes on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence

from mocshelf.runtime import database, outbox, queue, telemetry
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.resources import resources
from mocshelf.runtime.storage import files as storage
from mocshelf.runtime.store import due_outbox, queue_deletions
from mocshelf.uploads import store, sweep_store

BATCH = 100
MOST_SENT = 20_000  # outbox rows a run
INCOMING = re.compile(r"incoming/[^/]+/[0-9a-f-]{36}/[0-9a-f-]{36}")

FAILED = {"code": "FAILED", "message": "The file could not be processed. Send it again.", "details": []}
EXPIRED = {"code": "EXPIRED", "message": "The file did not arrive before the upload ended.", "details": []}


def sweep(*, incoming: bool) -> dict[str, int]:
    """One run; returns how much of each kind there was. `incoming` also looks through that prefix."""
    done = {"incoming_cleared": clear_incoming()} if incoming else {}
    done |= {
        "outbox_sent": _send_outbox(),
        "files_sent_again": _send_files(),
        "files_failed": _end(sweep_store.exhausted_files, FAILED),
        "files_expired": _end(sweep_store.expired_files, EXPIRED),
        "sessions_deleted": _repeat(sweep_store.delete_old_sessions),
        "keys_deleted": _repeat(sweep_store.delete_old_keys),
        "objects_deleted": delete_due_objects(),
    }
    telemetry.logger.info("sweep", extra=done)
    return done


def delete_due_objects() -> int:
    """Carries out the due deletions that no row stands against; what S3 refuses comes again later."""
    total = 0
    while True:
        handled, deleted = database.run(_delete_some)
        total += deleted
        if handled < BATCH:
            return total


def clear_incoming() -> int:
    """Has bytes under `incoming/` that no open file waits for deleted, and those processed whose event was lost.

    A file's row is there before its bytes can be, so bytes without a row have nobody left to want them.
    """
    keys = [key for key in storage.keys("incoming/") if INCOMING.fullmatch(key)]
    return sum(_clear(keys[start : start + BATCH]) for start in range(0, len(keys), BATCH))


def _send_outbox() -> int:
    """Sends every row that was not handled in time, after a long outage so many that the next run goes on."""
    sent = 0
    while sent < MOST_SENT and resources.linked("index_queue"):
        rows = database.run(lambda conn: due_outbox(conn, BATCH))
        outbox.publish([row["id"] for row in rows])
        sent += len(rows)
        if len(rows) < BATCH:
            break
    return sent


def _send_files() -> int:
    rows = database.run(lambda conn: sweep_store.stale_files(conn, BATCH))
    if rows:
        queue.send(resources.processing_queue, [json.dumps({"file": row["id"]}) for row in rows])
    return len(rows)


def _end(find: Callable[[Connection, int], list[Row]], reason: Mapping[str, object]) -> int:
    """Rejects the files that `find` gives, a session at a time."""
    total = 0
    while True:
        rows = database.run(lambda conn: find(conn, BATCH), read_only=True)
        for session_id in dict.fromkeys(row["session_id"] for row in rows):
            chosen = [row for row in rows if row["session_id"] == session_id]
            database.run(lambda conn, rows=chosen: _reject(conn, rows, reason))  # type: ignore[misc]
        total += len(rows)
        if len(rows) < BATCH:
            return total


def _reject(conn: Connection, rows: Sequence[Row], reason: Mapping[str, object]) -> None:
    if store.lock_session(conn, rows[0]["session_id"]) is None:
        return
    store.settle_rejected(conn, [row["id"] for row in rows], reason)
    queue_deletions(conn, [row["object_key"] for row in rows])
    store.touch_session(conn, rows[0]["session_id"])


def _repeat(delete: Callable[[Connection, int], int]) -> int:
    total = 0
    while True:
        deleted = database.run(lambda conn: delete(conn, BATCH))
        total += deleted
        if deleted < BATCH:
            return total


def _delete_some(conn: Connection) -> tuple[int, int]:
    """One batch: (rows handled, objects deleted). The rows stay locked while S3 deletes, because a writer that
    still counts on an object must find its intent gone rather than the object."""
    keys = sweep_store.due_deletions(conn, BATCH)
    if not keys:
        return 0, 0
    kept = sweep_store.referred_keys(conn, keys)
    gone = [key for key in keys if key not in kept]
    try:
        storage.delete(gone)
    except Unavailable:
        sweep_store.postpone_deletions(conn, keys)
        return 0, 0
    sweep_store.drop_deletions(conn, keys)
    return len(keys), len(gone)


def _clear(keys: Sequence[str]) -> int:
    known = {row["object_key"]: row for row in database.run(lambda conn: sweep_store.known_incoming(conn, keys))}
    waiting = [row["id"] for row in known.values() if row["status"] == "waiting"]
    if waiting:
        queue.send(resources.processing_queue, [json.dumps({"file": one}) for one in waiting])
    settled = ("ready", "rejected")
    orphans = [key for key in keys if key not in known or known[key]["status"] in settled]
    database.run(lambda conn: queue_deletions(conn, orphans))
    return len(orphans)
