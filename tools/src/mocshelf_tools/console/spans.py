"""The X-Ray daemon of functions that run here: takes their subsegments and gives them out by request."""

from __future__ import annotations

import contextlib
import json
import socket
from collections import OrderedDict
from dataclasses import dataclass

from mocshelf_tools.gateway.watching import request_of

_TRACES = 256
_SPANS = 200
_NAME = 100
_DATAGRAM = 65_536


@dataclass(frozen=True, slots=True)
class Span:
    """Moments are seconds since 1970."""

    name: str
    start: float
    end: float
    failed: bool


class Spans:
    """Listens on a loopback port of its own. Nobody is woken by a span: they lie in the socket until `take`.

    What nobody asks for is forgotten, the oldest trace first; what does not fit into the socket is lost.
    """

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self._traces: OrderedDict[str, list[Span]] = OrderedDict()

    @property
    def address(self) -> str:
        host, port = self._socket.getsockname()
        return f"{host}:{port}"

    def take(self) -> None:
        """Reads what has arrived."""
        with contextlib.suppress(BlockingIOError):
            while True:
                self._read(self._socket.recv(_DATAGRAM))

    def of(self, request_id: str) -> list[Span]:
        """The spans of a request, in the order of their beginnings; they are given out once."""
        return sorted(self._traces.pop(request_id, []), key=lambda span: (span.start, -span.end))

    def close(self) -> None:
        self._socket.close()

    def add(self, request_id: str, name: str, start: float, end: float, *, failed: bool) -> None:
        """Keeps a span for whoever asks for the request's."""
        spans = self._traces.setdefault(request_id, [])
        if len(spans) < _SPANS:
            spans.append(Span(name[:_NAME], start, end, failed))
        if len(self._traces) > _TRACES:
            self._traces.popitem(last=False)

    def _read(self, datagram: bytes) -> None:
        """Takes a segment document after X-Ray's header line; anything else is nothing."""
        with contextlib.suppress(ValueError, KeyError, TypeError, AttributeError):
            found = json.loads(datagram.partition(b"\n")[2])
            start, end = float(found["start_time"]), float(found["end_time"])
            failed = bool(found.get("fault"))
            self.add(request_of(found["trace_id"]), str(found["name"]), start, end, failed=failed)
