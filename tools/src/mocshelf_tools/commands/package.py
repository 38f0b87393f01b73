"""`./mocshelf package`: builds the zips and layers of a stage, as `deploy` uploads them, and prints their sizes."""

from __future__ import annotations

import argparse
import json
import sys

from mocshelf_tools.cloud.arguments import add_stage

_EXAMPLE = """example:
  ./mocshelf package --stage production      build, and print sizes beside budgets
  ./mocshelf package --stage dev --json      paths, hashes and sizes for a script
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "package",
        help="build the zips of the functions and their layers",
        description="Builds what is uploaded to Lambda, into .mocshelf/packages, and prints how large it is.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_stage(parser)
    parser.add_argument(
        "--json", action="store_true", help="print one JSON object: path, SHA-256 and sizes of each zip"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0; CannotContinue for an unknown stage, something missing, or something over its budget."""
    from dataclasses import asdict

    from mocshelf_infra.packaging.building import FOLDER, build
    from mocshelf_infra.packaging.problems import CannotPackage
    from mocshelf_tools.cloud.place import known
    from mocshelf_tools.problems import CannotContinue

    stage = known(args.stage)

    def tell(line: str) -> None:
        print(line, file=sys.stderr if args.json else sys.stdout, flush=True)

    try:
        artifacts = build(stage.functions.target, FOLDER, tell)
    except CannotPackage as problem:
        raise CannotContinue(str(problem)) from None
    if args.json:
        print(json.dumps(asdict(artifacts), indent=2, sort_keys=True))
    return 0
