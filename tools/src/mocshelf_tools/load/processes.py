"""Ending a process that the run started: asked first, killed with everything below it where it does not listen."""

from __future__ import annotations

import subprocess

from mocshelf_tools.stack import family


def ended(process: subprocess.Popen[bytes], seconds: float) -> None:
    """It has ended afterwards."""
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        family.kill_all(process.pid)
        process.wait()
