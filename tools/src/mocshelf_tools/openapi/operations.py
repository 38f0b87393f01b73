"""One route as an operation of the document."""

from __future__ import annotations

from pydantic import BaseModel

from mocshelf.runtime.schemas import to_camel
from mocshelf_tools.openapi import answers, problems
from mocshelf_tools.openapi.bodies import request_body
from mocshelf_tools.openapi.forms import form
from mocshelf_tools.openapi.schemas import Json, Shapes, has_id, properties
from mocshelf_tools.openapi.table import Described
from mocshelf_tools.openapi.words import ALSO, PARAMETERS

_CHANGES = ("PATCH", "PUT")


def operation(described: Described, shapes: Shapes) -> Json:
    """The operation object, its parts in the order in which people read them."""
    route = described.route
    found: Json = {
        "tags": [described.tag],
        "operationId": described.operation,
        "summary": described.summary,
    }
    if described.description:
        found["description"] = described.description
    parameters = [*_in_path(described), *_in_query(described), *_in_headers(described)]
    if parameters:
        found["parameters"] = parameters
    body = _body(described, shapes)
    if body:
        found["requestBody"] = body
    succeeded = answers.responses(route, described.subject, shapes)
    failed = {str(status): problems.reference(status) for status in _failures(described)}
    found["responses"] = {**failed, **succeeded}
    found["responses"] = dict(sorted(found["responses"].items()))
    if route.public:
        found["security"] = []
    return found


def changes(described: Described) -> type[BaseModel] | None:
    """The body of a route that changes the fields it is given."""
    return described.route.wants.body if described.method in _CHANGES else None


def _in_path(described: Described) -> list[Json]:
    found = []
    for name, rule in described.route.wants.path.items():
        shown = to_camel(name)
        parameter: Json = {"name": shown, "in": "path", "required": True}
        if shown in PARAMETERS:
            parameter["description"] = PARAMETERS[shown]
        found.append({**parameter, "schema": rule.schema()})
    return found


def _in_query(described: Described) -> list[Json]:
    model = described.route.wants.query
    if model is None:
        return []
    fields, required = properties(model)
    found = []
    for name, schema in fields.items():
        parameter: Json = {"name": name, "in": "query", "required": name in required}
        description = schema.pop("description", None) or PARAMETERS.get(name)
        if description:
            parameter["description"] = description
        found.append({**parameter, "schema": schema})
    return found


def _in_headers(described: Described) -> list[Json]:
    names = ["If-Match"] if described.route.wants.conditional else []
    names += ["Idempotency-Key"] if described.route.idempotent else []
    return [{"$ref": f"#/components/parameters/{name}"} for name in names]


def _body(described: Described, shapes: Shapes) -> Json:
    wants = described.route.wants
    if wants.multipart:
        return {"required": True, "content": {"multipart/form-data": {"schema": form(described.subject).schema()}}}
    if wants.body is None:
        return {}
    content: Json = {"schema": shapes.taken(wants.body)}
    example = request_body(described.subject)
    if example is not None:
        content["example"] = example
    return {"required": True, "content": {"application/json": content}}


def _failures(described: Described) -> list[int]:
    """Which statuses a request can fail with, from what the route takes."""
    route, wants = described.route, described.route.wants
    if route.public:
        return []
    found = {401, 429, 500, 503, 504}
    has_body = wants.multipart or wants.body is not None
    conditions = wants.conditional or route.idempotent
    if wants.path or wants.query or has_body or conditions:
        found.add(400)
    if wants.path or _names_ids(described):
        found |= {403, 404}
    if has_body:
        found |= {413, 415}
    if has_body or route.idempotent:
        found.add(409)
    if wants.conditional:
        found.add(412)
    return sorted(found | ALSO.get(described.subject, set()))


def _names_ids(described: Described) -> bool:
    """Whether the query or the body can name something that may be absent or someone else's."""
    wants = described.route.wants
    if wants.query is not None and has_id(properties(wants.query)[0]):
        return True
    if wants.multipart:
        return has_id(form(described.subject).schema())
    return wants.body is not None and has_id(wants.body.model_json_schema())
