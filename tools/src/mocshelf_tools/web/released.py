"""A release in a folder, and the site that it is: how the stage on this machine has its web app."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from mocshelf_infra.pages import PAGE
from mocshelf_tools.web import sources
from mocshelf_tools.web.release import File
from mocshelf_tools.web.settings import Settings
from mocshelf_tools.web.site import Site

FOLDER = "site"  # in the data folder


def keep(files: Sequence[File], folder: Path) -> None:
    """Writes the files in their order, each as a whole; what can never change and is there already is left."""
    for file in files:
        path = folder / file.key
        if file.key.startswith("v/") and path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.fresh")
        fresh.write_bytes(file.content)
        fresh.replace(path)


def released(settings: Settings, files: str, folder: Path) -> Site:
    """The site of what was kept in the folder last; `files` is the origin of the files bucket."""
    if (folder / PAGE).exists():
        return _Released(settings, files, {}, web=folder)
    again = "./mocshelf deploy --stage local does it, once npm can be reached."
    return _Released(settings, files, {}, "The pages have not been put here yet.", again, folder)


class _Released(Site):
    """Modules have the addresses of the release, and those of releases before are there for pages that are open."""

    def _found(self, path: str) -> Path | None:
        if "\0" in path:
            return None
        folder = self.web.resolve()
        file = (folder / path.lstrip("/")).resolve()
        # No path leads out of the folder.
        inside = file.is_relative_to(folder) and file.suffix in sources.TYPES and file.is_file()
        return file if inside else None
