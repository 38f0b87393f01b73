"""`./mocshelf openapi`: the API's description, generated from the routes and kept in docs/openapi.json."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mocshelf_tools import paths

_EXAMPLE = """example:
  ./mocshelf openapi                    after a change of routes or shapes
  ./mocshelf openapi --check            is the committed document the one of this code?
  ./mocshelf openapi --output -         for another program
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "openapi",
        help="write the API's description",
        description="Describes every route in OpenAPI 3.1, from the code.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--check", action="store_true", help="write nothing; fail when the document is not current")
    parser.add_argument("--output", type=Path, default=paths.OPENAPI, help="where to (default: docs/openapi.json)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0, or with `--check` 1 when the file says something else than the code."""
    from mocshelf_tools.openapi.document import text

    current = text()
    if str(args.output) == "-":
        sys.stdout.write(current)
        return 0
    written = args.output.read_text(encoding="utf-8") if args.output.is_file() else ""
    if args.check:
        if written == current:
            return 0
        print(f"{args.output.name} is not current. Write it with ./mocshelf openapi", file=sys.stderr)
        return 1
    args.output.write_text(current, encoding="utf-8")
    print(f"{args.output.name} {'was current already' if written == current else 'written'}.")
    return 0
