"""`./mocshelf tunnel`: a local port that leads to a server inside a stage's network."""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, NoReturn

from mocshelf_tools.cloud.arguments import add_stage

if TYPE_CHECKING:
    from mocshelf_tools.cloud.place import Place
    from mocshelf_tools.cloud.tunnelling import Server

SERVERS = ("database", "cache", "search")
_EXAMPLE = """example:
  ./mocshelf tunnel --stage dev                        the database at 127.0.0.1:15432; Ctrl-C ends it
  ./mocshelf tunnel --stage staging search --port 9443
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "tunnel",
        help="reach a server inside a stage's network",
        description="Goes through the stage's bastion with Session Manager: no key, no open port.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_stage(parser)
    parser.add_argument("server", nargs="?", choices=SERVERS, default="database", help="default: database")
    parser.add_argument("--port", type=int, help="port of this machine (default: 15432, 16379 or 19200)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Does not return while the tunnel is there. CannotContinue when there can be none."""
    from mocshelf_tools.cloud import tunnelling
    from mocshelf_tools.cloud.place import place_of
    from mocshelf_tools.terminal import Terminal

    terminal = Terminal()
    try:
        place = place_of(args.stage, terminal.step)
        terminal.step("Looking for the server")
        to = tunnelling.server(place, args.server)
        if place.endpoint is not None:
            terminal.end_step()
            sys.stdout.write(f"It is on this machine: {to.host}:{to.port}. No tunnel is needed.\n")
            return 0
        program = tunnelling.plugin()
        port = args.port or tunnelling.PORTS[args.server]
        command = tunnelling.forwarding(place, to, port, program)
    finally:
        terminal.end_step()
    sys.stdout.write("\n".join(_told(place, args.server, to, port)) + "\n")
    sys.stdout.flush()
    return _become(program, command, place.process_environment)


def _become(program: str, command: list[str], environment: dict[str, str]) -> NoReturn:
    """The program takes this process's place, and with it the keyboard's Ctrl-C."""
    os.execve(program, command, environment)  # noqa: S606 - AWS's own plugin


def _told(place: Place, name: str, to: Server, port: int) -> list[str]:
    lines = [f"127.0.0.1:{port} is {to.host}:{to.port} until Ctrl-C."]
    if name == "database":
        token = f"aws rds generate-db-auth-token --hostname {to.host} --port {to.port} --region {place.stage.region}"
        lines += [
            "In another terminal, with your user of the database for USER:",
            # The certificate must be for the server's own name, whoever answers on this machine.
            f'  PGPASSWORD="$({token} --username USER)" psql "host={to.host} hostaddr=127.0.0.1 port={port} '
            'user=USER dbname=mocshelf sslmode=verify-full sslrootcert=system"',
            f"Without a tunnel: ./mocshelf db query --stage {place.stage.name} …",
        ]
    if name == "cache":
        lines += [f"  redis-cli --tls --sni {to.host} -p {port} ping"]
    if name == "search":
        lines += [f"  requests are signed for {to.host}; curl has --aws-sigv4 and --connect-to"]
    return lines
