"""Templates of every stage, synthesised once; zips of a line stand in for the built ones: they change no template."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from infra.assembly import Assembly
from mocshelf import manifest
from mocshelf_infra.packaging.artifacts import Artifacts, Zip

LAYERS = ("runtime", "imaging", "migrate")

Assemblies = Callable[[str], Assembly]


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assemblies:
    """`assembly("production")` is that stage's, synthesised at first use."""
    home = tmp_path_factory.mktemp("infra")
    artifacts = home / "artifacts.json"
    functions = {row.name: _zip(home, row.name) for row in manifest.FUNCTIONS}
    Artifacts(functions, {name: _zip(home, name) for name in LAYERS}).write(artifacts)

    @cache
    def synthesized(stage: str) -> Assembly:
        folder = home / stage
        command = [sys.executable, "-m", "mocshelf_infra.app", "--stage", stage, "--artifacts", str(artifacts)]
        command += ["--output", str(folder), "--version", "1.2.3"]
        # Node comes with the environment, beside the interpreter.
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        made = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PATH": path})
        assert made.returncode == 0, made.stdout + made.stderr
        return Assembly(folder, stage, made.stdout + made.stderr)

    return synthesized


def _zip(home: Path, name: str) -> Zip:
    path = home / f"{name}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}.py", "handler = None\n")
    content = path.read_bytes()
    return Zip(str(path), hashlib.sha256(content).hexdigest(), len(content), 15)
