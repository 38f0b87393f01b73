"""`./mocshelf diff`: what deploying a stage would change."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from mocshelf_tools.cloud.arguments import add_stage

if TYPE_CHECKING:
    from pathlib import Path

    from mocshelf_tools.cloud.place import Place
    from mocshelf_tools.terminal import Terminal


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "diff",
        help="show what deploying a stage would change",
        description="Compares with what is deployed; without credentials with an empty account.",
        epilog="example: ./mocshelf diff --stage production",
    )
    add_stage(parser)
    parser.add_argument("--markdown", action="store_true", help="print it for a page, such as a job's summary")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0, whether there are differences or not."""
    from mocshelf_tools.cloud.assembly import assembly
    from mocshelf_tools.cloud.place import place_of
    from mocshelf_tools.terminal import Terminal

    terminal = Terminal()
    try:
        place = place_of(args.stage, terminal.step)
        folder = assembly(place.stage, place.given, terminal.step)
        found = _compared(place, folder, terminal)
    finally:
        terminal.end_step()
    if args.markdown:
        from mocshelf_tools.cloud.differing import markdown

        found = markdown(f"What deploying {args.stage} would change", found)
    sys.stdout.write(found + "\n")
    return 0


def _compared(place: Place, folder: Path, terminal: Terminal) -> str:
    from mocshelf_tools.cloud.account import identity
    from mocshelf_tools.cloud.differing import against_account, against_nothing
    from mocshelf_tools.problems import CannotContinue

    try:
        terminal.step("Checking the account")
        identity(place)
    except CannotContinue as problem:
        terminal.end_step()
        sys.stderr.write(f"{problem}\nSo this compares with an empty account.\n\n")
        return against_nothing(place, folder, terminal.step)
    return against_account(place, folder, terminal.step)
