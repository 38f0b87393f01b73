"""What a file's bytes become: objects to write, rows to settle with. Each purpose has its own kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from mocshelf.intake.objects import NewObject
from mocshelf.runtime.database import Connection


@dataclass(frozen=True, slots=True)
class Made:
    """A resource that came out of a file, as the contract names it."""

    type: str
    id: str

    def shape(self) -> dict[str, str]:
        return {"type": self.type, "id": self.id}


@dataclass(slots=True)
class Settled:
    """The end of a file that is `ready`."""

    resource: Made
    derived: list[Made] = field(default_factory=list)
    notes: Sequence[str] = ()


class Outcome(Protocol):
    """Made from the bytes outside any transaction; `hold` and `settle` belong to the one that ends the file."""

    def objects(self) -> list[NewObject]:
        """What is written under final keys before the transaction."""

    def hold(self, conn: Connection) -> None:
        """Locks the target, before session and file are locked; Rejection when it is gone."""

    def settle(self, conn: Connection) -> Settled:
        """Writes the resource's rows; Rejection when only the present state tells that it cannot be."""
