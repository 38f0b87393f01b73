"""The walk-through with curl, run as it is written, on a stack that is killed in the middle of it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.readme import Story


class Dev:
    """`./mocshelf dev` on a data folder and a port of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        port = self.endpoints["api"].rpartition(":")[2] if self._file.exists() else str(_free_port())
        self._file.unlink(missing_ok=True)
        command = [sys.executable, "-m", "mocshelf_tools", "dev", "--data", str(self.folder), "--port", port]
        self._child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 90
        while not self._file.exists():
            assert self._child.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)

    def kill(self) -> None:
        assert self._child is not None
        self._child.kill()
        self._child.wait()

    def stop(self) -> int:
        assert self._child is not None
        self._child.send_signal(signal.SIGTERM)
        return self._child.wait(20)

    @property
    def endpoints(self) -> Any:
        return json.loads(self._file.read_text())

    @property
    def _file(self) -> Path:
        return self.folder / "endpoints.json"


@pytest.fixture
def dev(tmp_path: Path) -> Iterator[Dev]:
    running = Dev(tmp_path / "data")
    running.start()
    yield running
    assert running.stop() == 0


def test_the_walk_through_works_as_it_is_written(dev: Dev, tmp_path: Path) -> None:
    story = Story(tmp_path)

    story.until_the_photo(dev.endpoints["api"], dev.folder)
    dev.kill()
    dev.start()
    story.from_the_download(dev.endpoints["api"], dev.folder)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
