"""The web app's files by their addresses: what is not among them cannot be asked for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mocshelf_infra.pages import PAGE
from mocshelf_tools import paths

# Modules and styles lie in a folder that is named after their content in a release, so that no page ever gets
# modules of two releases. This is the folder's name in the sources.
FOLDER = "/v/dev/"
_FOLDERS = ("app", "images", "styles")
# What the API and the pages both go by.
_SHARED = ("colours.csv", "lego-colours.csv")
# Beside the app and no part of it: a release has nothing of this folder.
_CONSOLE = "console"
CONSOLE_PAGE = f"{FOLDER}{_CONSOLE}/page.js"
TYPES = {
    ".bcmap": "application/octet-stream",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".mjs": "text/javascript; charset=utf-8",
    ".pfb": "application/octet-stream",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".ttf": "font/ttf",
    ".webp": "image/webp",
}


def own(web: Path = paths.WEB) -> dict[str, Path]:
    """The app's own files, such as `app/main.js`, without the page."""
    return {name: path for folder in _FOLDERS for name, path in _files(web, folder).items()}


def console(web: Path = paths.WEB) -> dict[str, Path | bytes]:
    """The files of the console's page, by address, for a gateway that has a console."""
    return {f"{FOLDER}{name}": path for name, path in _files(web, _CONSOLE).items()}


def addressed(vendor: Mapping[str, bytes], web: Path = paths.WEB) -> dict[str, Path | bytes]:
    """Everything that pages load, by address: the app's own files, the API's tables of colours, and libraries."""
    own_files: dict[str, Path | bytes] = {f"{FOLDER}{name}": path for name, path in own(web).items()}
    shared = {f"{FOLDER}data/{name}": paths.PARTS_DATA / name for name in _SHARED}
    return own_files | shared | {f"{FOLDER}vendor/{name}": content for name, content in vendor.items()}


def page(web: Path = paths.WEB) -> Path:
    """The one page of the app."""
    return web / PAGE


def _files(web: Path, folder: str) -> dict[str, Path]:
    found = (path for path in sorted((web / folder).rglob("*")) if path.suffix in TYPES)
    return {path.relative_to(web).as_posix(): path for path in found if path.is_file()}


def content_type(name: str) -> str:
    return TYPES[Path(name).suffix]
