"""The layers: everybody else's packages, exactly as uv.lock pins them, without what Lambda has no use for."""

from __future__ import annotations

import platform
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from mocshelf_infra.packaging.archive import Content
from mocshelf_infra.packaging.compiling import Compiler
from mocshelf_infra.packaging.problems import CannotPackage
from mocshelf_infra.packaging.uv import run_uv
from mocshelf_infra.stages import Target

HOME = "/opt/python"
# The extra of mocshelf-api that a layer has; each but the first leaves out what the first one has.
EXTRAS: dict[str, str | None] = {"runtime": None, "imaging": "imaging", "migrate": "migrate"}

# Published without wheels. It is pure Python as long as nobody shows it a libvips to compile against.
_SOURCE_ONLY = ("pyvips",)
_DROPPED_SUFFIXES = frozenset({".pyi", ".typed", ".pyc", ".c", ".h", ".pyx", ".pxd"})
_DROPPED_FOLDERS = frozenset({"__pycache__", "tests"})
_LICENCE = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
# The machine that an ELF file names in its header, by the first word of a platform.
_MACHINES = {"x86_64": 62, "aarch64": 183}


@dataclass(frozen=True)
class Layer:
    """One layer to be; `requirements` are lines with hashes, as pip knows them."""

    name: str
    requirements: str


def machine(target: Target) -> str:
    """The kind of processor that the target names, or this one."""
    return (target.platform or platform.machine()).partition("-")[0]


def layers(root: Path) -> list[Layer]:
    """What each layer holds by the lock."""
    locked = {name: _requirements(_exported(root, extra)) for name, extra in EXTRAS.items()}
    shared = locked["runtime"].keys()
    own = {
        name: {line: text for line, text in wanted.items() if name == "runtime" or line not in shared}
        for name, wanted in locked.items()
    }
    return [Layer(name, "".join(wanted.values())) for name, wanted in own.items()]


def _exported(root: Path, extra: str | None) -> str:
    command = ["export", "--project", str(root), "--package", "mocshelf-api", "--frozen", "--no-dev"]
    command += ["--no-emit-workspace", "--no-header", "--no-annotate", *(["--extra", extra] if extra else [])]
    return run_uv("reading uv.lock", command)


def _requirements(text: str) -> dict[str, str]:
    """Each requirement's whole text by its first line."""
    blocks = re.split(r"^(?=\S)", text, flags=re.MULTILINE)
    return {block.partition("\\")[0].strip(): block for block in blocks if block.strip()}


def contents(layer: Layer, target: Target, compiler: Compiler | None, scratch: Path) -> dict[str, Content]:
    """What goes into the layer's zip, by name; installed in `scratch`, which must stay until it is written."""
    installed = scratch / "installed"
    _install(layer, target, installed, scratch / "requirements.txt")
    kept = {name: path for name, path in _files(installed) if _kept(name)}
    _check_machines(kept, machine(target))
    compiled = compiler.compiled(kept, HOME, scratch / "compiled") if compiler else {}
    everything = {**kept, **compiled, **_records(installed)}
    return {f"python/{name}": content for name, content in everything.items()}


def _install(layer: Layer, target: Target, folder: Path, requirements: Path) -> None:
    requirements.write_text(layer.requirements, encoding="utf-8")
    command = ["pip", "install", "--quiet", "--python", sys.executable, "--target", str(folder)]
    command += ["--require-hashes", "--no-deps", "--only-binary", ":all:"]
    for name in _SOURCE_ONLY:
        command += ["--no-binary", name]
    command += ["--python-version", target.python] if target.python else []
    command += ["--python-platform", target.platform] if target.platform else []
    run_uv(f"installing the layer {layer.name}", [*command, "-r", str(requirements)])


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path


def _kept(name: str) -> bool:
    path = Path(name)
    top = path.parts[0]
    if top == "bin" or top.startswith(".") or top.endswith(".dist-info"):
        return False
    return path.suffix not in _DROPPED_SUFFIXES and not _DROPPED_FOLDERS & set(path.parts[:-1])


def _records(installed: Path) -> Mapping[str, Content]:
    """Of each package's own records the name, the version and the licences: who looks for them finds them there.

    The rest differs with the tools that made a wheel, or costs time at every start, as entry points do.
    """
    found: dict[str, Content] = {}
    for folder in sorted(installed.glob("*.dist-info")):
        project, version = folder.name.removesuffix(".dist-info").split("-")
        found[f"{folder.name}/METADATA"] = f"Metadata-Version: 2.1\nName: {project}\nVersion: {version}\n".encode()
        for name, path in _files(folder):
            if _LICENCE.search(name):
                found[f"{folder.name}/licenses/{name.removeprefix('licenses/')}"] = path
    return found


def _check_machines(files: Mapping[str, Path], wanted: str) -> None:
    """Fails when something was compiled for another machine, as a source package may be."""
    for name, path in files.items():
        with path.open("rb") as file:
            head = file.read(20)
        if head.startswith(b"\x7fELF") and int.from_bytes(head[18:20], "little") != _MACHINES.get(wanted):
            raise CannotPackage(f"{name} was compiled for another machine than {wanted}.")
