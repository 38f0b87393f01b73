"""The Java that may run OpenSearch, if this machine has one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from mocshelf_tools.problems import CannotContinue

_OLDEST = 11
# OpenSearch 2 stands on Java's security manager, which Java 24 no longer has.
_NEWEST = 23
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


class Java(NamedTuple):
    """A command and its major version."""

    command: str
    version: int


def find_java() -> Java:
    """The Java of JAVA_HOME, or else of the PATH; raises CannotContinue when it is missing or does not fit."""
    home = os.environ.get("JAVA_HOME")
    inside = Path(home) / "bin" / "java" if home else None
    command = str(inside) if inside and inside.exists() else shutil.which("java")
    if command is None:
        raise CannotContinue("there is no Java on this machine")
    try:
        said = subprocess.run([command, "-version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        raise CannotContinue(f"{command} cannot be run") from None
    version = major_version(said.stderr + said.stdout)
    if said.returncode or version is None:
        raise CannotContinue("there is no Java on this machine")
    if not _OLDEST <= version <= _NEWEST:
        raise CannotContinue(f"it needs Java {_OLDEST} to {_NEWEST}, and here is Java {version}")
    return Java(command, version)


def major_version(said: str) -> int | None:
    """17 of what `java -version` said for 17.0.15, 8 for 1.8.0; None when it said something else."""
    found = _VERSION.search(said)
    return int(found[1]) if found else None
