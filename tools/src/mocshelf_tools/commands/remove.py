"""`./mocshelf remove`: deletes a stage, and says what stays."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from mocshelf_tools.cloud.agreement import ask
from mocshelf_tools.cloud.arguments import add_stage, add_yes
from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    from mocshelf_tools.cloud.place import Place
    from mocshelf_tools.terminal import Terminal


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "remove",
        help="delete a stage",
        description="Deletes the stage's stacks with what they hold. Production is never removed by this.",
        epilog="example: ./mocshelf remove --stage dev-ada",
    )
    add_stage(parser)
    add_yes(parser, "delete without asking")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 once it is gone. CannotContinue for production, and when something is in the way."""
    from mocshelf_tools.cloud.place import known
    from mocshelf_tools.terminal import Terminal

    stage = known(args.stage)
    if not stage.removable:
        raise CannotContinue(
            f"The stage {stage.name} is never removed from here. Set removable=True in its row of "
            "infra/src/mocshelf_infra/stages.py, deploy that, and you can."
        )
    terminal = Terminal()
    try:
        if stage.name == "local":
            return _remove_local(terminal, sure=args.yes)
        return _remove(args.stage, terminal, sure=args.yes)
    finally:
        terminal.end_step()


def _remove_local(terminal: Terminal, *, sure: bool) -> int:
    from mocshelf_tools.cloud import local_servers

    if not sure:
        ask("local", ["This deletes everything that the stage holds on this machine."], "delete")
    local_servers.remove(terminal.step)
    terminal.end_step()
    sys.stdout.write("The stage local is removed.\n")
    return 0


def _remove(name: str, terminal: Terminal, *, sure: bool) -> int:
    from mocshelf_tools.cloud.account import identity
    from mocshelf_tools.cloud.place import place_of
    from mocshelf_tools.cloud.removing import kept, remove

    place = place_of(name, terminal.step)
    terminal.step("Looking at what is deployed")
    account = identity(place).account
    names = _stacks(place)
    stays = [f"  {one}" for one in kept(place)]
    terminal.end_step()
    if not sure:
        gone = [f"This deletes from the account {account}:", *(f"  {one}" for one in names)]
        ask(name, [*gone, *(["This stays:", *stays] if stays else [])], "delete")
    count = remove(place, terminal)
    sys.stdout.write(f"The stage {name} is removed: {count} stacks ({terminal.seconds:.0f} s).\n")
    if stays:
        sys.stdout.write("\n".join(["What stays in the account, and costs until you delete it:", *stays]) + "\n")
    return 0


def _stacks(place: Place) -> list[str]:
    from mocshelf_tools.cloud.failures import explained
    from mocshelf_tools.cloud.place import not_deployed, stacks

    with explained(place):
        names = [str(stack["StackName"]) for _, stack in stacks(place)]
    if not names:
        raise not_deployed(place.stage)
    return names
