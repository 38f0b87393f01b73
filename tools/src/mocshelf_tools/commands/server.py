"""`./mocshelf server`: looks at the servers of the running stack, and stops and starts them one by one."""

from __future__ import annotations

import argparse
import json
import sys

from mocshelf_tools.running import add_data

_EXAMPLE = """example:
  ./mocshelf server status              which are running
  ./mocshelf server stop valkey         see how the system goes on without its cache
  ./mocshelf server hang opensearch     it takes requests and never answers
  ./mocshelf server start valkey        and back again
"""
_COMMANDS = {
    "status": "say how each server is",
    "stop": "end one in good order",
    "kill": "end one as a power cut would",
    "hang": "make one stand still",
    "resume": "let one that stands still go on",
    "start": "start one that was stopped or has ended",
}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "server",
        help="stop and start single servers of the running stack",
        description="The servers are postgres, valkey, aws and, where there is one, opensearch.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, help_text in _COMMANDS.items():
        command = commands.add_parser(name, help=help_text, epilog=f"example: ./mocshelf server {name} valkey")
        if name == "status":
            command.add_argument("--json", action="store_true", help="print one JSON object")
        else:
            command.add_argument("server", metavar="SERVER", help="its name in ./mocshelf server status")
        add_data(command)
        command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from mocshelf_tools.gateway.control import command_server
    from mocshelf_tools.stack.folder import DataFolder

    asking = args.action == "status"
    states = command_server(DataFolder(args.data), "" if asking else args.server, args.action)
    if asking and args.json:
        sys.stdout.write(json.dumps(states, indent=2) + "\n")
        return 0
    for name, found in states.items():
        if asking or name == args.server:
            pid = f"   process {found['pid']}" if found["pid"] else ""
            sys.stdout.write(f"{name:<12}{found['state']}{pid}\n")
    return 0
