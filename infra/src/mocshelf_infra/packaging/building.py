"""Builds what is uploaded to Lambda for one target, and nothing of it twice."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from mocshelf import manifest
from mocshelf_infra.packaging import budgets, checkout
from mocshelf_infra.packaging.artifacts import Artifacts, Zip
from mocshelf_infra.packaging.compiling import Compiler, candidates, find_compiler
from mocshelf_infra.packaging.imports import Code
from mocshelf_infra.packaging.layers import Layer, contents, layers, machine
from mocshelf_infra.packaging.store import Store
from mocshelf_infra.stages import Target

FOLDER = checkout.ROOT / ".mocshelf" / "packages"
HOME = "/var/task"


def build(target: Target, folder: Path, report: Callable[[str], None], root: Path = checkout.ROOT) -> Artifacts:
    """A zip for each function of the manifest, and the layers, in `folder`; `report` gets a line at a time.

    CannotPackage when something is missing, OverBudget when something is too large.
    """
    store = Store(folder)
    if artifacts := store.recall(_input(root, target)):
        report("Nothing has changed since it was built.")
        _show(artifacts, report)
    else:
        with store.scratch() as scratch:
            # A copy, because somebody may save a file meanwhile.
            copied = scratch / "checkout"
            checkout.copy(root, copied)
            artifacts = _Build(store, copied, target, scratch).artifacts(report)
            _show(artifacts, report)
            budgets.check(artifacts)
            store.keep(_input(copied, target), artifacts)
    store.prune()
    return artifacts


def _show(artifacts: Artifacts, report: Callable[[str], None]) -> None:
    for line in budgets.table(artifacts):
        report(line)


def _input(root: Path, target: Target) -> str:
    """Names all that a build depends on; of interpreters which there are, so that a new one gets its chance."""
    names = [row.name for row in manifest.FUNCTIONS]
    interpreters = [(path, Path(path).stat().st_mtime_ns) for path in candidates(_python(target))]
    return _key(checkout.fingerprint(root), names, target, machine(target), interpreters)


def _python(target: Target) -> str:
    return target.python or f"{sys.version_info.major}.{sys.version_info.minor}"


def _key(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


@dataclass(frozen=True)
class _Build:
    """One build that has something to make; it works in `scratch`."""

    store: Store
    root: Path
    target: Target
    scratch: Path

    def artifacts(self, report: Callable[[str], None]) -> Artifacts:
        carried = self._carried
        report(self._compiling())
        wanted = layers(self.root)
        missing = [layer.name for layer in wanted if not self.store.zip(*self._layer_name(layer))]
        if missing:
            report(f"Putting layers together: {', '.join(missing)} ...")
        with ThreadPoolExecutor() as pool:
            built = pool.map(self._layer, wanted)
            functions = {name: self._function(name) for name in carried}
            return Artifacts(functions, dict(zip((layer.name for layer in wanted), built, strict=True)))

    def _compiling(self) -> str:
        if self._compiler is None:
            missing = f"No Python {_python(self.target)} was found here"
            return f"{missing}: the zips hold sources only, which every cold start compiles."
        return f"Byte-compiling with Python {self._compiler.version}."

    @cached_property
    def _compiler(self) -> Compiler | None:
        return find_compiler(_python(self.target))

    @cached_property
    def _made_by(self) -> tuple[str, str, str | None]:
        """What changes every zip: this code, the Python that will run it, and the one that compiles."""
        return checkout.builder(), _python(self.target), self._compiler.version if self._compiler else None

    @cached_property
    def _carried(self) -> dict[str, Mapping[str, Path]]:
        """The files of each function, by name."""
        code = Code(checkout.packages(self.root))
        return {row.name: code.carried(f"mocshelf.functions.{row.name}").files for row in manifest.FUNCTIONS}

    @cached_property
    def _compiled(self) -> dict[str, Path]:
        """All that functions carry, compiled once for all of them: by its name in their zips."""
        files = {name: path for carried in self._carried.values() for name, path in carried.items()}
        return self._compiler.compiled(files, HOME, self.scratch / "compiled") if self._compiler else {}

    def _function(self, name: str) -> Zip:
        files = self._carried[name]
        key = _key(self._made_by, [(entry, checkout.digest(path, base=path.parent)) for entry, path in files.items()])
        if found := self.store.zip(f"function-{name}", key):
            return found
        wanted = {self._compiler.name(source) for source in files} if self._compiler else set()
        compiled = {entry: path for entry, path in self._compiled.items() if entry in wanted}
        return self.store.make(f"function-{name}", key, {**files, **compiled})

    def _layer_name(self, layer: Layer) -> tuple[str, str]:
        key = _key(self._made_by, self.target, machine(self.target), layer.requirements)
        return f"layer-{layer.name}", key

    def _layer(self, layer: Layer) -> Zip:
        if found := self.store.zip(*self._layer_name(layer)):
            return found
        scratch = self.scratch / layer.name
        scratch.mkdir()
        made = contents(layer, self.target, self._compiler, scratch)
        return self.store.make(*self._layer_name(layer), made)
