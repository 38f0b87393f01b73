"""Walks the boxes of a HEIC or AVIF picture (ISO 14496-12, ISO 23008-12) to learn its size."""

from __future__ import annotations

from collections.abc import Iterator

_MAX_BOXES = 10_000


def measure_isobmff(data: bytes) -> tuple[int, int] | None:
    """Width and height of the largest picture inside; None when the file is damaged or cut."""
    kinds = set[bytes]()
    size = (0, 0)
    for kind, start, end in _boxes(data, 0, len(data)):
        if end > len(data):
            return None
        kinds.add(kind)
        if kind == b"meta":
            # A full box: four bytes of version and flags come before its children.
            kinds.update(child for child, _, _ in _boxes(data, start + 4, end))
            size = _largest(size, _extents(data, start + 4, end))
        elif kind == b"moov":
            size = _largest(size, _tracks(data, start, end))
    if b"ftyp" not in kinds or not kinds & {b"mdat", b"idat"} or size == (0, 0):
        return None
    return size


def _boxes(data: bytes, position: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start of the content, end) of the boxes one after the other; the last may end too late."""
    for _ in range(_MAX_BOXES):
        if position + 8 > end:
            if position != end:
                yield b"cut ", position, len(data) + 1
            return
        size = int.from_bytes(data[position : position + 4], "big")
        header = 8
        if size == 1:
            size, header = int.from_bytes(data[position + 8 : position + 16], "big"), 16
        elif size == 0:
            size = end - position
        if size < header:
            yield b"cut ", position, len(data) + 1
            return
        yield data[position + 4 : position + 8], position + header, position + size
        position += size


def _extents(data: bytes, start: int, end: int, inside: tuple[bytes, ...] = (b"iprp", b"ipco")) -> tuple[int, int]:
    """The largest `ispe` property: the picture itself, for tiles and thumbnails are smaller."""
    size = (0, 0)
    for kind, child, child_end in _boxes(data, start, end):
        if inside and kind == inside[0]:
            size = _largest(size, _extents(data, child, min(child_end, end), inside[1:]))
        elif kind == b"ispe":
            width = int.from_bytes(data[child + 4 : child + 8], "big")
            size = _largest(size, (width, int.from_bytes(data[child + 8 : child + 12], "big")))
    return size


def _tracks(data: bytes, start: int, end: int, inside: tuple[bytes, ...] = (b"trak",)) -> tuple[int, int]:
    """The largest track of an image sequence: the last eight bytes of `tkhd`, in 16.16 fixed point."""
    size = (0, 0)
    for kind, child, child_end in _boxes(data, start, end):
        if inside and kind == inside[0]:
            size = _largest(size, _tracks(data, child, min(child_end, end), inside[1:]))
        elif kind == b"tkhd" and child + 8 <= child_end <= end:
            width = int.from_bytes(data[child_end - 8 : child_end - 4], "big") >> 16
            size = _largest(size, (width, int.from_bytes(data[child_end - 4 : child_end], "big") >> 16))
    return size


def _largest(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return other if other[0] * other[1] > one[0] * one[1] else one
