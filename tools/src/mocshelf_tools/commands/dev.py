"""`./mocshelf dev`: the whole system on this machine, with live reload."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mocshelf_infra.pages import DEV_PORT
from mocshelf_tools import paths
from mocshelf_tools.cloud.arguments import add_yes
from mocshelf_tools.stopping import Stopped, interruptible, until_stopped

if TYPE_CHECKING:
    import asyncio
    import socket

    from mocshelf_tools.stack import Stack
    from mocshelf_tools.terminal import Terminal
    from mocshelf_tools.web.site import Site

_EXAMPLE = """example:
  ./mocshelf dev                        start; Ctrl-C stops, the data stays
  ./mocshelf dev --fresh --seed         start again from nothing, with example MOCs
  ./mocshelf dev --data /tmp/two --port 8500     a second one beside the first
  ./mocshelf dev --stage dev            this code, with the data of a deployed stage

With --stage no server is started here and nothing is migrated. Routes run here; queues and schedules stay with the
stage's own functions. docs/live.md says what that means and what it needs.
"""


# What it means for users that a server is not there.
_WITHOUT = {
    "valkey": "everything goes on without it, only slower",
    "opensearch": "PostgreSQL answers searches meanwhile",
    "postgres": "requests are answered with 503 until it is back",
    "aws": "no files, queues and sign-ins until it is back",
}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "dev",
        help="run the whole system here, with live reload",
        description="Runs PostgreSQL, Valkey, an embedded AWS, the API and the web app on this machine; or API and "
        "web app alone, with a deployed stage behind them.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    port = f"port of the pages and the API (default: {DEV_PORT})"
    parser.add_argument("--port", type=_port, default=DEV_PORT, help=port)
    parser.add_argument("--data", type=Path, help="data folder (default: .mocshelf/dev)")
    parser.add_argument("--fresh", action="store_true", help="delete the data folder's content first")
    parser.add_argument("--seed", action="store_true", help="give the demo user example MOCs")
    parser.add_argument("--stage", metavar="S", help="use this deployed stage's data and users, and start no server")
    add_yes(parser, "with --stage production: do not ask")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    interruptible()
    try:
        if args.stage is None and not args.yes:
            return _run(args)
        from mocshelf_tools.commands import live

        return live.run(args)
    except Stopped:
        return 0


def _run(args: argparse.Namespace) -> int:
    from mocshelf_tools.gateway.listener import listen
    from mocshelf_tools.stack import Stack
    from mocshelf_tools.terminal import Terminal

    terminal = Terminal()
    stack = Stack(args.data or paths.DEFAULT_DATA, fresh=args.fresh, report=terminal.step)
    try:
        with listen(args.port) as listener, stack:
            terminal.step("Loading the functions")
            _serve(stack, listener, terminal, with_examples=args.seed)
    finally:
        terminal.end_step()
    terminal.show("Stopped. The data is kept.")
    return 0


def _serve(stack: Stack, listener: socket.socket, terminal: Terminal, *, with_examples: bool) -> None:
    import asyncio

    async def serve(stop: asyncio.Event) -> None:
        from mocshelf_tools.gateway.server import Gateway, Options

        host, port = listener.getsockname()
        api = f"http://{host}:{port}"
        background: list[asyncio.Task[None]] = [asyncio.create_task(_watch_servers(stack, terminal))]

        def ready() -> None:
            _announce(stack, api, terminal)
            _tell_of_search(stack, terminal)
            if with_examples:
                background.append(asyncio.create_task(_seed(stack, api, terminal)))

        try:
            options = Options(watched=paths.sources(), site=_site(stack, terminal))
            await Gateway(stack, listener, options, terminal.show).serve(stop, ready)
        finally:
            stack.folder.endpoints.unlink(missing_ok=True)
            for task in background:
                task.cancel()

    until_stopped(serve)


def _site(stack: Stack, terminal: Terminal) -> Site:
    from mocshelf_tools.web.settings import Settings
    from mocshelf_tools.web.site import of_checkout

    endpoints = stack.endpoints
    settings = Settings(cognito=endpoints.aws, client_id=endpoints.client_id, console=True)
    return of_checkout(settings, endpoints.aws, terminal)


def _announce(stack: Stack, api: str, terminal: Terminal) -> None:
    """Writes `endpoints.json` and the table: from now on everything answers."""
    from mocshelf_tools.running import LINKS, described

    endpoints = stack.endpoints
    stack.folder.write(LINKS, stack.environment)
    stack.folder.write("endpoints.json", described(endpoints, api))
    terminal.end_step()
    data = stack.folder.path
    option = "" if data == paths.DEFAULT_DATA.resolve() else f" --data {data}"
    rows = (
        ("Web", f"{api}/"),
        ("API", api),
        ("Console", f"{api}/console"),
        ("Sign in", f"{endpoints.demo_email}   {endpoints.demo_password}"),
        ("S3", f"{endpoints.aws}   bucket {endpoints.bucket}"),
        ("PostgreSQL", endpoints.postgres),
        ("Valkey", endpoints.valkey),
        ("Search", _search(stack)),
        ("Data", _short(data)),
        ("Logs", _short(stack.folder.logs)),
    )
    lines = [f"\nMocshelf is ready ({terminal.seconds:.1f} s).\n", *(f"  {name:<12}{text}" for name, text in rows)]
    lines += [
        "\nNext, in another terminal:",
        f'  curl -H "Authorization: Bearer $(./mocshelf token{option})" {api}/api/mocs',
        f"  ./mocshelf user add you@example.com{option}",
        f"  ./mocshelf invoke sweep{option}",
        "Saving a source file reloads the functions. Ctrl-C stops; the data stays.\n",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _search(stack: Stack) -> str:
    if stack.engine.url is None:
        return f"PostgreSQL; no OpenSearch: {stack.engine.problem}"
    return f"OpenSearch {stack.engine.url}, once it is up; PostgreSQL until then"


def _short(path: Path) -> str:
    """The path as one would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


