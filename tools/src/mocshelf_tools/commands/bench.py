"""`./mocshelf bench`: the benchmarks, each beside its yardstick in the same run."""

from __future__ import annotations

import argparse
import importlib
import sys

from mocshelf_tools import paths

BENCHMARKS = ("cold", "warm", "cache", "search", "parts", "image", "gateway")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "bench",
        help="measure, beside the alternatives",
        description="Runs one benchmark on a stack of its own and prints a table.",
        epilog="Example: ./mocshelf bench cold",
    )
    parser.add_argument("benchmark", choices=BENCHMARKS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    sys.path.insert(0, str(paths.ROOT / "benchmarks"))
    importlib.import_module(args.benchmark).main()
    return 0
