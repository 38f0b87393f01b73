"""Puts a checked bundle into a user's library: what is there already stays, what is not is added, nothing goes.

Each MOC and each wish is one transaction, as are the albums with their covers and every few photos, and every object
has an intent before it is written: an import that is killed is run again, and goes on.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from file_validator.rules import extension_of
from mocshelf.intake import objects
from mocshelf.intake.objects import NewObject
from mocshelf.runtime import database, outbox
from mocshelf.runtime.database import Connection
from mocshelf.runtime.storage import NO_CACHE
from mocshelf_tools.bundle import insert_store, layout
from mocshelf_tools.bundle.checking import Checked

_AT_ONCE = 20  # pictures in memory


@dataclass
class Result:
    """How many of each kind were added and how many were there; `skipped` says why, a line each."""

    added: dict[str, int] = field(default_factory=dict)
    present: dict[str, int] = field(default_factory=dict)
    skipped: list[str] = field(default_factory=list)

    def count(self, kind: str, *, added: bool) -> None:
        counts = self.added if added else self.present
        counts[kind] = counts.get(kind, 0) + 1


class Known:
    """What a library has already, by what makes a thing the same; each row answers for one thing only."""

    def __init__(self, rows: Sequence[Mapping[str, Any]], *names: str) -> None:
        self._rows: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
        for row in reversed(rows):
            self._rows.setdefault(tuple(row[name] for name in names), []).append(row)

    def take(self, *values: object) -> Mapping[str, Any] | None:
        rows = self._rows.get(values)
        return rows.pop() if rows else None


class Import:
    """One bundle on its way into one user's library."""

    def __init__(self, bundle: Checked, user_id: str, tell: Callable[[str], None], *, rename: bool) -> None:
        self._bundle = bundle
        self._user = user_id
        self._tell = tell
        self._rename = rename
        self._ids: dict[str, UUID] = {}
        self.result = Result()

    def run(self) -> Result:
        self._gallery()
        items = Known(self._read("existing_items"), "title", "created_at")
        for number, item in enumerate(self._bundle.items, 1):
            self._item(item, items.take(item.title, item.created_at))
            self._tell(f"wish {number:,} of {len(self._bundle.items):,}")
        titles = {one["title"]: one for one in self._read("existing_mocs")}
        for number, moc in enumerate(self._bundle.mocs, 1):
            self._moc(moc, titles)
            self._tell(f"MOC {number:,} of {len(self._bundle.mocs):,}")
        return self.result

    def _gallery(self) -> None:
        """An album and its cover refer to each other, so these go in together, and the other images after them."""
        known_images = Known(self._read("existing_images"), "sha256", "title", "created_at")
        known_albums = Known(self._read("existing_albums"), "title", "created_at")
        images, albums = [], []
        for image in self._bundle.images:
            same = known_images.take(image.uploaded_sha256, image.title, image.created_at)
            whole = same is not None or self._complete(image.title, [image.file, image.thumbnail])
            if whole and not self._known("images", image, same):
                images.append(image)
        for album in self._bundle.albums:
            if not self._known("albums", album, known_albums.take(album.title, album.created_at)):
                albums.append(album)
        covers = {album.cover for album in albums}
        self._add_pictures([image for image in images if image.id in covers], albums)
        others = [image for image in images if image.id not in covers]
        for start in range(0, len(others), _AT_ONCE):
            self._add_pictures(others[start : start + _AT_ONCE], [])
            self._tell(f"photo {min(start + _AT_ONCE, len(others)):,} of {len(others):,}")

    def _add_pictures(self, images: Sequence[layout.Image], albums: Sequence[layout.Album]) -> None:
        if images or albums:
            keys = self._write_pictures(images)
            database.run(lambda conn: self._insert_gallery(conn, images, albums, keys))

    def _write_pictures(self, images: Sequence[layout.Image]) -> list[str]:
        keys: list[str] = []
        for start in range(0, len(images), _AT_ONCE):
            some = [one for image in images[start : start + _AT_ONCE] for one in self._pictures(image)]
            objects.write(some)
            keys += [one.key for one in some]
        return keys

    def _pictures(self, image: layout.Image) -> list[NewObject]:
        key, thumbnail = self._image_keys(image)
        return [
            NewObject(key, self._bundle.reader.read(image.file), "image/webp"),
            NewObject(thumbnail, self._bundle.reader.read(image.thumbnail), "image/webp"),
        ]

    def _image_keys(self, image: layout.Image) -> tuple[str, str]:
        new = self._ids[image.id]
        return f"images/{self._user}/{new}.webp", f"images/{self._user}/thumbnails/{new}.webp"

    def _insert_gallery(
        self, conn: Connection, images: Sequence[layout.Image], albums: Sequence[layout.Album], keys: list[str]
    ) -> None:
        image_rows = []
        for image in images:
            key, thumbnail = self._image_keys(image)
            image_rows.append(
                {
                    **image.model_dump(),
                    "id": self._ids[image.id],
                    "album_id": self._new(image.album),
                    "image_key": key,
                    "thumbnail_key": thumbnail,
                    "size_bytes": image.uploaded_size,
                    "sha256": image.uploaded_sha256,
                }
            )
        album_rows = [
            {**album.model_dump(), "id": self._ids[album.id], "cover_image_id": self._new(album.cover)}
            for album in albums
        ]
        insert_store.insert_gallery(conn, self._user, album_rows, image_rows)
        objects.adopt(conn, keys)
        for kind, rows in (("image", image_rows), ("album", album_rows)):
            for row in rows:
                outbox.record(conn, kind, row["id"], user_id=self._user, version=1)

    def _item(self, item: layout.WishlistItem, same: Mapping[str, Any] | None) -> None:
        if self._known("wishes", item, same):
            return
        new = self._ids[item.id]
        picture = None
        if item.image is not None and self._complete(item.title, [item.image]):
            data = self._bundle.reader.read(item.image)
            key = f"wishlist/{self._user}/{new}.webp"
            picture = NewObject(key, data, "image/webp", NO_CACHE, written_over=True)
            objects.write([picture])
        values = {**item.model_dump(), "id": new, "image_key": picture.key if picture else None}
        if picture is None:
            values |= {"image_width": None, "image_height": None}
        database.run(partial(self._insert_item, values, picture))

    def _insert_item(self, values: Mapping[str, Any], picture: NewObject | None, conn: Connection) -> None:
        insert_store.insert_item(conn, self._user, values)
        if picture is not None:
            objects.write_over(conn, picture, in_use=False)
        outbox.record(conn, "wishlist", values["id"], user_id=self._user, version=1)

    def _moc(self, moc: layout.Moc, titles: Mapping[str, Mapping[str, Any]]) -> None:
        """`titles` are the MOCs that the library had before; two of one bundle never have the same title."""
        same = titles.get(moc.title)
        if same is not None and same["created_at"] == moc.created_at:
            self._known("MOCs", moc, same)
            return
        title = moc.title
        if same is not None:
            if not self._rename:
                self.result.skipped.append(
                    f"{moc.title}: there is another MOC of this title (--existing rename adds it)."
                )
                return
            title = _free_title(moc, set(titles))
            if title in titles:
                self.result.count("MOCs", added=False)
                return
        self._known("MOCs", moc, None)
        files = [one for one in moc.files if self._complete(one.name, [one.file])]
        written, rows = [], []
        for one in files:
            self._ids[one.id] = _uuid(one.id)
            data = self._bundle.reader.read(one.file)
            made = self._object(moc, one, data)
            objects.write([made])
            written.append(made.key)
            rows.append(_file_row(one, self._ids[one.id], made, data))
        database.run(lambda conn: self._insert_moc(conn, moc, title, rows, written))

    def _object(self, moc: layout.Moc, one: layout.MocFile, data: bytes) -> NewObject:
        ending = ".webp" if one.content_type == "image/webp" else extension_of(one.name)
        key = f"mocs/{self._user}/{self._ids[moc.id]}/{self._ids[one.id]}{ending}"
        return NewObject(key, data, one.content_type)

    def _insert_moc(
        self, conn: Connection, moc: layout.Moc, title: str, files: list[dict[str, Any]], keys: list[str]
    ) -> None:
        there = {row["id"] for row in files}
        picture = self._new(moc.thumbnail_file)
        values = {
            **moc.model_dump(),
            "id": self._ids[moc.id],
            "title": title,
            "thumbnail_file_id": picture if picture in there else None,
        }
        insert_store.insert_moc(conn, self._user, values, files)
        for path in moc.parts_lists:
            self._insert_list(conn, self._ids[moc.id], path, there)
        links = [
            {"id": _uuid(link.id), "image_id": self._ids[link.image], "created_at": link.created_at}
            for link in moc.images
            if link.image in self._ids
        ]
        insert_store.insert_links(conn, self._user, self._ids[moc.id], links)
        objects.adopt(conn, keys)
        outbox.record(conn, "moc", self._ids[moc.id], user_id=self._user, version=1)

    def _insert_list(self, conn: Connection, moc_id: UUID, path: str, files: set[UUID]) -> None:
        about = self._bundle.lists[path]
        file_id = self._new(about.from_file)
        values = {
            **about.model_dump(),
            "id": _uuid(about.id),
            "moc_id": moc_id,
            "file_id": file_id if file_id in files else None,
        }
        insert_store.insert_list(conn, self._user, values)
        insert_store.insert_lines(conn, values["id"], self._bundle.lines[path])

    def _known(self, kind: str, one: layout.Named, same: Mapping[str, Any] | None) -> bool:
        """Whether the library has it; either way its id in the bundle now stands for its row's."""
        self.result.count(kind, added=same is None)
        self._ids[one.id] = _uuid(one.id) if same is None else UUID(str(same["id"]))
        return same is not None

    def _complete(self, title: str, paths: list[str]) -> bool:
        missing = [path for path in paths if path in self._bundle.absent]
        if missing:
            self.result.skipped.append(f"{title}: {missing[0]} was missing when the bundle was made.")
        return not missing

    def _new(self, old: str | None) -> UUID | None:
        return None if old is None else self._ids.get(old)

    def _read(self, statement: str) -> list[dict[str, Any]]:
        return database.run(lambda conn: getattr(insert_store, statement)(conn, self._user), read_only=True)


def _uuid(short: str) -> UUID:
    """A new id that begins as the bundle's, so that the next bundle has it again."""
    rest = uuid4().hex[12:]
    return UUID(short + rest)


def _free_title(moc: layout.Moc, taken: set[str]) -> str:
    """The title with the bundle's id behind it: the same at every import, so that the second finds the first's."""
    ending = f" ({moc.id})"
    return moc.title[: 255 - len(ending)] + ending


def _file_row(one: layout.MocFile, file_id: UUID, made: NewObject, data: bytes) -> dict[str, Any]:
    return {
        "id": file_id,
        "file_type": one.kind,
        "original_filename": one.name,
        "mime_type": one.content_type,
        "size_bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "object_key": made.key,
        "created_at": one.created_at,
    }
