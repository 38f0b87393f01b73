"""The check of housekeeping: uploads past their end and promised deletions that the sweep has not got to."""

from __future__ import annotations

from mocshelf_tools.auditing import row_store, store
from mocshelf_tools.auditing.findings import CannotMend, Finding, Looked, Scope

NAME = "housekeeping"
_SWEPT = "A repair runs the sweep once. If it is found again, see whether the sweep runs every five minutes."


def look(scope: Scope) -> Looked:
    with scope.places.snapshot() as conn:
        looked = int(store.count_rows(conn, scope.owner)["sessions"])
        sessions = row_store.unfinished_sessions(conn, scope.owner)
        # A promise has no owner but the one in its key.
        deletions = row_store.overdue_deletions(conn) if scope.owner is None else []
        looked += row_store.count_promises(conn) if scope.owner is None else 0
    findings = [
        Finding(
            "unfinished-upload",
            row["id"],
            f"Upload {row['id']} ended at {row['expires_at']:%Y-%m-%d %H:%M} UTC and is not finished.",
            _SWEPT,
            row["user_id"],
            mendable=True,
        )
        for row in sessions
    ]
    findings += [
        Finding(
            "overdue-deletion",
            row["object_key"],
            f"The promised deletion of {row['object_key']} is overdue after {row['attempts']} attempts.",
            _SWEPT,
            mendable=True,
        )
        for row in deletions
    ]
    return Looked(NAME, looked, findings)


def mend(scope: Scope, finding: Finding) -> None:
    """Runs the sweep where what is owed is still owed."""
    from mocshelf.runtime import database
    from mocshelf.uploads.sweep import sweep

    if not _owed(scope, finding):
        return
    if finding.kind == "overdue-deletion":
        with database.transaction() as conn:
            row_store.hasten_deletion(conn, finding.what)
    sweep(incoming=False)
    if _owed(scope, finding):
        raise CannotMend("The sweep left it. Its log says why; files in processing end when their attempts do.")


def _owed(scope: Scope, finding: Finding) -> bool:
    with scope.places.snapshot() as conn:
        if finding.kind == "overdue-deletion":
            return bool(store.these_promised(conn, [finding.what]))
        return any(row["id"] == finding.what for row in row_store.unfinished_sessions(conn, finding.owner))
