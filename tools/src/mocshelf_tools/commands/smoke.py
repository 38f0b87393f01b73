"""`./mocshelf smoke`: whether a deployed stage answers as it should."""

from __future__ import annotations

import argparse
import json
import sys

from mocshelf_tools.cloud.arguments import add_stage


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "smoke",
        help="ask a deployed stage whether all is well",
        description="Asks as users would, for a minute at most: health, errors, headers, certificate, the web app, "
        "and a MOC that is created, read and deleted. A degraded stage is a warning.",
        epilog="example: ./mocshelf smoke --stage staging",
    )
    add_stage(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when nothing has failed, 1 with what has; CannotContinue when there is nothing to ask."""
    from mocshelf_tools.cloud.place import place_of
    from mocshelf_tools.cloud.smoke_user import smoke
    from mocshelf_tools.cloud.smoking import FAILED, Check
    from mocshelf_tools.terminal import Terminal

    terminal = Terminal()
    checks: list[Check] = []
    try:
        asking = smoke(place_of(args.stage, terminal.step))
        terminal.step(f"Asking {asking.api}")
        for check in asking.run():
            checks.append(check)
            if not args.json:
                terminal.end_step()
                sys.stdout.write(f"{check.name:<18}{check.state:<9}{check.detail}".rstrip() + "\n")
    finally:
        terminal.end_step()
    failed = [check.name for check in checks if check.state == FAILED]
    if args.json:
        found = [{"name": check.name, "state": check.state, "detail": check.detail} for check in checks]
        sys.stdout.write(json.dumps({"ok": not failed, "api": asking.api, "checks": found}) + "\n")
    elif failed:
        sys.stderr.write(
            f"mocshelf: failed: {', '.join(failed)}. ./mocshelf logs --stage {args.stage} --level error may say why; "
            f"./mocshelf rollback --stage {args.stage} goes back.\n"
        )
    return 1 if failed else 0
