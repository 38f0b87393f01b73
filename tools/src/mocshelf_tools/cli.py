"""The command line: `./mocshelf COMMAND`. Each command is a module that is imported only when it is called."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from typing import Any

from mocshelf_tools.problems import CannotContinue

COMMANDS = {
    "dev": "start the whole system on this machine",
    "user": "add a user to the running system",
    "token": "print a token for curl",
    "invoke": "run a function of the running system now",
    "server": "stop and start single servers of the running system",
    "db": "migrate, roll back or inspect the database",
    "reindex": "build the search index anew",
    "audit": "compare PostgreSQL, S3 and the search index",
    "export": "write a user's library into a ZIP",
    "import": "put the ZIP of an export into a library",
    "parts": "read a parts list without a server",
    "openapi": "write the API's description",
    "test": "run the tests",
    "check": "lint, format, types and import contracts",
    "bench": "measure, beside the alternatives",
    "load": "many visitors at once, and whether that goes well",
    "package": "build the zips of the functions and their layers",
    "synth": "write and check the templates of a stage",
    "diff": "show what deploying a stage would change",
    "deploy": "deploy a stage",
    "smoke": "ask a deployed stage whether all is well",
    "releases": "list what a stage has had live",
    "rollback": "give a stage's traffic back to the versions before",
    "remove": "delete a stage",
    "secret": "set and list the secrets of a stage",
    "shell": "a shell with the resources of a stage linked",
    "tunnel": "reach a server inside a stage's network",
    "logs": "read what the functions of a stage write",
    "redrive": "give a stage's dead letters another try",
    "cutover": "move users from a legacy system to a stage",
}
MODULES = {"db": "database", "user": "users", "token": "users", "export": "bundle", "import": "bundle"}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(
        prog="mocshelf",
        description="Mocshelf: a place where LEGO fans keep their MOCs.",
        epilog="Example: ./mocshelf dev",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    chosen = next((word for word in arguments if not word.startswith("-")), None)
    for name, help_text in COMMANDS.items():
        if name == chosen:
            _module(name).register(commands)
        elif not _registered_together(name, chosen):
            commands.add_parser(name, help=help_text)
    args = parser.parse_args(arguments)
    try:
        code: int = args.run(args)
        return code
    except CannotContinue as problem:
        print(f"mocshelf: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _module(name: str) -> Any:
    return importlib.import_module(f"mocshelf_tools.commands.{MODULES.get(name, name)}")


def _registered_together(name: str, chosen: str | None) -> bool:
    """Whether the chosen command's module registers this one too."""
    return chosen is not None and MODULES.get(name, name) == MODULES.get(chosen, chosen)
