"""The check of owners: no row refers to another user's row, or to one that is gone."""

from __future__ import annotations

from mocshelf_tools.auditing import row_store, store
from mocshelf_tools.auditing.findings import Finding, Looked, Scope

NAME = "owners"
_ADVICE = (
    "The database refuses such rows, so they came in past its constraints, as in a partial restore. Delete the "
    "reference by hand and check the constraints."
)


def look(scope: Scope) -> Looked:
    with scope.places.snapshot() as conn:
        looked = sum(store.count_rows(conn, scope.owner).values())
        rows = row_store.crossed_links(conn, scope.owner)
    findings = []
    for row in rows:
        whose = "is not there" if row["other_owner"] is None else f"belongs to user {row['other_owner']}"
        text = f"{_capital(row['part'])} {row['id']} refers to {row['other']} {row['other_id']}, which {whose}."
        findings.append(Finding("crossed", row["id"], text, _ADVICE, row["user_id"]))
    return Looked(NAME, looked, findings)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
