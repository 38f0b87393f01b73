"""The built zips: where they are, how large, and what they hash to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from mocshelf import manifest

LAYERS = ("runtime", "imaging", "migrate")


def layers_of(row: manifest.Function) -> tuple[str, ...]:
    """The layers that a function runs on."""
    return ("runtime", *["imaging"] * row.imaging, *["migrate"] * row.migrating)


@dataclass(frozen=True)
class Zip:
    """One zip; sizes in bytes, `sha256` of its bytes in hex: the same input gives the same."""

    path: str
    sha256: str
    size: int
    unzipped: int


@dataclass(frozen=True)
class Artifacts:
    """Everything built for one target: functions by name; and `LAYERS`."""

    functions: Mapping[str, Zip]
    layers: Mapping[str, Zip]

    def write(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self), indent=2, sort_keys=True) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Artifacts:
        content = json.loads(path.read_text(encoding="utf-8"))
        return cls(
            {name: Zip(**entry) for name, entry in content["functions"].items()},
            {name: Zip(**entry) for name, entry in content["layers"].items()},
        )
