"""The documents of the index: for each kind of entity its alias, its fields, and what a row becomes."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import to_json

from mocshelf.runtime.finding import ANALYSIS

_KEYWORD: Mapping[str, object] = {"type": "keyword"}
_DATE: Mapping[str, object] = {"type": "date"}
_WORDS: Mapping[str, object] = {"type": "text", "analyzer": "folded"}
_EXACT: Mapping[str, object] = {**_WORDS, "fields": {"exact": _KEYWORD}}
# Too long for a term of the index is only what nobody types; Lucene would refuse the whole document.
_SORTED: Mapping[str, object] = {
    **_WORDS,
    "fields": {"sort": {"type": "keyword", "normalizer": "lower", "ignore_above": 8000}},
}
_COMMON: Mapping[str, Mapping[str, object]] = {
    "id": _KEYWORD,
    "userId": _KEYWORD,
    "title": _SORTED,
    "description": _WORDS,
    "createdAt": _DATE,
    "updatedAt": _DATE,
}


@dataclass(frozen=True)
class Kind:
    """One kind of indexed entity; `entity` is the outbox's word for it. `fields` are document fields by column."""

    entity: str
    alias: str
    properties: Mapping[str, Mapping[str, object]]
    fields: Mapping[str, str]

    def body(self) -> dict[str, object]:
        """What a new index of this kind is made with."""
        return {
            "settings": {
                "index.number_of_shards": 1,
                # The version of a deletion outlives every late delivery of what came before it.
                "index.gc_deletes": "1h",
                "analysis": ANALYSIS,
            },
            "mappings": {
                "dynamic": "strict",
                "_meta": {"shape": self.shape},
                "properties": {**_COMMON, **self.properties},
            },
        }

    @property
    def shape(self) -> str:
        """Another word for each other way to index: an index that was made with another one is out of date."""
        made_of = to_json([ANALYSIS, {**_COMMON, **self.properties}])
        return hashlib.sha256(made_of).hexdigest()[:16]

    def document(self, row: Mapping[str, Any]) -> dict[str, object]:
        """The document of a row.

        Texts are composed, because only then accents can be taken off letters. What is only compared as a whole
        stays as it is.
        """
        found: dict[str, object] = {
            "id": str(row["id"]),
            "userId": row["user_id"],
            "createdAt": row["created_at"].isoformat(),
            "updatedAt": row["updated_at"].isoformat(),
        }
        for name in ("title", "description"):
            found[name] = _composed(row[name])
        for column, name in self.fields.items():
            found[name] = _composed(row[column]) if self.properties[name]["type"] == "text" else row[column]
        return found


KINDS = {
    kind.entity: kind
    for kind in (
        Kind(
            "moc",
            "moc_instructions",
            {"type": _KEYWORD, "theme": _KEYWORD, "tags": _EXACT, "partsCount": {"type": "integer"}},
            {"type": "type", "theme": "theme", "tags": "tags", "parts_count": "partsCount"},
        ),
        Kind(
            "image", "gallery_images", {"tags": _EXACT, "albumId": _KEYWORD}, {"tags": "tags", "album_id": "albumId"}
        ),
        Kind("album", "gallery_albums", {}, {}),
        Kind(
            "wishlist",
            "wishlist_items",
            {"category": _EXACT, "sortOrder": _KEYWORD},
            {"category": "category", "sort_order": "sortOrder"},
        ),
    )
}


def _composed(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFKC", value)
    if isinstance(value, list):
        return [_composed(one) for one in value]
    return value
