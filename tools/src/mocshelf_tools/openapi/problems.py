"""The answers to requests that fail: our one error shape, and the one in which the gateway speaks for itself."""

from __future__ import annotations

from typing import Any

from mocshelf.runtime.errors import Problem

Json = dict[str, Any]

NAMES = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    412: "PreconditionFailed",
    413: "PayloadTooLarge",
    415: "UnsupportedMediaType",
    429: "TooManyRequests",
    500: "InternalServerError",
    503: "ServiceUnavailable",
    504: "GatewayTimeout",
}
MEANINGS = {
    400: "Something in the request is not as it must be; `details` names every field, parameter or line.",
    401: "There is no token, or it is not good here: sign in again.",
    403: "It exists, and it is someone else's.",
    404: "There is no such thing.",
    409: "It does not go together with what is there already, such as a title that is taken or a limit reached.",
    412: "`If-Match` names another version: it has been changed since it was read. Nothing was changed.",
    413: "The body or a file in it is too large. Send large files through `POST /api/uploads`.",
    415: "The body's `Content-Type` is not the one this request takes.",
    429: "Too many requests. Wait as long as `Retry-After` says, or a second, doubling each time.",
    500: "Something went wrong on our side; the request id helps to find out what.",
    503: "The database, the storage or the sign-in service cannot be reached. Try again after `Retry-After`.",
    504: "The answer took longer than the gateway waits.",
}
# An HTTP API does not let the form of its own answers be chosen; with 504 there is no other.
_GATEWAY_TOO = {401, 413, 429, 500, 503}
_GATEWAY_ONLY = {504}
# The firewall says so before any function runs.
_OTHER_CODES = {429: ["TOO_MANY_REQUESTS"]}
_HEADERS = {401: "WWW-Authenticate", 409: "Retry-After", 429: "Retry-After", 503: "Retry-After"}


def schemas() -> Json:
    """The two error shapes."""
    known = sorted({code for codes in _codes().values() for code in codes})
    detail = {
        "type": "object",
        "description": "One thing that needs attention.",
        "properties": {
            "field": {"type": "string", "description": "Which one, such as `tags[3]` or `files[0].size`."},
            "message": {"type": "string", "description": "What is wrong with it, for people."},
            "code": {"type": "string", "description": "The same for programs; for files and parts lists."},
            "line": {"type": "integer", "description": "The line of the file, counted from 1."},
        },
        "required": ["message"],
    }
    error = {
        "type": "object",
        "properties": {
            "code": {"type": "string", "enum": known},
            "message": {"type": "string", "description": "What happened and what to do, for people."},
            "details": {"type": "array", "items": {"$ref": "#/components/schemas/Detail"}},
            "requestId": {"type": "string", "description": "Also in `X-Request-Id`."},
            "timestamp": {"type": "string", "format": "date-time"},
        },
        "required": ["code", "message", "requestId", "timestamp"],
    }
    problem = {
        "type": "object",
        "description": "What every failed request gets.",
        "properties": {"success": {"const": False}, "error": error},
        "required": ["success", "error"],
    }
    gateway = {
        "type": "object",
        "description": "What the gateway answers by itself, before or instead of a function. Go by the status.",
        "properties": {"message": {"type": "string"}},
        "required": ["message"],
    }
    return {"Problem": problem, "Detail": detail, "GatewayMessage": gateway}


def responses() -> Json:
    """One response for each status, by name."""
    return {name: _response(status) for status, name in NAMES.items()}


def reference(status: int) -> Json:
    return {"$ref": f"#/components/responses/{NAMES[status]}"}


def _response(status: int) -> Json:
    headers = ["X-Request-Id", *([_HEADERS[status]] if status in _HEADERS else [])]
    return {
        "description": MEANINGS[status],
        "headers": {name: {"$ref": f"#/components/headers/{name}"} for name in headers},
        "content": {"application/json": {"schema": _schema(status)}},
    }


def _schema(status: int) -> Json:
    gateway = {"$ref": "#/components/schemas/GatewayMessage"}
    if status in _GATEWAY_ONLY:
        return gateway
    codes = _codes()[status]
    code = {"properties": {"error": {"properties": {"code": {"enum": codes}}}}}
    ours = {"allOf": [{"$ref": "#/components/schemas/Problem"}, code]}
    return {"oneOf": [ours, gateway]} if status in _GATEWAY_TOO else ours


def _codes() -> dict[int, list[str]]:
    """The codes of each status, from the family of errors."""
    found: dict[int, set[str]] = {status: set(codes) for status, codes in _OTHER_CODES.items()}
    family: list[type[Problem]] = [Problem]
    while family:
        kind = family.pop()
        found.setdefault(kind.status, set()).add(kind.code)
        family.extend(kind.__subclasses__())
    return {status: sorted(codes) for status, codes in found.items()}