async def _seed(stack: Stack, api: str, terminal: Terminal) -> None:
    import asyncio

    import httpx

    from mocshelf_tools.examples import seed
    from mocshelf_tools.problems import CannotContinue
    from mocshelf_tools.running import described, sign_in

    known = described(stack.endpoints, api)
    try:
        token = await asyncio.to_thread(sign_in, known["cognito"], *known["demo"].values())
        async with httpx.AsyncClient(base_url=api, timeout=30, trust_env=False) as client:
            made = await seed(client, token)
    except (CannotContinue, httpx.HTTPError) as problem:
        terminal.show(f"The example MOCs could not be added. {problem}")
    else:
        terminal.show(f"{made} example MOCs added for the demo user." if made else "The example MOCs are there.")


def _tell_of_search(stack: Stack, terminal: Terminal) -> None:
    """Says, once it is known, whether OpenSearch answers."""
    import asyncio

    loop = asyncio.get_running_loop()

    def tell() -> None:
        known = "OpenSearch is up and answers searches."
        if stack.engine.problem:
            known = f"PostgreSQL goes on answering searches, because of OpenSearch: {stack.engine.problem}"
        with contextlib.suppress(RuntimeError):
            # The loop may have ended meanwhile.
            loop.call_soon_threadsafe(terminal.show, known)

    if stack.engine.url is not None:
        stack.engine.when_ended(tell)


async def _watch_servers(stack: Stack, terminal: Terminal) -> None:
    """Says so, once each, when a server ends while the stack runs."""
    import asyncio

    told: set[str] = set()
    logs = _short(stack.folder.logs)
    while True:
        await asyncio.sleep(1)
        ended = stack.ended()
        told.intersection_update(ended)
        for name in ended:
            if name not in told:
                told.add(name)
                start = f"./mocshelf server start {name}"
                terminal.show(f"{name} has ended: {_WITHOUT[name]}. `{start}` starts it again; its log is in {logs}.")


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("must be from 0 (any free port) to 65535")
    return port
