"""The Python that Lambda has: Debian trixie's 3.13 in a root of its own, with the built zips laid out in it."""

from __future__ import annotations

import fcntl
import json
import os
import platform
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mocshelf import manifest
from mocshelf_infra.packaging.artifacts import Artifacts, Zip, layers_of
from mocshelf_infra.packaging.checkout import ROOT
from mocshelf_infra.stages import Target

HOME = ROOT / ".mocshelf" / "tried"
DEBIAN = ROOT / ".mocshelf" / "trixie"
PYTHON = "3.13"
MACHINES = ("x86_64", "aarch64")
SYSTEM = ("/usr/sbin", "/usr/bin", "/sbin", "/bin")

# What Lambda's own start does: the function's folder, then the layers'. Answers go out where no log line does.
_START = """
import importlib, json, os, sys
answers, task, layers = os.dup(1), *sys.argv[1:3]
os.dup2(2, 1)
sys.path[:0] = [task, layers]
"""
_INVOKE = """
module, _, attribute = sys.argv[3].rpartition(".")
handler = getattr(importlib.import_module(module), attribute)
given = [handler(event, None) for event in json.load(sys.stdin)]
ours = {name: (one.__spec__.origin or "", os.path.exists(one.__spec__.cached or ""))
        for name, one in list(sys.modules.items()) if getattr(one, "__spec__", None)}
given = {"answers": given, "modules": ours, "standard": os.path.dirname(os.__file__), "python": sys.version}
os.write(answers, json.dumps(given).encode())
"""


class NotMade(Exception):
    """A command that is needed for a Debian has failed."""


@dataclass(frozen=True)
class Ran:
    """What a function gave for each event; for every module its file, and whether that was compiled beforehand.

    `standard` is where Python's own modules are.
    """

    answers: list[Any]
    modules: dict[str, tuple[str, bool]]
    standard: str
    python: str


@dataclass(frozen=True)
class Lambdas:
    """The built functions, each unpacked with its layers. `root` is the Debian they are in, None without one."""

    artifacts: Artifacts
    target: Target
    home: Path
    root: Path | None

    def invoke(self, name: str, events: Sequence[Mapping[str, Any]], environment: Mapping[str, str]) -> Ran:
        """A cold start, and these events one after another."""
        handler = f"mocshelf.functions.{name}.handler"
        given = self.run(name, _INVOKE, json.dumps(list(events)).encode(), environment, handler)
        return Ran(**json.loads(given))

    def run(
        self, name: str, code: str, given: bytes = b"", environment: Mapping[str, str] | None = None, *words: str
    ) -> bytes:
        """Runs `code` where the function would run, with no other packages; returns what it writes to `answers`."""
        task, layers = self.lay_out(name)
        python = (
            [sys.executable]
            if self.root is None
            else [_program("chroot"), str(self.root), f"/usr/bin/python{PYTHON}"]
        )
        # No site, no user's folder, no variables of Python's: only what was built can be found.
        command = [*python, "-I", "-S", "-B", "-c", _START + code, task, layers, *words]
        done = subprocess.run(command, input=given, capture_output=True, env=dict(environment or {}), timeout=120)
        assert done.returncode == 0, done.stderr.decode(errors="replace")[-4000:]
        return done.stdout

    def lay_out(self, name: str) -> tuple[str, str]:
        """Puts a function in its place; where its code and its layers' packages are, as its Python sees it."""
        task = self._unpacked("functions", name, [self.artifacts.functions[name]])
        names = layers_of(manifest.function(name))
        opt = self._unpacked("layers", "-".join(names), [self.artifacts.layers[name] for name in names])
        if self.root is None:
            return str(task), str(opt / "python")
        _link(self.root / "var" / "task", task, self.root)
        _link(self.root / "opt", opt, self.root)
        return "/var/task", "/opt/python"

    def _unpacked(self, kind: str, name: str, zips: Sequence[Zip]) -> Path:
        folder = self.home / kind / name
        if not folder.exists():
            for one in zips:
                with zipfile.ZipFile(one.path) as archive:
                    archive.extractall(folder)
        return folder


def _link(path: Path, target: Path, root: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    path.unlink(missing_ok=True)
    path.symlink_to("/" + target.relative_to(root).as_posix())


def debian() -> tuple[Path | None, str]:
    """The root, made once for this checkout, or why there is none; in CI there must be one."""
    if platform.machine() not in MACHINES or os.geteuid() != 0:
        return None, "making a Debian takes root, and x86_64 or arm64"
    if (DEBIAN / "usr/bin" / f"python{PYTHON}").exists():
        return DEBIAN, ""
    ci = os.environ.get("CI") == "true"
    if ci and not _program("debootstrap"):
        # A list that cannot be fetched may be of another source than Debian's.
        subprocess.run(["apt-get", "update", "--quiet"], capture_output=True, timeout=600)
        _call("apt-get", "install", "--yes", "--quiet", "debootstrap")
    if not _program("debootstrap"):
        return None, "debootstrap is not installed"
    try:
        _make()
    except NotMade as problem:
        if ci:
            raise
        return None, str(problem).splitlines()[0]
    return DEBIAN, ""


def _make() -> None:
    DEBIAN.parent.mkdir(exist_ok=True)
    with alone(DEBIAN):
        if DEBIAN.exists():
            return
        begun = DEBIAN.with_suffix(".begun")
        # One that was interrupted may have /proc mounted inside.
        _call("rm", "-rf", "--one-file-system", str(begun))
        # Certificates too: Lambda has them, and obstore makes no client without, even for plain HTTP.
        packages = "--include=python3,ca-certificates"
        _call(str(_program("debootstrap")), "--variant=minbase", packages, "trixie", str(begun))
        begun.rename(DEBIAN)


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Waits until no other run of tests uses this root."""
    with root.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _program(name: str) -> str | None:
    return shutil.which(name, path=os.pathsep.join(SYSTEM))


def _call(*command: str) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=900)
    if done.returncode:
        raise NotMade(f"{' '.join(command)} failed\n{(done.stdout + done.stderr)[-4000:]}")
