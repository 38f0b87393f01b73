"""`./mocshelf releases`: what a stage has had live."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from mocshelf_tools.cloud.arguments import add_stage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mocshelf_tools.cloud.releases import Release


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "releases",
        help="list what a stage has had live",
        description="The last releases, newest first, with their code and the versions of their functions.",
        epilog="example: ./mocshelf releases --stage production",
    )
    add_stage(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON array, newest first")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from dataclasses import asdict

    from mocshelf_tools.cloud import aliases, releases
    from mocshelf_tools.cloud.place import place_of
    from mocshelf_tools.terminal import Terminal

    terminal = Terminal()
    try:
        place = place_of(args.stage, terminal.step)
        terminal.step("Looking at what is live")
        known, live = releases.recorded(place)[::-1], aliases.live(place)
    finally:
        terminal.end_step()
    if args.json:
        found = [{**asdict(one), "live": one.versions == live} for one in known]
        sys.stdout.write(json.dumps(found) + "\n")
    else:
        lines = list(written(known, live)) or [f"No release of the stage {args.stage} is known yet."]
        sys.stdout.write("\n".join(lines) + "\n")
    return 0


def written(known: Sequence[Release], live: Mapping[str, str]) -> Iterator[str]:
    """A line for each release, with what changed against the one before; a star is at what is live."""
    for number, release in enumerate(known):
        earlier = known[number + 1].versions if number + 1 < len(known) else {}
        changed = [f"{name} {one}" for name, one in release.versions.items() if earlier.get(name) != one]
        star = "*" if release.versions == live else " "
        yield f"{star} {release.at}  {release.code:<20}  {', '.join(changed)}"
