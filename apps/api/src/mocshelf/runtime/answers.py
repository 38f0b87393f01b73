"""What a route returns, and how it becomes the answer API Gateway sends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from pydantic_core import to_json

Shape = TypeVar("Shape")
Response = dict[str, Any]

HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
}


@dataclass(slots=True)
class Answer(Generic[Shape]):
    """One resource. `version` becomes the ETag, `location` the path of a new resource with a GET of its own."""

    data: Shape
    version: int | None = None
    status: int = 200
    message: str | None = None
    location: str | None = None


@dataclass(slots=True)
class Page(Generic[Shape]):
    """A page of a list; `total` counts all matches."""

    items: Sequence[Shape]
    total: int
    page: int
    limit: int


@dataclass(slots=True)
class Redirect:
    """302 to an address."""

    location: str


@dataclass(slots=True)
class Bare:
    """A body outside the envelope."""

    body: Mapping[str, Any] | BaseModel
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class NoContent:
    """204."""


def response(answer: object) -> Response:
    """The answer in API Gateway's shape, without the headers that every answer has."""
    if isinstance(answer, Answer):
        return _answer(answer)
    if isinstance(answer, Page):
        body = {
            "success": True,
            "data": answer.items,
            "total": answer.total,
            "page": answer.page,
            "limit": answer.limit,
        }
        return json_response(200, body)
    if isinstance(answer, NoContent):
        return {"statusCode": 204, "headers": {}}
    if isinstance(answer, Redirect):
        return {"statusCode": 302, "headers": {"Location": answer.location}}
    if isinstance(answer, Bare):
        return json_response(answer.status, answer.body, answer.headers)
    raise TypeError(f"A route cannot return {type(answer).__name__}.")


def json_response(status: int, body: object, headers: Mapping[str, str] | None = None) -> Response:
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", **(headers or {})},
        "body": to_json(body, by_alias=True).decode(),
    }


def _answer(answer: Answer[Any]) -> Response:
    headers = {}
    if answer.version is not None:
        headers["ETag"] = f'"{answer.version}"'
    if answer.location is not None:
        headers["Location"] = answer.location
    body: dict[str, Any] = {"success": True, "data": answer.data}
    if answer.message is not None:
        body["message"] = answer.message
    return json_response(answer.status, body, headers)
