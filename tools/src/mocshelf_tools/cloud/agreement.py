"""Asking a person before something that cannot be undone."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from mocshelf_tools.problems import CannotContinue


def ask(stage: str, lines: Sequence[str], verb: str) -> None:
    """Shows the lines and returns when a person has typed the stage's name. CannotContinue otherwise."""
    sys.stderr.write("\n".join(lines) + "\n")
    if not sys.stdin.isatty():
        raise CannotContinue(f"Nobody is here to agree. Add --yes to {verb} {stage} all the same.")
    sys.stderr.write(f"Type {stage} to {verb} it: ")
    sys.stderr.flush()
    if sys.stdin.readline().strip() != stage:
        raise CannotContinue("That was not it, so nothing was changed.")
