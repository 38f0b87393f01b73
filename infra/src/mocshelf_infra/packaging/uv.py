"""uv, which reads the lock and installs wheels for other machines than this one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence

from mocshelf_infra.packaging.problems import CannotPackage

_LINES = 12


def find_uv() -> str:
    """The uv that ./mocshelf uses, or the one on the PATH."""
    uv = shutil.which(os.environ.get("MOCSHELF_UV") or "uv")
    if uv is None:
        raise CannotPackage("uv is needed. Start Mocshelf with ./mocshelf, which brings one.")
    return uv


def run_uv(doing: str, arguments: Sequence[str]) -> str:
    """What uv printed; CannotPackage with its own words when it fails, after what it was `doing`."""
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    # Without it, building a source package looks for a libvips of this machine, and would compile against that.
    environment["PKG_CONFIG"] = "false"
    done = subprocess.run(  # noqa: S603 - the uv that started this, with words of ours
        [find_uv(), *arguments], capture_output=True, text=True, env=environment
    )
    if done.returncode:
        said = "\n".join(done.stderr.strip().splitlines()[-_LINES:])
        raise CannotPackage(f"uv failed while {doing}. Check the connection and uv.lock.\n{said}")
    return done.stdout
