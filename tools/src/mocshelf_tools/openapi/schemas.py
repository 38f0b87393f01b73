"""JSON schemas of the shapes that routes take and give, as components of the document."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from mocshelf.runtime.schemas import to_camel
from mocshelf_tools.openapi.words import FIELDS

Json = dict[str, Any]
Mode = Literal["validation", "serialization"]

_FORMATS = {"id": "uuid", "url": "uri"}
# LEGO's own numbers.
_NO_UUIDS = {"elementId"}


class _Plain(GenerateJsonSchema):
    """Without titles, which would only repeat the names of fields."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - the base class calls it so
        return False


class Shapes:
    """The components for all types of a document; `changes` are the bodies in which no field is required."""

    def __init__(self, taken: Iterable[Any], given: Iterable[Any], changes: Iterable[type[BaseModel]]) -> None:
        inputs: list[tuple[str, Mode, TypeAdapter[Any]]] = [
            (_key(shape), "validation", TypeAdapter(shape)) for shape in taken
        ]
        outputs: list[tuple[str, Mode, TypeAdapter[Any]]] = [
            (_key(shape), "serialization", TypeAdapter(shape)) for shape in given
        ]
        self._schemas, found = TypeAdapter.json_schemas(
            [*inputs, *outputs], ref_template="#/components/schemas/{model}", schema_generator=_Plain
        )
        self.components: Json = found.get("$defs", {})
        without_defaults = {shape.__name__ for shape in changes}
        for name, schema in self.components.items():
            _tidy(schema, drop_defaults=name in without_defaults)
            if schema.get("additionalProperties") is not False:
                _add_formats(schema)

    def taken(self, shape: Any) -> Json:
        """The schema of what a client sends."""
        return dict(self._schemas[(_key(shape), "validation")])

    def given(self, shape: Any) -> Json:
        """The schema of what a client gets."""
        return dict(self._schemas[(_key(shape), "serialization")])


def properties(model: type[BaseModel]) -> tuple[Json, set[str]]:
    """The fields of a query by their names on the wire, and which of them are required."""
    schema = model.model_json_schema(by_alias=True, schema_generator=_Plain)
    _tidy(schema, drop_defaults=False)
    fields = {name: _without_null(field) for name, field in schema.get("properties", {}).items()}
    return fields, set(schema.get("required", ()))


def has_id(schema: Any) -> bool:
    """Whether a UUID stands anywhere in a request's schema."""
    if isinstance(schema, dict):
        return schema.get("format") == "uuid" or any(has_id(part) for part in schema.values())
    return isinstance(schema, list) and any(has_id(part) for part in schema)


def _key(shape: Any) -> str:
    return f"{shape.__module__}.{shape.__qualname__}" if isinstance(shape, type) else repr(shape)


def _tidy(schema: Json, *, drop_defaults: bool) -> None:
    """Takes out what says nothing, and gives fields that explain themselves badly a description."""
    schema.pop("title", None)
    fields: Json = schema.get("properties", {})
    if "description" in schema:
        schema["description"] = _on_the_wire(" ".join(schema["description"].split()), fields)
    for name, field in fields.items():
        if drop_defaults or field.get("default", 0) in (None, ""):
            field.pop("default", None)
        if name in FIELDS and "description" not in field:
            field["description"] = FIELDS[name]


def _on_the_wire(text: str, fields: Json) -> str:
    """The text with fields under the names that clients know."""

    def renamed(name: re.Match[str]) -> str:
        camel = to_camel(name[1])
        return f"`{camel}`" if camel in fields else name[0]

    return re.sub(r"`(\w+)`", renamed, text)


def _add_formats(schema: Json) -> None:
    for name, field in schema.get("properties", {}).items():
        word = next((word for word in _FORMATS if name == word or name.endswith(word.capitalize())), None)
        for part in (field, *field.get("anyOf", ())):
            if (
                word
                and name not in _NO_UUIDS
                and part.get("type") == "string"
                and set(part) <= {"type", "description"}
            ):
                part["format"] = _FORMATS[word]


def _without_null(field: Json) -> Json:
    """A parameter is absent, never null."""
    choices = [choice for choice in field.get("anyOf", ()) if choice != {"type": "null"}]
    if len(choices) != 1:
        return field
    return {**{name: value for name, value in field.items() if name != "anyOf"}, **choices[0]}
