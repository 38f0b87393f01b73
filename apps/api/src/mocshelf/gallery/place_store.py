"""The SQL of the order in an album: by `album_place`, or `created_at` where there is none, the latest first."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from mocshelf.runtime.database import Connection, execute, fetch_one


def first_place(conn: Connection, album_id: UUID) -> datetime:
    """A place before every image of the album.

    It is the present if it can be, because an image that is added later stands by its age, and before this one.
    """
    row = fetch_one(
        conn,
        """
        select greatest(now(), max(coalesce(i.album_place, i.created_at)) + interval '1 millisecond') as place
          from gallery_images i where i.album_id = %(album_id)s
        """,
        {"album_id": album_id},
    )
    assert row is not None  # noqa: S101 - an aggregate always gives a row
    place: datetime = row["place"]
    return place


def place_behind(conn: Connection, album_id: UUID, image_id: UUID, *, moved: UUID) -> datetime | None:
    """A place between an image of the album and the next one other than `moved`; None when they leave no room.

    Of much room it takes a minute, so that whoever builds an order one behind the other does not halve it each time.
    """
    row = fetch_one(
        conn,
        """
        select case when below.place is null then spot.place - interval '1 minute'
                    when spot.place - below.place >= interval '2 microseconds'
                    then spot.place - least((spot.place - below.place) / 2, interval '1 minute') end as place
          from (select i.id, coalesce(i.album_place, i.created_at) as place
                  from gallery_images i where i.id = %(image_id)s) spot
          left join lateral (
            select coalesce(i.album_place, i.created_at) as place
              from gallery_images i
             where i.album_id = %(album_id)s and i.id <> %(moved)s
               and (coalesce(i.album_place, i.created_at), i.id) < (spot.place, spot.id)
             order by coalesce(i.album_place, i.created_at) desc, i.id desc
             limit 1) below on true
        """,
        {"album_id": album_id, "image_id": image_id, "moved": moved},
    )
    return None if row is None else row["place"]


def set_place(conn: Connection, image_id: UUID, place: datetime) -> None:
    """Moves an image within its album. The same place again would count as another change of the image."""
    execute(
        conn,
        """
        update gallery_images set album_place = %(place)s
         where id = %(image_id)s and album_place is distinct from %(place)s
        """,
        {"image_id": image_id, "place": place},
    )


def spread_places(conn: Connection, album_id: UUID) -> int:
    """Puts a day between any two images of the album, in their order, the first a day ago."""
    return execute(
        conn,
        """
        update gallery_images i set album_place = now() - ranked.number * interval '24 hours'
          from (select o.id,
                       row_number() over (order by coalesce(o.album_place, o.created_at) desc, o.id desc) as number
                  from gallery_images o where o.album_id = %(album_id)s) ranked
         where i.id = ranked.id
        """,
        {"album_id": album_id},
    )
