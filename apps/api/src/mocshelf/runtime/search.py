"""OpenSearch: one connection a process, a question that is never waited for long, and what keeps the index."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mocshelf.runtime import telemetry
from mocshelf.runtime.breaker import Breaker
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.resources import resources

if TYPE_CHECKING:
    from http.client import HTTPConnection

FIND_SECONDS = 0.5  # for connecting and answering; then PostgreSQL is asked
WORK_SECONDS = 10.0  # for everything but questions

breaker = Breaker("search")

Answer = tuple[int, dict[str, Any]]


@dataclass(frozen=True)
class Found:
    """A page of matches: scores by id, best first, and how many there are in all."""

    scores: dict[str, float]
    total: int


@dataclass(frozen=True)
class Refused:
    """An item of a bulk request that the engine did not take; `status` is HTTP's, `kind` the engine's word."""

    id: str
    status: int
    kind: str


class _Away(OSError):
    """The engine did not answer, or only that it cannot."""


class _State:
    def __init__(self) -> None:
        self.connection: HTTPConnection | None = None
        self.url = ""  # where the connection leads


_state = _State()


def find(alias: str, query: Mapping[str, object]) -> Found | None:
    """What the engine finds; None when there is none, or it does not answer as it should: then ask PostgreSQL."""
    if not resources.linked("search"):
        return None
    found = _find(alias, query) if breaker.allows() else None
    if found is None:
        telemetry.metric("SearchFallback")
    telemetry.note(search="index" if found else "database")
    return found


def request(method: str, path: str, body: object = None) -> Answer:
    """(status, answer) of any request; Unavailable when the engine is away. A list as body is sent a line an item."""
    try:
        answer = _send(method, path, body, WORK_SECONDS)
    except _Away as problem:
        telemetry.warning("search.away", problem)
        raise Unavailable from None
    breaker.succeeded()
    return answer


def bulk(lines: Iterable[object], *, wait: bool, alias: bool) -> list[Refused]:
    """Carries out bulk actions, and returns those that failed for another reason than a newer version being there.

    `lines` are the actions and documents in the order of the bulk API. `wait` until searches see them. With `alias`
    only what is behind an alias is written to: a name that is not there yet must not become an index by itself.
    """
    items = list(lines)
    if not items:
        return []
    options = f"?refresh={'wait_for' if wait else 'false'}&require_alias={str(alias).lower()}"
    status, answer = request("POST", "/_bulk" + options, items)
    if status != 200:
        telemetry.logger.error("search.refused", extra={"status": status})
        raise Unavailable
    outcomes = [next(iter(item.values())) for item in answer.get("items", [])]
    return [
        Refused(one["_id"], one["status"], one["error"].get("type", "unknown"))
        for one in outcomes
        # 409: something newer is there.
        if "error" in one and one["status"] != 409
    ]


def _find(alias: str, query: Mapping[str, object]) -> Found | None:
    try:
        status, answer = _send("POST", f"/{alias}/_search", query, FIND_SECONDS)
    except _Away as problem:
        telemetry.warning("search.failed", problem)
        breaker.failed(problem)
        return None
    breaker.succeeded()
    if status == 404:
        # An index that is being filled for the first time has no alias yet.
        return None
    if status != 200:
        telemetry.logger.error("search.refused", extra={"status": status, "index": alias})
        return None
    try:
        # A shard that did not answer, or a question cut short, would make the total a lie.
        if answer["timed_out"] or answer["_shards"]["failed"]:
            return None
        hits = answer["hits"]
        return Found({hit["_id"]: float(hit["_score"] or 0) for hit in hits["hits"]}, int(hits["total"]["value"]))
    except (KeyError, TypeError, ValueError):
        telemetry.logger.error("search.unreadable", extra={"index": alias})
        return None


def _send(method: str, path: str, body: object, seconds: float) -> Answer:
    """One request within so many seconds a step; a connection that was closed while idle is made anew, once."""
    import http.client

    payload, kind = _payload(body)
    address = resources.search.url
    if _state.connection is not None and _state.url == address:
        try:
            return _exchange(_state.connection, method, path, payload, kind, seconds, address)
        except (ConnectionError, http.client.BadStatusLine):
            close()
        except (OSError, http.client.HTTPException, ValueError) as problem:
            close()
            raise _Away(type(problem).__name__) from None
    close()
    parts = urlsplit(address)
    maker = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    _state.connection, _state.url = maker(parts.netloc, timeout=seconds), address
    try:
        return _exchange(_state.connection, method, path, payload, kind, seconds, address)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        close()
        raise _Away(type(problem).__name__) from None


def close() -> None:
    """Closes the connection; the next use makes a new one."""
    if _state.connection is not None:
        _state.connection.close()
        _state.connection = None


def _exchange(
    connection: HTTPConnection, method: str, path: str, payload: bytes, kind: str, seconds: float, address: str
) -> Answer:
    connection.timeout = seconds
    if connection.sock is not None:
        connection.sock.settimeout(seconds)
    connection.request(method, path, payload or None, _headers(method, path, payload, kind, address))
    reply = connection.getresponse()
    content = reply.read()
    if reply.status == 429 or reply.status >= 500:
        raise _Away(f"HTTP {reply.status}")
    answer = json.loads(content or b"{}")
    if not isinstance(answer, dict):
        raise ValueError("The answer is no JSON object.")
    return reply.status, answer


def _payload(body: object) -> tuple[bytes, str]:
    if body is None:
        return b"", "application/json"
    if isinstance(body, list):
        return b"".join(json.dumps(line).encode() + b"\n" for line in body), "application/x-ndjson"
    return json.dumps(body).encode(), "application/json"


def _headers(method: str, path: str, payload: bytes, kind: str, address: str) -> dict[str, str]:
    headers = {"Content-Type": kind}
    if resources.search.auth != "iam":
        return headers
    from datetime import UTC, datetime

    from upload.signing import sign_request

    return sign_request(
        method,
        address.rstrip("/") + path,
        headers,
        payload,
        service="es",
        region=resources.stage.region,
        credentials=resources.credentials(),
        now=datetime.now(UTC),
    )
