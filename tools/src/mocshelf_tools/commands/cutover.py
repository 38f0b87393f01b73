"""`./mocshelf cutover`: moves users from a legacy system to a stage, step by step, and back when it does not hold."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from mocshelf_tools.cloud.arguments import add_stage
from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    from mocshelf_tools.cutover.desk import Desk
    from mocshelf_tools.cutover.operating import Preview
    from mocshelf_tools.cutover.running import View
    from mocshelf_tools.cutover.settings import Settings
    from mocshelf_tools.cutover.state import State
    from mocshelf_tools.cutover.watching import Figures
    from mocshelf_tools.terminal import Terminal

_EXAMPLE = """example:
  ./mocshelf cutover start --stage production --blue old.example.com --green mocshelf.example --dry-run
  ./mocshelf cutover start --stage production --blue old.example.com --green mocshelf.example
  ./mocshelf cutover status --stage production
  ./mocshelf cutover rollback --stage production

Blue is the old side, green the new one. docs/cutover.md goes through all of it.
"""
_STORED = (
    "Everything it was started with is stored; --requests gives resume another file, --token-file is never stored. "
    "The other options are for when the stored state is lost."
)
_ACTIONS = {
    "start": "begin, and watch until the end",
    "status": "where it is, who works on it, and the log",
    "pause": "stay at this step; watching and going back go on",
    "resume": "go on after a pause, a crash, or from another machine, as it was started",
    "rollback": "everything to blue, now",
    "decommission": "what is left to do with the old side, and whether it still gets traffic",
}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    cutover = subparsers.add_parser(
        "cutover",
        help="move users from a legacy system to a stage",
        description="Weighted DNS in steps, each watched for a while; back to the old side by itself on a breach.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    actions = cutover.add_subparsers(dest="action", required=True, metavar="ACTION")
    for name, help_text in _ACTIONS.items():
        hosts = " --blue old.example.com --green mocshelf.example" if name == "start" else ""
        parser = actions.add_parser(
            name, help=help_text, epilog=f"example: ./mocshelf cutover {name} --stage production{hosts}"
        )
        add_stage(parser)
        _add_sides(parser, required=name == "start")
        parser.set_defaults(run=run)
        if name in ("status", "decommission"):
            parser.add_argument("--json", action="store_true", help="print one JSON object")
        if name == "decommission":
            parser.add_argument(
                "--quiet", type=int, default=60, metavar="MINUTES", help="without a request (default: 60)"
            )
        if name in ("start", "resume", "rollback"):
            _add_details(parser)
        if name in ("resume", "rollback"):
            parser.description = _STORED
    for name in ("start", "rollback"):
        help_text = "look at everything, and change nothing"
        actions.choices[name].add_argument("--dry-run", action="store_true", help=help_text)


def _add_sides(parser: argparse.ArgumentParser, *, required: bool) -> None:
    parser.add_argument("--blue", required=required, metavar="HOST", help="the old side")
    parser.add_argument("--green", required=required, metavar="HOST", help="the new side")


def _add_details(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--name", metavar="NAME", help="the name users know (default: the first of the stage's edge.further)")
    add("--zone-id", metavar="ID", help="its zone in Route 53 (default: the stage's)")
    add("--ttl", type=int, default=60, metavar="SECONDS", help="of the records (default: 60)")
    add("--steps", default="10,50,100", metavar="LIST", help="green's shares in percent (default: 10,50,100)")
    add("--soak", type=float, default=1800, metavar="SECONDS", help="healthy time at each step (default: 1800)")
    add("--interval", type=float, default=10, metavar="SECONDS", help="between two looks (default: 10)")
    add("--lease", type=float, default=60, metavar="SECONDS", help="after which a silent run is gone (default: 60)")
    add("--p95", type=float, default=500, metavar="MS", help="a slower p95 can be a breach (default: 500)")
    add("--error-rate", type=float, default=1, metavar="PERCENT", help="more can be a breach (default: 1)")
    add("--probe", action="append", metavar="PATH", help="path to ask for (may be repeated; default: /health)")
    add("--requests", metavar="FILE", help="reads to compare, one path a line (default: made from the API)")
    add("--ignore", action="append", default=[], metavar="FIELD", help="a field that may differ (may be repeated)")
    add("--token-file", metavar="FILE", help="a token for the reads that are compared")
    for side in ("blue", "green"):
        add(f"--{side}-at", metavar="URL", help=f"where to probe {side}, when not https://HOST")
        add(f"--{side}-metrics", metavar="SOURCE", help="api:API_ID or alb:app/NAME/ID in CloudWatch")


def run(args: argparse.Namespace) -> int:
    """0 when done, 1 when it was rolled back or something does not hold."""
    from mocshelf_tools.cloud.place import place_of
    from mocshelf_tools.cutover.desk import Desk, person
    from mocshelf_tools.cutover.giving import headers
    from mocshelf_tools.terminal import Terminal

    terminal = Terminal()
    try:
        place = place_of(args.stage, terminal.step)
        terminal.end_step()
        desk = Desk(place, person(), headers(getattr(args, "token_file", None)))
        return int(_RUNS[args.action](args, desk, terminal))
    finally:
        terminal.end_step()


def _start(args: argparse.Namespace, desk: Desk, terminal: Terminal) -> int:
    from mocshelf_tools.cutover import operating
    from mocshelf_tools.cutover.giving import settings_of

    settings = settings_of(args, desk)
    if args.dry_run:
        seen = operating.preview(desk, settings, terminal.step)
        terminal.end_step()
        sys.stdout.write("\n".join(_previewed(settings, seen)) + "\n")
        return 0 if seen.ready else 1
    return _ended(operating.start(desk, settings, _board(terminal), terminal.step))


def _board(terminal: Terminal) -> Callable[[View], None]:
    from mocshelf_tools.cutover.table import Board

    board = Board(terminal)

    def show(view: View) -> None:
        terminal.end_step()
        board.show(view)

    return show


def _previewed(settings: Settings, seen: Preview) -> list[str]:
    plan = settings.plan
    return [
        f"{settings.name} has now: {seen.found.words()}",
        f"It would get: CNAME blue to {settings.blue} and green to {settings.green}, TTL {settings.ttl} s",
        f"Steps: {' → '.join(f'{step} %' for step in plan.steps)}, {plan.soak:.0f} s each",
        f"Health: {seen.watched.reason or 'both sides are healthy'}",
        *(f"CloudWatch, {source}: {_counted(figures)}" for source, figures in seen.counted.items()),
        f"Parity: {seen.compared.words()}",
        "Nothing was changed." + ("" if seen.ready else " It is not ready to start."),
    ]


def _counted(figures: Figures | None) -> str:
    # A name with a slip in it has no traffic either, and would never warn of anything.
    if figures is None:
        return "nothing in the last minutes; if this side has traffic, it is not the right source"
    return f"{figures.requests:,} requests in the last minutes, {figures.rate:.1%} of them failed"


def _resume(args: argparse.Namespace, desk: Desk, terminal: Terminal) -> int:
    from mocshelf_tools.cutover import operating
    from mocshelf_tools.cutover.giving import given_settings, requests_file

    given, requests = given_settings(args, desk), requests_file(args)
    state = operating.resume(desk, given, _board(terminal), terminal.step, requests)
    if state is None:
        sys.stdout.write("Another run is at it and goes on. See: ./mocshelf cutover status\n")
        return 0
    return _ended(state)


def _pause(args: argparse.Namespace, desk: Desk, terminal: Terminal) -> int:
    from mocshelf_tools.cutover import operating

    state = operating.wish(desk, "pause")
    sys.stdout.write(
        f"Green stays at {state.green} %. A run that is at work watches on, and still goes back on a breach; "
        "cutover status says who that is.\n"
    )
    return 0


def _rollback(args: argparse.Namespace, desk: Desk, terminal: Terminal) -> int:
    from mocshelf_tools.cutover import going_back
    from mocshelf_tools.cutover.giving import given_settings

    settings = going_back.settings_to_go_back(desk, given_settings(args, desk))
    if args.dry_run:
        lines = [f"{settings.name} in the zone {settings.zone_id}:", *going_back.preview(desk, settings)]
        sys.stdout.write("\n  ".join(lines) + "\nNothing was changed.\n")
        return 0
    going_back.rollback(desk, settings, terminal.step)
    sys.stdout.write(
        f"All traffic of {settings.name} goes to blue, {settings.blue}; resolvers follow within {settings.ttl} s.\n"
    )
    return 0


def _status(args: argparse.Namespace, desk: Desk, terminal: Terminal) -> int:
    from mocshelf_tools.cutover import reporting

    terminal.step("Reading the state")
    report = reporting.report(desk)
    terminal.end_step()
    sys.stdout.write(reporting.as_json(report) if args.json else "\n".join(reporting.as_lines(report)) + "\n")
    return 0


def _decommission(args: argparse.Namespace, desk: Desk, terminal: Terminal) -> int:
    import json
    from dataclasses import asdict

    from mocshelf_tools.cutover import decommission

    found = decommission.points(desk, args.quiet)
    marks = {True: "[x]", False: "[!]", None: "[ ]"}
    if args.json:
        sys.stdout.write(json.dumps([asdict(one) for one in found]) + "\n")
    else:
        sys.stdout.write("\n".join(f"{marks[one.held]} {one.text}" for one in found) + "\n")
    if any(one.held is False for one in found):
        raise CannotContinue("The old side is still needed, or may be: see the points marked [!].")
    return 0


def _ended(state: State) -> int:
    from mocshelf_tools.cutover.table import sentence

    sys.stdout.write(sentence(state) + "\n")
    return 0 if state.phase == "finished" else 1


_RUNS = {
    "start": _start,
    "status": _status,
    "pause": _pause,
    "resume": _resume,
    "rollback": _rollback,
    "decommission": _decommission,
}
