"""The rules for files that are only declared yet: targets, types, sizes, how many, which options go with which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from file_validator import rules
from file_validator.rules import Rule, declared_faults
from mocshelf.intake.verdicts import declaration_details
from mocshelf.runtime.errors import Detail
from mocshelf.uploads.schemas import FileDeclaration, InitialFile, UploadCreate

RULES: Mapping[str, Rule] = {
    "instruction": rules.INSTRUCTION,
    "parts-list": rules.PARTS_LIST,
    "thumbnail": rules.MOC_IMAGE,
    "gallery-image": rules.MOC_IMAGE,
}
MOST_OF_A_KIND = 10  # of instructions, of parts lists, of images in a session for a MOC
MOST_INITIAL_IMAGES = 3
GALLERY_TITLE = 200  # characters


@dataclass(frozen=True, slots=True)
class Purpose:
    """What a session is for: the target it needs or may have, how many files, and their rule where it is one."""

    most: int
    needs: str | None = None
    may_have: str | None = None
    rule: Rule | None = None
    noun: str = "files"


PURPOSES: Mapping[str, Purpose] = {
    "moc-file": Purpose(30, needs="moc_id"),
    "parts-list": Purpose(10, needs="moc_id", rule=rules.PARTS_LIST, noun="parts lists"),
    "gallery-image": Purpose(25, may_have="album_id", rule=rules.GALLERY_IMAGE, noun="images"),
    "wishlist-image": Purpose(1, needs="item_id", rule=rules.WISHLIST_IMAGE),
    "avatar": Purpose(1, rule=rules.AVATAR),
}
TARGETS = {"moc_id": "mocId", "item_id": "itemId", "album_id": "albumId"}


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared file, with every choice made. `kind` is None where the purpose says it all."""

    name: str
    size: int
    content_type: str
    sha256: bytes | None
    kind: str | None
    title: str | None = None
    description: str | None = None
    tags: Sequence[str] = ()
    scheme: str | None = None
    partial: bool = False
    derive: bool = True


def session_files(body: UploadCreate) -> tuple[list[Declared], list[Detail]]:
    """The files of a session and everything wrong with them and with its target."""
    purpose = PURPOSES[body.purpose]
    declared, details = [], _target_faults(body, purpose)
    for index, file in enumerate(body.files):
        kind = _kind(body.purpose, file)
        rule = purpose.rule or RULES[kind or "instruction"]
        at = f"files[{index}]."
        details += declaration_details(
            declared_faults(file.name, file.content_type, file.size, rule, direct=False), at
        )
        details += _option_faults(body.purpose, kind, file, at)
        declared.append(_declared(file, kind))
    details += _repeated([file.name for file in body.files], "files[{}].name")
    details += _too_many(len(body.files), purpose.most, purpose.noun)
    if body.purpose == "moc-file":
        details += _kind_counts(Counter(file.kind for file in declared))
    return declared, details


def initial_files(files: Sequence[InitialFile]) -> tuple[list[Declared], list[Detail]]:
    """The files of a two-phase creation and everything wrong with them, by the names that request uses."""
    names = {"name": "filename", "contentType": "mimeType", "size": "size"}
    declared, details = [], []
    for index, file in enumerate(files):
        for fault in declared_faults(file.filename, file.mime_type, file.size, RULES[file.file_type], direct=False):
            details.append(Detail(f"files[{index}].{names[fault.field or 'name']}", fault.message))
        declared.append(Declared(file.filename, file.size, file.mime_type, file.sha256, file.file_type))
    details += _repeated([file.filename for file in files], "files[{}].filename")
    counts = Counter(file.kind for file in declared)
    if not counts["instruction"]:
        details.append(Detail("files", "must have at least one instruction file"))
    details += _too_many(counts["instruction"], MOST_OF_A_KIND, "instruction files")
    details += _too_many(counts["parts-list"], MOST_OF_A_KIND, "parts lists")
    details += _too_many(counts["thumbnail"] + counts["gallery-image"], MOST_INITIAL_IMAGES, "images")
    return declared, details


def _target_faults(body: UploadCreate, purpose: Purpose) -> list[Detail]:
    details = []
    for name, shown in TARGETS.items():
        given = getattr(body, name) is not None
        if name == purpose.needs and not given:
            details.append(Detail(shown, f"is required for {body.purpose}"))
        elif given and name not in (purpose.needs, purpose.may_have):
            details.append(Detail(shown, f"does not go with {body.purpose}"))
    return details


def _kind(purpose: str, file: FileDeclaration) -> str | None:
    if purpose == "moc-file":
        return file.kind or "instruction"
    return "parts-list" if purpose == "parts-list" else None


def _declared(file: FileDeclaration, kind: str | None) -> Declared:
    return Declared(
        file.name,
        file.size,
        file.content_type,
        file.sha256,
        kind,
        title=file.title,
        description=file.description,
        tags=file.tags or (),
        scheme=file.scheme,
        partial=bool(file.partial),
        derive=file.derive is not False,
    )


def _option_faults(purpose: str, kind: str | None, file: FileDeclaration, at: str) -> list[Detail]:
    """Options that mean nothing for this file are refused rather than ignored."""
    gallery, parts = purpose == "gallery-image", kind == "parts-list"
    derivable = kind == "instruction" and file.name.lower().endswith(".io")
    rows = (
        ("kind", purpose == "moc-file", "goes only with the purpose moc-file"),
        ("title", gallery or parts, "goes only with gallery images and parts lists"),
        ("description", gallery, "goes only with gallery images"),
        ("tags", gallery, "goes only with gallery images"),
        ("scheme", parts, "goes only with parts lists"),
        ("partial", parts, "goes only with parts lists"),
        ("derive", derivable, "goes only with an .io instruction file"),
    )
    details = [Detail(f"{at}{name}", say) for name, fits, say in rows if not fits and getattr(file, name) is not None]
    if gallery and file.title is not None and len(file.title) > GALLERY_TITLE:
        details.append(Detail(f"{at}title", f"must have 1 to {GALLERY_TITLE} characters"))
    return details


def _kind_counts(counts: Counter[str | None]) -> list[Detail]:
    images = counts["thumbnail"] + counts["gallery-image"]
    return [
        *_too_many(counts["instruction"], MOST_OF_A_KIND, "instruction files"),
        *_too_many(counts["parts-list"], MOST_OF_A_KIND, "parts lists"),
        *_too_many(images, MOST_OF_A_KIND, "images"),
    ]


def _too_many(count: int, most: int, noun: str) -> list[Detail]:
    if count <= most:
        return []
    return [Detail("files", "must be exactly one file" if most == 1 else f"must have at most {most} {noun}")]


def _repeated(names: Sequence[str], path: str) -> list[Detail]:
    seen: set[str] = set()
    details = []
    for index, name in enumerate(names):
        if name in seen:
            details.append(Detail(path.format(index), "is the name of another file in this request"))
        seen.add(name)
    return details
