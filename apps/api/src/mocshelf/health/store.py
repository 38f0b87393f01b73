"""The SQL of the health check."""

from __future__ import annotations

from mocshelf.runtime.database import Connection, fetch_one


def answers(conn: Connection) -> bool:
    return fetch_one(conn, "select 1 as one") == {"one": 1}
