"""`./mocshelf load`: many visitors at once, what they saw, and whether that is good enough."""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from mocshelf_tools import paths
from mocshelf_tools.cloud.arguments import add_yes
from mocshelf_tools.load.profiles import MOST_MINUTES, MOST_USERS, PROFILES, Profile
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stopping import Stopped, interruptible

if TYPE_CHECKING:
    from mocshelf_tools.cloud.place import Place
    from mocshelf_tools.load.report import Run
    from mocshelf_tools.load.target import Target
    from mocshelf_tools.load.verdict import Limits
    from mocshelf_tools.terminal import Terminal

_EXAMPLE = """example:
  ./mocshelf load                              a few seconds, on a Mocshelf of the run's own
  ./mocshelf load --profile spike --write      with its figures put into docs/load.md
  ./mocshelf load --profile ramp --stage local

Without --stage, --data or --url a Mocshelf is started in a temporary folder and ended afterwards. Elsewhere people
and their libraries are made for the run and removed after it. docs/load.md says what visitors do.
"""
_LEAST_MINUTES = 0.05


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "load",
        help="many visitors at once, and whether that goes well",
        description="Sends visitors who browse, search, open, change, order and upload; prints what they waited for.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    known = ", ".join(f"{name} ({one.seconds:.0f} s: {one.about})" for name, one in PROFILES.items())
    parser.add_argument("--profile", choices=PROFILES, default="smoke", metavar="P", help=f"{known}; default: smoke")
    place = parser.add_mutually_exclusive_group()
    place.add_argument("--stage", metavar="S", help="local, or a deployed stage that is not production")
    place.add_argument("--data", type=Path, help="data folder of a ./mocshelf dev that runs")
    place.add_argument("--url", help="address of a ./mocshelf dev on this machine")
    parser.add_argument("--users", type=_users, metavar="N", help=f"most visitors at once, up to {MOST_USERS}")
    parser.add_argument("--minutes", type=_minutes, metavar="M", help=f"how long, up to {MOST_MINUTES:.0f}")
    parser.add_argument("--thresholds", type=Path, metavar="FILE", help="default: tests/load/thresholds.toml")
    parser.add_argument("--report", type=Path, metavar="DIR", help="default: a new folder in .mocshelf/load")
    parser.add_argument(
        "--write", action="store_true", help="put table and picture into docs/load.md, if all is well"
    )
    add_yes(parser, "with a stage that is not on this machine: do not ask")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when every threshold is kept, 1 with what is not; CannotContinue when there is nothing to load."""
    interruptible()
    from mocshelf_tools.terminal import Terminal

    terminal = Terminal()
    try:
        return _run(args, terminal)
    except Stopped:
        terminal.show("Stopped. What was made for the run is gone.")
        return 130
    finally:
        terminal.end_step()


def _run(args: argparse.Namespace, terminal: Terminal) -> int:
    from mocshelf_tools.load import locusting, report, verdict

    if args.write and (args.users or args.minutes or args.data or args.url):
        raise CannotContinue("docs/load.md has the profiles as they are: --write takes --profile and --stage only.")
    profile = PROFILES[args.profile]
    place = "dev" if args.stage is None else "local" if args.stage == "local" else "deployed"
    # What is wrong with them should not be said after the load.
    limits = verdict.limits_of(place, profile.name, args.thresholds or verdict.THRESHOLDS)
    with _target(args, terminal) as target:
        # What is refused is refused before anything is installed for it.
        locusting.install(terminal.step)
        done = _loaded(target, profile, limits, args, terminal)
    terminal.end_step()
    folder = args.report or paths.ROOT / ".mocshelf" / "load" / f"{done.name}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    sys.stdout.write(report.printed(done))
    sys.stdout.write(f"Report: {report.write(done, folder)}\n")
    if args.write and not done.breaches:
        report.write_docs(done)
    for breach in done.breaches:
        sys.stderr.write(f"mocshelf: {breach}\n")
    return 1 if done.breaches else 0


@contextlib.contextmanager
def _target(args: argparse.Namespace, terminal: Terminal) -> Iterator[Target]:
    from mocshelf_tools.load import target

    def agree(place: Place) -> None:
        if not args.yes:
            from mocshelf_tools.cloud.agreement import ask

            terminal.end_step()
            told = f"This sends load to the stage {place.stage.name}, which is not on this machine, and costs money."
            ask(place.stage.name, [told], "load")

    if args.stage is not None:
        yield target.of_stage(args.stage, agree, terminal.step)
    elif args.url is not None:
        yield target.of_url(args.url)
    elif args.data is not None:
        yield target.of_folder(args.data)
    else:
        with target.own(terminal.step) as own:
            yield own


def _loaded(target: Target, profile: Profile, limits: Limits, args: argparse.Namespace, terminal: Terminal) -> Run:
    """Makes people and libraries, loads, and removes them."""
    from mocshelf_tools.load import locusting, samples, verdict
    from mocshelf_tools.load.people import people
    from mocshelf_tools.load.plan import Plan
    from mocshelf_tools.load.report import Run
    from mocshelf_tools.load.shelves import libraries

    seconds = args.minutes * 60 if args.minutes else profile.seconds
    usual = profile.users["dev" if target.where == "deployed" else target.where]
    users = args.users or usual
    accounts = min(profile.accounts, users)
    with tempfile.TemporaryDirectory(prefix="mocshelf-load-") as folder:
        terminal.step(f"Making {accounts} people")
        with (
            people(target.users, accounts, keep=target.own) as made,
            libraries(target.api, made, terminal, keep=target.own),
        ):
            plan = Plan(target.api, tuple(made), profile.shape, users, seconds, folder, target.at_home)
            locusting.send(plan, terminal.progress)
        seen = samples.read(Path(folder))
    found = verdict.breaches(verdict.for_users(limits, users / usual), samples.by_group(seen))
    return Run(target.where, profile.name, users, accounts, seen, found)


def _users(text: str) -> int:
    users = int(text)
    if not 1 <= users <= MOST_USERS:
        raise argparse.ArgumentTypeError(f"must be from 1 to {MOST_USERS}")
    return users


def _minutes(text: str) -> float:
    minutes = float(text)
    if not _LEAST_MINUTES <= minutes <= MOST_MINUTES:
        raise argparse.ArgumentTypeError(f"must be from {_LEAST_MINUTES} to {MOST_MINUTES:.0f}")
    return minutes
