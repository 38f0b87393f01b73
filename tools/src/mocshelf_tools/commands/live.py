"""`./mocshelf dev --stage S`: this checkout's code behind its own port, with a deployed stage's data and users."""

from __future__ import annotations

import argparse
import contextlib
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

from mocshelf_tools import paths
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stopping import until_stopped

if TYPE_CHECKING:
    import asyncio
    import socket
    from collections.abc import Mapping
    from pathlib import Path

    from mocshelf_tools.cloud.account import Identity
    from mocshelf_tools.cloud.live_links import Inside
    from mocshelf_tools.cloud.live_site import WayIn
    from mocshelf_tools.cloud.own_credentials import OwnCredentials
    from mocshelf_tools.cloud.place import Place
    from mocshelf_tools.cloud.tunnels import Tunnels
    from mocshelf_tools.gateway.front import Behind
    from mocshelf_tools.terminal import Terminal
    from mocshelf_tools.web.site import Site

    Links = Mapping[str, Mapping[str, Any]]

_CHECK_SECONDS = 60
_TITLES = {"database": "PostgreSQL", "cache": "Valkey", "search": "OpenSearch"}
# Options that are about data of one's own.
_OWN_DATA = {"fresh": "--fresh", "seed": "--seed", "data": "--data"}


def run(args: argparse.Namespace) -> int:
    """0 once it was told to stop. CannotContinue says what is in the way; then nothing was changed."""
    from mocshelf_tools.cloud.place import known
    from mocshelf_tools.gateway.listener import listen
    from mocshelf_tools.terminal import Terminal

    _refuse(args)
    known(args.stage)
    terminal = Terminal()
    try:
        with listen(args.port) as listener:
            _run(args, listener, terminal)
    finally:
        terminal.end_step()
    terminal.show(f"Stopped. The stage {args.stage} goes on.")
    return 0


def _refuse(args: argparse.Namespace) -> None:
    if args.stage is None:
        raise CannotContinue("--yes is for --stage production: nothing else of dev asks.")
    found = [option for name, option in _OWN_DATA.items() if getattr(args, name)]
    if found:
        raise CannotContinue(
            f"{' and '.join(found)} cannot go with --stage: the data is the stage's, and stays as it is."
        )


def _run(args: argparse.Namespace, listener: socket.socket, terminal: Terminal) -> None:
    from mocshelf_tools.cloud import links, live_links, live_site, revisions
    from mocshelf_tools.cloud.account import identity
    from mocshelf_tools.cloud.lending import Lender
    from mocshelf_tools.cloud.own_credentials import OwnCredentials
    from mocshelf_tools.cloud.place import place_of

    place = place_of(args.stage, terminal.step)
    terminal.step("Checking the account")
    who = identity(place)
    if not place.stage.removable and not args.yes:
        terminal.end_step()
        _ask(place, who)
    terminal.step("Reading the links")
    linked = live_links.read(links.environment(place))
    terminal.step("Comparing the schema with this code")
    warning = revisions.warning(args.stage, revisions.current(place))
    if warning:
        terminal.show(warning)
    inside = live_links.inside(place, linked)
    own = OwnCredentials(place, terminal.show)
    with Lender(own.keys) as lender, _tunnels(place, inside, terminal) as tunnels:
        terminal.step("Loading the functions")
        environment = {
            **live_links.environment(linked, tunnels.ports),
            **live_links.process_environment(place),
            **lender.environment,
        }
        host, port = listener.getsockname()
        behind = _behind(place, linked, environment)
        way, site = live_site.site(place, linked, port, terminal)
        lines = _table(f"http://{host}:{port}", place, who, linked, tunnels, way, behind.log)
        _serve(behind, listener, site, own, terminal, lines)


def _ask(place: Place, who: Identity) -> None:
    """CannotContinue unless a person agrees to let this code at everybody's data."""
    from mocshelf_tools.cloud.agreement import ask

    name = place.stage.name
    what = f"Code of this checkout will read and change the data of {name}, which is in the account {who.account}."
    ask(name, [what, "Whoever signs in here is a real user, and nothing that is changed comes back."], "use")


