"""The SQL of MOCs. What the service must check against the owner is read or locked here first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from psycopg2.errors import UniqueViolation

from mocshelf.runtime.database import Connection, Row, execute, fetch_all, fetch_one
from mocshelf.runtime.errors import Conflict

_COLUMNS = """
    m.id, m.user_id, m.type, m.title, m.description, m.author, m.parts_count, m.theme, m.subtheme,
    m.uploaded_date, m.brand, m.set_number, m.release_year, m.retired, m.tags, m.thumbnail_url,
    m.thumbnail_file_id, m.total_piece_count, m.version, m.created_at, m.updated_at
"""

_OWN = "moc_instructions m where m.user_id = %(user_id)s"

_FILTERED = """
   moc_instructions m
 where m.user_id = %(user_id)s
   and (%(type)s is null or m.type = %(type)s)
   and (%(theme)s is null or m.theme = %(theme)s)
   and (%(tag)s is null or m.tags @> array[%(tag)s])
"""

# Rows and total in one statement: a second one would cost a round trip a page.
_LIST = """
select {columns}, (select f.object_key from moc_files f where f.id = m.thumbnail_file_id) as thumbnail_key,
       (select count(*) from {chosen}) as total
  from {chosen}
 order by {order}
 limit %(limit)s offset %(offset)s
"""

_FOUND = """
select m.id, count(*) over () as total,
       search_score(m.search, q.title, q.tag, q.title_like, q.other, q.optional)
         + (lower(m.title) = lower(%(typed)s))::int as score
  from search_terms(%(user_id)s, %(words)s::text[], %(edits)s::int[], %(extra)s::text[]) q
  join moc_instructions m on m.search @@ q.needed
 where m.user_id = %(user_id)s
   and (%(type)s is null or m.type = %(type)s)
   and (%(theme)s is null or m.theme = %(theme)s)
   and (%(tag)s is null or m.tags @> array[%(tag)s])
 order by {order}
 limit %(limit)s offset %(offset)s
"""

_ORDERS = {
    ("updatedAt", "desc"): "m.updated_at desc, m.id desc",
    ("updatedAt", "asc"): "m.updated_at, m.id",
    ("createdAt", "desc"): "m.created_at desc, m.id desc",
    ("createdAt", "asc"): "m.created_at, m.id",
    ("title", "desc"): 'lower(m.title) collate "C" desc, m.id desc',
    ("title", "asc"): 'lower(m.title) collate "C", m.id',
    ("partsCount", "desc"): "m.parts_count desc nulls last, m.id desc",
    ("partsCount", "asc"): "m.parts_count nulls last, m.id",
}

# Made once from the constants above: nothing of a request ever becomes part of a statement's text.
_LISTS = {by: _LIST.format(columns=_COLUMNS, chosen=_FILTERED, order=order) for by, order in _ORDERS.items()}
# The list that is asked for most has no filter, and the server plans it in half the time without their text.
_WHOLE_LISTS = {by: _LIST.format(columns=_COLUMNS, chosen=_OWN, order=order) for by, order in _ORDERS.items()}
_SEARCHES = {by: _FOUND.format(order=order) for by, order in _ORDERS.items()}
_BEST_FIRST = _FOUND.format(order="score desc, m.updated_at desc, m.id")


def list_mocs(conn: Connection, filters: Mapping[str, object], sort: str, order: str) -> list[Row]:
    """A page of rows, each with the `total` of all matches."""
    lists = _LISTS if filters["type"] or filters["theme"] or filters["tag"] else _WHOLE_LISTS
    return fetch_all(conn, lists[sort, order], filters)


def search_mocs(conn: Connection, filters: Mapping[str, object], sort: str | None, order: str) -> list[Row]:
    """The `id` of each match with its `score` and the `total`; weighted title, tags, description."""
    statement = _BEST_FIRST if sort is None else _SEARCHES[sort, order]
    return fetch_all(conn, statement, filters)


def read_mocs(conn: Connection, user_id: str, ids: Sequence[str]) -> list[Row]:
    """Those of the MOCs that are the user's, in no order."""
    return fetch_all(
        conn,
        f"""
        select {_COLUMNS}, f.object_key as thumbnail_key
          from moc_instructions m
          left join moc_files f on f.id = m.thumbnail_file_id
         where m.id = any(%(ids)s::uuid[]) and m.user_id = %(user_id)s
        """,  # noqa: S608 - a constant of this module
        {"ids": list(ids), "user_id": user_id},
    )


def read_moc(conn: Connection, moc_id: UUID) -> Row | None:
    """One MOC, whoever owns it, with its thumbnail's object key: the service compares the owner."""
    return fetch_one(
        conn,
        f"""
        select {_COLUMNS}, f.object_key as thumbnail_key
          from moc_instructions m
          left join moc_files f on f.id = m.thumbnail_file_id
         where m.id = %(id)s
        """,  # noqa: S608 - a constant of this module
        {"id": moc_id},
    )


def lock_moc(conn: Connection, moc_id: UUID) -> Row | None:
    """The same, held until the transaction ends."""
    return fetch_one(
        conn,
        f"""
        select {_COLUMNS},
               (select f.object_key from moc_files f where f.id = m.thumbnail_file_id) as thumbnail_key
          from moc_instructions m where m.id = %(id)s for update
        """,  # noqa: S608 - a constant of this module
        {"id": moc_id},
    )


