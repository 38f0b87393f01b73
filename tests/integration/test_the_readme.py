"""The README's walk-through, run as it is written, on a stack that is killed in the middle of it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.uploading import CSV, PDF, png, studio

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "data"


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
    files = real_files(tmp_path) if SHARED.is_dir() else made_files(tmp_path)
    (tmp_path / "photo.png").write_bytes(png(2400, 12))
    files += f" PHOTO={tmp_path / 'photo.png'}"
    create, send = block("API="), block("send()")
    watch, compare, photo, delete = (
        block("for UPLOAD"),
        block("FILE="),
        block('curl -s "$(curl'),
        block("curl -s -X DELETE"),
    )
    search = block('curl -s "$API/api/mocs?search')
    settings = files + f"\n{create.split('MOC=')[0]}"

    first = shell(
        dev, create + send + "\nsleep 2\n" + watch + compare + search + photo + "\necho MOC=$MOC", files, tmp_path
    )
    moc = re.findall(r"MOC=(\S+)", first)[0]
    dev.kill()
    dev.start()
    second = shell(dev, compare + delete, f"{settings}\nMOC={moc}", tmp_path)

    assert first.count("'ready'") == 3, first
    assert "['Sherlock Holmes, Baker Street']" in first
    if SHARED.is_dir():
        assert "2200, 'pieces in', 405, 'lots'" in first
    assert (tmp_path / "cover.webp").read_bytes()[8:12] == b"WEBP"
    assert (tmp_path / "photo.webp").read_bytes()[8:12] == b"WEBP"
    assert '"objects_deleted": 4' in second, second
    assert "every row has its object, every object its row" in second


def block(start: str) -> str:
    """The README's lines for the shell that begin so."""
    blocks: list[str] = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (found,) = [one for one in blocks if one.startswith(start)]
    return found


def shell(dev: Dev, script: str, settings: str, folder: Path) -> str:
    """Runs lines of the README; only the addresses of this run are put in their place."""
    script = f"{settings}\n{script}".replace("http://127.0.0.1:8484", dev.endpoints["api"])
    command = f"{sys.executable} -m mocshelf_tools"
    script = re.sub(r"\./mocshelf (token|invoke sweep|db status)", rf"{command} \1 --data {dev.folder}", script)
    done = subprocess.run(
        ["sh", "-e", "-c", script], capture_output=True, text=True, cwd=folder, env=dict(os.environ), check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def real_files(folder: Path) -> str:
    (folder / "plans.pdf").write_bytes(PDF)
    parts = SHARED / "rebrickable_parts_moc-257369-sherlock-holmes-baker-street.csv"
    return f"PARTS={parts} MODEL={SHARED / 'studio-simple.io'} PDF={folder / 'plans.pdf'}"


def made_files(folder: Path) -> str:
    for name, data in (("parts.csv", CSV), ("house.io", studio()), ("plans.pdf", PDF)):
        (folder / name).write_bytes(data)
    return f"PARTS={folder / 'parts.csv'} MODEL={folder / 'house.io'} PDF={folder / 'plans.pdf'}"


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
