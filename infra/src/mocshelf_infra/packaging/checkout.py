"""The checkout that is packaged: where its own packages are, and in which state all of it is."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]


def packages(root: Path) -> dict[str, Path]:
    """The folder of each of our own top-level packages that run in Lambda, by name."""
    homes = [root / "apps/api/src", root / "apps/api", *sorted((root / "packages").glob("*/src"))]
    folders = (folder for home in homes for folder in sorted(home.iterdir()))
    return {folder.name: folder for folder in folders if (folder / "__init__.py").is_file()}


def files(folder: Path) -> Iterator[Path]:
    """Everything below a folder, in a fixed order, but what Python or an editor leaves there."""
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from files(entry)
        elif entry.suffix != ".pyc":
            yield entry


def inputs(root: Path) -> list[Path]:
    """Every file of the checkout that a build may depend on: the lock, the projects it is about, our packages."""
    projects = (
        ".",
        "apps/api",
        "infra",
        "tools",
        *(f"packages/{path.name}" for path in (root / "packages").iterdir()),
    )
    locked = [root / "uv.lock", *(root / project / "pyproject.toml" for project in sorted(projects))]
    return [*filter(Path.is_file, locked), *(path for folder in packages(root).values() for path in files(folder))]


def copy(root: Path, target: Path) -> None:
    """Makes another checkout with the same inputs, which nobody changes while it is built."""
    for path in inputs(root):
        copied = target / path.relative_to(root)
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copied)


def fingerprint(root: Path) -> str:
    """Changes with every input, and with what builds."""
    return digest(*inputs(root), base=root) + builder()


def builder() -> str:
    """Changes with this code, on which every zip depends."""
    return digest(*files(Path(__file__).parent), base=ROOT)


def digest(*paths: Path, base: Path) -> str:
    """One hash of the files' names below `base` and of their contents."""
    found = hashlib.sha256()
    for path in paths:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        found.update(f"{path.relative_to(base).as_posix()} {content}\n".encode())
    return found.hexdigest()
