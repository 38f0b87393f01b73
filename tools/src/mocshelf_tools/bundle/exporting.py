"""Writes a user's library into a bundle: one moment of the database, and every object it names."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.storage import files as storage
from mocshelf.runtime.users import User
from mocshelf_tools.bundle import layout, lots, store
from mocshelf_tools.bundle.archive import Reader, Writer
from mocshelf_tools.bundle.naming import Names, safe, stem_and_ending
from mocshelf_tools.problems import CannotContinue

Tell = Callable[[str], None]

README = """This is one person's library of MOCs (My Own Creations): instructions, parts lists, photos and a wishlist.

manifest.json   what this bundle is, and every file in it with its size and SHA-256
mocs/           a folder a MOC: moc.json says what it is; its files have their own names; parts lists are CSV
                files for a spreadsheet, each with a JSON file that says what the list is
gallery.json    photos, in which album each is and where in it; the pictures are in gallery/
albums.json     albums
wishlist.json   the wishlist; its pictures are in wishlist/
profile.json    name and picture of the person

Times are UTC. An id is the same wherever it stands, also in a bundle that is made after an import.
"""


class Export:
    """One bundle in the making."""

    def __init__(self, writer: Writer, tell: Tell) -> None:
        self._writer = writer
        self._tell = tell
        self._names = Names()
        self._changed: list[datetime] = []
        self.problems: list[layout.FileProblem] = []

    def write(self, conn: Connection, user: User) -> layout.Manifest:
        """Writes every entry; the manifest, which has their hashes, is the last."""
        self._writer.add(layout.README, README.encode(), None)
        mocs = store.mocs(conn, user.user_id)
        lists = 0
        for number, row in enumerate(mocs, 1):
            lists += self._moc(conn, row)
            self._tell(f"MOC {number:,} of {len(mocs):,}")
        images = store.images(conn, user.user_id)
        self._gallery(images)
        albums = store.albums(conn, user.user_id)
        self._json(layout.ALBUMS, layout.AlbumsFile(albums=[_album(row) for row in albums]), None)
        items = store.wishlist(conn, user.user_id)
        self._json(layout.WISHLIST, layout.WishlistFile(items=[self._item(row) for row in items]), None)
        avatar = store.avatar_key(conn, user.user_id)
        path = self._object("avatar.webp", avatar, None, None) if avatar else None
        self._json(layout.PROFILE, layout.Profile(name=user.name, avatar=path), None)
        self._changed += [row["updated_at"] for row in (*mocs, *images, *albums, *items)]
        counts = layout.Counts(
            mocs=len(mocs), parts_lists=lists, albums=len(albums), images=len(images), wishlist_items=len(items)
        )
        manifest = layout.Manifest(
            format="mocshelf-bundle",
            version=2,
            last_change=max(self._changed, default=None),
            user=layout.User(name=user.name),
            counts=counts,
            problems=self.problems,
            files=sorted(self._writer.entries, key=lambda entry: entry.path),
        )
        self._json(layout.MANIFEST, manifest, None)
        return manifest

    def _moc(self, conn: Connection, row: Row) -> int:
        """Writes a MOC's folder; returns how many parts lists it has."""
        folder = self._names.claim(f"mocs/{safe(row['title'])} ({_id(row['id'])})")
        path = self._names.claim(f"{folder}/{layout.MOC}")
        files = [self._file(folder, one) for one in store.files(conn, row["id"])]
        lists = [self._list(conn, folder, one) for one in store.parts_lists(conn, row["id"])]
        fields = {name: row[name] for name in layout.Moc.model_fields if name in row}
        moc = layout.Moc(
            **{
                **fields,
                "id": _id(row["id"]),
                "thumbnail_file": _id(row["thumbnail_file_id"]),
                "files": files,
                "parts_lists": lists,
                "images": [
                    layout.Link(id=_id(one["id"]), image=_id(one["gallery_image_id"]), created_at=one["created_at"])
                    for one in store.links(conn, row["id"])
                ],
            }
        )
        self._json(path, moc, row["updated_at"])
        return len(lists)

    def _file(self, folder: str, row: Row) -> layout.MocFile:
        stem, ending = stem_and_ending(row["original_filename"])
        if row["mime_type"] == "image/webp":
            ending = ".webp"
        path = self._names.claim(f"{folder}/{stem}", ending)
        return layout.MocFile(
            id=_id(row["id"]),
            kind=row["file_type"],
            name=row["original_filename"],
            content_type=row["mime_type"],
            file=self._object(path, row["object_key"], row["sha256"], row["created_at"]),
            created_at=row["created_at"],
        )

    def _list(self, conn: Connection, folder: str, row: Row) -> str:
        self._changed.append(row["updated_at"])
        lines = store.lines(conn, row["id"])
        stem = self._names.claim(f"{folder}/parts lists/{safe(row['title'])}")
        csv = f"{stem}.csv" if lines else None
        if csv:
            self._writer.add(csv, lots.as_csv(lines).encode(), row["updated_at"])
        fields = {name: row[name] for name in layout.PartsList.model_fields if name in row}
        about = layout.PartsList(
            **{
                **fields,
                "id": _id(row["id"]),
                "from_file": _id(row["file_id"]),
                "lines": csv,
                "line_details": lots.details(lines),
            }
        )
        self._json(f"{stem}.json", about, row["updated_at"])
        return f"{stem}.json"

    def _gallery(self, rows: Sequence[Row]) -> None:
        images = []
        for number, row in enumerate(rows, 1):
            name = f"{safe(row['title'])} ({_id(row['id'])})"
            fields = {name: row[name] for name in layout.Image.model_fields if name in row}
            images.append(
                layout.Image(
                    **{
                        **fields,
                        "id": _id(row["id"]),
                        "album": _id(row["album_id"]),
                        "file": self._object(f"gallery/{name}.webp", row["image_key"], None, row["created_at"]),
                        "thumbnail": self._object(
                            f"gallery/thumbnails/{name}.webp", row["thumbnail_key"], None, row["created_at"]
                        ),
                        "uploaded_size": row["size_bytes"],
                        "uploaded_sha256": row["sha256"],
                    }
                )
            )
            self._tell(f"photo {number:,} of {len(rows):,}")
        self._json(layout.GALLERY, layout.GalleryFile(images=images), None)

    def _item(self, row: Row) -> layout.WishlistItem:
        path = None
        if row["image_key"] is not None:
            name = f"wishlist/{safe(row['title'])} ({_id(row['id'])}).webp"
            path = self._object(name, row["image_key"], None, row["updated_at"])
        fields = {name: row[name] for name in layout.WishlistItem.model_fields if name in row}
        return layout.WishlistItem(**{**fields, "id": _id(row["id"]), "image": path})

    def _object(self, path: str, key: str, sha256: str | None, time: datetime | None) -> str:
        """Writes an object; one that is gone, or is not what was stored, is named among the problems."""
        data = storage.read(key)
        if data is None:
            self.problems.append(layout.FileProblem(path=path, problem="missing"))
            return path
        if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
            self.problems.append(layout.FileProblem(path=path, problem="changed"))
        self._writer.add(path, data, time)
        return path

    def _json(self, path: str, content: BaseModel, time: datetime | None) -> None:
        values: Any = content.model_dump(mode="json", by_alias=True)
        self._writer.add(path, (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode(), time)


def export(user: User, target: Path, *, force: bool, tell: Tell) -> layout.Manifest:
    """Writes the user's bundle to `target`, whole or not at all, and reads it again; CannotContinue otherwise."""
    if target.exists() and not force:
        raise CannotContinue(f"{target} is there already. Give another name, or --force to replace it.")
    partial = target.with_name(target.name + ".partial")
    try:
        with partial.open("wb") as handle, store.snapshot() as conn:
            with closing(Writer(handle)) as writer:
                manifest = Export(writer, tell).write(conn, user)
            handle.flush()
            os.fsync(handle.fileno())
        tell("reading it again")
        _verify(partial, manifest)
        partial.replace(target)
        _keep_name(target.parent)
    except OSError as problem:
        raise CannotContinue(f"{target} cannot be written: {problem.strerror or problem}.") from None
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _keep_name(folder: Path) -> None:
    """Makes the new name outlive a power cut, as the bytes do."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _verify(path: Path, manifest: layout.Manifest) -> None:
    with Reader(path) as reader:
        for entry in manifest.files:
            if reader.digest(entry.path) != entry.sha256:
                raise CannotContinue(f"{entry.path} was not written as it should be. Is the disk in order?")


def _album(row: Row) -> layout.Album:
    fields = {name: row[name] for name in layout.Album.model_fields if name in row}
    return layout.Album(**{**fields, "id": _id(row["id"]), "cover": _id(row["cover_image_id"])})


def _id(value: object) -> Any:
    """The id of a row as a bundle has it, None for none."""
    return None if value is None else str(value).replace("-", "")[:12]
