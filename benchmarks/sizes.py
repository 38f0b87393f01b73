"""How large is what Lambda gets: own code of each function's zip, and the layers as they are unzipped."""

from __future__ import annotations

import zipfile

from table import show
from yardstick import say

from mocshelf_infra import stages
from mocshelf_infra.packaging.artifacts import Artifacts
from mocshelf_infra.packaging.budgets import KB, MB, code_size
from mocshelf_infra.packaging.building import FOLDER, build
from mocshelf_infra.packaging.problems import CannotPackage
from mocshelf_tools.problems import CannotContinue

STAGE = "production"


def main() -> None:
    """Prints two tables, of the zips as they are built for production."""
    target = stages.stage(STAGE).functions.target
    say(f"Building for Python {target.python} on {target.platform}")
    try:
        artifacts = build(target, FOLDER, lambda _: None)
    except CannotPackage as problem:
        raise CannotContinue(str(problem)) from None
    functions = {f"Mocshelf, {name}": [code_size(built) / KB] for name, built in artifacts.functions.items()}
    layers = {f"Mocshelf, {name}": [built.unzipped / MB] for name, built in artifacts.layers.items()}
    notes = _notes(artifacts, str(target.python))
    show("sizes", "Own code in each function's zip, compiled files left out, KB", functions, unit="KB", notes=notes)
    show("sizes-layers", "Layers, unzipped, MB", layers, unit="MB", notes=notes)


def _notes(artifacts: Artifacts, python: str) -> list[str]:
    with zipfile.ZipFile(artifacts.layers["runtime"].path) as archive:
        compiled = any(name.endswith(".pyc") for name in archive.namelist())
    if compiled:
        return []
    return [
        f"sizes: there is no Python {python} here, so the layers are without the compiled files that add to them."
    ]
