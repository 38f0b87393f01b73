"""What a function's start imports, and how long each module takes, as `python -X importtime` tells it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mocshelf_tools.lambdas.layout import Layout

_LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \| ( *)(\S+)")


@dataclass(frozen=True)
class Imported:
    """One module: microseconds for itself and with what it imports first, and its importers from the outermost in."""

    module: str
    own: int
    whole: int
    importers: tuple[str, ...]


def imports(layout: Layout, name: str, links: Mapping[str, str]) -> list[Imported]:
    """Everything that the function `name` imports, in the order of `importtime`."""
    done = subprocess.run(
        [sys.executable, "-s", "-S", "-X", "importtime", "-c", f"import mocshelf.functions.{name}"],
        env={**links, "PYTHONPATH": layout.python_path},
        capture_output=True,
        text=True,
        check=True,
    )
    return parsed(done.stderr)


def parsed(text: str) -> list[Imported]:
    """The modules of a report; each line is indented by two for every importer, and stands before its own."""
    found: list[Imported] = []
    importers: list[str] = []
    for own, whole, indent, module in reversed(_LINE.findall(text)):
        del importers[len(indent) // 2 :]
        found.append(Imported(module, int(own), int(whole), tuple(importers)))
        importers.append(module)
    found.reverse()
    return found


def slowest(found: Sequence[Imported], count: int) -> list[Imported]:
    """Those with the most time of their own."""
    return sorted(found, key=lambda one: one.own, reverse=True)[:count]
