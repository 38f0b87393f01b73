"""Opens ZIP archives that strangers made, within limits that no honest model reaches."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from file_validator.directory import (
    AES,
    DEFLATED,
    END_RECORD,
    LOCAL_HEADER,
    STORED,
    Entry,
    damaged,
    is_safe,
    packed_bytes,
    read_directory,
    shown,
    unsafe,
)
from file_validator.faults import Kind, refusal

MAX_TOTAL = 512 * 1_048_576
MAX_ENTRY = 128 * 1_048_576
MAX_RATIO = 100
RATIO_COUNTS_ABOVE = 1_048_576

_CHUNK = 65_536
_TOO_MUCH = "The archive unpacks to more than we accept."


class Archive:
    """A checked archive; every method that meets something wrong raises `Refused`."""

    def __init__(self, data: bytes, entries: list[Entry]) -> None:
        self._data = data
        self.entries = entries
        self._by_name: dict[str, list[Entry]] = {}
        for entry in entries:
            if is_safe(entry.name):
                self._by_name.setdefault(entry.name.lower(), []).append(entry)

    def names(self) -> list[str]:
        """The files' names as written, relative to the root; names that could lead elsewhere are left out."""
        return [entry.name for same in self._by_name.values() for entry in same]

    def has(self, name: str) -> bool:
        """Whether there is an entry of that name, whatever its case."""
        return name.lower() in self._by_name

    def count(self, name: str) -> int:
        """How many entries have that name, whatever their case."""
        return len(self._by_name.get(name.lower(), []))

    def encrypted(self, name: str) -> bool:
        """Whether an entry of that name is locked with a password."""
        return any(entry.encrypted for entry in self._by_name.get(name.lower(), []))

    def read(self, name: str, limit: int = MAX_ENTRY) -> bytes:
        """The content of one entry of at most `limit` bytes. An entry that is there twice is refused."""
        entry = self._only(name)
        if entry.encrypted:
            message = f"{shown(entry)} in the archive is locked with a password."
            raise refusal(Kind.UNREADABLE, "UNREADABLE", message, at=shown(entry))
        if entry.size > min(limit, MAX_ENTRY):
            raise unsafe(_TOO_MUCH, entry)
        # The first pass keeps nothing, so a lying entry costs no memory; the second fits exactly.
        self._verify(entry)
        packed = packed_bytes(self._data, entry)
        if entry.method == STORED:
            return bytes(packed)
        return zlib.decompress(packed, wbits=-zlib.MAX_WBITS, bufsize=max(entry.size, 1))

    def verify(self) -> None:
        """Unpacks every entry that has no password, keeping nothing, and compares sizes and checksums."""
        for entry in self.entries:
            if not entry.encrypted:
                self._verify(entry)

    def _only(self, name: str) -> Entry:
        found = self._by_name.get(name.lower(), [])
        if not found:
            message = f"The archive has no {name[:100]}."
            raise refusal(Kind.CONTENT, "UNSUPPORTED_FORMAT", message, at=name[:100])
        if len(found) > 1:
            raise unsafe(f"{shown(found[0])} is in the archive twice.", found[0])
        return found[0]

    def _verify(self, entry: Entry) -> None:
        size = crc = 0
        for chunk in _unpacked(packed_bytes(self._data, entry), entry):
            size += len(chunk)
            if size > entry.size:
                raise unsafe(_TOO_MUCH, entry)
            crc = zlib.crc32(chunk, crc)
        if size != entry.size or crc != entry.crc:
            raise damaged(entry)


def open_zip(data: bytes) -> Archive:
    """The archive in `data`, which must be one ZIP from its first byte to its last. Raises `Refused` for
    damage, several disks, unusual compression, too many entries, too much content, or hidden bytes."""
    if data.startswith(END_RECORD):
        raise refusal(Kind.CONTENT, "EMPTY_FILE", "The archive is empty.")
    if not data.startswith(LOCAL_HEADER):
        raise refusal(Kind.TYPE, "TYPE_MISMATCH", "The file is not a ZIP archive.")
    entries = read_directory(data)
    if sum(entry.size for entry in entries) > MAX_TOTAL:
        raise unsafe(_TOO_MUCH)
    for entry in entries:
        _check_entry(entry)
    return Archive(data, entries)


def _check_entry(entry: Entry) -> None:
    if entry.size > RATIO_COUNTS_ABOVE and entry.size > MAX_RATIO * entry.packed_size:
        raise unsafe(_TOO_MUCH, entry)
    if entry.method not in (STORED, DEFLATED, AES):
        message = f"{shown(entry)} is packed in a way we do not read. Save the file again."
        raise refusal(Kind.UNREADABLE, "UNREADABLE", message, at=shown(entry))


def _unpacked(packed: memoryview, entry: Entry) -> Iterator[bytes | memoryview]:
    if entry.method == STORED:
        yield packed
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for start in range(0, len(packed), _CHUNK):
        pending: bytes | memoryview = packed[start : start + _CHUNK]
        while pending and not inflater.eof:
            try:
                chunk = inflater.decompress(pending, _CHUNK)
            except zlib.error:
                raise damaged(entry) from None
            yield chunk
            pending = inflater.unconsumed_tail
    if not inflater.eof or inflater.unused_data:
        raise damaged(entry)
