"""The check of the outbox: changes that the index or Cognito has not heard of for too long."""

from __future__ import annotations

from mocshelf_tools.auditing import row_store
from mocshelf_tools.auditing.findings import CannotMend, Finding, Looked, Scope

NAME = "outbox"
_SENT_AGAIN = "A repair lets the sweep send it now."
_FUNCTIONS = {"index": "index_search", "picture": "profiles"}


def look(scope: Scope) -> Looked:
    with scope.places.snapshot() as conn:
        looked = row_store.count_outbox(conn, scope.owner)
        rows = row_store.stuck_outbox(conn, scope.owner)
    findings = []
    for row in rows:
        given_up = row["attempts"] >= 10
        state = f"was given up after {row['attempts']} attempts" if given_up else f"waits for {_age(row['seconds'])}"
        said = f" The last error: {row['last_error']}" if row["last_error"] else ""
        text = f"The change of {row['entity']} {row['entity_id']} ({row['topic']}) {state}.{said}"
        advice = f"{_SENT_AGAIN} If it fails again, read the log of {_FUNCTIONS[row['topic']]}."
        kind = "given-up" if given_up else "waiting"
        findings.append(Finding(kind, str(row["id"]), text, advice, row["user_id"], mendable=True))
    return Looked(NAME, looked, findings)


def mend(_scope: Scope, finding: Finding) -> None:
    """Lets the sweep send a row now."""
    from mocshelf.runtime import database

    with database.transaction() as conn:
        if not row_store.send_again(conn, int(finding.what)):
            raise CannotMend("It may be sent already, or has been handled: see whether sweep and consumer run.")


def _age(seconds: int) -> str:
    hours = seconds // 3600
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours" if hours > 1 else "over an hour"
