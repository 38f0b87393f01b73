"""`./mocshelf check`: format, lint, types, import contracts, and the web app's modules."""

from __future__ import annotations

import argparse
import subprocess
import sys

from mocshelf_tools import paths

CHECKS = (
    ("format", ["ruff", "format", "--check", "--quiet", "."]),
    ("lint", ["ruff", "check", "--quiet", "."]),
    (
        "types",
        ["mypy", "apps/api/src", "packages/file-validator/src", "packages/upload/src", "tools/src", "infra/src"],
    ),
    ("imports", ["importlinter.cli", "lint"]),
    ("pages", ["mocshelf_tools.web.checking"]),
)


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "check",
        help="format, lint, types, import contracts, modules of the web app",
        description="Checks the code without running it.",
        epilog="Example: ./mocshelf check",
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 when every check passes; each failing one has printed why."""
    from mocshelf_tools.cloud import toolchain

    # The types of the CDK's libraries are checked against.
    toolchain.libraries(lambda message: print(f"{message} ...", file=sys.stderr))
    failed = [name for name, command in CHECKS if not _passes(name, command)]
    if failed:
        print(f"Failed: {', '.join(failed)}. `uv run ruff format .` mends the format.", file=sys.stderr)
    return 1 if failed else 0


def _passes(name: str, command: list[str]) -> bool:
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=paths.ROOT, check=False, capture_output=True, text=True
    )
    print(f"{name:<8} {'ok' if done.returncode == 0 else 'failed'}")
    if done.returncode:
        print(done.stdout + done.stderr)
    return done.returncode == 0
