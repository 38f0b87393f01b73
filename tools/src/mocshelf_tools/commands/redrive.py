"""`./mocshelf redrive`: gives messages that failed every time another try."""

from __future__ import annotations

import argparse
import json
import sys

from mocshelf_tools.cloud.arguments import add_stage


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "redrive",
        help="give a stage's dead letters another try",
        description="Moves messages from dead-letter queues back. Mend the cause first; ./mocshelf logs shows it.",
        epilog="example: ./mocshelf redrive --stage production processing",
    )
    add_stage(parser)
    parser.add_argument("queue", nargs="?", metavar="QUEUE", help="processing or index (default: all)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from mocshelf_tools.cloud import dead_letters
    from mocshelf_tools.cloud.place import place_of
    from mocshelf_tools.terminal import Terminal

    terminal = Terminal()
    moved: dict[str, int] = {}
    try:
        place = place_of(args.stage, terminal.step)
        terminal.step("Counting dead letters")
        for pair in dead_letters.chosen(dead_letters.pairs(place), args.queue):
            terminal.end_step()

            def tell(count: int, name: str = pair.name, of: int = pair.waiting) -> None:
                terminal.progress(f"{name}: {count:,} of {of:,} moved")

            moved[pair.name] = dead_letters.move(place, pair, tell) if pair.waiting else 0
    finally:
        terminal.end_step()
    if args.json:
        sys.stdout.write(json.dumps(moved) + "\n")
    else:
        lines = [
            f"{name:<12}{f'{count:,} moved back' if count else 'no dead letters'}" for name, count in moved.items()
        ]
        sys.stdout.write("\n".join(lines) + "\n")
    return 0
