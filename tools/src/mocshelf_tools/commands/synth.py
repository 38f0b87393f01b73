"""`./mocshelf synth`: the cloud assembly of a stage, checked, without credentials or network."""

from __future__ import annotations

import argparse
import sys

from mocshelf_tools.cloud.arguments import add_stage

# Servers beside the embedded AWS get their ports when they start; to look at templates any will do.
_SERVER: dict[str, object] = {
    "host": "127.0.0.1",
    "port": 5432,
    "name": "mocshelf",
    "user": "mocshelf",
    "auth": "trust",
    "tls": False,
}
_BESIDE: dict[str, dict[str, object]] = {
    "database": _SERVER,
    "owner": _SERVER,
    "stage": {"endpoint": "http://127.0.0.1:4566"},
}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "synth",
        help="write and check the templates of a stage",
        description="Prints the folder of the cloud assembly. The same content is built and checked once only. "
        "Findings of cdk-nag are errors.",
        epilog="example: cfn-lint $(./mocshelf synth --stage production)/*.template.json",
    )
    add_stage(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0; CannotContinue when the stage is unknown or its templates break a rule."""
    from mocshelf_tools.cloud.assembly import assembly, templates
    from mocshelf_tools.cloud.place import known
    from mocshelf_tools.terminal import Terminal

    stage = known(args.stage)
    terminal = Terminal()
    try:
        folder = assembly(stage, {} if stage.database else _BESIDE, terminal.step)
    finally:
        terminal.end_step()
    for template in templates(folder):
        resources = len(template.content.get("Resources", {}))
        sys.stderr.write(f"{template.name:<34} {template.region:<14} {resources:>4} resources\n")
    sys.stdout.write(f"{folder}\n")
    return 0
