"""The ZIP around a bundle: written entry by entry with fixed times, read as something a stranger made."""

from __future__ import annotations

import hashlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from file_validator.directory import is_safe
from mocshelf_tools.bundle.faults import Unusable, plain, refuse
from mocshelf_tools.bundle.layout import FileEntry

MOST_ENTRIES = 300_000
# The table of contents, which is read into memory whole; 300,000 entries with long names take as much.
MOST_DIRECTORY = 64 * 1_048_576
LARGEST_ENTRY = 256 * 1_048_576
MOST_RATIO = 100
RATIO_COUNTS_ABOVE = 1_048_576

_OLDEST = datetime(1980, 1, 1, tzinfo=UTC)
_NEWEST = datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC)
_END = struct.Struct("<4sHHHHIIH")
_LOCATOR = struct.Struct("<4sIQI")
_END64 = struct.Struct("<4sQ2H2I4Q")
_CENTRAL = struct.Struct("<4s24xHHH12x")
_PACKED = (".webp", ".pdf", ".io", ".lxf")
_BROKEN = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, struct.error)


class Writer:
    """Writes entries and keeps what the manifest says of them."""

    def __init__(self, handle: BinaryIO) -> None:
        self._zip = zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED, allowZip64=True, compresslevel=6)
        self.entries: list[FileEntry] = []

    def add(self, path: str, data: bytes, time: datetime | None) -> str:
        """Writes an entry with the time of the row that it is about; returns the SHA-256 in hex."""
        info = zipfile.ZipInfo(path, _clock(time))
        info.create_system, info.external_attr = 3, (stat.S_IFREG | 0o644) << 16
        info.compress_type = _method(path, data)
        self._zip.writestr(info, data)
        digest = hashlib.sha256(data).hexdigest()
        self.entries.append(FileEntry(path=path, size=len(data), sha256=digest))
        return digest

    def close(self) -> None:
        self._zip.close()


class Reader:
    """A ZIP whose table of contents has been checked; its content is checked while it is read."""

    def __init__(self, path: Path) -> None:
        """Unusable when the file is no ZIP, or one that no export has written."""
        try:
            self._handle = path.open("rb")
        except OSError as problem:
            raise Unusable(f"{path} cannot be read: {problem.strerror}.") from None
        try:
            with _broken(path.name):
                _check_end(self._handle)
                self._zip = zipfile.ZipFile(self._handle)
                self._entries = _checked(self._zip, path.stat().st_size)
        except BaseException:
            self._handle.close()
            raise

    def __enter__(self) -> Reader:
        return self

    def __exit__(self, *failure: object) -> None:
        self._handle.close()

    def paths(self) -> set[str]:
        return set(self._entries)

    def size(self, path: str) -> int:
        """The size that the archive gives for an entry."""
        return self._entries[path].file_size

    def read(self, path: str, limit: int = LARGEST_ENTRY) -> bytes:
        """An entry of at most `limit` bytes; Unusable when it is not there, larger, or damaged."""
        info = self._entries.get(path)
        if info is None:
            raise Unusable(f"{plain(path)} is not in the bundle.")
        if info.file_size > limit:
            raise Unusable(f"{plain(path)} has {info.file_size:,} bytes; the limit is {limit:,}.")
        # The module reads as many bytes as were declared, and compares the checksum then.
        with _broken(path), self._zip.open(info) as entry:
            return entry.read()

    def digest(self, path: str) -> str:
        """The SHA-256 of an entry's content, which is not kept in memory."""
        digest = hashlib.sha256()
        with _broken(path), self._zip.open(self._entries[path]) as entry:
            while chunk := entry.read(1_048_576):
                digest.update(chunk)
        return digest.hexdigest()


def _clock(time: datetime | None) -> tuple[int, int, int, int, int, int]:
    """The time as a ZIP can say it: UTC, from 1980 on."""
    kept = min(max(time or _OLDEST, _OLDEST), _NEWEST).astimezone(UTC)
    return kept.year, kept.month, kept.day, kept.hour, kept.minute, kept.second


