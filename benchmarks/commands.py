"""`./mocshelf` as its users type it, in processes of their own."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from mocshelf_tools import paths
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.uv import uv


def environment() -> dict[str, str]:
    """This process's, in which the script finds the uv that is used already."""
    return {**os.environ, "PATH": f"{Path(uv()).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def words(*arguments: str) -> list[str]:
    return [str(paths.ROOT / "mocshelf"), *arguments]


def run(*arguments: str, **own: str) -> None:
    """To its end, with the environment variables of `own`; CannotContinue with what it said when it fails."""
    process = subprocess.Popen(
        words(*arguments),
        env={**environment(), **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        said, _ = process.communicate()
    except BaseException:
        # uv hands this on to the command; killed itself, it would leave it running.
        process.terminate()
        process.communicate()
        raise
    if process.returncode:
        raise CannotContinue(f"`./mocshelf {' '.join(arguments)}` failed.\n{said}".rstrip())
