"""The front door for tests and the dev gateway: turns an HTTP call into the event API Gateway sends (payload 2.0)."""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode

Event = dict[str, Any]

# API Gateway hands these on as text and everything else in base64.
_TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")


def http_event(
    route_key: str,
    method: str,
    path: str,
    *,
    raw_query: str = "",
    headers: Iterable[tuple[str, str]] = (),
    body: bytes = b"",
    path_parameters: Mapping[str, str] | None = None,
    claims: Mapping[str, str] | None = None,
    source_ip: str = "127.0.0.1",
    request_id: str | None = None,
    domain: str = "localhost",
) -> Event:
    """The event of an HTTP API with payload format 2.0; `claims` is what the JWT authorizer found in the token.

    `headers` are (name, value) pairs as they came: names are lower-cased, repeated ones joined by commas, and
    cookies move to a list of their own.
    """
    joined, cookies = _headers(headers)
    now = datetime.now(UTC)
    context: Event = {
        "accountId": "000000000000",
        "apiId": "local",
        "domainName": domain,
        "domainPrefix": domain.split(".")[0],
        "http": {
            "method": method,
            "path": path,
            "protocol": "HTTP/1.1",
            "sourceIp": source_ip,
            "userAgent": joined.get("user-agent", ""),
        },
        "requestId": request_id or uuid.uuid4().hex,
        "routeKey": route_key,
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }
    if claims is not None:
        context["authorizer"] = {"jwt": {"claims": dict(claims), "scopes": None}}
    event: Event = {
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": unquote(path),
        "rawQueryString": raw_query,
        "headers": joined,
        "requestContext": context,
        "isBase64Encoded": False,
    }
    if cookies:
        event["cookies"] = cookies
    if raw_query:
        event["queryStringParameters"] = _query(raw_query)
    if path_parameters:
        event["pathParameters"] = dict(path_parameters)
    if body:
        _set_body(event, body, joined.get("content-type", ""))
    return event


def _headers(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, str], list[str]]:
    joined: dict[str, str] = {}
    cookies: list[str] = []
    for name, value in pairs:
        key = name.lower()
        if key == "cookie":
            cookies.extend(part.strip() for part in value.split(";") if part.strip())
        elif key in joined:
            joined[key] = f"{joined[key]},{value}"
        else:
            joined[key] = value
    return joined, cookies


def _query(raw_query: str) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in parse_qsl(raw_query, keep_blank_values=True):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _set_body(event: Event, body: bytes, content_type: str) -> None:
    if content_type.lower().startswith(_TEXT_TYPES):
        event["body"] = body.decode("utf-8", errors="replace")
    else:
        event["body"] = base64.b64encode(body).decode("ascii")
        event["isBase64Encoded"] = True


@dataclass(frozen=True)
class Reply:
    """What came back; header names are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON; fails as a test should when it is none."""
        return json.loads(self.body)

    @property
    def data(self) -> Any:
        return self.json()["data"]

    @property
    def error(self) -> Any:
        return self.json()["error"]


@dataclass
class Client:
    """Calls the real handlers as API Gateway would: `client.post("/api/mocs", json={...}, as_user=ALICE)`."""

    handlers: Mapping[str, Any]
    tables: Mapping[str, Iterable[str]]
    context: Any = field(default=None)

    def get(self, path: str, **call: Any) -> Reply:
        return self.request("GET", path, **call)

    def post(self, path: str, **call: Any) -> Reply:
        return self.request("POST", path, **call)

    def put(self, path: str, **call: Any) -> Reply:
        return self.request("PUT", path, **call)

    def patch(self, path: str, **call: Any) -> Reply:
        return self.request("PATCH", path, **call)

    def delete(self, path: str, **call: Any) -> Reply:
        return self.request("DELETE", path, **call)

    def request(
        self,
        method: str,
        path: str,
        *,
        as_user: str | None = None,
        json: Any = None,
        body: bytes = b"",
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        files: Iterable[tuple[str, str, str, bytes]] | None = None,
        fields: Mapping[str, str] | None = None,
        claims: Mapping[str, str] | None = None,
    ) -> Reply:
        """One call; `files` are (field, file name, content type, bytes) of a multipart body, `fields` its text."""
        sent = dict(headers or {})
        if json is not None:
            body = _json_bytes(json)
            sent.setdefault("content-type", "application/json")
        elif files is not None or fields is not None:
            body, sent["content-type"] = multipart(fields or {}, files or ())
        function, key, parameters = match(method, path, self.tables)
        if claims is None and as_user is not None:
            claims = {"sub": as_user, "token_use": "access"}
        event = http_event(
            key,
            method,
            path,
            raw_query=urlencode(params or {}),
            headers=sent.items(),
            body=body,
            path_parameters=parameters,
            claims=claims,
        )
        return reply(self.handlers[function](event, self.context))


def reply(answer: Mapping[str, Any]) -> Reply:
    """A handler's answer as an HTTP client sees it."""
    body = answer.get("body") or ""
    raw = base64.b64decode(body) if answer.get("isBase64Encoded") else body.encode()
    headers = {name.lower(): value for name, value in (answer.get("headers") or {}).items()}
    return Reply(answer["statusCode"], headers, raw)


def match(method: str, path: str, tables: Mapping[str, Iterable[str]]) -> tuple[str, str, dict[str, str]]:
    """(function, route key, path parameters) as API Gateway picks them: fixed segments win over parameters."""
    best: tuple[int, str, str, dict[str, str]] | None = None
    fallback = ""
    segments = path.split("/")
    for function, keys in tables.items():
        for key in keys:
            if key == "$default":
                fallback = function
                continue
            route_method, _, route_path = key.partition(" ")
            found = _parameters(route_path.split("/"), segments) if route_method == method else None
            if found is not None and (best is None or len(found) < best[0]):
                best = (len(found), function, key, found)
    return best[1:] if best else (fallback, "$default", {})


def _parameters(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    if len(pattern) != len(segments):
        return None
    found: dict[str, str] = {}
    for expected, actual in zip(pattern, segments, strict=True):
        if expected.startswith("{"):
            if not actual:
                return None
            found[expected[1:-1]] = unquote(actual)
        elif expected != unquote(actual):
            return None
    return found


def multipart(fields: Mapping[str, str], files: Iterable[tuple[str, str, str, bytes]]) -> tuple[bytes, str]:
    """A multipart/form-data body and its content type."""
    boundary = "mocshelf-boundary-7f3a"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    for name, filename, content_type, data in files:
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
            f"Content-Type: {content_type}\r\n\r\n"
        )
        parts.append(head.encode() + data + b"\r\n")
    return b"".join(parts) + f"--{boundary}--\r\n".encode(), f"multipart/form-data; boundary={boundary}"


def _json_bytes(value: Any) -> bytes:
    return json.dumps(value).encode()
