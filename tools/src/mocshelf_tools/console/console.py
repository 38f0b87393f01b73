"""The console at the gateway: hears what happens, remembers the last of it, answers its page.

Kept of a request are method, path without its query, route, status, milliseconds, function, spans, and the user's id;
of a message its id, what it is about and what became of it; and the functions' log lines. Never kept are headers,
queries, bodies, tokens and e-mail addresses. Mails are shown as the embedded AWS has them, and not kept.
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from mocshelf_tools.console.guard import refusal
from mocshelf_tools.console.journal import LOG, MESSAGE, REQUEST, Journal
from mocshelf_tools.console.spans import Span, Spans
from mocshelf_tools.console.stream import events
from mocshelf_tools.console.words import LONGEST_PATH, LONGEST_REASON, about, masked
from mocshelf_tools.gateway.watching import Delivery, Invocation

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

    from starlette.types import Receive, Scope, Send

    from mocshelf_tools.console.looking import Looking

_PREFIX = "/_console/"
# What happens is written down this much later, all at once, so that no request waits for it.
_LATER_SECONDS = 0.05
_STREAMS = 12
_INVOCATIONS = 256
_ENCODER = json.JSONEncoder(separators=(",", ":"))
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(slots=True)
class _Answered:
    """A request that was answered; moments are seconds since 1970."""

    id: str
    method: str
    path: str
    route: str | None
    function: str | None
    user: str | None
    status: int
    begun: float
    ended: float


class Console:
    """The console of the gateway on this port. Only this machine's own browser gets an answer."""

    def __init__(self, looking: Looking, port: int) -> None:
        self.journal = Journal()
        self._port = port
        self._looks = {"mail": looking.mail, "queues": looking.queues, "outbox": looking.outbox}
        self._spans = Spans()
        self._invocations: dict[str, Invocation] = {}
        self._unwritten: list[_Answered | Delivery | str] = []
        self._timer: asyncio.TimerHandle | None = None
        self._streams = 0

    @property
    def environment(self) -> Mapping[str, str]:
        """What has functions send their spans here."""
        return {"AWS_XRAY_DAEMON_ADDRESS": self._spans.address}

    def owns(self, path: str) -> bool:
        return path.startswith(_PREFIX)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await (await self._answer(Request(scope, receive)))(scope, receive, send)

    def answered(self, request: Request, request_id: str, status: int, begun: float) -> None:
        """Hears of a request to the API and its answer."""
        state = request.state
        self._write(
            _Answered(
                request_id,
                request.method,
                request.scope["path"][:LONGEST_PATH],
                getattr(state, "route", None),
                getattr(state, "function", None),
                getattr(state, "user", None),
                status,
                begun,
                time.time(),
            )
        )

    def invoked(self, invocation: Invocation) -> None:
        """Hears of an event in a worker, before whoever sent it does."""
        self._invocations[invocation.request_id] = invocation
        if len(self._invocations) > _INVOCATIONS:
            del self._invocations[next(iter(self._invocations))]

    def delivered(self, delivery: Delivery) -> None:
        """Hears of a batch of messages."""
        self._write(delivery)

    def logged(self, line: str) -> None:
        """Hears of a line of a function."""
        self._write(line)

    def leave(self) -> None:
        """Ends the streams; from now on nothing is written down."""
        self.journal.close()

    def close(self) -> None:
        """Lets go of the port that spans come to."""
        if self._timer is not None:
            self._timer.cancel()
        self._spans.close()

    def flush(self) -> None:
        """Writes down what has happened until now."""
        self._timer = None
        self._spans.take()
        unwritten, self._unwritten = self._unwritten, []
        now = _milliseconds(time.time())
        for one in unwritten:
            if isinstance(one, str):
                self.journal.add(LOG, partial(_text, {"line": masked(one), "at": now}))
            elif isinstance(one, Delivery):
                self._add_messages(one)
            else:
                self._add_request(one)
        self.journal.wake()

    def _write(self, what: _Answered | Delivery | str) -> None:
        if self.journal.closed:
            return
        self._unwritten.append(what)
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(_LATER_SECONDS, self.flush)

    def _add_request(self, one: _Answered) -> None:
        invocation = self._invocations.pop(one.id, None)
        self.journal.add(REQUEST, partial(_request, one, invocation, self._spans.of(one.id)))

    def _add_messages(self, delivery: Delivery) -> None:
        invocation = self._invocations.pop(delivery.request_id, None)
        common = {
            "request": delivery.request_id,
            "queue": delivery.queue,
            "function": delivery.function,
            "at": _milliseconds(delivery.begun),
            "ms": _length(delivery.begun, delivery.ended),
            "batch": len(delivery.messages),
            "cold": invocation is not None and invocation.cold,
            "spans": _waterfall(delivery.begun, invocation, self._spans.of(delivery.request_id)),
        }
        for message in delivery.messages:
            failed = message.id in delivery.failed
            reason = delivery.reason or "The function reported it as failed; its log says why."
            own = {
                "id": message.id,
                "about": about(message.body),
                "attempt": message.attempt,
                "done": not failed,
                "reason": masked(reason, LONGEST_REASON) if failed else None,
            }
            self.journal.add(MESSAGE, _text({**common, **own}))

    async def _answer(self, request: Request) -> Response:
        refused = refusal(request, self._port)
        if refused is not None:
            return PlainTextResponse(refused, 403, headers=_HEADERS)
        if request.method != "GET":
            return PlainTextResponse("The console can only be read.", 405, headers={**_HEADERS, "Allow": "GET"})
        name = request.url.path.removeprefix(_PREFIX)
        if name == "events":
            return self._stream(request)
        look = self._looks.get(name)
        if look is None:
            return PlainTextResponse("The console has no such page.", 404, headers=_HEADERS)
        return JSONResponse(await look(), headers=_HEADERS)

    def _stream(self, request: Request) -> Response:
        if self._streams >= _STREAMS:
            return PlainTextResponse("The console is open often enough. Close one.", 503, headers=_HEADERS)
        last_id = request.headers.get("last-event-id", "")

        async def counted() -> AsyncIterator[bytes]:
            self._streams += 1
            try:
                async for part in events(self.journal, last_id):
                    yield part
            finally:
                self._streams -= 1

        return StreamingResponse(counted(), headers=_HEADERS, media_type="text/event-stream")


