"""What the process that sends the requests is told: where, as whom, how many, how long."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

VARIABLE = "MOCSHELF_LOAD_PLAN"
SAMPLES, SECONDS = "samples.csv", "seconds.csv"


@dataclass(frozen=True)
class Person:
    """Somebody with a library: the id that marks what is theirs, and a token that is good for an hour."""

    user_id: str
    token: str


@dataclass(frozen=True)
class Plan:
    """One run. `shape` is the profile's, results go into `folder`, and with `at_home` nothing leaves this machine."""

    api: str
    people: tuple[Person, ...]
    shape: tuple[tuple[float, float], ...]
    users: int
    seconds: float
    folder: str
    at_home: bool

    def write(self, path: Path) -> None:
        """For its owner only: it holds tokens."""
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(self), file)


def read(path: Path) -> Plan:
    told: dict[str, Any] = json.loads(path.read_text())
    people = tuple(Person(**person) for person in told.pop("people"))
    shape = tuple((float(share), float(users)) for share, users in told.pop("shape"))
    return Plan(people=people, shape=shape, **told)
