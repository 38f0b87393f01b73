"""Turns what Pydantic found into details a person can act on, with the contract's field paths."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from mocshelf.runtime.errors import Detail, Invalid

Model = TypeVar("Model", bound=BaseModel)

_WORDING = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this request",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "too_short": "must have at least {min_length}",
    "too_long": "must have at most {max_length}",
}


def validated(model: type[Model], values: object, details: list[Detail]) -> Model | None:
    """The model, or None with every fault added to `details`."""
    try:
        return model.model_validate(values)
    except ValidationError as problem:
        details.extend(_details(problem.errors(include_url=False, include_input=False)))
        return None


def json_object(body: bytes) -> dict[str, Any]:
    """The JSON object in a body; Invalid when it does not parse or is something else."""
    try:
        value = from_json(body, allow_inf_nan=False)
    except ValueError as problem:
        # The parser's message names a line and a column, and nothing of the content.
        raise Invalid([], f"The body is not valid JSON: {_place(str(problem))}.") from None
    if not isinstance(value, dict):
        raise Invalid([], "The body must be a JSON object.")
    return value


def path_of(location: Iterable[int | str]) -> str:
    """`("files", 0, "size")` as `files[0].size`."""
    path = ""
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path


def _details(errors: Iterable[Any]) -> list[Detail]:
    return [Detail(_shown(path_of(error["loc"])), _message(error)) for error in errors]


def _message(error: Any) -> str:
    if error["type"] == "mocshelf":
        return str(error["msg"])
    wording = _WORDING.get(error["type"])
    return wording.format_map(error.get("ctx", {})) if wording else "is not valid"


def _shown(path: str) -> str:
    """A client's own field name may be anything, so it is cut and made printable before it goes back."""
    return "".join(c if c.isprintable() else "?" for c in path[:100])


def _place(message: str) -> str:
    cleaned = "".join(character if character.isprintable() else "?" for character in message)
    return cleaned[:120] or "it cannot be read"
