"""The processes of a run: how they are started, and how they end."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from mocshelf_tools.stack import family


def started(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path
) -> subprocess.Popen[bytes]:
    """Runs the command in the folder; what it says goes to the log.

    Ctrl-C on the terminal is for this process, which ends that one: it is in a session of its own.
    """
    with log.open("wb") as written:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def ended(process: subprocess.Popen[bytes], seconds: float) -> None:
    """It has ended afterwards: asked first, killed with everything below it where it does not listen in time."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        family.kill_all(process.pid)
        process.wait()
