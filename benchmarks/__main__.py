"""Runs one benchmark in this process: `python benchmarks NAME [FILE]`; told to stop, it stops what it has started."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stopping import Stopped, interruptible


def main() -> int:
    """1 when it could not be measured, which was said."""
    interruptible()
    try:
        importlib.import_module(sys.argv[1]).main(*map(Path, sys.argv[2:]))
    except CannotContinue as problem:
        print(f"mocshelf: {problem}", file=sys.stderr)
        return 1
    except Stopped:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
