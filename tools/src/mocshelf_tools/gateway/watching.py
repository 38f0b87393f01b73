"""What the gateway tells whoever watches it: when a function ran, and what became of a queue's messages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

_PARENT = "0000000000000001"


@dataclass(slots=True)
class Invocation:
    """One event in one worker. Moments are seconds since 1970; `cold` is the first event of a process."""

    request_id: str
    function: str
    asked: float
    begun: float
    ended: float
    cold: bool


@dataclass(frozen=True, slots=True)
class Message:
    """A received message; `attempt` counts from 1."""

    id: str
    attempt: int
    body: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """A batch that a function got; `failed` are the ids of those that come again, `reason` says why all do."""

    request_id: str
    queue: str
    function: str
    messages: Sequence[Message]
    failed: frozenset[str]
    reason: str | None
    begun: float
    ended: float


OnInvocation = Callable[[Invocation], None]
OnDelivery = Callable[[Delivery], None]


def trace_header(request_id: str) -> str:
    """Lambda's X-Ray header for an event: its trace is named after the request, 32 hex digits."""
    return f"Root=1-{request_id[:8]}-{request_id[8:]};Parent={_PARENT};Sampled=1"


def request_of(trace_id: str) -> str:
    """The request that a trace is named after."""
    return "".join(trace_id.split("-")[1:])
