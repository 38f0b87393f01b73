"""What a route answers when all goes well, read from its return annotation."""

from __future__ import annotations

import dataclasses
import types
import typing
from typing import Any

from mocshelf.runtime.answers import Answer, Attachment, Bare, Counts, Created, Down, Page, Redirect, Result
from mocshelf.runtime.routes import Route
from mocshelf_tools.openapi.bodies import answer_body
from mocshelf_tools.openapi.schemas import Json, Shapes

_MEANINGS = {200: "Done.", 201: "Made.", 204: "Done; there is no body.", 302: "The address is in `Location`."}
_NOT_WORKING = "The database cannot be reached."


@dataclasses.dataclass(frozen=True)
class Outcome:
    """One member of the annotation: `Created[Moc]` is kind Created with shape Moc, which is None without one."""

    kind: type[Any]
    shape: Any

    @property
    def status(self) -> int:
        declared: int = self.kind.status
        return declared


def outcomes(route: Route) -> list[Outcome]:
    """The members of a route's return annotation, in its order."""
    hint = typing.get_type_hints(route.call)["return"]
    union = typing.get_origin(hint) in (typing.Union, types.UnionType)
    found = []
    for member in typing.get_args(hint) if union else (hint,):
        kind = typing.get_origin(member) or member
        shape = next(iter(typing.get_args(member)), None)
        if not hasattr(kind, "status") or (
            shape is None and issubclass(kind, Answer | Result | Page | Counts | Bare)
        ):
            raise TypeError(f"{route.key}: the annotation {member!r} does not say what the answer looks like.")
        found.append(Outcome(kind, shape))
    return found


def responses(route: Route, subject: str, shapes: Shapes) -> Json:
    """The successful responses by status; shapes that share one stand side by side."""
    by_status: dict[int, list[Outcome]] = {}
    for outcome in outcomes(route):
        by_status.setdefault(outcome.status, []).append(outcome)
    return {str(status): _response(route, subject, status, by_status[status], shapes) for status in sorted(by_status)}


def _response(route: Route, subject: str, status: int, together: list[Outcome], shapes: Shapes) -> Json:
    response: Json = {"description": _MEANINGS.get(status, _NOT_WORKING), "headers": _headers(route, together)}
    schemas = [_schema(outcome, shapes) for outcome in together if _has_json(outcome)]
    content: Json = {}
    if schemas:
        content["application/json"] = {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}}
        example = answer_body(subject, status)
        if example is not None:
            content["application/json"]["example"] = example
    for outcome in together:
        for media in getattr(outcome.kind, "media", ()):
            content[media] = {"schema": {"type": "string"}}
    if content:
        response["content"] = content
    return response


def _has_json(outcome: Outcome) -> bool:
    return issubclass(outcome.kind, Answer | Result | Page | Counts | Bare)


def _schema(outcome: Outcome, shapes: Shapes) -> Json:
    data = shapes.given(outcome.shape)
    if issubclass(outcome.kind, Bare):
        return data
    fields: Json = {"success": {"const": True}}
    if issubclass(outcome.kind, Page | Counts):
        names = ("total", "page", "limit") if issubclass(outcome.kind, Page) else ("total",)
        counts = {name: {"type": "integer"} for name in names}
        fields |= {"data": {"type": "array", "items": data}, **counts}
        return {"type": "object", "properties": fields, "required": list(fields)}
    fields["data"] = data
    required = list(fields)
    return {"type": "object", "properties": {**fields, "message": {"type": "string"}}, "required": required}


def _headers(route: Route, together: list[Outcome]) -> Json:
    names = ["X-Request-Id"]
    kinds = [outcome.kind for outcome in together]
    if any(issubclass(kind, Answer) for kind in kinds):
        names.append("ETag")
    if any(issubclass(kind, Redirect | Created) for kind in kinds):
        names.append("Location")
    if route.idempotent:
        names.append("Idempotent-Replayed")
    if any(issubclass(kind, Attachment) for kind in kinds):
        names += ["Content-Disposition", "X-Skipped-Lines"]
    if any(issubclass(kind, Down) for kind in kinds):
        names.append("Retry-After")
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
