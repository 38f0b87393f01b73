"""Zips that depend on nothing but their content: no times, no owners, one order, one compression."""

from __future__ import annotations

import hashlib
import uuid
import zipfile
from collections.abc import Mapping
from pathlib import Path

from mocshelf_infra.packaging.artifacts import Zip

Content = Path | bytes

_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip can name
_MODE = 0o100644
_LEVEL = 6
_UNIX = 3


def write(path: Path, entries: Mapping[str, Content]) -> Zip:
    """Writes the files under their names; the zip is at `path` once it is whole, and never before."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    unzipped = 0
    try:
        with zipfile.ZipFile(temporary, "w") as archive:
            for name, content in sorted(entries.items()):
                data = content if isinstance(content, bytes) else content.read_bytes()
                archive.writestr(_entry(name), data, zipfile.ZIP_DEFLATED, _LEVEL)
                unzipped += len(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    whole = path.read_bytes()
    return Zip(str(path), hashlib.sha256(whole).hexdigest(), len(whole), unzipped)


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.create_system = _UNIX
    entry.external_attr = _MODE << 16
    return entry
