"""The check of counts: pieces of MOCs and lists follow their lines, and receipts balance."""

from __future__ import annotations

from uuid import UUID

from mocshelf_tools.auditing import row_store, store
from mocshelf_tools.auditing.findings import CannotMend, Finding, Looked, Scope

NAME = "counts"
_MENDED = "A repair counts again."
_RECEIPT = "Compare the list with its file in the app; if they differ, import the file again and delete this list."


def look(scope: Scope) -> Looked:
    owner = scope.owner
    with scope.places.snapshot() as conn:
        rows = store.count_rows(conn, owner)
        lists = row_store.wrong_lists(conn, owner)
        mocs = row_store.wrong_mocs(conn, owner)
        receipts = row_store.unbalanced_receipts(conn, owner)
    findings = [
        Finding(
            "wrong-list",
            row["id"],
            f"Parts list {row['id']} of MOC {row['moc_id']} says {_said(row['kept'])}; "
            f"its lines have {_said(row['counted'])}.",
            _MENDED,
            row["user_id"],
            mendable=True,
            moc_id=row["moc_id"],
        )
        for row in lists
    ]
    findings += [
        Finding(
            "wrong-moc",
            row["id"],
            f"MOC {row['id']} says {_pieces(row['kept'])}; its parts lists have {_pieces(row['counted'])}.",
            _MENDED,
            row["user_id"],
            mendable=True,
        )
        for row in mocs
    ]
    findings += [
        Finding(
            "unbalanced-receipt",
            row["id"],
            f"The receipt of parts list {row['id']} does not balance.",
            _RECEIPT,
            row["user_id"],
        )
        for row in receipts
    ]
    return Looked(NAME, rows["mocs"] + rows["lists"], findings)


def mend(_scope: Scope, finding: Finding) -> None:
    """Counts again, with the service's own statements; the MOC's version grows and the index hears of it."""
    from mocshelf.parts.recounting import recount_list, recount_moc
    from mocshelf.runtime import database
    from mocshelf.runtime.errors import NotFound

    owner = str(finding.owner)
    try:
        with database.transaction() as conn:
            if finding.moc_id is None:
                recount_moc(conn, owner, UUID(finding.what))
            else:
                recount_list(conn, owner, UUID(finding.moc_id), UUID(finding.what))
    except NotFound:
        raise CannotMend("It was deleted meanwhile.") from None


def _said(counts: list[int]) -> str:
    lines, done, pieces, acquired, spares = counts
    return f"{lines:,} lines ({done:,} complete), {pieces:,} pieces ({acquired:,} acquired), {spares:,} spares"


def _pieces(count: int | None) -> str:
    return "no pieces" if count is None else f"{count:,} pieces"
