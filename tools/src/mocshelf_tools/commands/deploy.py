"""`./mocshelf deploy`: a stage in its account, or in the embedded AWS of this machine."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from mocshelf_tools import paths
from mocshelf_tools.cloud.arguments import add_stage, add_yes

if TYPE_CHECKING:
    from pathlib import Path

    from mocshelf_tools.cloud.account import Identity
    from mocshelf_tools.cloud.place import Place
    from mocshelf_tools.terminal import Terminal

_EXAMPLE = """example:
  ./mocshelf deploy --stage local              to an AWS on this machine
  ./mocshelf deploy --stage dev-ada            a stage of your own, in your account
  ./mocshelf deploy --stage dev --bootstrap    the first one in an account or region
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "deploy",
        help="deploy a stage",
        description="Builds, synthesises and deploys. What is unchanged is neither built nor touched.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_stage(parser)
    add_yes(parser, "deploy production without asking")
    parser.add_argument(
        "--bootstrap", action="store_true", help="prepare the account's regions for the CDK if need be"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 once everything is deployed; CannotContinue says which resource failed and why."""
    from mocshelf_tools.cloud import deploying, releases
    from mocshelf_tools.cloud.account import identity, refuse_examples, require_bootstrap
    from mocshelf_tools.cloud.assembly import assembly
    from mocshelf_tools.cloud.place import place_of
    from mocshelf_tools.terminal import Terminal

    terminal = Terminal()
    try:
        place = place_of(args.stage, terminal.step)
        terminal.step("Checking the account")
        who = identity(place)
        refuse_examples(place)
        require_bootstrap(place, who, terminal.step, may_make=args.bootstrap)
        folder = assembly(place.stage, place.given, terminal.step)
        if not place.stage.removable and not args.yes:
            _ask(place, folder, who, terminal)
        terminal.step(f"Deploying the stage {place.stage.name}")
        # What is live before, so that there is something to go back to.
        releases.note(place, releases.UNKNOWN)
        deploying.deploy(place, folder, terminal)
        releases.finish(place)
        # After the API, which takes the calls of pages before as well.
        _publish(place, terminal)
        lines = _told(place, folder, terminal)
    finally:
        terminal.end_step()
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _ask(place: Place, folder: Path, who: Identity, terminal: Terminal) -> None:
    """CannotContinue unless a person has seen what changes in who may do what, and agrees."""
    from mocshelf_tools.cloud.agreement import ask
    from mocshelf_tools.cloud.differing import against_account

    changes = against_account(place, folder, terminal.step, security_only=True)
    terminal.end_step()
    ask(place.stage.name, [changes, "", f"This deploys to the account {who.account}."], "deploy")


def _publish(place: Place, terminal: Terminal) -> None:
    from mocshelf_tools.web.publishing import publish, publish_here

    if place.endpoint is None:
        publish(place, terminal.step)
    else:
        publish_here(place, paths.LOCAL_DATA, terminal)


def _told(place: Place, folder: Path, terminal: Terminal) -> list[str]:
    from mocshelf_tools.cloud import announcing

    if place.endpoint is None:
        return announcing.of_aws(place, terminal.seconds)
    from mocshelf_tools.cloud.local_links import deployed

    terminal.step("Linking the commands to it")
    return announcing.of_this_machine(place, deployed(), folder, terminal.seconds)
