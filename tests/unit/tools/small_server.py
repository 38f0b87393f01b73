"""An HTTP server of a test's own, which answers as it is told."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """What it answers; `content` becomes JSON, unless it is bytes."""

    status: int = 200
    content: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What it was asked; `content` is the JSON of the body, where there is one."""

    method: str
    path: str
    headers: dict[str, str]
    content: Any


@contextmanager
def serving(answer: Callable[[Asked], Reply]) -> Iterator[str]:
    """The server's address."""

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = answer(Asked(self.command, self.path, headers, json.loads(body) if body else None))
            content = b"" if reply.content is None else _encoded(reply.content)
            # A client that waited long enough hangs up.
            with contextlib.suppress(OSError):
                self.send_response(reply.status)
                for name, value in {**reply.headers, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(content)

        do_GET = do_POST = do_DELETE = _answer  # noqa: N815 - the names that http.server looks for

        def log_message(self, *_: object) -> None:
            """Tests print nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _encoded(content: Any) -> bytes:
    return content if isinstance(content, bytes) else json.dumps(content).encode()
