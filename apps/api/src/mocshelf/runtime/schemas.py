"""What request and answer shapes are made of: base classes, and field rules that carry limits and wording.

A rule is metadata of a field: `title: Annotated[str, Text(1, 255)]`. Where the type allows None, null is
accepted, and an empty optional text becomes null.

Shapes are built when they are first used (`defer_build`): a cold start pays for the few that its request needs.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from types import ModuleType, NoneType
from typing import Annotated, Any, get_args
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_DIGITS = re.compile(r"-?[0-9]{1,18}")
_URL = re.compile(r"https?://[^\s/?#@\\]+(?:[/?#][^\s\\]*)?", re.IGNORECASE)

# Before it builds its first shape Pydantic imports importlib.metadata, and with it e-mail and ZIP files, to look for
# plugins, even where the environment says not to: a twentieth of a cold start. The lock has none; this stands in.
_no_plugins = ModuleType("pydantic.plugin._loader")
vars(_no_plugins)["get_plugins"] = tuple
sys.modules.setdefault(_no_plugins.__name__, _no_plugins)

Schema = dict[str, Any]

__all__ = [
    "Flag",
    "Id",
    "Input",
    "Instant",
    "OneOf",
    "Output",
    "Query",
    "Rule",
    "Tags",
    "Text",
    "TimeRule",
    "UrlRule",
    "UuidRule",
    "Whole",
    "fault",
    "iso",
    "to_camel",
]


def to_camel(name: str) -> str:
    """`total_parts_count` as `totalPartsCount`, for the plain names that fields have."""
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


class Input(BaseModel):
    """What a client sends: camelCase, nothing unknown, nothing coerced."""

    model_config = ConfigDict(alias_generator=to_camel, defer_build=True, extra="forbid", strict=True)


class Query(BaseModel):
    """The query parameters of a route; unknown ones are ignored."""

    model_config = ConfigDict(alias_generator=to_camel, defer_build=True, extra="ignore")


class Output(BaseModel):
    """What a client gets: camelCase, every field always present."""

    model_config = ConfigDict(
        alias_generator=to_camel, defer_build=True, validate_by_name=True, validate_by_alias=False
    )


def fault(message: str) -> PydanticCustomError:
    """A validation error with our own words, to be raised."""
    return PydanticCustomError("mocshelf", "{message}", {"message": message})


class Rule:
    """A field rule: `check` returns the value to keep or raises `fault`, `schema` is its JSON schema."""

    def check(self, value: object) -> object:
        raise NotImplementedError

    def schema(self) -> Schema:
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if NoneType not in get_args(source):
            return core_schema.no_info_plain_validator_function(self.check)

        def check(value: object) -> object:
            kept = self.check(value)
            return None if kept == "" else kept

        return core_schema.nullable_schema(core_schema.no_info_plain_validator_function(check))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> Schema:
        return {"anyOf": [self.schema(), {"type": "null"}]} if schema["type"] == "nullable" else self.schema()


@dataclass(frozen=True)
class Text(Rule):
    """A text of `low` to `high` Unicode characters after trimming; optional fields have `low` 0."""

    low: int
    high: int

    def check(self, value: object) -> str:
        if not isinstance(value, str):
            raise fault("must be text")
        value = value.strip()
        if "\x00" in value:
            raise fault("must not contain the character U+0000")
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise fault("must not contain unpaired surrogates")
        if not self.low <= len(value) <= self.high:
            count = f"{self.low} to {self.high}" if self.low else f"at most {self.high}"
            raise fault(f"must have {count} characters")
        return value

    def schema(self) -> Schema:
        return {"type": "string", "minLength": self.low, "maxLength": self.high}


@dataclass(frozen=True)
class Whole(Rule):
    """A whole number; true, 4.0 and "4" are none. In a query string (`in_query`) digits are one."""

    low: int
    high: int
    in_query: bool = False

    def check(self, value: object) -> int:
        if self.in_query and isinstance(value, str) and _DIGITS.fullmatch(value):
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool) or not self.low <= value <= self.high:
            raise fault(f"must be a whole number from {self.low:,} to {self.high:,}")
        return value

    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.low, "maximum": self.high}


@dataclass(frozen=True, init=False)
class OneOf(Rule):
    """One of a few words."""

    words: tuple[str, ...]

    def __init__(self, *words: str) -> None:
        object.__setattr__(self, "words", words)

    def check(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise fault("must be " + " or ".join([", ".join(self.words[:-1]), self.words[-1]]).removeprefix(" or "))
        return value

    def schema(self) -> Schema:
        return {"type": "string", "enum": list(self.words)}


class Flag(Rule):
    """true or false, and nothing else; in a query string the words (`in_query`)."""

    def __init__(self, *, in_query: bool = False) -> None:
        self.in_query = in_query

    def check(self, value: object) -> bool:
        if self.in_query and value in ("true", "false"):
            return value == "true"
        if not isinstance(value, bool):
            raise fault("must be true or false")
        return value

    def schema(self) -> Schema:
        return {"type": "boolean"}


class UuidRule(Rule):
    def check(self, value: object) -> UUID:
        if not isinstance(value, str) or not _UUID.fullmatch(value):
            raise fault("must be a UUID")
        return UUID(value)

    def schema(self) -> Schema:
        return {"type": "string", "format": "uuid"}


class UrlRule(Rule):
    """An absolute http or https address."""

    def check(self, value: object) -> str:
        url = Text(0, 2048).check(value)
        if url and not (_URL.fullmatch(url) and url.isprintable()):
            raise fault("must be an absolute http or https address")
        return url

    def schema(self) -> Schema:
        return {"type": "string", "format": "uri", "maxLength": 2048}


class TimeRule(Rule):
    """ISO 8601 date and time with offset, kept in UTC."""

    def check(self, value: object) -> datetime:
        wording = "must be a date and time with an offset, such as 2026-03-01T12:00:00Z"
        if not isinstance(value, str) or len(value) > 40 or "T" not in value.upper():
            raise fault(wording)
        try:
            time = datetime.fromisoformat(value.strip().upper())
            if time.tzinfo is None:
                raise fault(wording)
            return time.astimezone(UTC)
        except (ValueError, OverflowError):
            raise fault(wording) from None

    def schema(self) -> Schema:
        return {"type": "string", "format": "date-time"}


def _a_list(value: object) -> object:
    if not isinstance(value, list):
        raise fault("must be a list of texts")
    return value


def _distinct(tags: list[str]) -> list[str]:
    tags = list(dict.fromkeys(tags))
    if len(tags) > 20:
        raise fault("must have at most 20 tags")
    return tags


def iso(time: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z."""
    text = time.isoformat(timespec="milliseconds")
    if not text.endswith("+00:00"):
        text = time.astimezone(UTC).isoformat(timespec="milliseconds")
    return text[: -len("+00:00")] + "Z"


Id = Annotated[UUID, UuidRule()]
Tags = Annotated[list[Annotated[str, Text(1, 50)]], BeforeValidator(_a_list), AfterValidator(_distinct)]
Instant = Annotated[
    datetime,
    PlainSerializer(iso, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
