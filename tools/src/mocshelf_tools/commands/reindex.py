"""`./mocshelf reindex`: builds the search index anew from PostgreSQL while the old one goes on answering."""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from mocshelf_tools import paths
from mocshelf_tools.problems import CannotContinue

ENTITIES = ("moc", "image", "album", "wishlist")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "reindex",
        help="build the search index anew",
        description="Fills new indices and puts them in the place of the old ones when they are complete. "
        "Interrupted, it goes on where it was.",
        epilog="examples: ./mocshelf reindex moc image, ./mocshelf reindex --stage production",
    )
    parser.add_argument("entities", nargs="*", metavar="KIND", help=f"{', '.join(ENTITIES)} (default: all)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    place = parser.add_mutually_exclusive_group()
    place.add_argument(
        "--data", type=Path, default=paths.DEFAULT_DATA, help="data folder of the stack (default: .mocshelf/dev)"
    )
    place.add_argument("--stage", metavar="S", help="a deployed stage, where a function does it")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    unknown = [name for name in args.entities if name not in ENTITIES]
    if unknown:
        raise CannotContinue(f"There is no kind {unknown[0]!r} to index. There are: {', '.join(ENTITIES)}.")
    return _on_this_machine(args) if args.stage is None else _by_function(args)


def _by_function(args: argparse.Namespace) -> int:
    from mocshelf_tools.cloud.place import place_of
    from mocshelf_tools.cloud.reindexing import reindex
    from mocshelf_tools.terminal import Terminal

    terminal = Terminal()
    try:
        place = place_of(args.stage, terminal.step)
        terminal.step("Building the index")
        made = reindex(place, args.entities or ENTITIES, terminal.show)
    finally:
        terminal.end_step()
    if args.json:
        sys.stdout.write(json.dumps({"indices": made, "seconds": round(terminal.seconds, 2)}) + "\n")
    elif made:
        sys.stdout.write(f"Made {', '.join(made)} ({terminal.seconds:.1f} s).\n")
    else:
        sys.stdout.write("This stage has no search engine; PostgreSQL answers searches, and needs no reindex.\n")
    return 0


def _on_this_machine(args: argparse.Namespace) -> int:
    from mocshelf_tools.running import link
    from mocshelf_tools.terminal import Terminal

    links = link(args.data)
    if "MOCSHELF_SEARCH" not in links:
        raise CannotContinue("This stage has no search engine; PostgreSQL answers searches, and needs no reindex.")
    from mocshelf.indexing.reindexing import reindex
    from mocshelf.runtime.errors import Problem

    terminal, started = Terminal(), time.monotonic()
    counts: dict[str, int] = {}

    def report(alias: str, done: int, total: int) -> None:
        if alias not in counts:
            terminal.end_step()
            if done:
                terminal.show(f"Resuming {alias} after {done:,} documents")
        counts[alias] = done
        share = 100 * done // total if total else 100
        terminal.progress(f"{alias} {'█' * (share // 5):<20} {share:3} %  {done:,} of {total:,}")

    try:
        made = reindex(args.entities or ENTITIES, report)
    except Problem as problem:
        raise CannotContinue(f"{problem.message} Run it again to go on.") from None
    finally:
        terminal.end_step()
    seconds = time.monotonic() - started
    if args.json:
        sys.stdout.write(json.dumps({"indices": made, "documents": counts, "seconds": round(seconds, 2)}) + "\n")
    else:
        sys.stdout.write(f"{sum(counts.values()):,} documents in {', '.join(made)} ({seconds:.1f} s).\n")
    return 0
