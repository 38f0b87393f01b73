"""The rules for files that are only declared yet: types, sizes, how many of each, which options go with which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from file_validator import rules
from file_validator.rules import Rule, declared_faults
from mocshelf.intake.verdicts import declaration_details
from mocshelf.runtime.errors import Detail
from mocshelf.uploads.schemas import FileDeclaration, InitialFile

RULES: Mapping[str, Rule] = {
    "instruction": rules.INSTRUCTION,
    "parts-list": rules.PARTS_LIST,
    "thumbnail": rules.MOC_IMAGE,
    "gallery-image": rules.MOC_IMAGE,
}
MOST_LISTS = 10  # parts lists in one request
MOST_OF_A_KIND = 10  # of instructions, of parts lists, of images in a session for a MOC
MOST_INITIAL_IMAGES = 3


@dataclass(frozen=True, slots=True)
class Declared:
    """One declared file, with every choice made."""

    name: str
    size: int
    content_type: str
    sha256: bytes | None
    kind: str
    title: str | None = None
    scheme: str | None = None
    partial: bool = False
    derive: bool = True


def session_files(purpose: str, files: Sequence[FileDeclaration]) -> tuple[list[Declared], list[Detail]]:
    """The files of a session and everything wrong with them."""
    declared, details = [], []
    for index, file in enumerate(files):
        kind = "parts-list" if purpose == "parts-list" else file.kind or "instruction"
        at = f"files[{index}]."
        details += declaration_details(
            declared_faults(file.name, file.content_type, file.size, RULES[kind], direct=False), at
        )
        details += _option_faults(purpose, kind, file, at)
        declared.append(
            Declared(
                file.name,
                file.size,
                file.content_type,
                file.sha256,
                kind,
                file.title,
                file.scheme,
                bool(file.partial),
                file.derive is not False,
            )
        )
    details += _repeated([file.name for file in files], "files[{}].name")
    if purpose == "parts-list":
        details += _too_many(len(files), MOST_LISTS, "parts lists")
    else:
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


def _option_faults(purpose: str, kind: str, file: FileDeclaration, at: str) -> list[Detail]:
    """Options that mean nothing for this file are refused rather than ignored."""
    details = []
    if purpose == "parts-list" and file.kind is not None:
        details.append(Detail(f"{at}kind", "goes only with the purpose moc-file"))
    if kind != "parts-list":
        details += [
            Detail(f"{at}{name}", "goes only with parts lists")
            for name in ("title", "scheme", "partial")
            if getattr(file, name) is not None
        ]
    if file.derive is not None and not (kind == "instruction" and file.name.lower().endswith(".io")):
        details.append(Detail(f"{at}derive", "goes only with an .io instruction file"))
    return details


def _kind_counts(counts: Counter[str]) -> list[Detail]:
    images = counts["thumbnail"] + counts["gallery-image"]
    return [
        *_too_many(counts["instruction"], MOST_OF_A_KIND, "instruction files"),
        *_too_many(counts["parts-list"], MOST_OF_A_KIND, "parts lists"),
        *_too_many(images, MOST_OF_A_KIND, "images"),
    ]


def _too_many(count: int, most: int, noun: str) -> list[Detail]:
    return [Detail("files", f"must have at most {most} {noun}")] if count > most else []


def _repeated(names: Sequence[str], path: str) -> list[Detail]:
    seen: set[str] = set()
    details = []
    for index, name in enumerate(names):
        if name in seen:
            details.append(Detail(path.format(index), "is the name of another file in this request"))
        seen.add(name)
    return details
