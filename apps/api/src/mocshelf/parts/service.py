"""The rules of parts lists: how many a MOC may have, and that its counts follow its lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from mocshelf.mocs import files as moc_files
from mocshelf.mocs import service as mocs
from mocshelf.parts import line_store, store
from mocshelf.parts.lines import acquired, as_lots, ids_of, line_faults, tick_faults
from mocshelf.parts.schemas import MOST_LINES
from mocshelf.parts.store import lists_of_moc
from mocshelf.runtime import telemetry
from mocshelf.runtime.conditions import IfMatch
from mocshelf.runtime.counting import count
from mocshelf.runtime.errors import Conflict, Detail, Invalid, NotFound

if TYPE_CHECKING:
    from mocshelf.parts.inputs import Fields, PartsListCreate, PartsListUpdate, StatusUpdate, Tick
    from mocshelf.parts.reading import Imported
    from mocshelf.runtime.database import Connection, Row

MOST_LISTS = 20

_COUNTS = {"total_parts_count": "totalPartsCount", "acquired_parts_count": "acquiredPartsCount"}

__all__ = ["MOST_LISTS", "has_room", "import_list", "lists_of_moc"]


def has_room(conn: Connection, moc_id: UUID) -> bool:
    """Whether the MOC may have one more list."""
    return store.count_lists(conn, moc_id) < MOST_LISTS


def import_list(
    conn: Connection, *, owner: str, moc_id: UUID, file_id: UUID | None, title: str, imported: Imported
) -> UUID:
    """Stores a list that was read from a file, in the caller's transaction, and returns its id. The caller
    holds the MOC's lock. Raises Conflict when the MOC has as many lists as it may."""
    _check_room(conn, moc_id)
    list_id = store.insert_list(
        conn,
        owner=owner,
        moc_id=moc_id,
        file_id=file_id,
        title=title,
        format=imported.format,
        receipt=imported.receipt,
    )
    line_store.insert_lots(conn, list_id, imported.lots)
    store.recount_list(conn, list_id)
    store.recount_moc(conn, moc_id)
    count(telemetry.PARTS_PARSED, len(imported.lots))
    return list_id


def read(conn: Connection, owner: str, moc_id: UUID, list_id: UUID) -> Row:
    """A list of the caller's MOC."""
    mocs.read(conn, owner, moc_id)
    return _found(store.read_list(conn, moc_id, list_id))


def create(conn: Connection, owner: str, moc_id: UUID, new: PartsListCreate) -> Row:
    """Adds a list that was written by hand; Conflict when the MOC has as many as it may."""
    mocs.held(conn, owner, moc_id)
    if new.file_id is not None:
        moc_files.one(conn, moc_id, new.file_id)
    title, faults = _title(new, required=True)
    empty: dict[str, Any] = {
        "total_parts": 0,
        "spare_parts_count": 0,
        "total_parts_count": 0,
        "acquired_parts_count": 0,
    }
    values = {**new.model_dump(exclude={"parts"}), "title": title}
    faults += line_faults(new.parts, {}) + _count_faults(new, empty, has_lines=bool(new.parts))
    if faults:
        raise Invalid(faults)
    _check_room(conn, moc_id)
    list_id = store.insert_list(
        conn, owner=owner, moc_id=moc_id, file_id=new.file_id, title=title, format="manual", receipt=None
    )
    store.update_list(conn, list_id, values)
    if new.parts:
        line_store.insert_lots(conn, list_id, as_lots(new.parts, {}))
        store.recount_list(conn, list_id)
    store.recount_moc(conn, moc_id)
    mocs.touch(conn, owner, moc_id)
    return _found(store.read_list(conn, moc_id, list_id))


def update(
    conn: Connection, owner: str, moc_id: UUID, list_id: UUID, changes: PartsListUpdate, if_match: IfMatch
) -> Row:
    """Writes the given fields; given lines take the place of all lines."""
    mocs.held(conn, owner, moc_id)
    row = _held(conn, moc_id, list_id, if_match)
    given = changes.model_fields_set
    title, faults = _title(changes, required=False)
    known: dict[str, Row] = {}
    if any(line.id for line in changes.parts):
        known = {one["id"]: one for one in line_store.lines(conn, list_id, MOST_LINES, 0, False)}
    faults += line_faults(changes.parts, known)
    has_lines = bool(changes.parts) if "parts" in given else _has_lines(row)
    if "parts" in given and not has_lines:
        row = {**row, "total_parts_count": 0, "acquired_parts_count": 0}
    faults += _count_faults(changes, row, has_lines=has_lines)
    if faults:
        raise Invalid(faults)
    values = {**row, **changes.model_dump(include=given - {"parts"}), "title": title or row["title"]}
    if "parts" in given:
        line_store.delete_lots(conn, list_id)
        line_store.insert_lots(conn, list_id, as_lots(changes.parts, known), ids_of(changes.parts))
        store.recount_list(conn, list_id)
    if "parts" in given and has_lines:
        counted = _found(store.read_list(conn, moc_id, list_id))
        values |= {name: counted[name] for name in _COUNTS}
    store.update_list(conn, list_id, values)
    store.recount_moc(conn, moc_id)
    mocs.touched(conn, owner, moc_id)
    return _found(store.read_list(conn, moc_id, list_id))


