"""The rules of MOCs: who may, which fields a type has, what must follow a change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from mocshelf.mocs import store
from mocshelf.mocs.schemas import MocCreate, MocUpdate
from mocshelf.runtime import outbox, telemetry
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.counting import count
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Detail, Invalid
from mocshelf.runtime.identity import owned
from mocshelf.runtime.schemas import to_camel
from mocshelf.runtime.store import queue_deletions

# A built model has an author, a bought set a brand; the database holds the same rules as checks.
REQUIRED = {"moc": ("author", "parts_count"), "set": ("brand", "set_number")}
REJECTED = {"moc": ("brand", "release_year", "retired"), "set": ("author", "uploaded_date")}
YEARS_AHEAD = 2  # sets are announced before they are sold


def field_faults(values: Mapping[str, Any], today: datetime) -> list[Detail]:
    """What is wrong with a whole MOC, given by column name, beyond the limits of its single fields."""
    kind = values["type"]
    faults = [Detail(to_camel(name), "is required") for name in REQUIRED[kind] if values[name] is None]
    word = "MOC" if kind == "moc" else "set"
    faults += [
        Detail(to_camel(name), f"is not a field of a {word}") for name in REJECTED[kind] if values[name] is not None
    ]
    latest = today.year + YEARS_AHEAD
    if kind == "set" and values["release_year"] is not None and values["release_year"] > latest:
        faults.append(Detail("releaseYear", f"must be a year from 1950 to {latest}"))
    return faults


def read(conn: Connection, owner: str, moc_id: UUID) -> Row:
    """The caller's MOC."""
    return owned(store.read_moc(conn, moc_id), owner, "MOC")


def held(conn: Connection, owner: str, moc_id: UUID) -> Row:
    """The caller's MOC, locked until the transaction ends."""
    return owned(store.lock_moc(conn, moc_id), owner, "MOC")


def creation_faults(moc: MocCreate) -> list[Detail]:
    """What is wrong with a new MOC beyond the limits of its single fields."""
    return field_faults(moc.model_dump(), datetime.now(UTC))


def create(conn: Connection, owner: str, moc: MocCreate) -> Row:
    """Adds a MOC; Conflict when the caller has one of this title."""
    faults = creation_faults(moc)
    if faults:
        raise Invalid(faults)
    values = moc.model_dump()
    if moc.type == "moc" and moc.uploaded_date is None:
        values["uploaded_date"] = datetime.now(UTC)
    if moc.type == "set" and moc.retired is None:
        values["retired"] = False
    row = store.insert_moc(conn, {**values, "user_id": owner})
    _changed(conn, row)
    count(telemetry.MOCS_CREATED)
    return row


def update(conn: Connection, owner: str, moc_id: UUID, changes: MocUpdate, if_match: IfMatch) -> Row:
    """Writes the given fields; the rules hold for what comes out."""
    row = held(conn, owner, moc_id)
    if_match.check(row["version"])
    given = changes.model_dump(include=changes.model_fields_set)
    merged = {**row, **given}
    faults = [] if merged["type"] == row["type"] else [Detail("type", "cannot be changed")]
    faults += field_faults({**merged, "type": row["type"]}, datetime.now(UTC))
    if row["type"] == "set" and merged["retired"] is None:
        faults.append(Detail("retired", "must be true or false"))
    if faults:
        raise Invalid(faults)
    if "thumbnail_url" in given:
        merged["thumbnail_file_id"] = None
    store.update_moc(conn, moc_id, merged)
    return touched(conn, owner, moc_id)


def touched(conn: Connection, owner: str, moc_id: UUID) -> Row:
    """The MOC as it now is, with the outbox row that its change needs, or that of something its details show."""
    row = read(conn, owner, moc_id)
    _changed(conn, row)
    return row


def touch(conn: Connection, owner: str, moc_id: UUID) -> Row:
    """Grows the version of a MOC whose files, links or lists changed, with its outbox row."""
    store.touch_moc(conn, moc_id)
    return touched(conn, owner, moc_id)


def delete(conn: Connection, owner: str, moc_id: UUID, if_match: IfMatch) -> None:
    """Removes a MOC with everything under it, and has its objects deleted."""
    row = held(conn, owner, moc_id)
    if_match.check(row["version"])
    queue_deletions(conn, store.object_keys(conn, moc_id))
    store.delete_moc(conn, moc_id)
    outbox.record_deletion(conn, "moc", moc_id, user_id=owner, version=row["version"])


def _changed(conn: Connection, row: Row) -> None:
    outbox.record(conn, "moc", row["id"], user_id=row["user_id"], version=row["version"])
