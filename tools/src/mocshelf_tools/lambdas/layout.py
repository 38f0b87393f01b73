"""A packaged function laid out as Lambda does it: its code, its layers, and Lambda's own runtime."""

from __future__ import annotations

import compileall
import os
import shutil
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from mocshelf import manifest
from mocshelf_infra.packaging.artifacts import Artifacts, Zip, layers_of
from mocshelf_tools.problems import CannotContinue

# The runtime interface client and what it needs.
_RUNTIME = ("awslambdaric", "simplejson", "snapshot-restore-py")


@dataclass(frozen=True)
class Layout:
    """The folders that stand for /var/task, /opt and /var/runtime."""

    task: Path
    opt: Path
    runtime: Path

    @property
    def python_path(self) -> str:
        """Where Python looks for modules, in Lambda's order."""
        return os.pathsep.join(map(str, (self.task, self.opt / "python", self.runtime)))


class Layouts:
    """Everything that was built for this machine, unpacked below `folder` as it is asked for."""

    def __init__(self, artifacts: Artifacts, folder: Path) -> None:
        self._artifacts = artifacts
        self._folder = folder

    def of(self, row: manifest.Function) -> Layout:
        """The function's layout; CannotContinue where there is no runtime interface client."""
        layers = layers_of(row)
        return Layout(
            self._unpacked(f"task-{row.name}", [self._artifacts.functions[row.name]]),
            self._unpacked("opt-" + "-".join(layers), [self._artifacts.layers[layer] for layer in layers]),
            self._runtime(),
        )

    def _unpacked(self, name: str, zips: Sequence[Zip]) -> Path:
        folder = self._folder / name
        if not folder.exists():
            for one in zips:
                with zipfile.ZipFile(one.path) as archive:
                    archive.extractall(folder)
        return folder

    def _runtime(self) -> Path:
        folder = self._folder / "runtime"
        if not folder.exists():
            runtime_client(folder)
        return folder


def runtime_client(folder: Path) -> None:
    """Copies Lambda's runtime interface client there, compiled, as Lambda has it; CannotContinue without one."""
    for name in _RUNTIME:
        try:
            package = metadata.distribution(name)
        except metadata.PackageNotFoundError:
            raise CannotContinue(
                f"{name} is not installed. Lambda's runtime is published for Linux alone, and comes with `uv sync`."
            ) from None
        for file in package.files or ():
            if file.suffix != ".pyc" and not file.parts[0].endswith(".dist-info"):
                target = folder / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(file.locate()), target)
    compileall.compile_dir(folder, quiet=1)
