"""Which of our own files a function carries: all that its module imports, read from the sources, none of it run."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mocshelf_infra.packaging import checkout
from mocshelf_infra.packaging.problems import CannotPackage

# Imports that no statement shows: Alembic loads env.py by its path.
UNSEEN = {"migrations.running": ("migrations.env",)}


@dataclass(frozen=True)
class Carried:
    """Our own files by their names in the zip; `others` are the top-level names imported of everybody else's."""

    files: Mapping[str, Path]
    others: frozenset[str]


@dataclass(frozen=True)
class _Source:
    """What a file says about what it needs: modules, names that are modules or not, files beside it."""

    modules: tuple[str, ...]
    perhaps: tuple[str, ...]
    looks_beside: bool


class Code:
    """Our own packages, each file of them read once."""

    def __init__(self, packages: Mapping[str, Path]) -> None:
        self._packages = packages
        self._read: dict[Path, _Source] = {}

    def carried(self, module: str) -> Carried:
        """What this module needs, lazy imports and data files included. CannotPackage when that cannot be said."""
        path = self._path(module)
        if path is None:
            raise CannotPackage(f"There is no module {module}, which the manifest's table asks for.")
        found = _Found()
        self._follow(module, path, found)
        return Carried(dict(sorted(found.files.items())), frozenset(found.others))

    def _path(self, module: str) -> Path | None:
        """The file of one of our modules; None when it is no module, or not ours."""
        top, *parts = module.split(".")
        folder = self._packages.get(top)
        if folder is None:
            return None
        below = folder.joinpath(*parts)
        choices = (below / "__init__.py", below.with_suffix(".py")) if parts else (below / "__init__.py",)
        return next((choice for choice in choices if choice.is_file()), None)

    def _follow(self, module: str, path: Path, found: _Found) -> None:
        """Adds a module, the packages it is in, and all that these need."""
        name = self._name(path)
        if name in found.files:
            return
        found.files[name] = path
        package, _, _ = module.rpartition(".")
        if package:
            self._need(package, path, found)
        source = self._source(path, module if path.name == "__init__.py" else package)
        for needed in (*source.modules, *UNSEEN.get(module, ())):
            self._need(needed, path, found)
        for needed in source.perhaps:
            if self._path(needed) is not None:
                self._need(needed, path, found)
        if source.looks_beside:
            self._take_data(module, path.parent, found)

    def _need(self, module: str, importer: Path, found: _Found) -> None:
        top = module.partition(".")[0]
        if top not in self._packages:
            found.others.add(top)
            return
        path = self._path(module)
        if path is None:
            raise CannotPackage(f"{self._name(importer)} imports {module}, which does not exist.")
        self._follow(module, path, found)

    def _take_data(self, module: str, folder: Path, found: _Found) -> None:
        """The files of a package that are none of its modules; code among them is followed too."""
        for path in _data(folder):
            if path.suffix == ".py":
                self._follow(f"{module}:{path.stem}", path, found)
            found.files[self._name(path)] = path

    def _name(self, path: Path) -> str:
        home = next(folder.parent for folder in self._packages.values() if path.is_relative_to(folder))
        return path.relative_to(home).as_posix()

    def _source(self, path: Path, package: str) -> _Source:
        if path not in self._read:
            reader = _Reader(self._name(path), package)
            try:
                reader.visit(ast.parse(path.read_bytes()))
            except SyntaxError as problem:
                raise CannotPackage(f"{self._name(path)}, line {problem.lineno}: {problem.msg}.") from None
            self._read[path] = _Source(tuple(reader.modules), tuple(reader.perhaps), reader.looks_beside)
        return self._read[path]


@dataclass
class _Found:
    files: dict[str, Path] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)


def _data(folder: Path) -> Iterator[Path]:
    for path in checkout.files(folder):
        inside = path.relative_to(folder).parts[:-1]
        homes = (folder.joinpath(*inside[: depth + 1]) for depth in range(len(inside)))
        if any((home / "__init__.py").is_file() for home in homes):
            continue
        if inside or path.suffix not in (".py", ".typed"):
            yield path


class _Reader(ast.NodeVisitor):
    """Collects what one file imports at run time, anywhere in it."""

    def __init__(self, name: str, package: str) -> None:
        self._name = name
        self._package = package
        self.modules: list[str] = []
        self.perhaps: list[str] = []
        self.looks_beside = False

    def visit_Import(self, node: ast.Import) -> None:
        self.modules += [alias.name for alias in node.names]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = node.module or ""
        if node.level:
            parents = self._package.split(".")
            above = ".".join(parents[: len(parents) - node.level + 1])
            base = f"{above}.{base}" if base else above
        self.modules.append(base)
        self.perhaps += [f"{base}.{alias.name}" for alias in node.names]

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            for statement in node.orelse:
                self.visit(statement)
        else:
            self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        if ast.unparse(node.func) in ("importlib.import_module", "import_module", "__import__"):
            named = node.args[0] if node.args else None
            if not (isinstance(named, ast.Constant) and isinstance(named.value, str)):
                where = f"{self._name}, line {node.lineno}"
                raise CannotPackage(
                    f"{where}: an import of a name made at run time; write out which modules it means."
                )
            self.modules.append(named.value)
        self.generic_visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        self.looks_beside |= node.id == "__file__"
