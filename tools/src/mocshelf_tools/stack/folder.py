"""A data folder: everything one stack keeps, and the lock that lets only one process use it."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import time
from pathlib import Path
from typing import IO, Any

from mocshelf_tools.problems import CannotContinue

_MARKER = ".mocshelf-data"
_TRIES = 20
_KEPT_WHEN_EMPTIED = (_MARKER, "lock")


class DataFolder:
    """The folder at `path`, made when it is missing.

    Raises CannotContinue when the path holds something else than Mocshelf's data.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.expanduser().resolve()
        self._lock: IO[str] | None = None

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def control(self) -> Path:
        """Where `./mocshelf invoke` finds the running gateway."""
        return self.path / "control.json"

    @property
    def endpoints(self) -> Path:
        return self.path / "endpoints.json"

    def open(self) -> None:
        """Makes the folder if need be and takes its lock; released by `close` or when the process ends."""
        self._claim()
        (self.path / "lock").touch()
        lock = (self.path / "lock").open("r+")
        for tries_left in reversed(range(_TRIES)):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError:
                holder = lock.read().strip()
                # Without a number it is somebody who only looks, or who is about to close it.
                if holder or not tries_left:
                    lock.close()
                    raise CannotContinue(
                        f"Mocshelf already runs on {self.path} (process {holder or 'unknown'}). "
                        "Stop it first, or name another folder with --data."
                    ) from None
            time.sleep(0.05)
            lock.seek(0)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        self._lock = lock
        self.logs.mkdir(exist_ok=True)

    def holder(self) -> int | None:
        """The process that uses the folder now, None when none does; 0 while one begins or ends to."""
        try:
            with (self.path / "lock").open("r+") as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    return int(lock.read().strip() or 0)
        except FileNotFoundError:
            pass
        return None

    def close(self) -> None:
        if self._lock is not None:
            self._lock.truncate(0)
            self._lock.close()
            self._lock = None

    def empty(self) -> None:
        """Deletes everything in the folder; only while its lock is held."""
        if self._lock is None:
            raise RuntimeError("The data folder is emptied by whoever holds its lock.")
        for entry in self.path.iterdir():
            if entry.name in _KEPT_WHEN_EMPTIED:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        self.logs.mkdir(exist_ok=True)

    def read(self, name: str) -> dict[str, Any]:
        """The JSON object in the file of that name, empty when there is none."""
        try:
            content = json.loads((self.path / name).read_text())
        except FileNotFoundError:
            return {}
        except ValueError:
            raise CannotContinue(
                f"{self.path / name} is damaged. `./mocshelf dev --fresh` starts with an empty folder."
            ) from None
        return content if isinstance(content, dict) else {}

    def write(self, name: str, content: dict[str, Any]) -> None:
        """Writes the file as a whole or not at all; only its owner can read it."""
        target = self.path / name
        fresh = target.with_name(f"{target.name}.{secrets.token_hex(4)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(content, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)

    def _claim(self) -> None:
        if self.path.exists() and not self.path.is_dir():
            raise CannotContinue(f"{self.path} is a file. Name a folder with --data.")
        marker = self.path / _MARKER
        if not marker.exists():
            if self.path.exists() and any(self.path.iterdir()):
                raise CannotContinue(
                    f"{self.path} is not a Mocshelf data folder and not empty. Name another with --data."
                )
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            marker.write_text("The data of one Mocshelf stack; `./mocshelf dev --fresh` empties it.\n")
