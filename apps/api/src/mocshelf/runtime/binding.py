"""Reads a route's signature once, and fills it from each event: the caller, path ids, query, headers, body."""

from __future__ import annotations

import base64
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel
from pydantic_core import PydanticCustomError

from mocshelf.runtime.conditions import IfMatch, idempotency_key, if_match
from mocshelf.runtime.database import Connection
from mocshelf.runtime.errors import BadRequest, Detail, Invalid, PayloadTooLarge, UnsupportedMediaType
from mocshelf.runtime.forms import Multipart
from mocshelf.runtime.identity import Caller, caller
from mocshelf.runtime.schemas import Rule, UuidRule, to_camel
from mocshelf.runtime.validation import json_object, validated

MAX_BODY = 4_500_000  # bytes: Lambda's 6 MB less what base64 adds

Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Signature:
    """What a route takes, by parameter name; every path parameter has a rule, and that of an id is the usual one."""

    path: Mapping[str, Rule] = field(default_factory=dict)
    query: type[BaseModel] | None = None
    body: type[BaseModel] | None = None
    multipart: bool = False
    conditional: bool = False


@dataclass(slots=True)
class Call:
    """The values for one call, and what idempotency compares."""

    caller: Caller | None
    values: dict[str, Any] = field(default_factory=dict)
    key: str | None = None
    body: object = None


def parameters(function: Callable[..., object]) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)


def signature(key: str, functions: Sequence[Callable[..., object]]) -> Signature:
    """Reads the annotations of a route and its prepare step; TypeError for one that means nothing here."""
    in_path: dict[str, Rule] = {name: UuidRule() for name in re.findall(r"\{(\w+)\}", key)}
    query = body = None
    multipart = conditional = False
    for name, hint in _hints(functions).items():
        if name in in_path:
            in_path[name] = _own_rule(hint) or in_path[name]
        elif hint is IfMatch:
            conditional = True
        elif hint is Multipart:
            multipart = True
        elif name == "query" and issubclass(hint, BaseModel):
            query = hint
        elif name == "body" and issubclass(hint, BaseModel):
            body = hint
        elif not (hint is Caller or hint is Connection or name == "prepared"):
            raise TypeError(f"{key}: no request has a {name!r} of type {hint!r}.")
    return Signature(in_path, query, body, multipart, conditional)


def bind(event: Event, wants: Signature, *, public: bool, idempotent: bool) -> Call:
    """Fills the signature, in the contract's order: token, size and type, then everything else at once."""
    call = Call(None if public else caller(event))
    headers = event.get("headers") or {}
    raw = _body(event) if wants.body or wants.multipart else b""
    if wants.body or wants.multipart:
        _check_type(raw, headers.get("content-type", ""), multipart=wants.multipart)
    details: list[Detail] = []
    values = call.values
    for name, rule in wants.path.items():
        values[name] = _path_value(name, rule, (event.get("pathParameters") or {}).get(name), details)
    if wants.query is not None:
        values["query"] = validated(wants.query, _parameters(event, details), details)
    if wants.conditional:
        values["if_match"] = if_match(headers.get("if-match"), details)
    if idempotent:
        call.key = idempotency_key(headers.get("idempotency-key"), details)
    if wants.multipart:
        values["body"] = call.body = Multipart(raw, headers["content-type"])
    elif wants.body is not None:
        values["body"], call.body = _json_body(wants.body, raw, details)
    if details:
        raise Invalid(details)
    if call.caller is not None:
        values["caller"] = call.caller
    return call


def _hints(functions: Sequence[Callable[..., object]]) -> dict[str, Any]:
    found = {}
    for function in functions:
        hints = get_type_hints(function, include_extras=True)
        found.update({name: hints[name] for name in inspect.signature(function).parameters})
    return found


def _body(event: Event) -> bytes:
    text = event.get("body") or ""
    # Base64 is four characters for three bytes; what is far too long is not even decoded.
    if len(text) > MAX_BODY * 4 // 3 + 4:
        raise _too_large()
    raw = base64.b64decode(text) if event.get("isBase64Encoded") else text.encode("utf-8", "surrogatepass")
    if len(raw) > MAX_BODY:
        raise _too_large()
    return raw


def _too_large() -> PayloadTooLarge:
    return PayloadTooLarge(
        f"The body is larger than {MAX_BODY:,} bytes. Send larger files through POST /api/uploads."
    )


def _check_type(raw: bytes, content_type: str, *, multipart: bool) -> None:
    wanted = "multipart/form-data" if multipart else "application/json"
    given = content_type.partition(";")[0].strip().lower()
    if given != wanted and (given or raw):
        raise UnsupportedMediaType(f"This request takes {wanted}.")
    if not raw:
        raise BadRequest("The request has no body.")


def _own_rule(hint: object) -> Rule | None:
    """The rule of an annotated path parameter: `user_id: Annotated[str, UserIdRule()]`."""
    return next((extra for extra in get_args(hint)[1:] if isinstance(extra, Rule)), None)


def _path_value(name: str, rule: Rule, value: str | None, details: list[Detail]) -> object:
    try:
        return rule.check(value)
    except PydanticCustomError as fault:
        details.append(Detail(to_camel(name), fault.message()))
        return None


def _parameters(event: Event, details: list[Detail]) -> dict[str, str]:
    """The query parameters; blank ones are as if absent, NUL is refused here because it fits no parameter."""
    given = {}
    for name, value in (event.get("queryStringParameters") or {}).items():
        if "\x00" in value:
            details.append(Detail(name[:100], "must not contain the character U+0000"))
        elif value.strip():
            given[name] = value.strip()
    return given


def _json_body(
    model: type[BaseModel], raw: bytes, details: list[Detail]
) -> tuple[BaseModel | None, dict[str, Any] | None]:
    """The body's model and its plain value; a fault in the body does not hide those in path or query."""
    try:
        value = json_object(raw)
    except Invalid as problem:
        if details:
            details.append(Detail("body", problem.message))
            return None, None
        raise
    return validated(model, value, details), value