def _method(path: str, data: bytes) -> int:
    """What is packed already is stored, and so is what would look like a bomb when it is read again."""
    if path.lower().endswith(_PACKED):
        return zipfile.ZIP_STORED
    if len(data) >= MOST_RATIO * len(zlib.compress(data, 6)):
        return zipfile.ZIP_STORED
    return zipfile.ZIP_DEFLATED


def _check_end(handle: BinaryIO) -> None:
    """Looks at the size of the table of contents, and counts it, before it is read into memory."""
    size = handle.seek(0, 2)
    handle.seek(max(0, size - _END.size - _LOCATOR.size))
    tail = handle.read()
    if len(tail) < _END.size or not tail[-_END.size :].startswith(b"PK\x05\x06"):
        raise Unusable("The file is not a bundle: it does not end as a ZIP archive does.")
    length, start = _END.unpack(tail[-_END.size :])[5:7]
    if tail.startswith(b"PK\x06\x07"):
        handle.seek(min(_LOCATOR.unpack(tail[: _LOCATOR.size])[2], size))
        length, start = _END64.unpack(handle.read(_END64.size))[8:10]
    if length > MOST_DIRECTORY or start + length > size:
        raise Unusable(f"The table of contents has {length:,} bytes; the limit is {MOST_DIRECTORY:,}.")
    handle.seek(start)
    directory, position, count = handle.read(length), 0, 0
    while position < len(directory):
        signature, name, extra, comment = _CENTRAL.unpack_from(directory, position)
        position += _CENTRAL.size + name + extra + comment
        count += 1
        if signature != b"PK\x01\x02":
            raise Unusable("The table of contents is damaged.")
    if count > MOST_ENTRIES:
        raise Unusable(f"The archive has {count:,} entries; the limit is {MOST_ENTRIES:,}.")


def _checked(archive: zipfile.ZipFile, size: int) -> dict[str, zipfile.ZipInfo]:
    """The files by path; folders are left out, for programs that pack again add them."""
    infos = [info for info in archive.infolist() if not (info.orig_filename.endswith("/") and not info.file_size)]
    seen: set[str] = set()
    faults = [fault for info in infos for fault in _entry_faults(info, seen)]
    if sum(info.compress_size for info in infos) > size:
        faults.append("The archive contradicts itself: its entries are larger than the file.")
    if sum(info.file_size for info in infos) > MOST_RATIO * size + RATIO_COUNTS_ABOVE:
        faults.append(f"The archive unpacks to more than {MOST_RATIO} times its size.")
    refuse(faults)
    return {info.filename: info for info in infos}


def _entry_faults(info: zipfile.ZipInfo, seen: set[str]) -> Iterator[str]:
    name = plain(info.orig_filename)
    if not is_safe(info.orig_filename):
        yield f"{name}: the path leads outside the bundle, or is none."
    if info.orig_filename.casefold() in seen:
        yield f"{name} is in the archive twice."
    seen.add(info.orig_filename.casefold())
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        yield f"{name} is a link or a device, not a file."
    if info.flag_bits & 0x1 or info.compress_type == 99:
        yield f"{name} is locked with a password."
    elif info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        yield f"{name} is packed in a way that bundles are not."
    if info.file_size > LARGEST_ENTRY:
        yield f"{name} unpacks to {info.file_size:,} bytes; the limit is {LARGEST_ENTRY:,}."
    elif info.file_size > RATIO_COUNTS_ABOVE and info.file_size > MOST_RATIO * info.compress_size:
        yield f"{name} unpacks to more than {MOST_RATIO} times its size."


@contextmanager
def _broken(name: str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as problem:
        raise Unusable(f"{plain(name)} is damaged: {plain(str(problem))}.") from None
