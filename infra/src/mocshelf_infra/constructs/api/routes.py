"""The routes of the functions, read from the code: what they are, whom they ask, which of them take files."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from dataclasses import dataclass

from mocshelf import manifest


@dataclass(frozen=True)
class Route:
    """One route key of a function; `public` asks for no token, `upload` begins, ends or is an upload."""

    key: str
    function: str
    public: bool
    upload: bool


def routes() -> Iterator[Route]:
    """Every route of the manifest."""
    for row in manifest.FUNCTIONS:
        if row.routes is None:
            continue
        module, _, attribute = row.routes.partition(":")
        table = getattr(importlib.import_module(module), attribute)
        public = frozenset(table.public_keys())
        opens = "put:incoming/*" in row.files
        for route in table:
            upload = route.wants.multipart or (opens and route.key.startswith("POST "))
            yield Route(route.key, row.name, route.key in public, upload)
