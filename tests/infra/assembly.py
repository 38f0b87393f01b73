"""A cloud assembly as tests read it: the templates by the short name of their stack."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

Template = dict[str, Any]
Check = Callable[[Template], None]


@dataclass(frozen=True)
class Assembly:
    """The folder of a stage's assembly, and what synthesising has printed."""

    folder: Path
    stage: str
    printed: str

    def template(self, stack: str) -> Template:
        """`template("api")` is a copy of `Mocshelf-<stage>-api`'s."""
        path = self.folder / f"Mocshelf-{self.stage}-{stack}.template.json"
        content: Template = json.loads(path.read_text(encoding="utf-8"))
        return content

    def stacks(self) -> list[str]:
        start = f"Mocshelf-{self.stage}-"
        return sorted(path.name.removeprefix(start).split(".")[0] for path in self.folder.glob("*.template.json"))


def resources(template: Template, kind: str) -> Iterator[tuple[str, Any]]:
    """The logical ids and properties of all resources of a type."""
    for name, resource in template.get("Resources", {}).items():
        if resource["Type"] == kind:
            yield name, resource.get("Properties", {})


def the(template: Template, kind: str, **wanted: object) -> Any:
    """The properties of the only resource of a type, of those whose properties say what is wanted."""
    found = [p for _, p in resources(template, kind) if all(p.get(name) == value for name, value in wanted.items())]
    assert len(found) == 1, f"{len(found)} resources are {kind} with {wanted}"
    return found[0]


def fails_when(check: Check, template: Template, weaken: Callable[[Template], object]) -> None:
    """The check passes as it is, and fails once `weaken` has changed something: so it can fail."""
    check(template)
    weakened = copy.deepcopy(template)
    weaken(weakened)
    assert weakened != template, "weakening has changed nothing"
    with pytest.raises(AssertionError):
        check(weakened)
