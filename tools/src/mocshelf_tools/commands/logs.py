"""`./mocshelf logs`: what a stage's functions write, in the order of time."""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from mocshelf_tools.cloud.arguments import add_stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mocshelf_tools.cloud.log_lines import Line

_LEVELS = ("debug", "info", "warning", "error", "critical")
_EXAMPLE = """example:
  ./mocshelf logs --stage dev --since 2h --level warning
  ./mocshelf logs --stage production --function uploads --function process_upload --follow
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "logs",
        help="read what the functions of a stage write",
        description="Lines of all functions in the order of time.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_stage(parser)
    parser.add_argument(
        "--function", action="append", default=[], metavar="F", help="only this one (may be repeated; default: all)"
    )
    parser.add_argument(
        "--since", default="15m", metavar="SPAN", help="how far back: 30s, 15m, 2h, 1d (default: 15m)"
    )
    parser.add_argument("--follow", action="store_true", help="go on with what comes, until Ctrl-C")
    parser.add_argument("--level", choices=_LEVELS, help="only this level and those above")
    parser.add_argument("--json", action="store_true", help="one JSON object a line")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0, also when there is nothing to show. CannotContinue when the stage is not deployed."""
    from datetime import UTC, datetime

    from mocshelf import manifest
    from mocshelf_tools.cloud import log_lines
    from mocshelf_tools.cloud.place import place_of
    from mocshelf_tools.problems import CannotContinue
    from mocshelf_tools.terminal import Terminal

    functions = log_lines.functions_of(args.function, [*(row.name for row in manifest.FUNCTIONS), log_lines.TRYING])
    try:
        since = log_lines.moment(args.since, datetime.now(UTC))
    except ValueError as problem:
        raise CannotContinue(f"--since: {problem}.") from None
    terminal = Terminal()
    try:
        place = place_of(args.stage, terminal.step)
        terminal.step("Reading the logs")
        if args.follow:
            terminal.end_step()
            found: Iterable[Line] = log_lines.follow(place, functions, since, sys.stdout.flush)
        else:
            found = list(log_lines.read(place, functions, since))
    finally:
        terminal.end_step()
    colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for one in found:
        if log_lines.wanted(one, args.level):
            sys.stdout.write((_object(one) if args.json else log_lines.readable(one, colours=colours)) + "\n")
    return 0


def _object(one: Line) -> str:
    content = one.entry if one.entry is not None else {"level": one.level, "message": one.text}
    return json.dumps({"at": one.at.isoformat(), "function": one.function, **content}, ensure_ascii=False)
