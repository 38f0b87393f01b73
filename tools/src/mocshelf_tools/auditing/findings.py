"""What an audit found: findings by check, and what became of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mocshelf_tools.auditing.places import Places

CLEAN, FOUND, COULD_NOT_LOOK = 0, 1, 2


class CannotMend(Exception):
    """Why a finding was not mended after all, in a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not agree. `what` is an object's key or an id, `advice` what a person can do about it;
    a finding that is `mendable` is mended by a repair, and is `mended` afterwards. `moc_id` where it is a MOC's."""

    kind: str
    what: str
    text: str
    advice: str
    owner: str | None = None
    mendable: bool = False
    mended: bool = False
    moc_id: str | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What one check saw: how many things, what is wrong, and why it did not look, if it did not.

    With a `problem` it could not look, which is a failure; with a `note` there was nothing to look at.
    """

    name: str
    looked: int
    findings: Sequence[Finding] = ()
    problem: str | None = None
    note: str | None = None

    @property
    def mended(self) -> int:
        return sum(one.mended for one in self.findings)


@dataclass(frozen=True, slots=True)
class Report:
    """Every check's part, in the order they ran."""

    checks: Sequence[Looked]

    @property
    def findings(self) -> list[Finding]:
        return [finding for check in self.checks for finding in check.findings]

    @property
    def open(self) -> list[Finding]:
        """The findings that nothing has mended."""
        return [finding for finding in self.findings if not finding.mended]

    @property
    def code(self) -> int:
        """The command's exit code."""
        if any(check.problem for check in self.checks):
            return COULD_NOT_LOOK
        return FOUND if self.open else CLEAN


@dataclass(frozen=True, slots=True)
class Scope:
    """What an audit covers: one owner's things or, with None, everyone's; `deep` reads every byte.

    `tell` hears how far it is, in a few words.
    """

    places: Places
    owner: str | None = None
    deep: bool = False
    tell: Callable[[str], None] = field(default=lambda _: None)


def cannot_mend(_scope: Scope, _finding: Finding) -> None:
    """The mending of a check whose findings are for people."""
    raise CannotMend("Nothing can mend this by itself.")
