"""The check of the search index: every row has its document, at its version, and every document its row."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from mocshelf_tools.auditing import row_store
from mocshelf_tools.auditing.findings import CannotMend, Finding, Looked, Scope

if TYPE_CHECKING:
    from mocshelf.indexing.comparing import Difference

NAME = "index"
ENTITIES = {"moc": "mocs", "image": "images", "album": "albums", "wishlist": "items"}
_TEXTS = {
    "missing": "{noun} {id} is not in the search index.",
    "stale": "{noun} {id} is at version {row}, its document in the search index at {document}.",
    "orphaned": "The search index has a document of {noun} {id}, which is not there.",
}
_NOUNS = {"moc": "MOC", "image": "image", "album": "album", "wishlist": "wishlist item"}
_NEWER = "The document is newer than the row, as after a restore of the database. Run ./mocshelf reindex."
_ADVICE = "A repair writes the document as the row now is, or deletes it."


def look(scope: Scope) -> Looked:
    """What the index has otherwise than the tables, without what is on its way there."""
    from mocshelf.runtime.resources import resources

    if not resources.linked("search"):
        return Looked(NAME, 0, note="not looked at: no search engine")
    with closing(scope.places.connect()) as conn:
        conn.autocommit = True
        looked = row_store.count_indexed(conn, scope.owner)
        findings = []
        for entity in ENTITIES:
            found = _differences(scope, entity)
            owners = row_store.owners_of(conn, [one.id for one in found])
            findings += [
                _finding(one, owners.get(one.id)) for one in found if scope.owner in (None, owners.get(one.id))
            ]
    return Looked(NAME, looked, findings)


def mend(scope: Scope, finding: Finding) -> None:
    """Writes or deletes one document as its row now is."""
    from mocshelf.indexing import comparing

    entity, _, entity_id = finding.what.partition(" ")
    kind = finding.kind.removeprefix("document-")
    difference = comparing.Difference(kind, entity, entity_id, None, None)  # type: ignore[arg-type]  # one of its words
    with closing(scope.places.connect()) as conn:
        conn.autocommit = True
        if not comparing.repair(conn, [difference]):
            raise CannotMend("The index did not take it. Run ./mocshelf reindex.")


def _differences(scope: Scope, entity: str) -> list[Difference]:
    """Those that no outbox row stands for, before and after a second look."""
    from mocshelf.indexing import comparing

    looks: list[dict[str, Difference]] = []
    with closing(scope.places.connect()) as conn:
        conn.autocommit = True
        while len(looks) < 2 and (not looks or looks[0]):
            waiting = row_store.waiting_entities(conn)
            scope.tell(f"comparing the index of {ENTITIES[entity]}")
            found = {one.id: one for one in comparing.compare(conn, entity) if (entity, one.id) not in waiting}
            waiting = row_store.waiting_entities(conn)
            looks.append({id_: one for id_, one in found.items() if (entity, id_) not in waiting})
    return [one for id_, one in looks[-1].items() if id_ in looks[0]]


def _finding(one: Difference, owner: str | None) -> Finding:
    newer = (
        one.row_version is not None and one.document_version is not None and one.document_version > one.row_version
    )
    noun = _NOUNS[one.entity]
    text = _TEXTS[one.kind].format(noun=noun, id=one.id, row=one.row_version, document=one.document_version)
    return Finding(
        f"document-{one.kind}",
        f"{one.entity} {one.id}",
        text[:1].upper() + text[1:],
        _NEWER if newer else _ADVICE,
        owner,
        mendable=not newer,
    )
