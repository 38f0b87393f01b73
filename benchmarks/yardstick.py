"""The stacks people would pick instead, in `yardsticks/`: installed when first asked for, run beside ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from targets import FASTAPI, NODE

from mocshelf_tools import node, paths
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.stack import Stack
from mocshelf_tools.uv import uv

PROJECTS = Path(__file__).parent / "yardsticks"
HOME = paths.ROOT / ".mocshelf" / "yardsticks"

_ONCE_IN_PYTHON = """
from app import handler
assert handler({event!r}, None)["statusCode"] == 200
"""
# The pool's connection would keep the process.
_ONCE_IN_NODE = """
require(process.env.HANDLER).handler({event}).then(({{statusCode}}) => process.exit(statusCode === 200 ? 0 : 1));
"""


@dataclass(frozen=True)
class Yardstick:
    """One of them, linked to a stack: how a process is started that answers one event, and one that goes on."""

    name: str
    folder: Path
    environment: Mapping[str, str]
    once: Callable[[dict[str, Any]], list[str]]
    serve: list[str]


class Serving(AbstractContextManager["Serving"]):
    """A process that answers events until the block ends."""

    def __init__(self, yardstick: Yardstick) -> None:
        self._name = yardstick.name
        self._process = subprocess.Popen(
            yardstick.serve,
            cwd=yardstick.folder,
            env=dict(yardstick.environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __exit__(self, *failure: object) -> None:
        self._process.kill()
        self._process.communicate()

    def ask(self, event: Mapping[str, Any], count: int = 1) -> tuple[list[float], dict[str, Any]]:
        """The milliseconds of each of `count` requests, measured over there, and the last answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"event": event, "count": count}) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._name} has ended.")
        said = json.loads(line)
        return said["times"], said["answer"]


def available(stack: Stack) -> tuple[list[Yardstick], list[str]]:
    """Those that run on this machine, and a sentence for each that does not."""
    found, missing = [], []
    for name, make in ((FASTAPI, _fastapi), (NODE, _node)):
        try:
            found.append(make(stack))
        except CannotContinue as problem:
            missing.append(f"{name}: left out. {problem}")
    return found, missing


def _fastapi(stack: Stack) -> Yardstick:
    project, home = PROJECTS / "fastapi", HOME / "fastapi"
    if not home.exists():
        say(f"Installing {FASTAPI} (first time only)")
    command = [uv(), "sync", "--frozen", "--compile-bytecode", "--quiet"]
    command += ["--project", str(project), "--python", sys.executable]
    ours = {**environment(), "UV_PROJECT_ENVIRONMENT": str(home)}
    node.call(f"{FASTAPI} could not be installed", command, ours)
    url = stack.endpoints.postgres_app.replace("postgresql://", "postgresql+psycopg://")
    python = str(home / "bin" / "python")
    return Yardstick(
        FASTAPI,
        project,
        _linked(stack, url),
        lambda event: [python, "-c", _ONCE_IN_PYTHON.format(event=event)],
        [python, "serve.py"],
    )


def _node(stack: Stack) -> Yardstick:
    home, handler = project("node"), HOME / "node" / "handler.js"
    program = str(node.program())
    command = [program, str(home / "node_modules" / "esbuild" / "bin" / "esbuild"), str(PROJECTS / "node/handler.ts")]
    command += ["--bundle", "--platform=node", "--target=node24", "--minify", f"--outfile={handler}"]
    command += ["--log-level=warning"]
    node.call("esbuild failed", command, {**environment(), "NODE_PATH": str(home / "node_modules")})
    return Yardstick(
        NODE,
        PROJECTS / "node",
        {**_linked(stack, stack.endpoints.postgres_app), "HANDLER": str(handler)},
        lambda event: [program, "-e", _ONCE_IN_NODE.format(event=json.dumps(event))],
        [program, "serve.cjs"],
    )


def project(name: str) -> Path:
    """The folder with the `node_modules` of one of the yardsticks, installed if need be.

    CannotContinue when it cannot be, and where Node does not run.
    """
    node.check()
    home = HOME / name
    if not node.installed(PROJECTS / name, home):
        say(f"Installing the packages of {name} (first time only)")
        node.install(PROJECTS / name, home, f"The packages of {name} could not be installed", optional=True)
    return home


def say(message: str) -> None:
    """Where results are not, and while a terminal's standard output is silenced."""
    print(f"  {message} ...", file=sys.stderr, flush=True)


def _linked(stack: Stack, url: str) -> dict[str, str]:
    return {
        **environment(),
        **stack.environment,
        "PATH": os.environ.get("PATH", os.defpath),
        "AWS_ENDPOINT_URL": stack.endpoints.aws,
        "FILES_BUCKET": stack.endpoints.bucket,
        "DATABASE_URL": url,
    }


def environment() -> dict[str, str]:
    """This process's, with compiled files as they are in Lambda, and without what is about this interpreter."""
    ours = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if name not in ours}
