"""The routes of a function: written once as decorators, dispatched on API Gateway's `routeKey`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mocshelf import manifest
from mocshelf.runtime import database, idempotency, telemetry
from mocshelf.runtime.answers import HEADERS, STRICT_TRANSPORT, Response, json_response, response
from mocshelf.runtime.binding import Call, Event, Signature, bind, parameters, signature
from mocshelf.runtime.errors import BadRequest, NotFound, Problem
from mocshelf.runtime.forms import Multipart
from mocshelf.runtime.resources import resources
from mocshelf.runtime.schemas import iso

DEFAULT = "$default"

Work = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Route:
    """One route. `prepare` does what must not wait inside a transaction; the route gets its result as `prepared`."""

    key: str
    call: Work
    wants: Signature
    takes: frozenset[str]
    prepare: Work | None = None
    prepare_takes: frozenset[str] = frozenset()
    idempotent: bool = False
    public: bool = False

    @property
    def reads(self) -> bool:
        return self.key.startswith("GET ")


class Routes:
    """A function's table from route key to route."""

    def __init__(self) -> None:
        self._table: dict[str, Route] = {}

    def get(self, path: str, *, public: bool = False) -> Callable[[Work], Work]:
        return self._decorator(f"GET {path}", public=public)

    def post(self, path: str, *, idempotent: bool = False, prepare: Work | None = None) -> Callable[[Work], Work]:
        return self._decorator(f"POST {path}", idempotent=idempotent, prepare=prepare)

    def put(self, path: str) -> Callable[[Work], Work]:
        return self._decorator(f"PUT {path}")

    def patch(self, path: str) -> Callable[[Work], Work]:
        return self._decorator(f"PATCH {path}")

    def delete(self, path: str) -> Callable[[Work], Work]:
        return self._decorator(f"DELETE {path}")

    def default(self) -> Callable[[Work], Work]:
        """What answers when no route of the API matches."""
        return self._decorator(DEFAULT, public=True)

    def keys(self) -> list[str]:
        return list(self._table)

    def public_keys(self) -> list[str]:
        """The routes that need no token."""
        return [key for key, route in self._table.items() if route.public]

    def __iter__(self) -> Iterator[Route]:
        return iter(self._table.values())

    def _decorator(
        self, key: str, *, public: bool = False, idempotent: bool = False, prepare: Work | None = None
    ) -> Callable[[Work], Work]:
        if key in self._table:
            raise ValueError(f"The route {key} is written twice.")

        def add(call: Work) -> Work:
            self._table[key] = Route(
                key,
                call,
                signature(key, [call, prepare] if prepare else [call]),
                parameters(call),
                prepare,
                parameters(prepare) if prepare else frozenset(),
                idempotent,
                public,
            )
            return call

        return add

    def answer(self, event: Event) -> Response:
        """The answer to one event of the HTTP API; whatever goes wrong has the one error shape."""
        start = time.perf_counter()
        request_id = str(event["requestContext"].get("requestId", ""))
        telemetry.begin(request_id)
        try:
            if resources.linked("origin"):
                from mocshelf.runtime import origin

                event = origin.admitted(event)
            route = self._table.get(event["routeKey"])
            if route is None:
                raise NotFound("There is no such route.")
            answer = _answer(route, event)
        except Problem as problem:
            answer = _refusal(problem, request_id)
        except Exception:
            telemetry.logger.exception("request.crashed", extra={"route": event.get("routeKey")})
            answer = _refusal(Problem(f"Something went wrong on our side. Request {request_id}."), request_id)
        answer["headers"].update(HEADERS)
        if (event.get("headers") or {}).get("x-forwarded-proto") == "https":
            answer["headers"].update(STRICT_TRANSPORT)
        answer["headers"]["X-Request-Id"] = request_id
        if answer["statusCode"] >= 500:
            # Lambda takes an answer for a success whatever it says.
            telemetry.metric(telemetry.SERVER_ERRORS)
        _log(event, answer, time.perf_counter() - start)
        return answer


def lambda_handler(
    name: str, routes: Routes, timer: Callable[[], Response] | None = None
) -> Callable[[Event, object], Response]:
    """The handler of a function behind the HTTP API; fails at start when one of its links is missing.

    `timer` is what the function does when its schedule calls it.
    """
    resources.require(*manifest.function(name).reach)

    def handler(event: Event, _context: object) -> Response:
        if timer is not None and "routeKey" not in event:
            return timer()
        return routes.answer(event)

    return handler


def _answer(route: Route, event: Event) -> Response:
    call = bind(event, route.wants, public=route.public, idempotent=route.idempotent)
    digest = _digest(event, call) if call.key else b""
    if route.prepare is not None:
        kept = _kept(call, digest)
        if kept is not None:
            return kept
        call.values["prepared"] = route.prepare(**_taken(call, route.prepare_takes))
    taken = _taken(call, route.takes)
    if "conn" not in route.takes:
        return response(route.call(**taken))
    return database.run(lambda conn: _in_transaction(conn, route, call, digest, taken), read_only=route.reads)


def _in_transaction(
    conn: database.Connection, route: Route, call: Call, digest: bytes, taken: Mapping[str, Any]
) -> Response:
    """The route's work and, for a keyed request, the row that remembers its answer."""
    if call.key is None or call.caller is None:
        return response(route.call(conn=conn, **taken))
    kept = idempotency.claim(conn, call.caller.user_id, call.key, digest)
    if kept is not None:
        return kept
    answer = response(route.call(conn=conn, **taken))
    idempotency.keep(conn, call.caller.user_id, call.key, answer)
    return answer


def _taken(call: Call, names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in call.values.items() if name in names}


def _digest(event: Event, call: Call) -> bytes:
    """What makes two requests the same one; a multipart body that cannot be read counts as empty here."""
    body = call.body
    if isinstance(body, Multipart):
        try:
            body = body.identity()
        except BadRequest:
            body = None
    method, _, _ = event["routeKey"].partition(" ")
    return idempotency.request_hash(method, event["rawPath"], event.get("rawQueryString", ""), body)


def _kept(call: Call, digest: bytes) -> Response | None:
    """The answer of an earlier request with this key, looked up before slow work is done a second time."""
    if call.key is None or call.caller is None:
        return None
    user, key = call.caller.user_id, call.key
    return database.run(lambda conn: idempotency.replay(conn, user, key, digest), read_only=True)


def _refusal(problem: Problem, request_id: str) -> Response:
    body = problem.shape(request_id, iso(datetime.now(UTC)))
    return json_response(problem.status, body, problem.headers)


def _log(event: Mapping[str, Any], answer: Response, seconds: float) -> None:
    telemetry.logger.info(
        "request",
        extra={
            "route": event.get("routeKey"),
            "status": answer["statusCode"],
            "ms": round(seconds * 1000, 1),
            **telemetry.notes(),
        },
    )