def set_status(
    conn: Connection, owner: str, moc_id: UUID, list_id: UUID, changes: StatusUpdate, if_match: IfMatch
) -> Row:
    """Writes how far a list is; the MOC stays as it is, but its details show the list."""
    given = changes.model_dump(include=changes.model_fields_set)
    mocs.read(conn, owner, moc_id)
    row = _held(conn, moc_id, list_id, if_match)
    faults = _count_faults(changes, row, has_lines=_has_lines(row))
    if faults:
        raise Invalid(faults)
    store.update_list(conn, list_id, {**row, **given})
    mocs.touched(conn, owner, moc_id)
    return _found(store.read_list(conn, moc_id, list_id))


def status_faults(changes: StatusUpdate) -> list[Detail]:
    """What is wrong with a change of status: that it changes nothing."""
    names = "status, built, purchased, acquiredPartsCount, actualCost or notes"
    return [] if changes.model_fields_set else [Detail("body", f"must have at least one of {names}")]


def delete(conn: Connection, owner: str, moc_id: UUID, list_id: UUID, if_match: IfMatch) -> None:
    """Removes a list with its lines; the file it came from stays."""
    mocs.held(conn, owner, moc_id)
    _held(conn, moc_id, list_id, if_match)
    store.delete_list(conn, list_id)
    store.recount_moc(conn, moc_id)
    mocs.touch(conn, owner, moc_id)


def tick(conn: Connection, owner: str, moc_id: UUID, list_id: UUID, ticks: list[Tick], if_match: IfMatch) -> Row:
    """Sets how many pieces of each line are there: all of the lines, or Invalid and none."""
    mocs.read(conn, owner, moc_id)
    _held(conn, moc_id, list_id, if_match)
    ids = [one.id for one in ticks]
    quantities = line_store.lot_quantities(conn, list_id, ids)
    faults = tick_faults(ticks, quantities)
    if faults:
        raise Invalid(faults)
    there = [acquired(one, quantities[str(one.id)]) or 0 for one in ticks]
    line_store.tick_lots(conn, list_id, ids, there)
    store.recount_list(conn, list_id)
    mocs.touched(conn, owner, moc_id)
    return _found(store.read_list(conn, moc_id, list_id))


def _check_room(conn: Connection, moc_id: UUID) -> None:
    if not has_room(conn, moc_id):
        raise Conflict(f"A MOC holds at most {MOST_LISTS} parts lists. Delete one first.")


def _held(conn: Connection, moc_id: UUID, list_id: UUID, if_match: IfMatch) -> Row:
    row = _found(store.lock_list(conn, moc_id, list_id))
    if_match.check(row["version"])
    return row


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFound("This MOC has no such parts list.")
    return row


def _has_lines(row: Mapping[str, Any]) -> bool:
    return bool(row["total_parts"] or row["spare_parts_count"])


def _title(fields: Fields, *, required: bool) -> tuple[str, list[Detail]]:
    """The title, by either of its names, and what is wrong with it; empty when it is not given."""
    names = fields.model_fields_set & {"title", "name"}
    if not names:
        return "", [Detail("title", "is required")] if required else []
    if len(names) == 2 and fields.title != fields.name:
        return fields.title, [Detail("name", "must be the same as title, or be left out")]
    return fields.title or fields.name, []


def _count_faults(fields: Fields | StatusUpdate, row: Mapping[str, Any], *, has_lines: bool) -> list[Detail]:
    """What is wrong with given counts: lines count themselves, and nobody has more pieces than there are."""
    given = {name: getattr(fields, name) for name in _COUNTS if name in fields.model_fields_set}
    counts = {name: row[name] for name in _COUNTS}
    if has_lines:
        # What a client sends back unchanged does no harm.
        changed = [name for name in given if given[name] != counts[name]]
        return [Detail(_COUNTS[name], "is counted from the list's lines") for name in changed]
    counts |= given
    if counts["acquired_parts_count"] > counts["total_parts_count"]:
        message = f"must be a whole number from 0 to {counts['total_parts_count']:,}"
        return [Detail("acquiredPartsCount", message)]
    return []
