"""Imports a bundle in a process of its own and dies without a word at one moment of it: FILE USER MOMENT."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mocshelf.intake import objects
from mocshelf.runtime import database
from mocshelf_tools.bundle.checking import checked, opened
from mocshelf_tools.bundle.importing import Import

KILLED = 9


def main(path: str, user: str, moment: int) -> None:
    seen = 0

    def passed() -> None:
        nonlocal seen
        if seen == moment:
            os._exit(KILLED)
        seen += 1

    def watched(act: Callable[..., Any]) -> Callable[..., Any]:
        """What a kill may come before and after: objects written, promises taken back, transactions committed."""

        def act_and_pass(*given: Any, **options: Any) -> Any:
            passed()
            result = act(*given, **options)
            passed()
            return result

        return act_and_pass

    # Nothing outside the process could hit these moments.
    objects.write = watched(objects.write)
    objects.adopt = watched(objects.adopt)
    objects.write_over = watched(objects.write_over)
    database.run = watched(database.run)
    with opened(Path(path)) as reader:
        Import(checked(reader, lambda _: None), user, lambda _: None, rename=False).run()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
