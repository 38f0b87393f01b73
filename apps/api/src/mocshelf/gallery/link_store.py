"""The SQL of the links between gallery images and MOCs."""

from __future__ import annotations

from uuid import UUID

from mocshelf.runtime.database import Connection, Row, execute, fetch_all, fetch_one
from mocshelf.runtime.errors import Conflict


def count_links(conn: Connection, moc_id: UUID) -> int:
    row = fetch_one(
        conn, "select count(*) as links from moc_gallery_images where moc_id = %(moc_id)s", {"moc_id": moc_id}
    )
    return int(row["links"]) if row else 0


def list_linked_images(conn: Connection, moc_id: UUID, *, limit: int, offset: int) -> list[Row]:
    """A page of the images linked to a MOC, oldest link first, each with the `total` of all."""
    return fetch_all(
        conn,
        """
        select i.id, i.user_id, i.title, i.description, i.tags, i.album_id, i.image_key, i.thumbnail_key, i.flagged,
               i.created_at, i.updated_at as last_updated_at, count(*) over () as total
          from moc_gallery_images l join gallery_images i on i.id = l.gallery_image_id
         where l.moc_id = %(moc_id)s
         order by l.created_at, l.id
         limit %(limit)s offset %(offset)s
        """,
        {"moc_id": moc_id, "limit": limit, "offset": offset},
    )


def insert_link(conn: Connection, *, owner: str, moc_id: UUID, image_id: UUID) -> Row:
    """Links an image to a MOC of the same owner; Conflict when it is linked already."""
    row = fetch_one(
        conn,
        """
        insert into moc_gallery_images (user_id, moc_id, gallery_image_id)
        values (%(owner)s, %(moc_id)s, %(image_id)s)
        on conflict (moc_id, gallery_image_id) do nothing
        returning id, moc_id, gallery_image_id, created_at
        """,
        {"owner": owner, "moc_id": moc_id, "image_id": image_id},
    )
    if row is None:
        raise Conflict("This image is linked to the MOC already.")
    return row


def link_exists(conn: Connection, moc_id: UUID, image_id: UUID) -> bool:
    row = fetch_one(
        conn,
        "select id from moc_gallery_images where moc_id = %(moc_id)s and gallery_image_id = %(image_id)s",
        {"moc_id": moc_id, "image_id": image_id},
    )
    return row is not None


def delete_link(conn: Connection, moc_id: UUID, image_id: UUID) -> int:
    return execute(
        conn,
        "delete from moc_gallery_images where moc_id = %(moc_id)s and gallery_image_id = %(image_id)s",
        {"moc_id": moc_id, "image_id": image_id},
    )


def linked_mocs(conn: Connection, image_id: UUID) -> list[UUID]:
    """The MOCs an image is linked to, in the order of their ids."""
    rows = fetch_all(
        conn,
        "select moc_id from moc_gallery_images where gallery_image_id = %(image_id)s order by moc_id",
        {"image_id": image_id},
    )
    return [UUID(row["moc_id"]) for row in rows]
