"""The auditor's SQL about rows alone: counts, links, receipts, what waits for too long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mocshelf.runtime.database import Row, execute, fetch_all, fetch_one

if TYPE_CHECKING:
    from mocshelf.runtime.database import Connection


def wrong_lists(conn: Connection, owner: str | None) -> list[Row]:
    """Lists with lines whose counts are not those of their lines: both, by name."""
    return fetch_all(
        conn,
        """
        select l.id, l.moc_id, l.user_id,
               array[l.total_parts, l.completed_parts, l.total_parts_count, l.acquired_parts_count,
                     l.spare_parts_count]::bigint[] as kept,
               array[c.lines, c.done, c.pieces, c.acquired, c.spares]::bigint[] as counted
          from moc_parts_lists l
          join (select parts_list_id,
                       count(*) filter (where not spare) as lines,
                       count(*) filter (where not spare and acquired_quantity = quantity) as done,
                       coalesce(sum(quantity) filter (where not spare), 0) as pieces,
                       coalesce(sum(acquired_quantity) filter (where not spare), 0) as acquired,
                       coalesce(sum(quantity) filter (where spare), 0) as spares
                  from moc_parts group by parts_list_id) c on c.parts_list_id = l.id
         where (%(owner)s::text is null or l.user_id = %(owner)s)
           and (l.total_parts, l.completed_parts, l.total_parts_count, l.acquired_parts_count, l.spare_parts_count)
               is distinct from (c.lines, c.done, c.pieces, c.acquired, c.spares)
         order by l.id
        """,
        {"owner": owner},
    )


def wrong_mocs(conn: Connection, owner: str | None) -> list[Row]:
    """MOCs whose pieces are not the sum of their lists', which is null without lists."""
    return fetch_all(
        conn,
        """
        select m.id, m.user_id, m.total_piece_count as kept, t.pieces as counted
          from moc_instructions m
          left join (select moc_id, sum(total_parts_count)::bigint as pieces from moc_parts_lists group by moc_id) t
            on t.moc_id = m.id
         where (%(owner)s::text is null or m.user_id = %(owner)s) and m.total_piece_count is distinct from t.pieces
         order by m.id
        """,
        {"owner": owner},
    )


def unbalanced_receipts(conn: Connection, owner: str | None) -> list[Row]:
    """Lists whose receipt contradicts itself or, where nobody has changed the list since, its lines.

    A list is at version 2 when its import has ended; from then on its lines may rightly differ from the file's.
    """
    return fetch_all(
        conn,
        """
        select l.id, l.user_id
          from moc_parts_lists l,
               lateral (select l.receipt -> 'records' as records, l.receipt -> 'pieces' as pieces) r,
               lateral (select coalesce(sum(quantity) filter (where not spare), 0) as needed,
                               coalesce(sum(quantity) filter (where spare), 0) as spare
                          from moc_parts where parts_list_id = l.id and l.version <= 2) c
         where l.receipt is not null and (%(owner)s::text is null or l.user_id = %(owner)s)
           and ((select sum(value::bigint) from jsonb_each_text(r.records))
                  is distinct from (l.receipt #>> '{rows,records}')::bigint
             or (r.pieces ->> 'needed')::bigint + (r.pieces ->> 'spare')::bigint + (r.pieces ->> 'skipped')::bigint
                  + (r.pieces ->> 'rejected')::bigint is distinct from (r.pieces ->> 'read')::bigint
             or l.version <= 2 and (c.needed is distinct from (r.pieces ->> 'needed')::bigint
                                    or c.spare is distinct from (r.pieces ->> 'spare')::bigint))
         order by l.id
        """,
        {"owner": owner},
    )


def crossed_links(conn: Connection, owner: str | None) -> list[Row]:
    """Rows that refer to a row of another user, or to one that is not there."""
    return fetch_all(
        conn,
        """
        select part, id, user_id, other, other_id, other_owner from (
            select 'MOC file' as part, f.id, f.user_id, 'MOC' as other, f.moc_id as other_id, m.user_id as other_owner
              from moc_files f left join moc_instructions m on m.id = f.moc_id
            union all
            select 'MOC', m.id, m.user_id, 'thumbnail file', m.thumbnail_file_id, f.user_id
              from moc_instructions m left join moc_files f on f.id = m.thumbnail_file_id and f.moc_id = m.id
             where m.thumbnail_file_id is not null
            union all
            select 'parts list', l.id, l.user_id, 'MOC', l.moc_id, m.user_id
              from moc_parts_lists l left join moc_instructions m on m.id = l.moc_id
            union all
            select 'gallery link', l.id, l.user_id, 'MOC', l.moc_id, m.user_id
              from moc_gallery_images l left join moc_instructions m on m.id = l.moc_id
            union all
            select 'gallery link', l.id, l.user_id, 'image', l.gallery_image_id, i.user_id
              from moc_gallery_images l left join gallery_images i on i.id = l.gallery_image_id
            union all
            select 'image', i.id, i.user_id, 'album', i.album_id, a.user_id
              from gallery_images i left join gallery_albums a on a.id = i.album_id where i.album_id is not null
            union all
            select 'album', a.id, a.user_id, 'cover image', a.cover_image_id, i.user_id
              from gallery_albums a left join gallery_images i on i.id = a.cover_image_id
             where a.cover_image_id is not null
            union all
            select 'upload', s.id, s.user_id, 'MOC', s.moc_id, m.user_id
              from upload_sessions s left join moc_instructions m on m.id = s.moc_id where s.moc_id is not null
            union all
            select 'upload', s.id, s.user_id, 'wishlist item', s.item_id, w.user_id
              from upload_sessions s left join wishlist_items w on w.id = s.item_id where s.item_id is not null
            union all
            select 'upload', s.id, s.user_id, 'album', s.album_id, a.user_id
              from upload_sessions s left join gallery_albums a on a.id = s.album_id where s.album_id is not null
        ) links
         where user_id is distinct from other_owner and (%(owner)s::text is null or user_id = %(owner)s)
         order by part, id
        """,
        {"owner": owner},
    )