def _tunnels(place: Place, inside: list[Inside], terminal: Terminal) -> Tunnels:
    from mocshelf_tools.cloud import tunnelling
    from mocshelf_tools.cloud.live_links import authorities
    from mocshelf_tools.cloud.probing import probe
    from mocshelf_tools.cloud.tunnels import Tunnels, Way

    # Only who needs a tunnel needs the program.
    program = tunnelling.plugin() if inside else ""
    if inside:
        terminal.step(f"Opening tunnels: {', '.join(one.name for one in inside)}")
    way = Way(
        lambda to, port: tunnelling.forwarding(place, to, port, program),
        place.process_environment,
        partial(probe, authorities=authorities()),
    )
    return Tunnels(inside, way, terminal.show)


def _behind(place: Place, linked: Links, environment: dict[str, str]) -> Behind:
    from mocshelf_tools.gateway.authorizer import pool_of
    from mocshelf_tools.gateway.front import Behind

    users = linked["users"]
    pool = pool_of(place.stage.region, str(users["pool_id"]), str(users["client_id"]), place.endpoint)
    return Behind(environment, pool, paths.LIVE / place.stage.name / "functions.log")


def _serve(
    behind: Behind, listener: socket.socket, site: Site, own: OwnCredentials, terminal: Terminal, lines: list[str]
) -> None:
    import asyncio

    def ready() -> None:
        terminal.end_step()
        sys.stdout.write("\n".join([f"\nMocshelf is ready ({terminal.seconds:.1f} s).\n", *lines]) + "\n")
        sys.stdout.flush()

    async def serve(stop: asyncio.Event) -> None:
        from mocshelf_tools.gateway.front import Front, Options

        watching = asyncio.create_task(_watch(own))
        try:
            options = Options(watched=paths.sources(), site=site)
            await Front(behind, listener, options, terminal.show).serve(stop, ready)
        finally:
            watching.cancel()

    until_stopped(serve)


async def _watch(own: OwnCredentials) -> None:
    """Has it noticed, and said, when the credentials end while nothing asks for them."""
    import asyncio

    while True:
        await asyncio.sleep(_CHECK_SECONDS)
        with contextlib.suppress(CannotContinue):
            await asyncio.to_thread(own.check)


def _table(
    api: str, place: Place, who: Identity, linked: Links, tunnels: Tunnels, way: WayIn, log: Path
) -> list[str]:
    """What runs where, and what does not run here."""
    from mocshelf_tools.cloud.tunnelling import server_of

    stage = place.stage
    rows = [
        ("Web", f"{way.origin}/"),
        ("API", api),
        ("Stage", f"{stage.name}   account {who.account}, {stage.region}"),
        ("You", who.arn),
        ("Sign in", _sign_in(way)),
        ("Users", f"user pool {linked['users']['pool_id']}, app client {linked['users']['client_id']}"),
        ("S3", f"bucket {linked['files']['bucket']}{_unless_known(place, way.origin)}"),
    ]
    for name, title in _TITLES.items():
        if name in linked:
            to = server_of(linked[name])
            port = tunnels.ports.get(to)
            rows.append((title, f"{to.host}:{to.port}" + (f" through 127.0.0.1:{port}" if port else "")))
    rows += [
        ("Queues", "what this code sends is worked on by the stage's own functions, never here"),
        ("Schedules", "of the stage only"),
        ("Metrics", "none; lines and counts of this code stay in the log"),
        ("Log", str(log.relative_to(paths.ROOT))),
    ]
    return [
        *(f"  {name:<12}{text}" for name, text in rows),
        f"\nThis is the data of {stage.name}: what you change is changed there.",
        *_next(stage.name, api),
        "Saving a source file reloads the functions. Ctrl-C stops; the stage goes on.\n",
    ]


def _sign_in(way: WayIn) -> str:
    if way.closed:
        return way.closed
    return f"at {way.login}, which leads back" if way.login else "with address and password, on the page itself"


def _unless_known(place: Place, origin: str) -> str:
    """What the bucket has against pages of an origin that the stage does not know."""
    known = origin in place.stage.api.origins
    return "" if known else f"; it takes no files from pages at {origin}"


def _next(stage: str, api: str) -> list[str]:
    if stage == "local":
        return [f'  curl -H "Authorization: Bearer $(./mocshelf token --stage local)" {api}/api/mocs']
    return ["Tokens are those of its users: docs/deploy.md shows how to get one."]