def _request(one: _Answered, invocation: Invocation | None, spans: list[Span]) -> str:
    return _text(
        {
            "id": one.id,
            "at": _milliseconds(one.begun),
            "ms": _length(one.begun, one.ended),
            "method": one.method,
            "path": one.path,
            "route": one.route,
            "status": one.status,
            "function": one.function,
            "cold": invocation is not None and invocation.cold,
            "user": one.user,
            "spans": _waterfall(one.begun, invocation, spans),
        }
    )


def _waterfall(begun: float, invocation: Invocation | None, spans: list[Span]) -> list[dict[str, Any]]:
    """The parts of a request with their beginnings, in milliseconds since its own; the first are the gateway's."""
    rows = []
    if invocation is not None:
        rows = [
            ("waiting for a process", invocation.asked, invocation.begun, False),
            (f"function {invocation.function}", invocation.begun, invocation.ended, False),
        ]
    rows += [(span.name, span.start, span.end, span.failed) for span in spans]
    return [
        {"name": name, "start": _length(begun, start), "ms": _length(start, end), "failed": failed}
        for name, start, end, failed in rows
    ]


def _milliseconds(moment: float) -> int:
    return round(moment * 1000)


def _length(start: float, end: float) -> float:
    return round(max(0.0, end - start) * 1000, 2)


def _text(value: Mapping[str, Any]) -> str:
    return _ENCODER.encode(value)
