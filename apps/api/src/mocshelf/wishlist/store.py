"""The SQL of the wishlist. What the service must check against the owner is read or locked here first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from mocshelf.runtime.database import Connection, Row, execute, fetch_all, fetch_one

_COLUMNS = """
    w.id, w.user_id, w.title, w.description, w.product_link, w.image_url, w.image_key, w.image_width,
    w.image_height, w.category, w.sort_order, w.version, w.created_at, w.updated_at
"""

_FILTERED = """
   wishlist_items w
 where w.user_id = %(user_id)s and (%(category)s is null or w.category = %(category)s)
"""

# Made once from the constants above: nothing of a request ever becomes part of a statement's text.
_LIST = f"""
select {_COLUMNS}, (select count(*) from {_FILTERED}) as total
  from {_FILTERED}
 order by w.sort_order, w.id
 limit %(limit)s offset %(offset)s
"""  # noqa: S608 - see above

_SEARCH = """
select w.id, count(*) over () as total,
       search_score(w.search, q.title, q.tag, q.title_like, q.other, q.optional)
         + (lower(w.title) = lower(%(typed)s))::int as score
  from search_terms(%(user_id)s, %(words)s::text[], %(edits)s::int[], %(extra)s::text[]) q
  join wishlist_items w on w.search @@ q.needed
 where w.user_id = %(user_id)s
   and (%(category)s is null or w.category = %(category)s)
 order by score desc, w.updated_at desc, w.id
 limit %(limit)s offset %(offset)s
"""


def list_items(conn: Connection, filters: Mapping[str, object]) -> list[Row]:
    """A page of rows in the user's own order, each with the `total` of all matches."""
    return fetch_all(conn, _LIST, filters)


def search_items(conn: Connection, filters: Mapping[str, object]) -> list[Row]:
    """The `id` of each match with its `score` and the `total`, best first; weighted title, category, description."""
    return fetch_all(conn, _SEARCH, filters)


def read_items(conn: Connection, user_id: str, ids: Sequence[str]) -> list[Row]:
    """Those of the items that are the user's, in no order."""
    return fetch_all(
        conn,
        f"""
        select {_COLUMNS} from wishlist_items w where w.id = any(%(ids)s::uuid[]) and w.user_id = %(user_id)s
        """,  # noqa: S608 - a constant of this module
        {"ids": list(ids), "user_id": user_id},
    )


def read_item(conn: Connection, item_id: UUID) -> Row | None:
    """One item, whoever owns it: the service compares the owner."""
    return fetch_one(
        conn,
        f"select {_COLUMNS} from wishlist_items w where w.id = %(id)s",  # noqa: S608 - a constant of this module
        {"id": item_id},
    )


def lock_item(conn: Connection, item_id: UUID) -> Row | None:
    """The same, held until the transaction ends."""
    return fetch_one(
        conn,
        f"select {_COLUMNS} from wishlist_items w where w.id = %(id)s for update",  # noqa: S608 - as above
        {"id": item_id},
    )


def insert_item(conn: Connection, values: Mapping[str, object]) -> Row:
    row = fetch_one(
        conn,
        f"""
        insert into wishlist_items as w
               (user_id, title, description, product_link, image_url, category, sort_order)
        values (%(user_id)s, %(title)s, %(description)s, %(product_link)s, %(image_url)s, %(category)s,
                %(sort_order)s)
        returning {_COLUMNS}
        """,  # noqa: S608 - as above
        values,
    )
    assert row is not None  # noqa: S101 - `returning` always gives the row
    return row


def update_item(conn: Connection, item_id: UUID, values: Mapping[str, object]) -> Row:
    """Writes every changeable column of an item that the caller holds; the trigger grows the version."""
    row = fetch_one(
        conn,
        f"""
        update wishlist_items as w
           set title = %(title)s, description = %(description)s, product_link = %(product_link)s,
               category = %(category)s, sort_order = %(sort_order)s, image_url = %(image_url)s,
               image_key = %(image_key)s, image_width = %(image_width)s, image_height = %(image_height)s
         where id = %(id)s
        returning {_COLUMNS}
        """,  # noqa: S608 - as above
        {**values, "id": item_id},
    )
    assert row is not None  # noqa: S101 - the row is held
    return row


def reorder_items(conn: Connection, user_id: str, ids: Sequence[UUID], sort_orders: Sequence[str]) -> list[Row]:
    """Gives the user's items their places and returns `id` and `version` of those that are the user's.

    The rows are locked in the order of their ids, so that two reorderings at once wait instead of deadlocking.
    """
    return fetch_all(
        conn,
        """
        with held as (
          select w.id from wishlist_items w
           where w.user_id = %(user_id)s and w.id = any(%(ids)s::uuid[])
           order by w.id for update
        )
        update wishlist_items w set sort_order = place.sort_order
          from unnest(%(ids)s::uuid[], %(sort_orders)s::text[]) as place (id, sort_order) join held using (id)
         where w.id = place.id
        returning w.id, w.version
        """,
        {"user_id": user_id, "ids": list(ids), "sort_orders": list(sort_orders)},
    )


def delete_item(conn: Connection, item_id: UUID) -> int:
    return execute(conn, "delete from wishlist_items where id = %(id)s", {"id": item_id})
