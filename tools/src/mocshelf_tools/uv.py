"""uv, by which the command line makes environments."""

from __future__ import annotations

from mocshelf_infra.packaging.problems import CannotPackage
from mocshelf_infra.packaging.uv import find_uv
from mocshelf_tools.problems import CannotContinue


def uv() -> str:
    """The uv that ./mocshelf uses, or the one on the PATH. CannotContinue when there is none."""
    try:
        return find_uv()
    except CannotPackage as problem:
        raise CannotContinue(str(problem)) from None
