"""A `./mocshelf dev` in a process of its own, and the other commands beside it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from integration.running_gateway import eventually

CLI = [sys.executable, "-c", "import sys; from mocshelf_tools.cli import main; sys.exit(main())"]


class Dev:
    """One `./mocshelf dev`; its table is in `output`, once it has ended."""

    def __init__(
        self,
        data: Path,
        *options: str,
        program: Sequence[str] = CLI,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.data = data
        started = [*program, "dev", "--port", "0", "--data", str(data), *options]
        self.process = subprocess.Popen(
            started, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )
        self.output = self.errors = ""

    def wait_until_ready(self) -> dict[str, Any]:
        endpoints = self.data / "endpoints.json"

        def ready() -> bool:
            if self.process.poll() is not None:
                return True
            return endpoints.exists() and json.loads(endpoints.read_text())["pids"]["dev"] == self.process.pid

        assert eventually(ready, 90)
        assert self.process.poll() is None, self.process.communicate()
        content: dict[str, Any] = json.loads(endpoints.read_text())
        return content

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        self.output, self.errors = self.process.communicate(timeout=30)
        return self.process.returncode


@contextmanager
def running(data: Path, *options: str) -> Iterator[Dev]:
    """A `dev` that is ended with the block."""
    dev = Dev(data, *options)
    try:
        yield dev
    finally:
        if dev.process.poll() is None:
            dev.process.terminate()
            dev.process.communicate()


def command(*words: str) -> subprocess.CompletedProcess[str]:
    """A command of the CLI, run to its end."""
    return subprocess.run([*CLI, *words], capture_output=True, text=True, timeout=60)
