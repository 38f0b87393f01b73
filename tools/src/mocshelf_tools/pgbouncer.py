"""PgBouncer, the pool of the tests of saturation: this machine's, else Debian's, unpacked in the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mocshelf_tools import paths
from mocshelf_tools.whole import folder

HOME = paths.ROOT / ".mocshelf" / "pgbouncer"
MISSING = "there is no PgBouncer, and no Debian to get it from; install the package `pgbouncer` of your system"
# Debian installs servers where the PATH of most users does not look.
_PLACES = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))
_FETCH_SECONDS = 120


class Program(NamedTuple):
    """The command, and what its environment must hold for it to find its libraries."""

    command: str
    environment: Mapping[str, str]


def program() -> Program | None:
    """A PgBouncer that runs here; None when there is none."""
    libraries = os.pathsep.join(str(path) for path in sorted(HOME.glob("usr/lib/*-linux-*")))
    unpacked = Program(str(HOME / "usr" / "sbin" / "pgbouncer"), {"LD_LIBRARY_PATH": libraries})
    installed = shutil.which("pgbouncer", path=_PLACES)
    candidates = [*([Program(installed, {})] if installed else []), unpacked]
    return next((one for one in candidates if _works([one.command, "--version"], one.environment)), None)


def ensure(report: Callable[[str], None]) -> None:
    """Fetches PgBouncer where there is none and apt can; nothing is installed, so nobody need be root."""
    if program() is not None or not shutil.which("apt-get") or not shutil.which("dpkg"):
        return
    report("Fetching PgBouncer for the tests of saturation (first time only)")
    # What a new machine knows of packages may be nothing, or too old.
    if not _fetched() and os.geteuid() == 0 and _works(["apt-get", "update"]):
        _fetched()


def _fetched() -> bool:
    """Has apt choose the package and those it needs that are not installed here, and unpacks them."""
    with tempfile.TemporaryDirectory() as archives:
        (Path(archives) / "partial").mkdir()
        chosen = ["-o", "Debug::NoLocking=1", "-o", f"Dir::Cache::archives={archives}"]
        command = ["apt-get", "install", "--download-only", "--yes", "--no-install-recommends", *chosen, "pgbouncer"]
        if not _works(command):
            return False
        unpacked = Path(archives) / "unpacked"
        if not all(_works(["dpkg", "-x", str(one), str(unpacked)]) for one in Path(archives).glob("*.deb")):
            return False
        with folder(HOME) as fresh:
            shutil.copytree(unpacked, fresh, symlinks=True, dirs_exist_ok=True)
        return True


def _works(command: Sequence[str], more: Mapping[str, str] | None = None) -> bool:
    environment = {**os.environ, **(more or {})}
    try:
        done = subprocess.run(command, capture_output=True, timeout=_FETCH_SECONDS, env=environment)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
