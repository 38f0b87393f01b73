"""Byte-compiling for the Python that will run it, by an interpreter of that version, where one can be had."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mocshelf_infra.packaging.problems import CannotPackage
from mocshelf_infra.packaging.uv import run_uv

_ASK = """
import sys
v = sys.version_info
print(sys.implementation.name, v.releaselevel, f"{v.major}.{v.minor}", f"{v.major}.{v.minor}.{v.micro}",
      sys.implementation.cache_tag)
"""
# Unchecked: the times of files in a zip mean nothing, and what is never checked costs no look at the source.
_COMPILE = """
import json, py_compile, sys
for source, compiled, shown in json.load(sys.stdin):
    try:
        py_compile.compile(source, compiled, dfile=shown, doraise=True,
                           invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    except py_compile.PyCompileError:
        pass  # What this Python cannot compile, it cannot import either.
"""


@dataclass(frozen=True)
class Compiler:
    """An interpreter of the wanted version; `tag` is in the names of what it compiles."""

    executable: str
    version: str
    tag: str

    def compiled(self, files: Mapping[str, Path], home: str, scratch: Path) -> dict[str, Path]:
        """Compiles the sources among the files of a zip that will lie at `home`.

        Returns what there is to add to the zip, by name, which lies in the new folder `scratch`.
        """
        scratch.mkdir()
        jobs: list[list[str]] = []
        made: dict[str, Path] = {}
        for name, path in sorted(files.items()):
            if name.endswith(".py"):
                target = made[self.name(name)] = scratch / f"{len(made)}.pyc"
                jobs.append([str(path), str(target), f"{home}/{name}"])
        # A fixed seed, because what is compiled holds sets in their order.
        environment = {"PYTHONHASHSEED": "0", "PATH": os.environ.get("PATH", os.defpath)}
        subprocess.run(  # noqa: S603 - an interpreter that has said what it is
            [self.executable, "-s", "-S", "-P", "-c", _COMPILE],
            input=json.dumps(jobs),
            text=True,
            env=environment,
            check=True,
        )
        return {name: path for name, path in made.items() if path.exists()}

    def name(self, source: str) -> str:
        """Where Python looks for what `source` is compiled to."""
        folder, slash, file = source.rpartition("/")
        return f"{folder}{slash}__pycache__/{file.removesuffix('.py')}.{self.tag}.pyc"


def find_compiler(python: str) -> Compiler | None:
    """The first interpreter of that version (`3.13`) that answers, of those this machine has; nothing is fetched."""
    for candidate in candidates(python):
        if found := _asked(candidate, python):
            return found
    return _asked(_known_to_uv(python), python)


def candidates(python: str) -> Iterator[str]:
    """Where such an interpreter may be, cheapest first; those on the PATH may be shims that start nothing."""
    if python == f"{sys.version_info.major}.{sys.version_info.minor}":
        yield sys.executable
    name = f"python{python}"
    homes = [Path(entry) for entry in os.environ.get("PATH", os.defpath).split(os.pathsep) if entry]
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    homes += sorted(pyenv.glob(f"versions/{python}.*/bin"))
    for home in homes:
        if (home / name).is_file():
            yield str(home / name)


def _asked(executable: str | None, python: str) -> Compiler | None:
    if executable is None:
        return None
    try:
        asked = subprocess.run(  # noqa: S603 - a Python of the caller's PATH, or one that a version manager has made
            [executable, "-I", "-S", "-c", _ASK], capture_output=True, text=True, timeout=20
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    match asked.stdout.split():
        case ["cpython", "final", minor, version, tag] if asked.returncode == 0 and minor == python:
            return Compiler(executable, version, tag)
    return None


def _known_to_uv(python: str) -> str | None:
    command = ["python", "find", "--no-python-downloads", "--no-project", python]
    try:
        return run_uv("looking for a Python", command).strip() or None
    except CannotPackage:
        return None
