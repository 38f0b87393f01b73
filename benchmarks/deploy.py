"""The stage `local`, deployed by the command that users type: once to empty servers, then again, nothing changed."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import commands
from table import show
from yardstick import say

from mocshelf_tools.cloud import local_servers

RUNS = 5


def main() -> None:
    """Prints the table, in seconds; the stage is one of its own and is removed."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder, "local")
        try:
            say("the first deployment")
            first = _deploy(data)
            again = []
            for number in range(RUNS):
                say(f"deployment {number + 1} of {RUNS}, nothing changed")
                again.append(_deploy(data))
        finally:
            local_servers.remove(data=data)
    title = f"./mocshelf deploy --stage local, seconds: {RUNS} of unchanged code, and the first"
    notes = ["The first deployment also builds, and on a new checkout installs the CDK."]
    show("deploy", title, {"Mocshelf, unchanged": again, "Mocshelf, the first": [first]}, unit="s", notes=notes)


def _deploy(data: Path) -> float:
    begun = time.perf_counter()
    commands.run("deploy", "--stage", "local", MOCSHELF_LOCAL=str(data))
    return time.perf_counter() - begun
