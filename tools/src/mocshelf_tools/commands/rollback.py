"""`./mocshelf rollback`: gives a stage's traffic back to the versions before."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from mocshelf_tools.cloud.arguments import add_stage, add_yes
from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mocshelf_tools.cloud.place import Place
    from mocshelf_tools.cloud.rolling_back import Move
    from mocshelf_tools.terminal import Terminal

_EXAMPLE = """example:
  ./mocshelf rollback --stage staging                            what the last deployment has moved
  ./mocshelf rollback --stage staging --function mocs            one function
  ./mocshelf rollback --stage staging --function mocs --to 12    to that version
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "rollback",
        help="give a stage's traffic back to the versions before",
        description="Stops a deployment that is under way, and moves the functions' aliases back. "
        "What it does not undo is the schema, and what was written since.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_stage(parser)
    add_yes(parser, "go back in production without asking")
    parser.add_argument("--function", metavar="F", help="this function only, such as mocs")
    parser.add_argument("--to", metavar="VERSION", help="this version, of the function that is named")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 once the traffic is back; CannotContinue when there is nothing to go back to."""
    from mocshelf_tools.cloud import canaries, rolling_back
    from mocshelf_tools.cloud.place import place_of
    from mocshelf_tools.terminal import Terminal

    terminal = Terminal()
    try:
        place = place_of(args.stage, terminal.step)
        terminal.step("Looking at what is live")
        stopping = canaries.under_way(place)
        if stopping and args.function:
            raise CannotContinue("A deployment is under way. Without --function this stops it.")
        wanted = [] if stopping else rolling_back.moves(place, args.function, args.to)
        terminal.end_step()
        _agree(place, wanted, stopping, sure=args.yes)
        if stopping:
            terminal.step("Stopping the deployment")
            canaries.stop(place, stopping)
            wanted = rolling_back.left_over(place)
        terminal.step("Moving traffic")
        rolling_back.roll_back(place, wanted)
        _keep(place)
    finally:
        terminal.end_step()
    _tell(wanted, stopping, terminal, as_json=args.json)
    return 0


def _agree(place: Place, wanted: Sequence[Move], stopping: Sequence[str], *, sure: bool) -> None:
    """Shows what is about to happen; in production a person agrees first. CannotContinue."""
    from mocshelf_tools.cloud.agreement import ask
    from mocshelf_tools.cloud.rolling_back import SCHEMA_STAYS, written

    lines = [f"In the stage {place.stage.name} traffic goes back:", *written(wanted)]
    if stopping:
        lines = [f"In the stage {place.stage.name} {len(stopping)} canaries are under way: they are stopped, and "]
        lines[0] += "traffic goes back to where it was before."
    lines.append(SCHEMA_STAYS)
    if place.stage.removable or sure:
        sys.stderr.write("\n".join(lines) + "\n")
    else:
        ask(place.stage.name, lines, "roll back")


def _keep(place: Place) -> None:
    if place.endpoint is not None:
        from mocshelf_tools.cloud.local_links import save

        save()


def _tell(wanted: Sequence[Move], stopped: Sequence[str], terminal: Terminal, *, as_json: bool) -> None:
    if as_json:
        moved = [{"function": move.function, "from": move.now, "to": move.to} for move in wanted]
        sys.stdout.write(json.dumps({"moved": moved, "stopped": list(stopped)}) + "\n")
        return
    how = [f"{len(stopped)} canaries stopped"] if stopped else []
    how += [f"{len(wanted)} function{'' if len(wanted) == 1 else 's'} moved back"] if wanted else []
    sys.stdout.write(f"Rolled back: {', '.join(how)} ({terminal.seconds:.1f} s).\n")
