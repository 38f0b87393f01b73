"""Deploying other code than the checkout's: its zips with files put into them."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path

from mocshelf_infra.packaging.artifacts import Zip
from mocshelf_infra.packaging.building import FOLDER, build
from mocshelf_infra.stages import HERE
from mocshelf_tools.cloud import deploying, toolchain
from mocshelf_tools.cloud.place import Place
from mocshelf_tools.terminal import Terminal

BROKEN_REVISION = """
from alembic import op

revision, down_revision = "0999", "{head}"
branch_labels = depends_on = None


def upgrade() -> None:
    op.execute("create table half_done (id int)")
    op.execute("select 1 / 0")


def downgrade() -> None:
    op.execute("drop table half_done")
"""


def deploy_with(place: Place, added: Mapping[str, Mapping[str, str]], scratch: Path) -> None:
    """Deploys to the place, with these files, by name, added to the zips of these functions. CannotContinue."""
    artifacts = build(HERE, FOLDER, lambda _: None)
    changed = {name: _with(artifacts.functions[name], files, scratch) for name, files in added.items()}
    replace(artifacts, functions={**artifacts.functions, **changed}).write(scratch / "artifacts.json")
    command = [
        sys.executable,
        "-m",
        "mocshelf_infra.app",
        "--stage",
        place.stage.name,
        "--version",
        metadata.version("mocshelf-api"),
    ]
    command += ["--artifacts", str(scratch / "artifacts.json"), "--output", str(scratch / "assembly")]
    for name, link in place.given.items():
        command += ["--given", f"{name}={json.dumps(link)}"]
    made = subprocess.run(
        command, capture_output=True, text=True, env=toolchain.environment(place.process_environment)
    )
    assert made.returncode == 0, made.stdout + made.stderr
    deploying.deploy(place, scratch / "assembly", Terminal())


def _with(zipped: Zip, files: Mapping[str, str], scratch: Path) -> Zip:
    copy = Path(shutil.copy(zipped.path, scratch))
    with zipfile.ZipFile(copy, "a") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    content = copy.read_bytes()
    return Zip(str(copy), hashlib.sha256(content).hexdigest(), len(content), zipped.unzipped)
