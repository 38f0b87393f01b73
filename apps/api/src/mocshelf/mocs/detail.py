"""A MOC as a client sees it: the object itself, and the detail with files, pictures and parts lists."""

from __future__ import annotations

from uuid import UUID

from mocshelf.mocs import files as moc_files
from mocshelf.mocs import store
from mocshelf.mocs.schemas import MocDetail, MocImage
from mocshelf.parts.schemas import parts_list
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.storage import files


def gathered(conn: Connection, row: Row) -> Row:
    """The rows that a MOC's detail shows: of the MOC itself, its files, linked images and parts lists."""
    # Most requests are for lists, which start without what parts are made of.
    from mocshelf.parts.service import lists_of_moc

    moc_id = UUID(row["id"])
    return {
        "moc": row,
        "files": moc_files.of_moc(conn, moc_id),
        "images": store.linked_images(conn, moc_id),
        "lists": lists_of_moc(conn, moc_id),
    }


def detail(found: Row) -> MocDetail:
    """The MOC with its files, pictures and parts lists, from what was gathered."""
    images = [_linked_image(one) for one in found["images"]]
    images += [_image_file(one) for one in found["files"] if one["mime_type"].startswith("image/")]
    return MocDetail.model_validate(
        {
            **shown(found["moc"]),
            "files": [moc_files.shown(one) for one in found["files"]],
            "images": images,
            "parts_lists": [parts_list(one) for one in found["lists"]],
        }
    )


def shown(row: Row) -> Row:
    """The row with the address of its picture; the shapes take from it what they show."""
    if row["thumbnail_key"] is not None:
        return {**row, "thumbnail_url": files.address(row["thumbnail_key"])}
    return row


def _linked_image(row: Row) -> MocImage:
    return MocImage(
        id=row["id"],
        gallery_image_id=row["gallery_image_id"],
        file_id=None,
        url=files.address(row["image_key"]),
        thumbnail_url=files.address(row["thumbnail_key"]),
        alt=row["title"],
        caption=row["description"],
    )


def _image_file(row: Row) -> MocImage:
    address = files.address(row["object_key"])
    return MocImage(
        id=row["id"],
        gallery_image_id=None,
        file_id=row["id"],
        url=address,
        thumbnail_url=address,
        alt=row["original_filename"],
        caption=None,
    )
