"""Why a bundle cannot be used: one clear line for each fault, naming the file and the place in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from mocshelf.runtime.validation import path_of
from mocshelf_tools.problems import CannotContinue

MOST_FAULTS = 50

_Model = TypeVar("_Model", bound=BaseModel)


class Unusable(CannotContinue):
    """The bundle must not be imported; `faults` says why, a line each, of which the first 50 are kept."""

    def __init__(self, *faults: str) -> None:
        self.faults: list[str] = list(faults[:MOST_FAULTS])
        more = len(faults) - len(self.faults)
        super().__init__("\n".join([*self.faults, *([f"and {more:,} more."] if more else [])]))


def refuse(faults: Sequence[str]) -> None:
    """Raises Unusable when there is any fault."""
    if faults:
        raise Unusable(*faults)


def parsed(model: type[_Model], data: bytes, path: str) -> _Model:
    """The content of a JSON file; Unusable with every field that is missing, unknown or wrong."""
    try:
        return model.model_validate_json(data)
    except ValidationError as problem:
        raise Unusable(*(f"{path}: {line}" for line in _lines(problem))) from None


def shown(problem: ValidationError) -> str:
    """The first thing that is wrong with a piece of a file."""
    return _lines(problem)[0]


def plain(text: str) -> str:
    """What a stranger wrote, short and printable enough for a message."""
    return "".join(one if one.isprintable() else "?" for one in text[:120])


def _lines(problem: ValidationError) -> list[str]:
    lines = []
    for error in problem.errors(include_url=False, include_input=False):
        place, message = path_of(error["loc"]), error["msg"].removeprefix("Value error, ")
        lines.append(f"{plain(place)}: {message}." if place else f"{message}.")
    return lines
