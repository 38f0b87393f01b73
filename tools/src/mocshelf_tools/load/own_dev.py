"""A `./mocshelf dev` of the run's own, in a temporary folder and a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from mocshelf_tools import paths
from mocshelf_tools.load.processes import ended, started
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.running import endpoints_of

_START_SECONDS = 300
_END_SECONDS = 30
_SEARCH_SECONDS = 120
_PROGRAM = "import sys; from mocshelf_tools.cli import main; sys.exit(main())"


@contextmanager
def running(report: Callable[[str], None]) -> Iterator[Path]:
    """Its data folder, once it answers; process and folder are gone with the block. CannotContinue."""
    with tempfile.TemporaryDirectory(prefix="mocshelf-load-") as folder:
        data, log = Path(folder) / "dev", Path(folder) / "dev.log"
        # As it starts elsewhere: with Python's compiled files kept.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
        words = [sys.executable, "-c", _PROGRAM, "dev", "--port", "0", "--data", str(data)]
        report("Starting a Mocshelf for this run")
        process = started(words, paths.ROOT, environment, log)
        try:
            _wait(process, data, log)
            _wait_for_search(endpoints_of(data)["api"], report)
            yield data
        finally:
            ended(process, _END_SECONDS)


def _wait(process: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        if process.poll() is not None or time.monotonic() > deadline:
            said = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            raise CannotContinue(f"./mocshelf dev did not start.\n{said}")
        try:
            endpoints_of(data)
            return
        except CannotContinue:
            time.sleep(0.2)


def _wait_for_search(api: str, report: Callable[[str], None]) -> None:
    """OpenSearch, where there is one, takes the processors for half a minute after everything else is up."""
    import httpx

    deadline = time.monotonic() + _SEARCH_SECONDS
    report("Waiting for the search engine")
    while time.monotonic() < deadline:
        if httpx.get(f"{api}/health", timeout=30, trust_env=False).json().get("status") == "healthy":
            return
        time.sleep(1)
