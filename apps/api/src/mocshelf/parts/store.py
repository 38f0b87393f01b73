"""The SQL of parts lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from mocshelf.runtime.database import Row, execute, fetch_all, fetch_one, jsonb

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection


_LIST = """
select id, moc_id, user_id, file_id, title, description, notes, status, built, purchased, format,
       total_parts, completed_parts, total_parts_count, acquired_parts_count, spare_parts_count,
       cost_estimate, actual_cost, version, created_at, updated_at
  from moc_parts_lists
 where id = %(id)s and moc_id = %(moc_id)s
"""


def insert_list(
    conn: Connection,
    *,
    owner: str,
    moc_id: UUID,
    file_id: UUID | None,
    title: str,
    format: str,  # noqa: A002 - the column's name
    receipt: Mapping[str, object] | None,
) -> UUID:
    """Adds a list without lines and returns its id."""
    row = fetch_one(
        conn,
        """
        insert into moc_parts_lists (moc_id, user_id, file_id, title, format, receipt)
        values (%(moc_id)s, %(owner)s, %(file_id)s, %(title)s, %(format)s, %(receipt)s::jsonb)
        returning id
        """,
        {
            "moc_id": moc_id,
            "owner": owner,
            "file_id": file_id,
            "title": title,
            "format": format,
            "receipt": None if receipt is None else jsonb(receipt),
        },
    )
    assert row is not None  # noqa: S101 - an insert without a conflict clause returns its row
    return UUID(row["id"])


def recount_list(conn: Connection, list_id: UUID) -> None:
    """Works out a list's counts from its lines."""
    execute(
        conn,
        """
        update moc_parts_lists l
           set total_parts = c.lines, completed_parts = c.done,
               total_parts_count = c.pieces, acquired_parts_count = c.acquired, spare_parts_count = c.spares
          from (select count(*) filter (where not spare) as lines,
                       count(*) filter (where not spare and acquired_quantity = quantity) as done,
                       coalesce(sum(quantity) filter (where not spare), 0) as pieces,
                       coalesce(sum(acquired_quantity) filter (where not spare), 0) as acquired,
                       coalesce(sum(quantity) filter (where spare), 0) as spares
                  from moc_parts where parts_list_id = %(id)s) c
         where l.id = %(id)s
        """,
        {"id": list_id},
    )


def recount_moc(conn: Connection, moc_id: UUID) -> None:
    """Works out a MOC's pieces from its lists; the version of one whose number stays does not grow."""
    execute(
        conn,
        """
        update moc_instructions m set total_piece_count = t.pieces
          from (select sum(total_parts_count)::bigint as pieces from moc_parts_lists where moc_id = %(id)s) t
         where m.id = %(id)s and m.total_piece_count is distinct from t.pieces
        """,
        {"id": moc_id},
    )


def count_lists(conn: Connection, moc_id: UUID) -> int:
    row = fetch_one(conn, "select count(*) as lists from moc_parts_lists where moc_id = %(id)s", {"id": moc_id})
    return int(row["lists"]) if row else 0


def lists_of_moc(conn: Connection, moc_id: UUID) -> list[Row]:
    """The lists of a MOC without their receipts, newest first."""
    return fetch_all(
        conn,
        """
        select id, moc_id, user_id, file_id, title, description, notes, status, built, purchased, format,
               total_parts, completed_parts, total_parts_count, acquired_parts_count, spare_parts_count,
               cost_estimate, actual_cost, version, created_at, updated_at
          from moc_parts_lists
         where moc_id = %(moc_id)s
         order by created_at desc, id desc
        """,
        {"moc_id": moc_id},
    )


def read_list(conn: Connection, moc_id: UUID, list_id: UUID) -> Row | None:
    """One list of a MOC, without its receipt, which may be large."""
    return fetch_one(conn, _LIST, {"id": list_id, "moc_id": moc_id})


def read_receipt(conn: Connection, list_id: UUID) -> dict[str, object] | None:
    """What became of every record of the list's file; None for a list that was written by hand."""
    row = fetch_one(conn, "select receipt from moc_parts_lists where id = %(id)s", {"id": list_id})
    return row["receipt"] if row else None


def lock_list(conn: Connection, moc_id: UUID, list_id: UUID) -> Row | None:
    """The same, locked until the transaction ends."""
    return fetch_one(conn, _LIST + " for update", {"id": list_id, "moc_id": moc_id})


def update_list(conn: Connection, list_id: UUID, values: Mapping[str, object]) -> None:
    """Writes what people write about a list, and the counts they give of one without lines."""
    execute(
        conn,
        """
        update moc_parts_lists
           set title = %(title)s, description = %(description)s, notes = %(notes)s, status = %(status)s,
               built = %(built)s, purchased = %(purchased)s, cost_estimate = %(cost_estimate)s,
               actual_cost = %(actual_cost)s, total_parts_count = %(total_parts_count)s,
               acquired_parts_count = %(acquired_parts_count)s
         where id = %(id)s
        """,
        {**values, "id": list_id},
    )


def delete_list(conn: Connection, list_id: UUID) -> int:
    return execute(conn, "delete from moc_parts_lists where id = %(id)s", {"id": list_id})


def summary(conn: Connection, owner: str) -> Row:
    """How many lists the user has of each state, and their lines that are not spares."""
    row = fetch_one(
        conn,
        """
        select count(*) as lists,
               count(*) filter (where status = 'planning') as planning,
               count(*) filter (where status = 'in_progress') as in_progress,
               count(*) filter (where status = 'completed') as completed,
               count(*) filter (where built) as built,
               count(*) filter (where purchased) as purchased,
               coalesce(sum(total_parts), 0) as lines,
               coalesce(sum(completed_parts), 0) as done
          from moc_parts_lists
         where user_id = %(owner)s
        """,
        {"owner": owner},
    )
    assert row is not None  # noqa: S101 - an aggregate always gives its row
    return row
