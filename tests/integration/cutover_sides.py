"""Two small systems that answer as the gateway does, and can be made to fail, to be slow, or to differ."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

_MOCS = [{"id": f"moc-{one}", "title": f"Windmill {one}", "pieces": 100 * one} for one in range(1, 4)]


class SmallSystem:
    """One side, on a port of this machine, between `with` and its end."""

    def __init__(self) -> None:
        self.failing = False
        self.without_api = False
        self.delay = 0.0
        self.title: str | None = None
        self.requests = 0
        system = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                system.requests += 1
                time.sleep(system.delay)
                status, content = (503, {"error": "down"}) if system.failing else system.answer(self.path)
                body = json.dumps(content).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            # Both sides are asked by many at once.
            request_queue_size = 64
            daemon_threads = True

        self._make = lambda port: Server(("127.0.0.1", port), Handler)
        self._server: ThreadingHTTPServer | None = None
        self._port = 0

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *failure: object) -> None:
        self.down()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def up(self) -> None:
        """Listens, on the port it had before."""
        self._server = self._make(self._port)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def down(self) -> None:
        """Nobody listens any more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def answer(self, path: str) -> tuple[int, Any]:
        if path == "/health":
            return 200, {"status": "healthy", "timestamp": time.time()}
        if self.without_api:
            return 502, {"error": "bad gateway"}
        mocs = [{**one, **({"title": self.title} if self.title else {})} for one in _MOCS]
        if path.startswith("/api/mocs/"):
            return next(((200, one) for one in mocs if path.endswith(one["id"])), (404, {"error": "unknown"}))
        return 200, {"data": mocs, "requestId": str(time.time())}