def insert_moc(conn: Connection, values: Mapping[str, object]) -> Row:
    """Adds a MOC and returns its row; Conflict when the title is taken."""
    row = fetch_one(
        conn,
        """
        insert into moc_instructions as m
               (user_id, type, title, description, author, parts_count, theme, subtheme, uploaded_date, brand,
                set_number, release_year, retired, tags, thumbnail_url)
        values (%(user_id)s, %(type)s, %(title)s, %(description)s, %(author)s, %(parts_count)s, %(theme)s,
                %(subtheme)s, %(uploaded_date)s, %(brand)s, %(set_number)s, %(release_year)s, %(retired)s,
                %(tags)s::text[], %(thumbnail_url)s)
        on conflict (user_id, title) do nothing
        returning id, user_id, type, title, description, author, parts_count, theme, subtheme, uploaded_date,
                  brand, set_number, release_year, retired, tags, thumbnail_url, thumbnail_file_id,
                  null as thumbnail_key, total_piece_count, version, created_at, updated_at
        """,
        values,
    )
    if row is None:
        raise title_taken()
    return row


def update_moc(conn: Connection, moc_id: UUID, values: Mapping[str, object]) -> None:
    """Writes every changeable column; the trigger grows the version. Conflict when the title is taken."""
    try:
        execute(
            conn,
            """
            update moc_instructions
               set title = %(title)s, description = %(description)s, author = %(author)s,
                   parts_count = %(parts_count)s, theme = %(theme)s, subtheme = %(subtheme)s,
                   uploaded_date = %(uploaded_date)s, brand = %(brand)s, set_number = %(set_number)s,
                   release_year = %(release_year)s, retired = %(retired)s, tags = %(tags)s::text[],
                   thumbnail_url = %(thumbnail_url)s, thumbnail_file_id = %(thumbnail_file_id)s
             where id = %(id)s
            """,
            {**values, "id": moc_id},
        )
    except UniqueViolation:
        raise title_taken() from None


def title_taken() -> Conflict:
    return Conflict("You already have a MOC with this title. Choose another one.")


def touch_moc(conn: Connection, moc_id: UUID) -> None:
    """Grows the version of a MOC whose parts changed."""
    execute(conn, "update moc_instructions set version = version where id = %(id)s", {"id": moc_id})


def object_keys(conn: Connection, moc_id: UUID) -> list[str]:
    """Every object that goes with the MOC: its files, and what its open uploads have left under `incoming/`."""
    rows = fetch_all(
        conn,
        """
        select f.object_key from moc_files f where f.moc_id = %(id)s
        union all
        select u.object_key from upload_files u join upload_sessions s on s.id = u.session_id
         where s.moc_id = %(id)s and u.status in ('waiting', 'received', 'processing')
        """,
        {"id": moc_id},
    )
    return [row["object_key"] for row in rows]


def delete_moc(conn: Connection, moc_id: UUID) -> int:
    return execute(conn, "delete from moc_instructions where id = %(id)s", {"id": moc_id})


def count_by_category(conn: Connection, user_id: str, limit: int) -> list[Row]:
    """The largest themes of all rows and tags of MOCs, which are compared without case."""
    return fetch_all(
        conn,
        """
        with themes as (
          select theme as category, count(*) as count from moc_instructions
           where user_id = %(user_id)s and theme is not null
           group by theme),
        tags as (
          select lower(tag) as category, count(distinct m.id) as count
            from moc_instructions m cross join unnest(m.tags) as tag
           where m.user_id = %(user_id)s and m.type = 'moc'
             and not exists (select 1 from themes t where lower(t.category) = lower(tag))
           group by lower(tag))
        select category, count from (select * from themes union all select * from tags) c
         order by count desc, category collate "C"
         limit %(limit)s
        """,
        {"user_id": user_id, "limit": limit},
    )


def count_by_month(conn: Connection, user_id: str) -> list[Row]:
    """What was created in this and the eleven months before, in UTC."""
    return fetch_all(
        conn,
        """
        select to_char(created_at at time zone 'UTC', 'YYYY-MM') as date, coalesce(theme, 'Unknown') as category,
               count(*) as count
          from moc_instructions
         where user_id = %(user_id)s
           and created_at >= (date_trunc('month', now() at time zone 'UTC') - interval '11 months')
                             at time zone 'UTC'
         group by 1, coalesce(theme, 'Unknown')
         order by 1, coalesce(theme, 'Unknown') collate "C"
        """,
        {"user_id": user_id},
    )


def linked_images(conn: Connection, moc_id: UUID) -> list[Row]:
    """The gallery images linked to a MOC, oldest link first."""
    return fetch_all(
        conn,
        """
        select l.id, l.gallery_image_id, i.image_key, i.thumbnail_key, i.title, i.description
          from moc_gallery_images l join gallery_images i on i.id = l.gallery_image_id
         where l.moc_id = %(id)s
         order by l.created_at, l.id
        """,
        {"id": moc_id},
    )
