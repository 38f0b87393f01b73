"""The outbox as the console reads it."""

from __future__ import annotations

from typing import Any

WAITING = """
    select id, topic, entity, entity_id, attempts, left(last_error, 300) as last_error,
           extract(epoch from now() - created_at)::float8 as age,
           extract(epoch from available_at - now())::float8 as due
      from outbox order by id limit %(limit)s
"""
COUNTED = "select count(*) as waiting from outbox"


def waiting(conn: Any, limit: int) -> list[dict[str, Any]]:
    """The oldest rows; `age` is seconds since it was written, `due` until the sweep may send it."""
    return _rows(conn, WAITING, {"limit": limit})


def count(conn: Any) -> int:
    [row] = _rows(conn, COUNTED, {})
    return int(row["waiting"])


def _rows(conn: Any, sql: str, values: dict[str, object]) -> list[dict[str, Any]]:
    with conn.cursor() as cursor:
        cursor.execute(sql, values)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
