"""Lambda's Runtime API, version 2018-06-01, for one execution environment: it gives out events and takes answers."""

from __future__ import annotations

import json
import re
import time
import uuid
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Thread
from typing import Any, Self

_BASE = "/2018-06-01/runtime"
_OUTCOME = re.compile(rf"{_BASE}/invocation/([^/]+)/(response|error)")


@dataclass(frozen=True)
class Event:
    """One invocation to be: JSON, and until when it must be answered, in seconds since the epoch."""

    request_id: str
    body: bytes
    deadline: float
    arn: str


@dataclass(frozen=True)
class Report:
    """What the environment said, and when by `time.perf_counter`.

    `kind` is `ready` (it waits for an event), `response`, `error`, `init-error`, `restore` (it waits for being
    restored) or `restore-error`.
    """

    kind: str
    moment: float
    request_id: str = ""
    body: bytes = b""

    def json(self) -> Any:
        return json.loads(self.body)


class RuntimeApi:
    """Serves on a port of loopback between entering and leaving; `reports` has what the environment said."""

    def __init__(self) -> None:
        self.reports: SimpleQueue[Report] = SimpleQueue()
        self._events: SimpleQueue[Event | None] = SimpleQueue()
        self._restored: SimpleQueue[bool] = SimpleQueue()
        self._server = _Server(self)

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *failure: object) -> None:
        # Whoever still waits for an event goes without.
        self._events.put(None)
        self._restored.put(False)
        self._server.shutdown()
        self._server.server_close()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._server.server_port}"

    def give(self, body: bytes, *, seconds: float, arn: str) -> str:
        """Has the environment's next question answered with this event; returns the invocation's id."""
        event = Event(str(uuid.uuid4()), body, time.time() + seconds, arn)
        self._events.put(event)
        return event.request_id

    def restore(self) -> None:
        """Lets an environment go on that waits for being restored from its snapshot."""
        self._restored.put(True)

    def next_event(self) -> Event | None:
        return self._events.get()

    def is_restored(self) -> bool:
        return self._restored.get()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, api: RuntimeApi) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.api = api


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        api = self.server.api
        if self.path == f"{_BASE}/invocation/next":
            self._report("ready")
            self._give(api.next_event())
        elif self.path == f"{_BASE}/restore/next":
            self._report("restore")
            self._answer(200 if api.is_restored() else 410)
        else:
            self._answer(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        outcome = _OUTCOME.fullmatch(self.path)
        if outcome:
            self._report(outcome[2], outcome[1], body)
        elif self.path == f"{_BASE}/init/error":
            self._report("init-error", body=body)
        elif self.path == f"{_BASE}/restore/error":
            self._report("restore-error", body=body)
        else:
            self._answer(404)
            return
        self._answer(202, b'{"status": "OK"}')

    def _report(self, kind: str, request_id: str = "", body: bytes = b"") -> None:
        self.server.api.reports.put(Report(kind, time.perf_counter(), request_id, body))

    def _give(self, event: Event | None) -> None:
        if event is None:
            self._answer(410)
            return
        headers = {
            "Lambda-Runtime-Aws-Request-Id": event.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int(event.deadline * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": event.arn,
        }
        self._answer(200, event.body, headers)

    def _answer(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        try:
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            # The environment has ended while it waited.
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing is written: the reports say it all."""
