"""OpenSearch: one connection a process, a question that is never waited for long, and what keeps the index."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json

from mocshelf.runtime import telemetry
from mocshelf.runtime.breaker import Breaker
from mocshelf.runtime.errors import Unavailable
from mocshelf.runtime.exchange import Exchange
from mocshelf.runtime.resources import resources
from mocshelf.runtime.snapshot import after_restore

FIND_SECONDS = 0.5  # for connecting and answering; then PostgreSQL is asked
WORK_SECONDS = 10.0  # for everything but questions
LARGEST_BULK = 5 * 1024 * 1024  # bytes; small engines in the cloud take no request above 10 MB

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

    @property
    def document_at_fault(self) -> bool:
        """Whether the same would happen again; otherwise the engine, or an index that is not there yet, is."""
        return self.status < 500 and self.status != 429 and self.kind != "index_not_found_exception"


class _Away(OSError):
    """The engine did not answer, or only that it cannot."""


class _State:
    def __init__(self) -> None:
        self.exchange: Exchange | None = None


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
    """(status, answer) of any request; Unavailable when the engine is away. Bytes as body are lines."""
    try:
        answer = _send(method, path, body, WORK_SECONDS)
    except _Away as problem:
        telemetry.warning("search.away", problem)
        raise Unavailable from None
    # Work may take long, so that it succeeds says nothing of whether questions would be answered in time.
    return answer


def bulk(lines: Iterable[object], *, wait: bool, alias: bool) -> list[Refused]:
    """Carries out bulk actions, and returns those that failed for another reason than a newer version being there.

    `lines` are the actions and documents in the order of the bulk API. `wait` until searches see them. With `alias`
    only what is behind an alias is written to: a name that is not there yet must not become an index by itself.
    """
    options = f"?refresh={'wait_for' if wait else 'false'}&require_alias={str(alias).lower()}"
    failed = []
    for part in _parts(lines):
        status, answer = request("POST", "/_bulk" + options, part)
        if status != 200:
            telemetry.logger.error("search.refused", extra={"status": status})
            raise Unavailable
        failed += [
            Refused(one["_id"], one["status"], one["error"].get("type", "unknown"))
            for item in answer.get("items", [])
            for one in item.values()
            # 409: something newer is there.
            if "error" in one and one["status"] != 409
        ]
    return failed


def _find(alias: str, query: Mapping[str, object]) -> Found | None:
    try:
        seconds = FIND_SECONDS * resources.tunnels.patience
        status, answer = _send("POST", f"/{alias}/_search", query, seconds)
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
        hits, total = answer["hits"]["hits"], answer["hits"]["total"]["value"]
        scores = {str(UUID(hit["_id"])): float(hit["_score"] or 0) for hit in hits}
        if not isinstance(total, int) or not all(map(math.isfinite, scores.values())):
            raise ValueError("A number is none.")
        return Found(scores, total)
    except (KeyError, TypeError, ValueError, AttributeError):
        telemetry.logger.error("search.unreadable", extra={"index": alias})
        return None


def _send(method: str, path: str, body: object, seconds: float) -> Answer:
    """One request; its answer in full within so many seconds."""
    payload, kind = _payload(body)
    address = resources.search.url
    if _state.exchange is None or _state.exchange.url != address:
        close()
        _state.exchange = Exchange(address)
    try:
        headers = _headers(method, path, payload, kind, address)
        with telemetry.span("search.ask"):
            status, content = _state.exchange.ask(method, path, payload, headers, seconds)
        answer = from_json(content or b"{}") if status < 500 else None
    except (OSError, ValueError) as problem:
        raise _Away(type(problem).__name__) from None
    if status == 429 or not isinstance(answer, dict):
        raise _Away(f"HTTP {status}")
    return status, answer


def close() -> None:
    """Closes the connection; the next use makes a new one."""
    if _state.exchange is not None:
        _state.exchange.close()
        _state.exchange = None


@after_restore
def forget() -> None:
    """Makes this process a new one to the engine: neither connection nor past failures."""
    global breaker
    close()
    breaker = Breaker("search")


def _payload(body: object) -> tuple[bytes, str]:
    if isinstance(body, bytes):
        return body, "application/x-ndjson"
    return to_json(body) if body is not None else b"", "application/json"


def _parts(lines: Iterable[object]) -> Iterator[bytes]:
    """The lines as bytes, in parts that no engine finds too large; an action and its document stay together."""
    left = iter(lines)
    part = b""
    for line in left:
        step = to_json(line) + b"\n"
        if not (isinstance(line, dict) and "delete" in line):
            step += to_json(next(left)) + b"\n"
        if part and len(part) + len(step) > LARGEST_BULK:
            yield part
            part = b""
        part += step
    if part:
        yield part


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
