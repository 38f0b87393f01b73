"""What tests of the console share: a console without a stack, and asking it as a browser does."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request

from mocshelf_tools.console.console import Console
from mocshelf_tools.gateway.watching import Delivery, Invocation, Message

PORT = 8484
HOST = f"127.0.0.1:{PORT}"


def in_a_loop(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """A test that is a coroutine."""

    @functools.wraps(test)
    def run(*fixtures: Any, **named: Any) -> None:
        asyncio.run(test(*fixtures, **named))

    return run


class Looking:
    """Finds the same each time."""

    async def mail(self) -> dict[str, Any]:
        return {"count": 1, "rows": [{"code": "123456"}]}

    async def queues(self) -> dict[str, Any]:
        return {"rows": []}

    async def outbox(self) -> dict[str, Any]:
        return {"problem": "PostgreSQL does not answer."}


def console() -> Console:
    return Console(Looking(), PORT)  # type: ignore[arg-type]  # it has the same methods


@dataclass
class Answer:
    """What came back so far."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


async def ask(asked: Console, path: str, method: str = "GET", **headers: str) -> Answer:
    """The whole answer; header names have underscores for hyphens, and Host is the console's own unless given."""
    named = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    answer = Answer()

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            answer.body += message.get("body", b"")

    async def receive() -> Any:
        await asyncio.Event().wait()

    await asked(scope(path, method, named), receive, send)
    return answer


def scope(path: str, method: str, headers: dict[str, str]) -> dict[str, Any]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"token=secret",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "server": ("127.0.0.1", PORT),
        "scheme": "http",
        "asgi": {"spec_version": "2.3"},
    }


def request(path: str = "/api/mocs/1", **state: str) -> Request:
    """A request as the gateway has it when it was answered."""
    made = Request(scope(path, "GET", {"host": HOST, "authorization": "Bearer eyJhbGciOi.eyJzdWIi.c2ln"}))
    for name, value in state.items():
        setattr(made.state, name, value)
    return made


def invocation(request_id: str, *, cold: bool = False, at: float = 100.0) -> Invocation:
    return Invocation(request_id, "mocs", at + 0.001, at + 0.003, at + 0.013, cold)


def delivery(*bodies: str, failed: tuple[int, ...] = (), reason: str | None = None) -> Delivery:
    messages = [Message(f"m{place}", 2, body) for place, body in enumerate(bodies)]
    gone_wrong = frozenset(f"m{place}" for place in failed)
    return Delivery("r" * 32, "mocshelf-index", "index_search", messages, gone_wrong, reason, 100.0, 100.25)
