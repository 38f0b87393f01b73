"""A `./mocshelf dev --stage local` in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from integration.running_dev import CLI
from integration.running_gateway import eventually
from mocshelf_tools import paths
from mocshelf_tools.stack import family

FOLDER = paths.LIVE / "local"


def touch(source: Path) -> None:
    """What saving it does, without changing it."""
    times = source.stat()
    os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns))


class LiveStage:
    """What it has said is in `output` and `errors` once it has ended."""

    def __init__(self, data: Path) -> None:
        own = {**os.environ, "MOCSHELF_LOCAL": str(data)}
        words = [*CLI, "dev", "--stage", "local", "--port", "0"]
        self.process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=own)
        self.output = self.errors = self.url = self.web = ""

    def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line
            if "Ctrl-C stops" in line:
                break
        found = re.search(r"Web +(http://127\.0\.0\.1:\d+)/\n +API +(http://127\.0\.0\.1:\d+)\n", self.output)
        assert found, self.process.communicate()
        self.web, self.url = found.groups()

    def client(self, token: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx.Client(base_url=self.url, headers=headers, trust_env=False, timeout=60)

    def end(self) -> list[int]:
        """Ctrl-C; the processes that it leaves behind."""
        children = family.below(self.process.pid)
        assert children
        self.process.send_signal(signal.SIGINT)
        rest, self.errors = self.process.communicate(timeout=30)
        self.output += rest
        eventually(lambda: not any(family.started(pid) for pid in children), 5)
        return [pid for pid in children if family.started(pid)]


@contextmanager
def live_stage(data: Path) -> Iterator[LiveStage]:
    """One that is ready, and ended with the block."""
    live = LiveStage(data)
    try:
        live.wait_until_ready()
        yield live
    finally:
        if live.process.poll() is None:
            live.process.kill()
            live.process.communicate()
