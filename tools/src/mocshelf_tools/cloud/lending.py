"""Lends a person's AWS credentials to the functions that run here, as Lambda lends a role's: never on disk."""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from mocshelf_tools.cloud.own_credentials import Keys
from mocshelf_tools.problems import CannotContinue

# Functions ask again five minutes before the end.
LENT = timedelta(minutes=10)


class Lender:
    """An endpoint of credentials on a port of 127.0.0.1, between `with` and its end.

    It gives them to whoever has its token, which the functions have in their environment. 503 when there are none.
    """

    def __init__(self, keys: Callable[[], Keys]) -> None:
        self._token = secrets.token_urlsafe(32)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(keys, self._token))
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.1], daemon=True)

    @property
    def environment(self) -> dict[str, str]:
        """Where functions find it: variables that SDKs know too."""
        return {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"http://127.0.0.1:{self._server.server_port}/",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": self._token,
        }

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_failure: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(keys: Callable[[], Keys], token: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            offered = self.headers.get("Authorization") or ""
            if not hmac.compare_digest(offered.encode(), token.encode()):
                return self._answer(403, {})
            try:
                return self._answer(200, _content(keys()))
            except CannotContinue:
                # Whoever typed the command has been told why.
                return self._answer(503, {})

        def log_message(self, *_: object) -> None:
            """Nothing of this belongs on a terminal."""

        def _answer(self, status: int, content: dict[str, str | None]) -> None:
            body = json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler


def _content(keys: Keys) -> dict[str, str | None]:
    return {
        "AccessKeyId": keys.access_key,
        "SecretAccessKey": keys.secret_key,
        "Token": keys.token,
        "Expiration": (datetime.now(UTC) + LENT).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
