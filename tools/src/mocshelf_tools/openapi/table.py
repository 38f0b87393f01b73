"""Which routes there are: every function of the manifest, with the names its routes have in the document."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass

from mocshelf import manifest
from mocshelf.runtime.routes import DEFAULT, Route
from mocshelf.runtime.schemas import to_camel


@dataclass(frozen=True)
class Described:
    """A route with its names: `operation` is unique in the document, `feature` the folder it comes from.

    `subject` is the key without the names of its parameters, `GET /api/mocs/{}`; a function under two paths has
    one subject, its first.
    """

    route: Route
    operation: str
    feature: str
    subject: str

    @property
    def method(self) -> str:
        return self.route.key.partition(" ")[0]

    @property
    def path(self) -> str:
        """The path as clients know it, with parameters in camelCase like every other name."""
        path = self.route.key.partition(" ")[2]
        return re.sub(r"\{(\w+)\}", lambda name: "{" + to_camel(name[1]) + "}", path)

    @property
    def summary(self) -> str:
        """The function's name as words."""
        return _title(self.route.call.__name__)

    @property
    def tag(self) -> str:
        return _title(self.feature)

    @property
    def description(self) -> str | None:
        text = inspect.getdoc(self.route.call)
        return " ".join(text.split()) if text else None


def described() -> list[Described]:
    """The routes in the manifest's order; the one that answers when no other does is no operation."""
    found: list[Described] = []
    taken: set[str] = set()
    subjects: dict[object, str] = {}
    for route in _routes():
        name = route.call.__name__
        if name in taken:
            # The same function under a second path, or a name that two features chose.
            name += "_under_" + route.key.split("/")[2].replace("-", "_")
        if name in taken:
            raise ValueError(f"{route.key}: another operation is called {name}. Rename the function.")
        taken.add(name)
        subject = subjects.setdefault(route.call, re.sub(r"\{\w+\}", "{}", route.key))
        found.append(Described(route, to_camel(name), route.call.__module__.split(".")[1], subject))
    return found


def _routes() -> Iterator[Route]:
    for function in manifest.FUNCTIONS:
        if function.routes:
            module, _, attribute = function.routes.partition(":")
            for route in getattr(importlib.import_module(module), attribute):
                if route.key != DEFAULT:
                    yield route


def _title(name: str) -> str:
    """`list_mocs` as `List MOCs`."""
    words = re.sub(r"\bmoc(s?)\b", r"MOC\1", name.replace("_", " "))
    return words[0].upper() + words[1:]
