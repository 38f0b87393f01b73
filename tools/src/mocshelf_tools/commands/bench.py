"""`./mocshelf bench`: the benchmarks, each beside its yardstick in the same run, and what they come to."""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from mocshelf_tools import paths

BENCHMARKS = (
    "cold",
    "warm",
    "gateway",
    "image",
    "parts",
    "cache",
    "search",
    "start",
    "deploy",
    "sizes",
    "functions",
    "helped",
    "capacity",
)
FOLDER = paths.ROOT / "benchmarks"

_EXAMPLE = """example:
  ./mocshelf bench               all of them, which takes a while; then the summary
  ./mocshelf bench cold warm     only these
  ./mocshelf bench --table       the summary of what was measured before
"""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "bench",
        help="measure, beside the alternatives",
        description="Runs benchmarks, each on servers of its own, and prints what they come to beside the targets.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("benchmark", nargs="*", metavar="NAME", help=f"of {', '.join(BENCHMARKS)} (default: all)")
    parser.add_argument("--measured", type=Path, metavar="FILE", help="for capacity: service times to use again")
    parser.add_argument("--table", action="store_true", help="measure nothing, print the summary of the results")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when everything that was to be measured was; whether it met its target is in the table."""
    from mocshelf_tools.problems import CannotContinue
    from mocshelf_tools.stopping import Stopped, interruptible

    if unknown := sorted(set(args.benchmark) - set(BENCHMARKS)):
        raise CannotContinue(f"There is no benchmark {unknown[0]!r}. There are: {', '.join(BENCHMARKS)}.")
    if args.measured is not None and args.benchmark != ["capacity"]:
        raise CannotContinue("--measured is for the benchmark of capacity: every other one measures anew.")
    if args.measured is not None and not args.measured.is_file():
        raise CannotContinue(f"There is no file {args.measured}. Leave --measured out to measure now.")
    interruptible()
    try:
        failed = [] if args.table else _measure(args.benchmark or BENCHMARKS, args.measured)
        summary = _call("summary")
    except Stopped:
        return 130
    if failed:
        raise CannotContinue(f"Not measured, for the reasons above: {', '.join(failed)}. All others were.")
    return summary


def _measure(names: Sequence[str], measured: Path | None) -> list[str]:
    """Runs them one after another, also after one that fails; returns those that did."""
    again = [] if measured is None else [str(measured)]
    failed = []
    for number, name in enumerate(names, 1):
        _say(f"\n[{number}/{len(names)}] {name}")
        begun = time.monotonic()
        code = _call(name, *again)
        if code:
            failed.append(name)
        _say(f"[{number}/{len(names)}] {name}: {'failed' if code else 'done'} after {time.monotonic() - begun:.0f} s")
    return failed


def _call(module: str, *files: str) -> int:
    """The exit code of a process that runs the module's `main`: each links itself to a stack of its own."""
    # Lambda's zips have compiled files, and so must have what is measured.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen([sys.executable, str(FOLDER), module, *files], env=environment)
    try:
        return process.wait()
    except BaseException:
        _end(process)
        raise


def _end(process: subprocess.Popen[bytes]) -> None:
    """Lets it stop its servers and remove its folders. Ctrl-C has reached it already, another signal has not."""
    for ask, seconds in ((process.poll, 1), (process.terminate, 30), (process.kill, None)):
        ask()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
            return


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