def count_outbox(conn: Connection, owner: str | None) -> int:
    row = fetch_one(
        conn,
        "select count(*) as rows from outbox where %(owner)s::text is null or user_id = %(owner)s",
        {"owner": owner},
    )
    return int(row["rows"]) if row else 0


def stuck_outbox(conn: Connection, owner: str | None) -> list[Row]:
    """Outbox rows that failed ten times, which nobody sends again, and those that wait for over an hour."""
    return fetch_all(
        conn,
        """
        select id, topic, entity, entity_id, user_id, attempts, last_error,
               extract(epoch from now() - created_at)::bigint as seconds
          from outbox
         where (attempts >= 10 or created_at < now() - interval '1 hour')
           and (%(owner)s::text is null or user_id = %(owner)s)
         order by id
        """,
        {"owner": owner},
    )


def waiting_entities(conn: Connection) -> set[tuple[str, str]]:
    """The entities whose change the index has yet to hear of: (entity, id)."""
    rows = fetch_all(conn, "select distinct entity, entity_id from outbox where topic = 'index'")
    return {(row["entity"], row["entity_id"]) for row in rows}


def send_again(conn: Connection, row_id: int) -> bool:
    """Lets the sweep send an outbox row now, as if it had never failed; False when it may do so already."""
    return (
        execute(
            conn,
            """
            update outbox set attempts = 0, available_at = now()
             where id = %(id)s and (attempts > 0 or available_at > now())
            """,
            {"id": row_id},
        )
        == 1
    )


def unfinished_sessions(conn: Connection, owner: str | None) -> list[Row]:
    """Upload sessions a quarter of an hour past their end; the sweep comes every five minutes."""
    return fetch_all(
        conn,
        """
        select id, user_id, expires_at from upload_sessions
         where finished_at is null and expires_at < now() - interval '15 minutes'
           and (%(owner)s::text is null or user_id = %(owner)s)
         order by id
        """,
        {"owner": owner},
    )


def overdue_deletions(conn: Connection) -> list[Row]:
    """Promised deletions that are an hour late, and those that S3 has refused several times."""
    return fetch_all(
        conn,
        """
        select object_key, attempts from object_deletions
         where due_at < now() - interval '1 hour' or attempts >= 5
         order by object_key
        """,
    )


def count_promises(conn: Connection) -> int:
    row = fetch_one(conn, "select count(*) as rows from object_deletions")
    return int(row["rows"]) if row else 0


def hasten_deletion(conn: Connection, key: str) -> None:
    """Makes a deletion that was put off due now."""
    execute(
        conn,
        "update object_deletions set due_at = now() where object_key = %(key)s and attempts > 0 and due_at > now()",
        {"key": key},
    )


def count_indexed(conn: Connection, owner: str | None) -> int:
    """How many rows should have a document."""
    row = fetch_one(
        conn,
        """
        select (select count(*) from moc_instructions where %(owner)s::text is null or user_id = %(owner)s)
             + (select count(*) from gallery_images where %(owner)s::text is null or user_id = %(owner)s)
             + (select count(*) from gallery_albums where %(owner)s::text is null or user_id = %(owner)s)
             + (select count(*) from wishlist_items where %(owner)s::text is null or user_id = %(owner)s) as rows
        """,
        {"owner": owner},
    )
    return int(row["rows"]) if row else 0


def owners_of(conn: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Whose the indexed rows of these ids are; those that are gone are left out."""
    rows = fetch_all(
        conn,
        """
        select id, user_id from moc_instructions where id = any(%(ids)s::uuid[])
        union all select id, user_id from gallery_images where id = any(%(ids)s::uuid[])
        union all select id, user_id from gallery_albums where id = any(%(ids)s::uuid[])
        union all select id, user_id from wishlist_items where id = any(%(ids)s::uuid[])
        """,
        {"ids": list(ids)},
    )
    return {row["id"]: row["user_id"] for row in rows}
