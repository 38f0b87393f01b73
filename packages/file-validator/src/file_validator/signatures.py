"""Names what a file is by its first bytes, for the kinds of file that have a signature."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Known:
    """A kind of file: with its article for a message, and its content type."""

    name: str
    content_type: str


PDF = Known("a PDF document", "application/pdf")
ZIP = Known("a ZIP archive", "application/zip")
PNG = Known("a PNG image", "image/png")
JPEG = Known("a JPEG image", "image/jpeg")
GIF = Known("a GIF image", "image/gif")
WEBP = Known("a WebP image", "image/webp")
AVIF = Known("an AVIF image", "image/avif")
HEIC = Known("a HEIC image", "image/heic")
EXCEL = Known("an Excel workbook", "application/vnd.ms-excel")
PROGRAM = Known("a program", "application/octet-stream")
ARCHIVE = Known("an archive", "application/octet-stream")
WEB_PAGE = Known("a web page", "text/html")
SCRIPT = Known("a script", "text/plain")

_AT_START: tuple[tuple[bytes, Known], ...] = (
    (b"%PDF", PDF),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", EXCEL),
    (b"\x7fELF", PROGRAM),
    (b"\xfe\xed\xfa\xce", PROGRAM),
    (b"\xfe\xed\xfa\xcf", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\0asm", PROGRAM),
    (b"\x1f\x8b", ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", ARCHIVE),
    (b"Rar!\x1a\x07", ARCHIVE),
    (b"BZh9", ARCHIVE),
    (b"\xfd7zXZ\0", ARCHIVE),
    (b"#!", SCRIPT),
)
_PAGE_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body", b"<script", b"<?php")
_AVIF_BRANDS = frozenset({b"avif", b"avis"})
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"})


def recognise(data: bytes) -> Known | None:
    """The kind of file that the first bytes say; None for text and everything unknown."""
    for signature, known in _AT_START:
        if data.startswith(signature):
            return known
    # "MZ" alone could begin a text, and a program has zero bytes in its first header.
    if data.startswith(b"MZ") and b"\0" in data[:64]:
        return PROGRAM
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp":
        return _by_brand(data)
    return WEB_PAGE if is_page(data) else None


def is_page(data: bytes) -> bool:
    """Whether a browser that looks at the content would show it as a web page."""
    start = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip()[:32].lower()
    return start.startswith(_PAGE_STARTS)


def _by_brand(data: bytes) -> Known | None:
    """AVIF or HEIC by the brands of ISO 23008-12; other films and pictures are not told apart."""
    size = int.from_bytes(data[:4], "big")
    listed = data[16 : min(max(size, 16), 512)]
    brands = [data[8:12], *(listed[at : at + 4] for at in range(0, len(listed), 4))]
    for brand in brands:
        if brand in _AVIF_BRANDS:
            return AVIF
        if brand in _HEIC_BRANDS:
            return HEIC
    return None
