"""Checks documents that are kept byte for byte: whole, and not a second kind of file as well."""

from __future__ import annotations

import re

from file_validator.directory import has_end_record
from file_validator.faults import Fault, Kind
from file_validator.signatures import recognise

# Where a format is recognised by its place in the file, whatever comes before.
_FIXED_PLACES = (
    (257, b"ustar", "a TAR archive"),
    (128, b"DICM", "a DICOM image"),
    (0x8001, b"CD001", "a disc image"),
    (0x8801, b"CD001", "a disc image"),
    (0x9001, b"CD001", "a disc image"),
)
# Programs that unpack these look for them in the first megabyte.
_SELF_EXTRACTING = ((b"Rar!\x1a\x07", "a RAR archive"), (b"7z\xbc\xaf\x27\x1c", "a 7z archive"))
_SEARCHED = 1_048_576
# Root entries that other programs know an archive by.
_ZIP_FORMATS = (
    ("[content_types].xml", "an Office document"),
    ("meta-inf/manifest.mf", "a Java program"),
    ("androidmanifest.xml", "an Android app"),
    ("mimetype", "an e-book or office document"),
)
_HEAD, _TAIL = 1_024, 1_024
_PAGES = (b"<html", b"<script", b"<!doctype", b"<body", b"<iframe", b"<?php")
_BLANKS = b" \t\r\n\0\f\x1a"
_STARTXREF = re.compile(rb"startxref[ \t\r\n\0\f]{1,20}([0-9]{1,12})[ \t\r\n\0\f]{1,20}")


def pdf_faults(data: bytes) -> list[Fault]:
    """Everything wrong with a PDF (ISO 32000-1, 7.5): its end is missing, or there is more in it."""
    faults = second_format_faults(data)
    end = data.rfind(b"%%EOF")
    if end < 0:
        return [*faults, _damaged()]
    after = data[end + 5 :].lstrip(_BLANKS)
    if _is_second_file(after):
        faults.append(_unsafe("There is something else after the end of the PDF."))
    elif len(after) > _TAIL:
        faults.append(_damaged())  # Cut, but an earlier version's end is still there.
    found = list(_STARTXREF.finditer(data, max(0, end - _TAIL), end + 5))
    # Many programs write the place of the table a few bytes off, and all readers mend that.
    if not found or int(found[-1].group(1)) >= len(data):
        faults.append(_damaged())
    return faults


def zip_faults(data: bytes, names: list[str]) -> list[Fault]:
    """Everything that makes an intact ZIP archive a second kind of file, such as a Java program."""
    faults = _fixed_place_faults(data)
    lowered = {name.lower() for name in names}
    for entry, kind in _ZIP_FORMATS:
        if entry in lowered:
            faults.append(_second(kind))
    if b"%PDF-" in data[:_HEAD]:
        faults.append(_second("a PDF document"))
    return faults


def second_format_faults(data: bytes) -> list[Fault]:
    """The other formats that a document, by what begins it no archive, could be opened as."""
    faults = _fixed_place_faults(data)
    head = data[:_HEAD].lower()
    if any(tag in head for tag in _PAGES):
        faults.append(_second("a web page"))
    if has_end_record(data):
        faults.append(_second("a ZIP archive"))
    return faults


def _fixed_place_faults(data: bytes) -> list[Fault]:
    faults = [_second(kind) for place, signature, kind in _FIXED_PLACES if data.startswith(signature, place)]
    for signature, kind in _SELF_EXTRACTING:
        if data.find(signature, 0, _SEARCHED) >= 0:
            faults.append(_second(kind))
    return faults


def _is_second_file(after: bytes) -> bool:
    """Whether what follows a PDF is more than the scraps that servers and editors leave behind."""
    page = any(tag in after[:_HEAD].lower() for tag in _PAGES)
    return page or recognise(after) is not None


def _damaged() -> Fault:
    message = "The PDF is damaged or incomplete. Save it again and upload the new file."
    return Fault(Kind.UNREADABLE, "UNREADABLE", message)


def _second(kind: str) -> Fault:
    return _unsafe(f"The file could also be opened as {kind}. Save it again with your own program.")


def _unsafe(message: str) -> Fault:
    return Fault(Kind.UNSAFE, "UNSAFE", message)
