"""`./mocshelf audit`: whether PostgreSQL, S3 and the search index agree, and mending what does not."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import redirect_stdout
from dataclasses import asdict
from typing import TYPE_CHECKING

from mocshelf_tools.running import add_data

if TYPE_CHECKING:
    from mocshelf_tools.auditing.findings import Looked, Report

_SHOWN = 20
_EXAMPLE = """example:
  ./mocshelf audit                      look, and change nothing
  ./mocshelf audit --deep               read every byte as well
  ./mocshelf audit --repair             mend what can be mended

Ends with 0 when all agrees, 1 when something does not, 2 when a check could not look.
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "audit",
        help="compare PostgreSQL, S3 and the search index",
        description="Finds what is missing, orphaned, stale or damaged. Traffic may go on meanwhile.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--repair", action="store_true", help="mend what can be mended; may be repeated")
    parser.add_argument("--deep", action="store_true", help="read every object's bytes and compare their hashes")
    parser.add_argument("--user", metavar="ID", help="only what belongs to this user id")
    parser.add_argument("--json", action="store_true", help="print one JSON object with every finding")
    add_data(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from mocshelf_tools.problems import CannotContinue

    try:
        # What the functions' code logs must not stand in the report, which scripts read.
        with redirect_stdout(sys.stderr):
            report = _audited(args)
            nobody = args.user is not None and not any(one.looked or one.problem for one in report.checks)
    except CannotContinue as problem:
        sys.stderr.write(f"mocshelf: {problem}\n")
        return 2
    if args.json:
        sys.stdout.write(json.dumps({"checks": [asdict(check) for check in report.checks]}, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(described(report, repair=args.repair)) + "\n")
    if nobody:
        sys.stderr.write(f"mocshelf: Nothing belongs to the user id {args.user}. Is it right?\n")
    return report.code


def _audited(args: argparse.Namespace) -> Report:
    """The report on the running stack; CannotContinue when none runs."""
    from mocshelf_tools.problems import CannotContinue
    from mocshelf_tools.running import link
    from mocshelf_tools.terminal import Terminal

    if args.user and "@" in args.user:
        raise CannotContinue("--user takes a user's id, as the logs and the keys of objects have it.")
    link(args.data)
    from mocshelf_tools.auditing.audit import audit
    from mocshelf_tools.auditing.findings import Scope
    from mocshelf_tools.auditing.places import linked

    terminal = Terminal()
    try:
        return audit(Scope(linked(), owner=args.user, deep=args.deep, tell=terminal.progress), repair=args.repair)
    finally:
        terminal.end_step()


def described(report: Report, *, repair: bool) -> list[str]:
    """The report for a person: a table by check, then the findings with what to do."""
    lines = [f"{'check':<14}{'looked at':>10}{'findings':>10}{'mended':>8}"]
    lines += [_row(check) for check in report.checks]
    for check in report.checks:
        shown = [one for one in check.findings if not one.mended][:_SHOWN]
        for one in shown:
            lines += ["", f"{one.kind}: {one.text}", f"  {one.what}", f"  {one.advice}"]
        more = sum(not one.mended for one in check.findings) - len(shown)
        if more:
            lines += ["", f"  and {more:,} more of {check.name}; --json lists all"]
    if any(one.mendable for one in report.open) and not repair:
        lines += ["", "Nothing was changed. ./mocshelf audit --repair mends what it can."]
    return lines


def _row(check: Looked) -> str:
    if check.problem or check.note:
        return f"{check.name:<14}  {'could not look: ' + check.problem if check.problem else check.note}"
    return f"{check.name:<14}{check.looked:>10,}{len(check.findings):>10,}{check.mended:>8,}"
