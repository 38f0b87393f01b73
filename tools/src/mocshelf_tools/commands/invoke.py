"""`./mocshelf invoke`: runs one function of the running stack now."""

from __future__ import annotations

import argparse
import json
import sys

from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.running import add_data


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "invoke",
        help="run a function of the running stack now",
        description="Runs a function as its trigger would and prints what it returned, as JSON.",
        epilog="example: ./mocshelf invoke sweep",
    )
    parser.add_argument("function", metavar="FUNCTION", help="its name in the manifest")
    parser.add_argument("--event", metavar="JSON", help="the event (default: a timer's)")
    add_data(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from mocshelf_tools.gateway.control import invoke
    from mocshelf_tools.stack.folder import DataFolder

    try:
        event = None if args.event is None else json.loads(args.event)
    except ValueError as problem:
        raise CannotContinue(f"--event is not JSON: {problem}") from None
    result = invoke(DataFolder(args.data), args.function, event)
    sys.stdout.write(json.dumps(result, indent=2, ensure_ascii=False) + "\n")
    return 0
