"""What a route returns, and how it becomes the answer API Gateway sends on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel
from pydantic_core import to_json

Shape = TypeVar("Shape")
Body = TypeVar("Body", bound=BaseModel)
Response = dict[str, Any]

HEADERS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
# Browsers are told to come by HTTPS only when they have; on plain loopback it would lock them out.
STRICT_TRANSPORT = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}


@dataclass(slots=True)
class Result(Generic[Shape]):
    """What came of a request, where that is no resource with versions."""

    status: ClassVar[int] = 200

    data: Shape
    message: str | None = None


@dataclass(slots=True)
class Answer(Generic[Shape]):
    """One resource. `version`, the row's or a hash, is the ETag.

    The class says the status, so that a route's return annotation tells it: 200 here, 201 for Created.
    """

    status: ClassVar[int] = 200

    data: Shape
    version: int | str
    message: str | None = None


@dataclass(slots=True)
class Created(Answer[Shape]):
    """A resource that was not there before; `location` is the path of its own GET, where it has one."""

    status: ClassVar[int] = 201

    location: str | None = None


@dataclass(slots=True)
class Page(Generic[Shape]):
    """A page of a list; `total` counts all matches."""

    status: ClassVar[int] = 200

    items: Sequence[Shape]
    total: int
    page: int
    limit: int


@dataclass(slots=True)
class Counts(Generic[Shape]):
    """Figures that are counted, not paged; `total` is their sum."""

    status: ClassVar[int] = 200

    items: Sequence[Shape]
    total: int


@dataclass(slots=True)
class Redirect:
    """To an address."""

    status: ClassVar[int] = 302

    location: str


@dataclass(slots=True)
class Bare(Generic[Body]):
    """A body outside the envelope."""

    status: ClassVar[int] = 200

    body: Body
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Down(Bare[Body]):
    """The same shape when the service cannot do its work."""

    status: ClassVar[int] = 503

    headers: dict[str, str] = field(default_factory=lambda: {"Retry-After": "5"})


@dataclass(slots=True)
class Attachment:
    """A text file to be saved under `filename`, which is plain ASCII; `media` are the types there can be."""

    status: ClassVar[int] = 200
    media: ClassVar[tuple[str, ...]] = ("text/csv", "application/xml")

    text: str
    content_type: str
    filename: str
    headers: dict[str, str] = field(default_factory=dict)


class NoContent:
    """Done, and nothing to say about it."""

    status: ClassVar[int] = 204


def response(answer: object) -> Response:
    """The answer in API Gateway's shape, without the headers that every answer has."""
    if isinstance(answer, Answer | Result):
        return _answer(answer)
    if isinstance(answer, Page):
        body = {
            "success": True,
            "data": answer.items,
            "total": answer.total,
            "page": answer.page,
            "limit": answer.limit,
        }
        return json_response(answer.status, body)
    if isinstance(answer, Counts):
        return json_response(answer.status, {"success": True, "data": answer.items, "total": answer.total})
    if isinstance(answer, NoContent):
        return {"statusCode": answer.status, "headers": {}}
    if isinstance(answer, Redirect):
        return {"statusCode": answer.status, "headers": {"Location": answer.location}}
    if isinstance(answer, Attachment):
        headers = {
            "Content-Type": f"{answer.content_type}; charset=utf-8",
            "Content-Disposition": f'attachment; filename="{answer.filename}"',
        }
        return {"statusCode": answer.status, "headers": {**headers, **answer.headers}, "body": answer.text}
    if isinstance(answer, Bare):
        return json_response(answer.status, answer.body, answer.headers)
    raise TypeError(f"A route cannot return {type(answer).__name__}.")


def json_response(status: int, body: object, headers: Mapping[str, str] | None = None) -> Response:
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", **(headers or {})},
        "body": to_json(body, by_alias=True).decode(),
    }


def _answer(answer: Answer[Any] | Result[Any]) -> Response:
    headers = {}
    if isinstance(answer, Answer):
        headers["ETag"] = f'"{answer.version}"'
    if isinstance(answer, Created) and answer.location is not None:
        headers["Location"] = answer.location
    body: dict[str, Any] = {"success": True, "data": answer.data}
    if answer.message is not None:
        body["message"] = answer.message
    return json_response(answer.status, body, headers)
