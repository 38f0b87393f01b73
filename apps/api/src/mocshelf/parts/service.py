"""The rules of parts lists: how many a MOC may have, and that its counts follow its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from mocshelf.parts import store
from mocshelf.parts.store import lists_of_moc
from mocshelf.runtime.errors import Conflict

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection

    from mocshelf.parts.reading import Imported

MOST_LISTS = 20

__all__ = ["MOST_LISTS", "has_room", "import_list", "lists_of_moc"]


def has_room(conn: Connection, moc_id: UUID) -> bool:
    """Whether the MOC may have one more list."""
    return store.count_lists(conn, moc_id) < MOST_LISTS


def import_list(
    conn: Connection, *, owner: str, moc_id: UUID, file_id: UUID | None, title: str, imported: Imported
) -> UUID:
    """Stores a list that was read from a file, in the caller's transaction, and returns its id. The caller
    holds the MOC's lock. Raises Conflict when the MOC has as many lists as it may."""
    if not has_room(conn, moc_id):
        raise Conflict(f"A MOC holds at most {MOST_LISTS} parts lists. Delete one first.")
    list_id = store.insert_list(
        conn,
        owner=owner,
        moc_id=moc_id,
        file_id=file_id,
        title=title,
        format=imported.format,
        receipt=imported.receipt,
    )
    store.insert_lots(conn, list_id, imported.lots)
    store.recount_list(conn, list_id)
    store.recount_moc(conn, moc_id)
    return list_id
