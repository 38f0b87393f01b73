"""Checks what a file really is and whether it may be stored; every fault found is reported."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from file_validator.containers import (
    EXCEL_MESSAGE,
    LOCKED,
    LXF_MODEL,
    MODELS,
    ZIP_EXTENSIONS,
    empty_file,
    refuse_office,
    refuse_text_as_zip,
    wrong_zip,
)
from file_validator.faults import Fault, Kind, Refused, refusal
from file_validator.rules import PARTS_LIST, Rule, extension_fault, extension_of, size_fault
from file_validator.signatures import AVIF, EXCEL, GIF, HEIC, JPEG, PDF, PNG, WEBP, ZIP, Known, recognise

if TYPE_CHECKING:
    from file_validator.archive import Archive

_IMAGES = {
    ".jpg": JPEG,
    ".jpeg": JPEG,
    ".png": PNG,
    ".gif": GIF,
    ".webp": WEBP,
    ".avif": AVIF,
    ".heic": HEIC,
    ".heif": HEIC,
}
_CANONICAL = {".jpeg": ".jpg", ".heif": ".heic"}
_TYPED_TEXTS = {".csv": "text/csv", ".tsv": "text/tab-separated-values"}


@dataclass(frozen=True)
class Checked:
    """A file that may be stored: the content type found, the extension for its key (with its dot), and the
    pixels of an image as stored, before turning upright."""

    content_type: str
    extension: str
    width: int | None = None
    height: int | None = None


def check(data: bytes, name: str, rule: Rule) -> Checked:
    """What the file is, by its bytes. Raises `Refused` with every fault found; of an archive or a text
    that cannot be opened, that is all there is to find."""
    outer = (extension_fault(name, rule), size_fault(name, len(data), rule.session_limit))
    faults = [fault for fault in outer if fault is not None]
    checked = None
    if data and extension_of(name) in rule.extensions:
        with _collecting(faults):
            checked = _look(name, rule)(data, name, faults)
    if faults or checked is None:
        raise Refused(faults)
    return checked


@contextmanager
def _collecting(faults: list[Fault]) -> Iterator[None]:
    """Adds the faults of a refusal to those already found, so that looking can go on."""
    try:
        yield
    except Refused as refused:
        faults.extend(refused.faults)


def _look(name: str, rule: Rule) -> Callable[[bytes, str, list[Fault]], Checked | None]:
    extension = extension_of(name)
    if extension in _IMAGES:
        return _image
    if extension == ".pdf":
        return _pdf
    if extension in ZIP_EXTENSIONS:
        return _list_archive if rule is PARTS_LIST else _kept_archive
    return _list_text if rule is PARTS_LIST else _kept_model


def _image(data: bytes, name: str, faults: list[Fault]) -> Checked | None:
    from file_validator.pictures import measure

    extension = extension_of(name)
    known = recognise(data)
    if known is not _IMAGES[extension]:
        faults.append(_mismatch(name, known, _IMAGES[extension].name))
    if known is None or known not in _IMAGES.values():
        return None
    width, height = measure(data, known)
    return Checked(known.content_type, _CANONICAL.get(extension, extension), width, height)


def _pdf(data: bytes, name: str, faults: list[Fault]) -> Checked | None:
    from file_validator.documents import pdf_faults

    if not data.startswith(b"%PDF-"):
        if b"%PDF-" not in data[:1_024]:
            faults.append(_mismatch(name, recognise(data), PDF.name))
            return None
        message = "There is something else before the PDF. Save it again with your own program."
        faults.append(Fault(Kind.UNSAFE, "UNSAFE", message))
    faults.extend(pdf_faults(data))
    return Checked(PDF.content_type, ".pdf")


def _list_archive(data: bytes, name: str, faults: list[Fault]) -> Checked | None:
    archive = _archive(data, name, faults)
    if any(map(archive.encrypted, (*MODELS, LXF_MODEL))):
        faults.append(Fault(Kind.UNREADABLE, "UNREADABLE", LOCKED))
    _check_entries(archive, name, (*MODELS, LXF_MODEL), faults)
    return Checked(ZIP.content_type, extension_of(name))


def _kept_archive(data: bytes, name: str, faults: list[Fault]) -> Checked | None:
    archive = _archive(data, name, faults)
    extension = extension_of(name)
    # Old versions of Studio locked every file with one known password; people still keep such files.
    if extension != ".io" and any(entry.encrypted for entry in archive.entries):
        message = f"{name} is locked with a password. Save it without one."
        faults.append(Fault(Kind.UNREADABLE, "UNREADABLE", message))
    _check_entries(archive, name, MODELS if extension == ".io" else (LXF_MODEL,), faults)
    return Checked(ZIP.content_type, extension)


def _archive(data: bytes, name: str, faults: list[Fault]) -> Archive:
    from file_validator.archive import open_zip
    from file_validator.directory import leads_outside, shown
    from file_validator.documents import zip_faults

    known = recognise(data)
    if known is None:
        refuse_text_as_zip(name)
    if known is not ZIP:
        wanted = "a Studio file" if extension_of(name) == ".io" else "an LXF file"
        raise Refused([_mismatch(name, known, wanted)])
    archive = open_zip(data)
    faults.extend(zip_faults(data, archive.names()))
    outside = next((entry for entry in archive.entries if leads_outside(entry.name)), None)
    if outside:
        message = "The archive has a file that would be unpacked outside its folder."
        faults.append(Fault(Kind.UNSAFE, "UNSAFE", message, at=shown(outside)))
    with _collecting(faults):
        archive.verify()
    return archive


def _check_entries(archive: Archive, name: str, needed: tuple[str, ...], faults: list[Fault]) -> None:
    """The root entries that make the archive what its name says: one at least, and none twice."""
    counts = {entry: archive.count(entry) for entry in needed}
    if not any(counts.values()):
        message = f"{name} is a ZIP archive, but there is no model in it."
        faults.append(Fault(Kind.TYPE, "TYPE_MISMATCH", message))
    for entry, count in counts.items():
        if count > 1:
            faults.append(Fault(Kind.UNSAFE, "UNSAFE", f"{entry} is in the archive twice.", at=entry))


def _list_text(data: bytes, name: str, faults: list[Fault]) -> Checked | None:
    if not data.strip():
        raise empty_file()
    known = recognise(data)
    if known is ZIP:
        with _collecting(faults):
            _refuse_zip(data, name)
        return None
    if known is EXCEL:
        raise refusal(Kind.TYPE, "UNSUPPORTED_FORMAT", EXCEL_MESSAGE)
    if known is not None:
        raise Refused([_mismatch(name, known, "a parts list")])
    text = _readable(data, name)
    return Checked(_text_type(text, name), extension_of(name))


def _kept_model(data: bytes, name: str, faults: list[Fault]) -> Checked | None:
    from file_validator.documents import second_format_faults
    from file_validator.ldraw_lines import begins_like_ldraw, places_a_piece
    from file_validator.text import after_blank_lines, line_from

    if not data.strip():
        raise empty_file()
    known = recognise(data)
    if known is not None:
        faults.append(_mismatch(name, known, "an LDraw model"))
        return None
    faults.extend(second_format_faults(data))
    text = _readable(data, name)
    if not begins_like_ldraw(line_from(text, after_blank_lines(text, 0))) and not places_a_piece(text):
        message = f"{name} is text, but it has no line of an LDraw model."
        faults.append(Fault(Kind.TYPE, "TYPE_MISMATCH", message))
    return Checked("text/plain", extension_of(name))


def _refuse_zip(data: bytes, name: str) -> None:
    from file_validator.archive import open_zip

    refuse_office(open_zip(data).names(), name)
    raise wrong_zip(name)


def _readable(data: bytes, name: str) -> str:
    from file_validator.text import decode

    text = decode(data, name=name).text
    if not text.strip():
        raise empty_file()
    return text


def _text_type(text: str, name: str) -> str:
    start = text.lstrip()[:9].lower()
    if start.startswith("<"):
        return "application/xml"
    if start.startswith(("[", "{")) and start != "[options]":
        return "application/json"
    return _TYPED_TEXTS.get(extension_of(name), "text/plain")


def _mismatch(name: str, known: Known | None, wanted: str) -> Fault:
    found = f"is {known.name}" if known else "is something else"
    return Fault(Kind.TYPE, "TYPE_MISMATCH", f"{name} {found}, not {wanted}.")
