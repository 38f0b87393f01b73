"""`./mocshelf secret`: a stage's secrets; values come in by standard input and never go out."""

from __future__ import annotations

import argparse
import sys

from mocshelf_tools.cloud.arguments import add_stage
from mocshelf_tools.problems import CannotContinue

_EXAMPLE = """example:
  ./mocshelf secret set MAIL_KEY --stage dev           asks for the value
  ./mocshelf secret set MAIL_KEY --stage dev < key     takes it from a file
  ./mocshelf secret list --stage dev                   names and dates, no values
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    secret = subparsers.add_parser(
        "secret",
        help="set and list the secrets of a stage",
        description="They are in Secrets Manager, under mocshelf/STAGE/.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = secret.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, help_text, example in (
        ("set", "give a secret its value", "./mocshelf secret set MAIL_KEY --stage dev < key"),
        ("remove", "delete a secret", "./mocshelf secret remove MAIL_KEY --stage dev"),
        ("list", "names and dates of all secrets", "./mocshelf secret list --stage dev"),
    ):
        parser = actions.add_parser(name, help=help_text, epilog=f"example: {example}")
        if name != "list":
            parser.add_argument("name", metavar="NAME")
        add_stage(parser)
        parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from mocshelf_tools.cloud import secret_values
    from mocshelf_tools.cloud.place import place_of
    from mocshelf_tools.terminal import Terminal

    terminal = Terminal()
    try:
        place = place_of(args.stage, terminal.step)
        terminal.end_step()
        if args.action == "list":
            found = secret_values.listed(place)
            lines = list(secret_values.written(found)) or [f"The stage {args.stage} has no secrets."]
        elif args.action == "remove":
            secret_values.remove(place, args.name)
            lines = [f"Removed {args.name}."]
        else:
            new = secret_values.put(place, args.name, _value(args.name))
            lines = [f"{'Added' if new else 'Changed'} {args.name}."]
    finally:
        terminal.end_step()
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _value(name: str) -> str:
    """The value, typed unseen or piped in without the line break at its end. CannotContinue when it is empty."""
    if sys.stdin.isatty():
        from getpass import getpass

        value = getpass(f"Value of {name}: ")
    else:
        value = sys.stdin.read().removesuffix("\n").removesuffix("\r")
    if not value:
        raise CannotContinue("The value is empty; nothing was changed.")
    return value
