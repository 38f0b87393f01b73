"""The rules of a MOC's files: names, how many, which one is the MOC's picture, what goes when one goes."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid4

from mocshelf.intake.objects import NewObject, adopt
from mocshelf.mocs import file_store
from mocshelf.mocs.schemas import MocFile
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Conflict, NotFound
from mocshelf.runtime.storage import files as storage
from mocshelf.runtime.store import queue_deletions

MOST_FILES = 100


@dataclass(frozen=True, slots=True)
class NewFile:
    """A checked file on its way to its final key; the key's UUID is the row's id."""

    id: UUID
    file_type: str
    filename: str
    object: NewObject
    sha256: bytes

    @property
    def is_picture(self) -> bool:
        """Whether it was drawn anew, as every picture is."""
        return self.object.content_type == "image/webp"


def new_file(
    owner: str, moc_id: UUID, *, file_type: str, filename: str, content_type: str, extension: str, data: bytes
) -> NewFile:
    """Names the place of a checked file; `extension` has its dot."""
    import hashlib

    file_id = uuid4()
    written = NewObject(f"mocs/{owner}/{moc_id}/{file_id}{extension}", data, content_type)
    return NewFile(file_id, file_type, filename, written, hashlib.sha256(data).digest())


def of_moc(conn: Connection, moc_id: UUID) -> list[Row]:
    """The MOC's files, oldest first; the caller has checked whose it is."""
    return file_store.list_files(conn, moc_id)


def one(conn: Connection, moc_id: UUID, file_id: UUID) -> Row:
    """One file of a MOC; NotFound when it is not under this MOC."""
    row = file_store.read_file(conn, moc_id, file_id)
    if row is None:
        raise NotFound("This MOC has no such file.")
    return row


def count(conn: Connection, moc_id: UUID) -> int:
    return file_store.count_files(conn, moc_id)


def check_room(conn: Connection, moc_id: UUID, more: int) -> None:
    if count(conn, moc_id) + more > MOST_FILES:
        raise Conflict(f"A MOC holds at most {MOST_FILES} files.")


def taken_names(conn: Connection, moc_id: UUID, names: list[str]) -> set[str]:
    return file_store.taken_names(conn, moc_id, names)


def add(conn: Connection, owner: str, moc_id: UUID, file: NewFile) -> Row:
    """Adds the row of an object that was written under an intent; a thumbnail becomes the MOC's picture.

    The caller holds the MOC's row, touches it, and commits. Conflict: name taken, or the MOC is full.
    """
    check_room(conn, moc_id, 1)
    row = file_store.insert_file(
        conn,
        {
            "id": file.id,
            "moc_id": moc_id,
            "user_id": owner,
            "file_type": file.file_type,
            "original_filename": file.filename,
            "mime_type": file.object.content_type,
            "size_bytes": len(file.object.data),
            "sha256": file.sha256,
            "object_key": file.object.key,
        },
    )
    adopt(conn, [file.object.key])
    if file.file_type == "thumbnail":
        file_store.set_thumbnail(conn, moc_id, file.id)
    return row


def offer_thumbnail(conn: Connection, moc_id: UUID, file_id: UUID) -> bool:
    """Makes an image file the MOC's picture if it has none; whether it did."""
    return file_store.set_first_thumbnail(conn, moc_id, file_id) == 1


def remove(conn: Connection, moc_id: UUID, file_id: UUID) -> None:
    """Deletes a file's row and has its object deleted; foreign keys clear thumbnail and parts list."""
    row = one(conn, moc_id, file_id)
    queue_deletions(conn, [row["object_key"]])
    file_store.delete_file(conn, file_id)


def download_name(row: Row) -> str:
    """The name a download is saved under: the original one, for pictures with the ending of what they are now."""
    name: str = row["original_filename"]
    if row["mime_type"] == "image/webp" and not name.lower().endswith(".webp"):
        return f"{name.rpartition('.')[0] or name}.webp"
    return name


def shown(row: Row) -> MocFile:
    return MocFile(
        id=row["id"],
        moc_id=row["moc_id"],
        file_type=row["file_type"],
        file_url=storage.address(row["object_key"]),
        original_filename=row["original_filename"],
        mime_type=row["mime_type"],
        size=row["size_bytes"],
        created_at=row["created_at"],
    )
