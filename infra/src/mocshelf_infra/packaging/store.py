"""The folder of built zips, each named by a hash of all that went into it, so that nothing is made twice."""

from __future__ import annotations

import json
import os
import shutil
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from mocshelf_infra.packaging import archive
from mocshelf_infra.packaging.artifacts import Artifacts, Zip

_KEY = 16
_SCRATCH = ".scratch-"
# Another deployment may still be reading what this build has no use for.
_KEPT_FOR = 24 * 3600.0


class Store:
    """Zips and builds by key. A zip counts once its record is there, which is written last."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder.resolve()

    def zip(self, name: str, key: str) -> Zip | None:
        """The zip of that name and key, if it is there."""
        path = self._path(name, key)
        try:
            made = Zip(**json.loads(path.with_suffix(".json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None
        return self._used(made)

    def make(self, name: str, key: str, contents: Mapping[str, archive.Content]) -> Zip:
        """Writes it."""
        path = self._path(name, key)
        made = archive.write(path, contents)
        _write(path.with_suffix(".json"), json.dumps(asdict(made)))
        return made

    def _path(self, name: str, key: str) -> Path:
        return self._folder / f"{name}-{key[:_KEY]}.zip"

    def _used(self, made: Zip) -> Zip | None:
        """The same, marked as used now, if it is here and whole; wherever this folder was when it was made."""
        path = self._folder / Path(made.path).name
        try:
            if path.stat().st_size != made.size:
                return None
            for marked in (path, path.with_suffix(".json")):
                os.utime(marked)
        except OSError:
            return None
        return replace(made, path=str(path))

    def recall(self, key: str) -> Artifacts | None:
        """What was built of exactly this input, if all of it is still there."""
        record = self._folder / f"build-{key[:_KEY]}.json"
        try:
            kept = Artifacts.read(record)
            os.utime(record)
        except (OSError, ValueError, TypeError, KeyError):
            return None
        functions, layers = (self._all(kinds) for kinds in (kept.functions, kept.layers))
        return None if functions is None or layers is None else Artifacts(functions, layers)

    def _all(self, made: Mapping[str, Zip]) -> dict[str, Zip] | None:
        there = {name: found for name, one in made.items() if (found := self._used(one))}
        return there if len(there) == len(made) else None

    def keep(self, key: str, artifacts: Artifacts) -> None:
        """Remembers what this input gave."""
        _write(self._folder / f"build-{key[:_KEY]}.json", json.dumps(asdict(artifacts)))

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder to work in."""
        with TemporaryDirectory(prefix=_SCRATCH, dir=self._folder) as path:
            yield Path(path)

    def prune(self) -> None:
        """Removes what no build has used for a day, and what a build left that was killed."""
        before = time.time() - _KEPT_FOR
        for path in self._folder.iterdir():
            ours = path.suffix in (".zip", ".json", ".tmp") or path.name.startswith(_SCRATCH)
            with suppress(OSError):
                if ours and path.stat().st_mtime < before:
                    shutil.rmtree(path) if path.is_dir() else path.unlink()


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
