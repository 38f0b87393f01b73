"""What a file's bytes become: checked documents byte for byte, pictures as WebP, parts lists as lots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from file_validator.check import check
from file_validator.faults import Refused
from mocshelf.intake.pictures import checked_picture
from mocshelf.mocs.files import NewFile, new_file
from mocshelf.runtime.imaging import MOC_IMAGE
from mocshelf.uploads.declarations import RULES

if TYPE_CHECKING:
    from mocshelf.parts.reading import Imported

PICTURES = ("thumbnail", "gallery-image")


@dataclass(slots=True)
class Examined:
    """A file ready to be stored, and what came out of it."""

    file: NewFile
    imported: Imported | None = None
    cover: NewFile | None = None
    notes: list[str] = field(default_factory=list)

    def written(self) -> list[NewFile]:
        return [self.file] if self.cover is None else [self.file, self.cover]

    def drop_cover(self) -> None:
        self.cover = None

    def drop_list(self, note: str) -> None:
        self.imported = None
        self.notes.append(note)


def examine(claimed: Mapping[str, Any], data: bytes, *, wants_cover: bool) -> Examined:
    """Checks the bytes of an uploaded file and takes out of them what its kind asks for; Refused otherwise."""
    kind, name = claimed["kind"], claimed["name"]
    owner, moc_id = claimed["user_id"], UUID(claimed["moc_id"])
    examined = Examined(checked_file(owner, moc_id, kind, name, data))
    if kind == "parts-list":
        from mocshelf.parts.reading import read_parts

        examined.imported = read_parts(data, name, scheme=claimed["scheme"], partial=claimed["partial"])
    elif kind == "instruction" and claimed["derive"] and name.lower().endswith(".io"):
        _derive(examined, owner, moc_id, data, wants_cover=wants_cover)
    return examined


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


def _derive(examined: Examined, owner: str, moc_id: UUID, data: bytes, *, wants_cover: bool) -> None:
    """Cover and parts list of a Studio model; what cannot be had is noted, for the model itself is fine."""
    from mocshelf.parts.reading import read_parts
    from mocshelf.parts.studio import cover

    name = examined.file.filename
    try:
        examined.imported = read_parts(data, name)
    except Refused as refused:
        examined.notes.append(f"No parts list was made: {refused.message}")
    if not wants_cover:
        return
    try:
        picture = cover(data)
        if picture is not None:
            stem = name.rpartition(".")[0][:240]
            examined.cover = checked_file(owner, moc_id, "thumbnail", f"{stem} cover.png", picture)
    except Refused as refused:
        examined.notes.append(f"No cover was made: {refused.message}")
