"""uv, by which the command line makes environments and adds to them what only some commands need."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable, Sequence

from mocshelf_infra.packaging.problems import CannotPackage
from mocshelf_infra.packaging.uv import find_uv
from mocshelf_tools import node, paths
from mocshelf_tools.problems import CannotContinue


def uv() -> str:
    """The uv that ./mocshelf uses, or the one on the PATH. CannotContinue when there is none."""
    try:
        return find_uv()
    except CannotPackage as problem:
        raise CannotContinue(str(problem)) from None


def install(what: str, group: str, modules: Sequence[str], report: Callable[[str], None]) -> None:
    """Has a dependency group in this environment, if one of its modules is missing. CannotContinue.

    `what` is what people call it, as within a sentence.
    """
    if not _missing(modules):
        return
    report(f"Installing {what} (first time only)")
    command = [uv(), "sync", "--inexact", "--locked", "--quiet", "--group", group, "--project", str(paths.ROOT)]
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    subject = what[0].upper() + what[1:]
    node.call(f"{subject} could not be installed", command, environment)
    importlib.invalidate_caches()
    if _missing(modules):
        raise CannotContinue(
            f"{subject} was installed, but not for {sys.executable}. Start Mocshelf with ./mocshelf, and remove "
            ".venv if it is another Python's."
        )


def _missing(modules: Sequence[str]) -> bool:
    return any(importlib.util.find_spec(module) is None for module in modules)
