"""`./mocshelf test`: the tests, by level, with the coverage of what runs in Lambda."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

from mocshelf_tools import paths

LEVELS = ("unit", "shape", "infra", "integration", "e2e", "faults", "saturation")
# Templates fill memory, a browser has a loop of its own, and neither runs what is measured: each has its own process.
APART = ("infra", "e2e")
# How many may run beside each other: unit tests share nothing, journeys mostly wait. The others share one stack.
BESIDE = {"unit": ["-n", "auto"], "e2e": ["-n", "2", "--dist", "loadfile"]}


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "test",
        help="run the tests",
        description="Runs the tests of one level, or of all of them; then the whole run also measures coverage.",
        epilog="Example: ./mocshelf test integration -k uploading",
    )
    parser.add_argument("level", nargs="?", choices=LEVELS, help=f"one of {', '.join(LEVELS)} (default: all)")
    parser.add_argument("-k", dest="expression", metavar="EXPRESSION", help="only tests whose names match")
    parser.add_argument(
        "--write",
        action="store_true",
        help="write the tables of faults and saturation and the pictures of the pages into docs/",
    )
    parser.add_argument(
        "--report",
        metavar="FILE",
        help="write the results into FILE, as JUnit's XML; a whole run's of infra and e2e beside it, as FILE-infra",
    )
    parser.add_argument("-x", dest="stop", action="store_true", help="stop at the first failure")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """pytest's exit code, or coverage's when a whole run covers too little."""
    from mocshelf_tools import browser, pgbouncer
    from mocshelf_tools.cloud import toolchain

    toolchain.libraries(_say)
    whole = not args.level and not args.expression
    if args.level in (None, "e2e"):
        browser.ensure(_say)
    if args.level in (None, "saturation"):
        pgbouncer.ensure(_say)
    if args.write:
        os.environ["MOCSHELF_WRITE_DOCS"] = "1"
    report = Path(args.report).resolve() if args.report else None
    options = ["-k", args.expression] if args.expression else []
    options += ["-x"] if args.stop else []
    apart = 0
    for level in APART if whole else ():
        own_report = report and report.with_stem(f"{report.stem}-{level}")
        apart = _call(["-m", *_pytest([level], own_report), *options, *BESIDE.get(level, [])]) or apart
        if apart and args.stop:
            return apart
    chosen = [args.level] if args.level else [level for level in LEVELS if not whole or level not in APART]
    command = [*_pytest(chosen, report), *options]
    command += BESIDE.get(args.level, []) if not args.expression else []
    if not whole:
        return _call(["-m", *command])
    _call(["-m", "coverage", "erase"])
    code = _call(["-m", "coverage", "run", "-m", *command, "--durations=10"])
    if code or apart:
        return code or apart
    _call(["-m", "coverage", "combine", "--quiet"])
    return _call(["-m", "coverage", "report"])


def _pytest(levels: list[str], report: Path | None) -> list[str]:
    reporting = [f"--junitxml={report}"] if report else []
    return ["pytest", *(str(paths.ROOT / "tests" / level) for level in levels), *reporting]


def _say(message: str) -> None:
    sys.stderr.write(f"mocshelf: {message} ...\n")


def _call(arguments: list[str]) -> int:
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    return subprocess.run([sys.executable, *arguments], cwd=paths.ROOT, env=environment, check=False).returncode
