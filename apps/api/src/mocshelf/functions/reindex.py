"""The search index: by its schedule what is missing of it or was made for other documents, on request all anew."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mocshelf import manifest
from mocshelf.indexing import reindexing
from mocshelf.runtime import telemetry
from mocshelf.runtime.errors import Conflict, Unavailable
from mocshelf.runtime.resources import resources

ROW = manifest.function("reindex")

resources.require(*ROW.reach)


def handler(event: Mapping[str, Any], _context: object) -> dict[str, list[str]]:
    """The names of the indices that were made; `{"entities": ["moc"]}` asks for those of the kinds.

    One that takes longer than the function may is gone on with when it is called again.
    """
    telemetry.begin(str(event.get("id", "")))
    if not resources.linked("search"):
        return {"indices": []}
    if wanted := event.get("entities"):
        return {"indices": reindexing.reindex(wanted)}
    try:
        return {"indices": reindexing.prepare()}
    except (Conflict, Unavailable) as problem:
        # Another one is at it, or the engine is away, whose own alarm rings: the next run is minutes away.
        telemetry.warning("index.not_prepared", problem)
        return {"indices": []}
