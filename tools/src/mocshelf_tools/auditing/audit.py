"""An audit: every check in turn and, when asked, the mending of what they found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from mocshelf_tools.auditing import counts, dead_letters, documents, housekeeping, objects, outbox, owners
from mocshelf_tools.auditing.findings import CannotMend, Finding, Looked, Report, Scope, cannot_mend


@dataclass(frozen=True, slots=True)
class _Check:
    """A check's name, the servers it asks, how it looks, and how one of its findings is mended."""

    name: str
    servers: str
    look: Callable[[Scope], Looked]
    mend: Callable[[Scope, Finding], None] = cannot_mend


CHECKS = (
    _Check(objects.NAME, "PostgreSQL or S3", objects.look, objects.mend),
    _Check(owners.NAME, "PostgreSQL", owners.look),
    _Check(counts.NAME, "PostgreSQL", counts.look, counts.mend),
    _Check(outbox.NAME, "PostgreSQL", outbox.look, outbox.mend),
    _Check(documents.NAME, "PostgreSQL or OpenSearch", documents.look, documents.mend),
    _Check(housekeeping.NAME, "PostgreSQL or S3", housekeeping.look, housekeeping.mend),
    _Check(dead_letters.NAME, "SQS", dead_letters.look),
)


def audit(scope: Scope, *, repair: bool = False) -> Report:
    """Looks at everything in `scope`, changes nothing unless `repair`, and says what it found.

    A check whose server does not answer has a `problem`; the others go on. A repair works with the links of this
    process. It may run beside traffic and again at any time.
    """
    return Report([_checked(scope, check, repair=repair) for check in CHECKS])


def _checked(scope: Scope, check: _Check, *, repair: bool) -> Looked:
    import psycopg2
    from botocore.exceptions import BotoCoreError, ClientError

    from mocshelf.runtime.errors import Unavailable

    scope.tell(check.name)
    away = (Unavailable, psycopg2.Error, BotoCoreError, ClientError, OSError)
    try:
        seen = check.look(scope)
    except away as problem:
        return Looked(check.name, 0, problem=_reason(check, problem))
    if not repair:
        return seen
    findings = []
    for number, finding in enumerate(seen.findings, 1):
        scope.tell(f"{check.name}: mending {number:,} of {len(seen.findings):,}")
        try:
            findings.append(_mended(scope, check, finding))
        except away as problem:
            findings.append(replace(finding, advice=f"It could not be mended now: {_reason(check, problem)}"))
    return replace(seen, findings=findings)


def _mended(scope: Scope, check: _Check, finding: Finding) -> Finding:
    if not finding.mendable:
        return finding
    try:
        check.mend(scope, finding)
    except CannotMend as reason:
        return replace(finding, advice=str(reason))
    return replace(finding, mended=True)


def _reason(check: _Check, problem: BaseException) -> str:
    """What happened, in a line."""
    from mocshelf.runtime.errors import Unavailable

    said = str(problem).strip().splitlines()
    # What the runtime says of a server that is away is meant for its users.
    return said[0] if said and not isinstance(problem, Unavailable) else f"{check.servers} does not answer."
