"""Whether a file of a bundle may be stored as it is: checked as an upload is, but never drawn anew."""

from __future__ import annotations

from file_validator.check import check
from file_validator.faults import Refused
from file_validator.rules import AVATAR, GALLERY_IMAGE, INSTRUCTION, MOC_IMAGE, PARTS_LIST, WISHLIST_IMAGE, Rule
from mocshelf.runtime.imaging import Fit, Undecodable, webp
from mocshelf_tools.bundle.faults import plain

__all__ = ["AVATAR", "GALLERY_IMAGE", "MOC_IMAGE", "PICTURES", "WISHLIST_IMAGE", "document_faults", "picture_faults"]

PICTURES = ("thumbnail", "gallery-image")
WEBP = "image/webp"

_DOCUMENTS = {"instruction": INSTRUCTION, "parts-list": PARTS_LIST}
# What our own pictures are made of; anything else could be what was taken out of a photo on its way in.
_CHUNKS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})
_PROOF = Fit(16, 16)


def document_faults(data: bytes, name: str, kind: str, content_type: str) -> list[str]:
    """What is wrong with an instruction or the file of a parts list that was uploaded as `name`."""
    try:
        found = check(data, name, _DOCUMENTS[kind])
    except Refused as refused:
        return [fault.message for fault in refused.faults]
    return [] if found.content_type == content_type else [f"it is {found.content_type}, not {plain(content_type)}."]


def picture_faults(data: bytes, rule: Rule, size: tuple[int | None, int | None] | None) -> list[str]:
    """What keeps the bytes from being a WebP picture as we write them, of `size` pixels where that is known."""
    try:
        found = check(data, "picture.webp", rule)
    except Refused as refused:
        return [fault.message for fault in refused.faults]
    if size is not None and size != (found.width, found.height):
        return [f"the picture has {found.width} × {found.height} pixels, not {size[0]} × {size[1]}."]
    if not set(_chunks(data)) <= _CHUNKS:
        return ["there is something else than a picture in the file."]
    try:
        # All of it is decoded, and what is drawn is thrown away.
        webp(data, _PROOF)
    except Undecodable:
        return ["the picture is damaged: it cannot be read to its end."]
    return []


def _chunks(data: bytes) -> list[bytes]:
    """The kinds of the chunks of a RIFF file: a head of 8 bytes each, padded to an even length."""
    kinds, position = [], 12
    while position < len(data):
        kinds.append(data[position : position + 4])
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        position += 8 + length + (length & 1)
    return kinds
