"""Reads the size of a picture from its headers, and whether it is all there, without decoding it.

Formats: ISO 10918-1 (JPEG), W3C PNG, GIF89a and the WebP container specification."""

from __future__ import annotations

from collections.abc import Callable

from file_validator.faults import Kind, Refused, refusal
from file_validator.isobmff import measure_isobmff
from file_validator.signatures import AVIF, GIF, HEIC, JPEG, PNG, WEBP, Known

MAX_PIXELS = 100_000_000

Size = tuple[int, int]

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})


def measure(data: bytes, known: Known) -> Size:
    """Width and height in pixels as stored, before turning upright; of several the largest. Raises
    `Refused` for a damaged or cut file and for more than 100 megapixels."""
    width, height = _MEASURES[known](data)
    if width < 1 or height < 1:
        raise damaged()
    if width * height > MAX_PIXELS:
        message = f"The image has {width:,} × {height:,} pixels; the limit is 100 megapixels."
        raise refusal(Kind.UNSAFE, "UNSAFE", message)
    return width, height


def damaged() -> Refused:
    """The refusal of an image that was cut or changed on its way."""
    return refusal(Kind.UNREADABLE, "UNREADABLE", "The image is damaged or incomplete. Save it again.")


def _png(data: bytes) -> Size:
    if data[12:16] != b"IHDR" or len(data) < 33:
        raise damaged()
    position, has_pixels = 8, False
    while position + 12 <= len(data):
        length = _big(data, position, 4)
        kind = data[position + 4 : position + 8]
        if kind == b"IEND":
            if not has_pixels:
                break
            return _big(data, 16, 4), _big(data, 20, 4)
        has_pixels = has_pixels or kind == b"IDAT"
        position += 12 + length
    raise damaged()


def _jpeg(data: bytes) -> Size:
    size: Size = (0, 0)
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            raise damaged()
        marker = data[position + 1]
        if marker == 0xFF:
            position += 1
            continue
        if marker in _JPEG_BARE:
            position += 2
            continue
        length = _big(data, position + 2, 2)
        if marker in _JPEG_FRAMES and position + 9 <= len(data):
            size = _larger(size, (_big(data, position + 7, 2), _big(data, position + 5, 2)))
        position += 2 + length
        # The end mark cannot occur in coded pixels, where 0xFF is always followed by zero or a restart.
        if marker == 0xDA and data.find(b"\xff\xd9", position) >= 0:
            return size
        if marker in (0xDA, 0xD9) or length < 2:
            break
    raise damaged()


def _gif(data: bytes) -> Size:
    if len(data) < 13:
        raise damaged()
    size = (_little(data, 6, 2), _little(data, 8, 2))
    position = 13 + _palette(data[10])
    frames = 0
    while position < len(data):
        block = data[position]
        if block == 0x3B and frames:
            return size
        if block == 0x2C and position + 10 <= len(data):
            right = _little(data, position + 1, 2) + _little(data, position + 5, 2)
            bottom = _little(data, position + 3, 2) + _little(data, position + 7, 2)
            size = (max(size[0], right), max(size[1], bottom))
            frames += 1
            position = _after_blocks(data, position + 11 + _palette(data[position + 9]))
        elif block == 0x21:
            position = _after_blocks(data, position + 2)
        else:
            break
    raise damaged()


def _palette(flags: int) -> int:
    return 3 * (2 << (flags & 7)) if flags & 0x80 else 0


def _after_blocks(data: bytes, position: int) -> int:
    while position < len(data) and data[position]:
        position += 1 + data[position]
    return position + 1


def _webp(data: bytes) -> Size:
    end = 8 + _little(data, 4, 4)
    # Some writers leave out the last padding byte, others do not count it.
    if abs(end - len(data)) > 1:
        raise damaged()
    size: Size = (0, 0)
    has_pixels, position = False, 12
    while position + 8 <= end:
        kind, start = data[position : position + 4], position + 8
        length = _little(data, position + 4, 4)
        if start + length > len(data):
            raise damaged()
        size = _larger(size, _webp_chunk(data, kind, start))
        has_pixels = has_pixels or kind in (b"VP8 ", b"VP8L", b"ANMF")
        position = start + length + (length & 1)
    if not has_pixels:
        raise damaged()
    return size


def _webp_chunk(data: bytes, kind: bytes, start: int) -> Size:
    if kind == b"VP8X":
        return 1 + _little(data, start + 4, 3), 1 + _little(data, start + 7, 3)
    if kind == b"VP8 ":
        return _little(data, start + 6, 2) & 0x3FFF, _little(data, start + 8, 2) & 0x3FFF
    if kind == b"VP8L":
        bits = _little(data, start + 1, 4)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if kind == b"ANMF":
        return 1 + _little(data, start + 6, 3), 1 + _little(data, start + 9, 3)
    return 0, 0


def _larger(one: Size, other: Size) -> Size:
    return other if other[0] * other[1] > one[0] * one[1] else one


def _big(data: bytes, position: int, size: int) -> int:
    return int.from_bytes(data[position : position + size], "big")


def _little(data: bytes, position: int, size: int) -> int:
    return int.from_bytes(data[position : position + size], "little")


def _isobmff(data: bytes) -> Size:
    size = measure_isobmff(data)
    if size is None:
        raise damaged()
    return size


_MEASURES: dict[Known, Callable[[bytes], Size]] = {
    PNG: _png,
    JPEG: _jpeg,
    GIF: _gif,
    WEBP: _webp,
    AVIF: _isobmff,
    HEIC: _isobmff,
}
