"""`./mocshelf dev`: later starts until it is healthy, stops, and saved changes until they are live.

The first start, which installs and downloads, is not repeated here.
"""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import commands
from table import show
from yardstick import say

from mocshelf_tools import paths
from mocshelf_tools.problems import CannotContinue

STARTS, CHANGES = 7, 15
READY_SECONDS, LIVE_SECONDS, ENGINE_SECONDS = 120, 30, 120
DEV = "import sys; from mocshelf_tools.cli import main; sys.exit(main())"
# What is only read is shared with the checkout: its servers' programs are large.
SHARED = (".mocshelf", "tools/ministack/.venv")
CHANGED = "apps/api/src/mocshelf/health/service.py"
NAMED = 'service="mocshelf'


def main() -> None:
    """Prints the table, in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        samples = _starts(Path(folder, "data"))
        samples["Mocshelf, a code change"] = _changes(Path(folder, "checkout"), Path(folder, "changing"))
    title = (
        f"./mocshelf dev, seconds: {STARTS} later starts until /health answers, {CHANGES} changes until they are live"
    )
    show("start", title, samples, unit="s", notes=["The first start, which installs and downloads, is not repeated."])


def _starts(data: Path) -> dict[str, list[float]]:
    command = commands.words("dev", "--port", "0", "--data", str(data))
    starts, stops = [], []
    for number in range(STARTS + 1):
        say(f"start {number} of {STARTS}" if number else "a first start")
        with _dev(command, data) as (process, took, _):
            begun = time.perf_counter()
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            # The first one makes the database.
            if number:
                starts.append(took)
                stops.append(time.perf_counter() - begun)
    return {"Mocshelf, a later start": starts, "Mocshelf, a stop": stops}


def _changes(checkout: Path, data: Path) -> list[float]:
    """A file of a copy is changed, so that nobody's own is."""
    command = [_copy(checkout), "-c", DEV, "dev", "--port", "0", "--data", str(data)]
    changed, samples = checkout / CHANGED, []
    source = changed.read_text()
    if source.count(NAMED) != 1:
        raise CannotContinue(f"{CHANGED} has changed: this benchmark changes what stands after {NAMED} there.")
    with _dev(command, data) as (_, _, api):
        # It takes the processors for a while; without one, nothing has to be waited for.
        _until(lambda: _asked(api)["components"]["search"] != "unhealthy", ENGINE_SECONDS)
        for number in range(CHANGES + 1):
            say(f"change {number} of {CHANGES}" if number else "a first change")
            took = _change(changed, source, api, f"mocshelf-{number}")
            if number:
                samples.append(took)
            # People save, look, and go on.
            time.sleep(0.5)
    return samples


def _change(changed: Path, source: str, api: str, name: str) -> float:
    """The seconds from saving the file until the service calls itself that."""
    begun = time.perf_counter()
    changed.write_text(source.replace(NAMED, f'service="{name}'))
    _until(lambda: _asked(api)["service"] == name, LIVE_SECONDS)
    return time.perf_counter() - begun


def _copy(checkout: Path) -> str:
    """A copy of this checkout; returns an interpreter that has it in place of this one."""
    shutil.copytree(
        paths.ROOT, checkout, ignore=shutil.ignore_patterns(".git", ".venv", ".mocshelf", "__pycache__", ".*_cache")
    )
    for shared in SHARED:
        if (paths.ROOT / shared).exists():
            (checkout / shared).symlink_to(paths.ROOT / shared)
    home = checkout / ".venv"
    venv.create(home, symlinks=True)
    (libraries,) = home.glob("lib/python*/site-packages")
    (libraries / "checkout.pth").write_text("".join(f"{path}\n" for path in _importable(checkout)))
    return str(home / "bin" / "python")


def _importable(checkout: Path) -> Iterator[Path]:
    """What can be imported here beside Python's own: the packages, and the copy's sources in place of ours."""
    for path in map(Path, sys.path):
        if "site-packages" in path.parts:
            yield path
        elif path.is_relative_to(paths.ROOT):
            yield checkout / path.relative_to(paths.ROOT)


@contextmanager
def _dev(command: Sequence[str], data: Path) -> Iterator[tuple[subprocess.Popen[bytes], float, str]]:
    """One that runs, the seconds until it answered, and its address; it is ended with the block."""
    begun = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env=commands.environment(), stdout=said, stderr=said)
        try:
            api = _until(lambda: _healthy(process, data), READY_SECONDS)
            if process.poll() is not None:
                said.seek(0)
                raise CannotContinue(f"`./mocshelf dev` ended.\n{said.read().decode()}")
            yield process, time.perf_counter() - begun, str(api)
        finally:
            process.terminate()
            process.wait()


def _healthy(process: subprocess.Popen[bytes], data: Path) -> str | None:
    """Its address, once the database answers behind it; or a word when it has ended."""
    if process.poll() is not None:
        return "ended"
    try:
        api = str(json.loads((data / "endpoints.json").read_text())["api"])
    except (FileNotFoundError, ValueError):
        return None
    return api if _asked(api)["components"]["database"] == "healthy" else None


def _asked(api: str) -> Mapping[str, Any]:
    """What /health answers; of a gateway that answers nothing yet, as if nothing were well."""
    try:
        with urllib.request.urlopen(f"{api}/health", timeout=10) as answer:
            found: Mapping[str, Any] = json.load(answer)
            return found
    except urllib.error.URLError:
        return {"service": None, "components": {"database": "unhealthy", "search": "unhealthy"}}


def _until(found: Callable[[], object], seconds: float) -> object:
    """What it returns once that is something. CannotContinue when it takes too long."""
    deadline = time.monotonic() + seconds
    while not (what := found()):
        if time.monotonic() > deadline:
            raise CannotContinue(f"`./mocshelf dev` took longer than {seconds} seconds.")
        time.sleep(0.01)
    return what
