"""Folders that are there as a whole or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def folder(target: Path) -> Iterator[Path]:
    """A fresh folder that becomes `target`, in place of what was there, when the block ends well."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    try:
        yield fresh
        shutil.rmtree(target, ignore_errors=True)
        try:
            fresh.rename(target)
        except OSError:
            # Somebody else has made the same meanwhile.
            if not target.is_dir():
                raise
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
