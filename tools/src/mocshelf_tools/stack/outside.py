"""A place for servers that root runs as another account and that will not look into root's own folders.

PostgreSQL opens its files, which a capability lets it do anywhere. OpenSearch asks first whether it may, by a call
that counts no capabilities; so its program and its data, which can be made again at any time, are kept here.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING

from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    from mocshelf_tools.stack.account import Account
    from mocshelf_tools.stack.folder import DataFolder

_FILE = "outside.json"
_OWNER = ".owner"
PLACE = Path("/var/tmp/mocshelf")  # noqa: S108 - checked: it must be ours alone


def shared(base: Path = PLACE) -> Path:
    """The folder for all data folders of this machine; CannotContinue when someone else has made it."""
    base.mkdir(mode=0o755, exist_ok=True)
    found = base.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise CannotContinue(f"{base} belongs to someone else. Remove it.")
    return base


def home(folder: DataFolder, name: str, account: Account, base: Path = PLACE) -> Path:
    """The server's own folder for this data folder, which only the account may enter.

    It is found by a word that the data folder keeps, so a new data folder never gets an old one's data. What belongs
    to data folders that are gone is deleted.
    """
    shared(base)
    _tidy(base)
    word = folder.read(_FILE).get("word") or secrets.token_hex(8)
    folder.write(_FILE, {"word": word})
    made = base / f"{name}-{word}"
    (base / f"{made.name}{_OWNER}").write_text(str(folder.path / _FILE))
    made.mkdir(mode=0o700, exist_ok=True)
    os.chown(made, account.user, account.group)
    return made


def _tidy(base: Path) -> None:
    for owner in base.glob(f"*{_OWNER}"):
        left = base / owner.name.removesuffix(_OWNER)
        if _word(Path(owner.read_text())) != left.name.rpartition("-")[2]:
            shutil.rmtree(left, ignore_errors=True)
            owner.unlink(missing_ok=True)


def _word(file: Path) -> str | None:
    try:
        return str(json.loads(file.read_text())["word"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
