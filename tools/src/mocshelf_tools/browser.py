"""The browser that the tests of the web app drive: one on this machine, else Playwright's own, else Debian's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

# The first is Chromium without windows: the same engine, and a third of the work for each new visitor.
_PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
_FETCH_SECONDS = 300
# A closed network, and servers on this machine only: Chromium is to ask nobody anything.
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
    # Chromium refuses to run as root with its sandbox.
    *(("--no-sandbox",) if os.geteuid() == 0 else ()),
)
MISSING = (
    "there is no Chromium; `uv run playwright install --with-deps chromium` fetches it, "
    "or `apt-get install chromium-headless-shell` as root"
)


def program() -> str | None:
    """A Chromium of this machine; None when there is none, or only Playwright's."""
    found = (shutil.which(name) for name in _PROGRAMS)
    return next((path for path in found if path), None)


def ensure(report: Callable[[str], None]) -> None:
    """Fetches a browser where there is none and that may be done; without one, the tests say what to do."""
    if program() is not None:
        return
    report("Fetching Chromium for the tests of the web app (first time only)")
    own = [sys.executable, "-m", "playwright", "install", "chromium"]
    if _works(own) or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    debian = ["apt-get", "install", "--yes", "--no-install-recommends", _PROGRAMS[0]]
    # What a new machine knows of packages may be nothing, or too old.
    if not _works(debian) and _works(["apt-get", "update"]):
        _works(debian)


def _works(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=_FETCH_SECONDS).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
