"""Reads the table of contents of a ZIP archive, and where its bytes are, without believing either.

The layout is PKWARE's APPNOTE: 4.3.7 (local header), 4.3.12 (central header), 4.3.16 (end record)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from file_validator.faults import Kind, Refused, refusal

MAX_ENTRIES = 2_000
LOCAL_HEADER = b"PK\x03\x04"
CENTRAL_HEADER = b"PK\x01\x02"
END_RECORD = b"PK\x05\x06"
ZIP64_LOCATOR = b"PK\x06\x07"
STORED, DEFLATED, AES = 0, 8, 99

_LOCAL = struct.Struct("<4s2xHH16xHH")
_CENTRAL = struct.Struct("<4s4xHH4xIIIHHHH6xI")
_END = struct.Struct("<4sHHHHIIH")
_MAX_COMMENT = 65_535
_LOCKED, _UTF8 = 0x1, 0x800
# A data descriptor with its signature and 64-bit sizes: all that may stand between two entries.
_MAX_GAP = 24


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the central directory describes it; sizes and the offset are bytes."""

    name: str
    raw_name: bytes
    flags: int
    method: int
    crc: int
    packed_size: int
    size: int
    offset: int

    @property
    def encrypted(self) -> bool:
        """Whether a password is needed, by the old scheme or by AES."""
        return bool(self.flags & _LOCKED) or self.method == AES


def read_directory(data: bytes) -> list[Entry]:
    """The entries of an archive that begins with the first byte of `data` and ends with the last."""
    position = data.rfind(END_RECORD, _tail(data))
    if position < 0 or position + _END.size > len(data):
        raise damaged()
    _, disk, first_disk, here, count, size, start, comment = _END.unpack_from(data, position)
    if count == 0xFFFF or 0xFFFFFFFF in (size, start):
        raise _unreadable("The archive is in the ZIP64 form, which we do not accept.")
    if disk or first_disk or here != count:
        raise _unreadable("The archive is one of several parts. Save it as a single file.")
    if position + _END.size + comment != len(data):
        raise unsafe("There is something else after the end of the archive.")
    if start + size != position:
        raise unsafe("There is something else before the archive or inside it.")
    if count > MAX_ENTRIES:
        raise unsafe(f"The archive has {count:,} entries; the limit is {MAX_ENTRIES:,}.")
    entries = list(_entries(data, start, position))
    if len(entries) != count:
        raise damaged()
    _check_layout(data, entries, start)
    return entries


def packed_bytes(data: bytes, entry: Entry) -> memoryview:
    """The compressed bytes of an entry. Its local header must agree with the central directory."""
    if entry.offset + _LOCAL.size > len(data):
        raise damaged(entry)
    signature, flags, method, name, extra = _LOCAL.unpack_from(data, entry.offset)
    if signature != LOCAL_HEADER:
        raise damaged(entry)
    start = entry.offset + _LOCAL.size
    same = method == entry.method and (flags ^ entry.flags) & _LOCKED == 0
    if not same or data[start : start + name] != entry.raw_name:
        raise unsafe("The archive contradicts itself about its content.", entry)
    start += name + extra
    if start + entry.packed_size > len(data):
        raise damaged(entry)
    return memoryview(data)[start : start + entry.packed_size]


def has_end_record(data: bytes) -> bool:
    """Whether ZIP programs, which look at a file's end first, would take the file for an archive."""
    position = data.rfind(END_RECORD, _tail(data))
    while position >= 0:
        if position + _END.size <= len(data) and _is_end(data, position):
            return True
        position = data.rfind(END_RECORD, _tail(data), position)
    return False


def is_safe(name: str) -> bool:
    """Whether a name is that of a file below the archive's root, written with slashes."""
    if not name or name[-1] == "/" or "\\" in name or any(ord(character) < 32 for character in name):
        return False
    return not leads_outside(name)


def leads_outside(name: str) -> bool:
    """Whether a careless program that unpacks this name would write outside its folder."""
    path = name.replace("\\", "/")
    return path.startswith("/") or path[1:2] == ":" or ".." in path.split("/") or "\0" in path


def unsafe(message: str, entry: Entry | None = None) -> Refused:
    """The refusal of an archive that is made to do harm."""
    return refusal(Kind.UNSAFE, "UNSAFE", message, at=shown(entry) if entry else None)


def damaged(entry: Entry | None = None) -> Refused:
    """The refusal of an archive that was cut or changed on its way."""
    message = "The archive is damaged or incomplete. Save it again and upload the new file."
    return refusal(Kind.UNREADABLE, "UNREADABLE", message, at=shown(entry) if entry else None)


def shown(entry: Entry) -> str:
    """An entry's name, short and printable enough for a message."""
    return "".join(character if character.isprintable() else "?" for character in entry.name[:100])


def _tail(data: bytes) -> int:
    return max(0, len(data) - _END.size - _MAX_COMMENT)


def _is_end(data: bytes, position: int) -> bool:
    _, _, _, _, count, size, _, comment = _END.unpack_from(data, position)
    if data[max(0, position - 20) : position].startswith(ZIP64_LOCATOR):
        return True
    if count == 0 and size == 0:
        return bool(position + _END.size + comment <= len(data))
    return size <= position and data.startswith(CENTRAL_HEADER, position - size)


def _entries(data: bytes, position: int, end: int) -> Iterator[Entry]:
    for _ in range(MAX_ENTRIES + 1):
        if position == end:
            return
        if position + _CENTRAL.size > end:
            raise damaged()
        header = _CENTRAL.unpack_from(data, position)
        signature, flags, method, crc, packed, size, name, extra, comment, disk, offset = header
        start = position + _CENTRAL.size
        position = start + name + extra + comment
        if signature != CENTRAL_HEADER or disk or position > end:
            raise damaged()
        raw_name = data[start : start + name]
        text = raw_name.decode("utf-8" if flags & _UTF8 else "cp437", "replace")
        yield Entry(text, raw_name, flags, method, crc, packed, size, offset)


def _check_layout(data: bytes, entries: list[Entry], directory: int) -> None:
    """Entries must fill the archive from its first byte, one after the other: overlapping ones make a
    bomb of a small file, and gaps hide a second file."""
    position = 0
    for entry in sorted(entries, key=lambda entry: entry.offset):
        packed = packed_bytes(data, entry)
        if not _follows(entry.offset, position, first=position == 0):
            raise unsafe("There is something else inside the archive.", entry)
        header = _LOCAL.unpack_from(data, entry.offset)
        position = entry.offset + _LOCAL.size + header[3] + header[4] + len(packed)
    if not _follows(directory, position, first=False):
        raise unsafe("There is something else inside the archive.")


def _follows(start: int, end_before: int, *, first: bool) -> bool:
    return start == 0 if first else 0 <= start - end_before <= _MAX_GAP


def _unreadable(message: str) -> Refused:
    return refusal(Kind.UNREADABLE, "UNREADABLE", message)
