"""Files of MOCs: documents byte for byte, pictures as WebP, parts lists as lots, and what a Studio model gives."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from file_validator.check import check
from file_validator.faults import Refused
from mocshelf.intake.objects import NewObject
from mocshelf.intake.pictures import checked_picture
from mocshelf.intake.verdicts import Rejection
from mocshelf.mocs import files as moc_files
from mocshelf.mocs import service as mocs
from mocshelf.mocs.files import MOST_FILES, NewFile, new_file
from mocshelf.parts import service as parts
from mocshelf.runtime import database, telemetry
from mocshelf.runtime.counting import count, count_file
from mocshelf.runtime.database import Connection, Row
from mocshelf.runtime.errors import Forbidden, NotFound
from mocshelf.runtime.imaging import MOC_IMAGE
from mocshelf.uploads.declarations import RULES
from mocshelf.uploads.outcome import Made, Settled

if TYPE_CHECKING:
    from mocshelf.parts.reading import Imported

PICTURES = ("thumbnail", "gallery-image")


class MocOutcome:
    """A file of a MOC, and the list and cover that come out of it."""

    def __init__(self, claimed: Row, data: bytes) -> None:
        """Checks the bytes and takes out of them what the file's kind asks for; Refused otherwise."""
        self._claimed = claimed
        self._owner: str = claimed["user_id"]
        self._moc_id = UUID(claimed["moc_id"])
        self._pictured = True
        self.imported: Imported | None = None
        self.cover: NewFile | None = None
        self.notes: list[str] = []
        kind, name = claimed["kind"], claimed["name"]
        self.file = checked_file(self._owner, self._moc_id, kind, name, data)
        if kind == "parts-list":
            from mocshelf.parts.reading import read_parts

            self.imported = read_parts(data, name, scheme=claimed["scheme"], partial=claimed["partial"])
        elif kind == "instruction" and claimed["derive"] and name.lower().endswith(".io"):
            self._derive(data, name)

    def objects(self) -> list[NewObject]:
        return [file.object for file in self._files()]

    def hold(self, conn: Connection) -> None:
        try:
            row = mocs.held(conn, self._owner, self._moc_id)
        except NotFound:
            raise Rejection("TARGET_GONE", "The MOC was deleted before the file was ready.") from None
        self._pictured = _has_picture(row)

    def settle(self, conn: Connection) -> Settled:
        self._make_room(conn)
        row = moc_files.add(conn, self._owner, self._moc_id, self.file)
        count_file(picture=self.file.is_picture)
        settled = Settled(Made("moc-file", row["id"]), notes=self.notes)
        if self.cover is not None and not self._pictured:
            moc_files.add(conn, self._owner, self._moc_id, self.cover)
            count(telemetry.IMAGES_PROCESSED)
            settled.derived.append(Made("moc-file", str(self.cover.id)))
        if self.imported is not None:
            made = Made("parts-list", str(self._add_list(conn, row, self.imported)))
            if self.file.file_type == "parts-list":
                settled.resource = made
            else:
                settled.derived.append(made)
        mocs.touch(conn, self._owner, self._moc_id)
        return settled

    def _derive(self, data: bytes, name: str) -> None:
        """Cover and parts list of a Studio model; what cannot be had is noted, for the model itself is fine."""
        from mocshelf.parts.reading import read_parts
        from mocshelf.parts.studio import cover

        try:
            self.imported = read_parts(data, name)
        except Refused as refused:
            self.notes.append(f"No parts list was made: {refused.message}")
        if database.run(self._has_picture_now, read_only=True):
            return
        try:
            picture = cover(data)
            if picture is not None:
                cover_name = f"{name.rpartition('.')[0][:240]} cover.png"
                self.cover = checked_file(self._owner, self._moc_id, "thumbnail", cover_name, picture)
        except Refused as refused:
            self.notes.append(f"No cover was made: {refused.message}")

    def _has_picture_now(self, conn: Connection) -> bool:
        try:
            return _has_picture(mocs.read(conn, self._owner, self._moc_id))
        except (NotFound, Forbidden):
            return True

    def _files(self) -> list[NewFile]:
        return [self.file] if self.cover is None else [self.file, self.cover]

    def _make_room(self, conn: Connection) -> None:
        """What only the MOC's present state can tell; an optional part of a model gives way instead of failing."""
        names = moc_files.taken_names(conn, self._moc_id, [file.filename for file in self._files()])
        if self.file.filename in names:
            raise Rejection("NAME_TAKEN", f"This MOC already has a file named {self.file.filename}.")
        room = MOST_FILES - moc_files.count(conn, self._moc_id)
        if room < 1:
            raise Rejection("LIMIT_REACHED", f"A MOC holds at most {MOST_FILES} files.")
        if self.cover is not None and (room < 2 or self.cover.filename in names):
            self.cover = None
        if self.imported is not None and not parts.has_room(conn, self._moc_id):
            if self.file.file_type == "parts-list":
                raise Rejection("LIMIT_REACHED", f"A MOC holds at most {parts.MOST_LISTS} parts lists.")
            self.imported = None
            self.notes.append(f"No parts list was made: the MOC already has {parts.MOST_LISTS}.")

    def _add_list(self, conn: Connection, row: Row, imported: Imported) -> UUID:
        claimed = self._claimed
        return parts.import_list(
            conn,
            owner=self._owner,
            moc_id=self._moc_id,
            file_id=row["id"],
            title=claimed["title"] or claimed["name"].rpartition(".")[0] or claimed["name"],
            imported=imported,
        )


def checked_file(owner: str, moc_id: UUID, kind: str, name: str, data: bytes) -> NewFile:
    """The file as it is stored under its final key; Refused with every fault found."""
    if kind in PICTURES:
        data = checked_picture(data, name, RULES[kind], MOC_IMAGE).data
        content_type, extension = "image/webp", ".webp"
    else:
        checked = check(data, name, RULES[kind])
        content_type, extension = checked.content_type, checked.extension
    return new_file(
        owner,
        moc_id,
        file_type=kind,
        filename=name,
        content_type=content_type,
        extension=extension,
        data=data,
    )


def _has_picture(row: Row) -> bool:
    return row["thumbnail_url"] is not None or row["thumbnail_file_id"] is not None
