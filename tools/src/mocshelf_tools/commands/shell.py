"""`./mocshelf shell`: a shell, or one command, with a stage's links and credentials."""

from __future__ import annotations

import argparse
import os
import sys

from mocshelf_tools.cloud.arguments import add_stage

_EXAMPLE = """example:
  ./mocshelf shell --stage dev                        a shell; `exit` leaves it
  ./mocshelf shell --stage local -- python job.py     one command
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "shell",
        help="a shell with the resources of a stage linked",
        description="MOCSHELF_… are as the stage's functions have them. Servers inside its network are reached "
        "through ./mocshelf tunnel only.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_stage(parser)
    parser.add_argument("words", nargs="*", metavar="COMMAND", help="what to run instead of a shell, after --")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Does not return: the shell takes this process's place. CannotContinue when the stage is not deployed."""
    from mocshelf_tools.cloud import links
    from mocshelf_tools.cloud.failures import explained
    from mocshelf_tools.cloud.place import place_of, session
    from mocshelf_tools.problems import CannotContinue
    from mocshelf_tools.terminal import Terminal

    terminal = Terminal()
    try:
        place = place_of(args.stage, terminal.step)
        terminal.step("Reading the links")
        linked = links.environment(place)
        with explained(place):
            credentials = session(place).get_credentials().get_frozen_credentials()
    finally:
        terminal.end_step()
    environment = {**place.process_environment, **linked, "MOCSHELF_SHELL": args.stage}
    environment["AWS_ACCESS_KEY_ID"] = credentials.access_key
    environment["AWS_SECRET_ACCESS_KEY"] = credentials.secret_key
    if credentials.token:
        environment["AWS_SESSION_TOKEN"] = credentials.token
    words = args.words or [os.environ.get("SHELL") or "/bin/sh"]
    if not args.words:
        sys.stderr.write(f"A shell with {', '.join(sorted(linked))} of the stage {args.stage}. `exit` leaves it.\n")
        sys.stderr.flush()
    try:
        os.execvpe(words[0], words, environment)  # noqa: S606 - what a person asked for
    except OSError as problem:
        raise CannotContinue(f"{words[0]} cannot be run: {problem.strerror}.") from None
