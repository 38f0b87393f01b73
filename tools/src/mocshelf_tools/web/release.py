"""The web app as a stage gets it: modules under an address of their content, then the settings, then the page."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mocshelf_infra import pages
from mocshelf_tools import paths
from mocshelf_tools.web import sources
from mocshelf_tools.web.settings import Settings

FOREVER = "public, max-age=31536000, immutable"
# CloudFront asks again after a second: nothing needs to be invalidated.
ASKED_AGAIN = "no-cache"
# What the start loads; pages are loaded when they are gone to.
_START = ("app/main.js", "app/shell.js", "app/session.js")
_IMPORTED = re.compile(r"""\b(?:from|import)\s*["'](\.[^"']+)["']""")


@dataclass(frozen=True)
class File:
    """One object of the site's bucket."""

    key: str
    content: bytes
    cache: str

    @property
    def content_type(self) -> str:
        return sources.content_type(self.key)


def release(settings: Settings, vendor: Mapping[str, bytes], web: Path = paths.WEB) -> list[File]:
    """The objects in the order in which they are to be put: whoever has the page finds everything it names.

    Modules of releases before stay where they are, for pages that are open.
    """
    found = sources.addressed(vendor, web)
    files = {
        address.removeprefix(sources.FOLDER): content if isinstance(content, bytes) else content.read_bytes()
        for address, content in sorted(found.items())
    }
    folder = f"v/{_fingerprint(files)}/"
    modules = [File(folder + name, content, FOREVER) for name, content in files.items()]
    document = json.dumps(settings.document()).encode()
    page = sources.page(web).read_text()
    page = page.replace("</head>", "".join(_preloads(files)) + "</head>").replace(sources.FOLDER, f"/{folder}")
    return [
        *modules,
        File(pages.SETTINGS, document, ASKED_AGAIN),
        File(pages.PAGE, page.encode(), ASKED_AGAIN),
    ]


def _preloads(files: Mapping[str, bytes]) -> Iterator[str]:
    """Links that have the browser fetch all that the start imports at once, and not one after another."""
    waiting, seen = list(_START), set(_START)
    while waiting:
        name = waiting.pop(0)
        yield f'<link rel="modulepreload" href="{sources.FOLDER}{name}">\n'
        for address in _IMPORTED.findall(files[name].decode()):
            imported = posixpath.normpath(posixpath.join(posixpath.dirname(name), address))
            if imported not in seen:
                seen.add(imported)
                waiting.append(imported)


def _fingerprint(files: Mapping[str, bytes]) -> str:
    """The same for the same files under the same names."""
    total = hashlib.sha256()
    for name, content in files.items():
        total.update(f"{name} {len(content)}\n".encode() + content)
    return total.hexdigest()[:20]
