"""Counts worked out anew without a change of lines, for whoever finds that they do not agree."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from mocshelf.mocs import service as mocs
from mocshelf.parts import store

if TYPE_CHECKING:
    from mocshelf.runtime.database import Connection


def recount_list(conn: Connection, owner: str, moc_id: UUID, list_id: UUID) -> None:
    """Makes a list's counts those of its lines, and the MOC's those of its lists; NotFound without the MOC."""
    mocs.held(conn, owner, moc_id)
    store.recount_list(conn, list_id)
    _recount(conn, owner, moc_id)


def recount_moc(conn: Connection, owner: str, moc_id: UUID) -> None:
    """Makes a MOC's pieces those of its lists; NotFound without it."""
    mocs.held(conn, owner, moc_id)
    _recount(conn, owner, moc_id)


def _recount(conn: Connection, owner: str, moc_id: UUID) -> None:
    store.recount_moc(conn, moc_id)
    mocs.touched(conn, owner, moc_id)
