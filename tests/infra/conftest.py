"""Templates of every stage, synthesised once; zips of a line stand in for the built ones: they change no template."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Protocol

import pytest

from infra.assembly import Assembly
from mocshelf import manifest
from mocshelf_infra import stages
from mocshelf_infra.packaging.artifacts import LAYERS, Artifacts, Zip

# What runs beside the embedded AWS where a stage makes no database.
DATABASE = {"host": "127.0.0.1", "port": 5432, "name": "mocshelf", "user": "mocshelf", "auth": "trust", "tls": False}
SERVERS = {"database": DATABASE, "owner": DATABASE, "stage": {"endpoint": "http://127.0.0.1:4566"}}


class Assemblies(Protocol):
    """Synthesises a stage at first use; `changed` names a layer that is not what it otherwise is."""

    def __call__(self, stage: str, changed: str | None = None) -> Assembly: ...


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assemblies:
    """`assembly("production")` is that stage's."""
    home = tmp_path_factory.mktemp("infra")
    functions = {row.name: _zip(home, row.name) for row in manifest.FUNCTIONS}
    layers = {name: _zip(home, name) for name in LAYERS}

    @cache
    def synthesized(stage: str, changed: str | None = None) -> Assembly:
        folder = home / (f"{stage}-{changed}" if changed else stage)
        artifacts = folder.with_suffix(".json")
        others = {changed: _zip(home, f"other-{changed}")} if changed else {}
        Artifacts(functions, {**layers, **others}).write(artifacts)
        command = [sys.executable, "-m", "mocshelf_infra.app", "--stage", stage, "--artifacts", str(artifacts)]
        command += ["--output", str(folder), "--version", "1.2.3"]
        if stages.stage(stage).database is None:
            command += [f"--given={link}={json.dumps(content)}" for link, content in SERVERS.items()]
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
