"""HTTP over one connection that is kept: a request and its whole answer within a given time."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import socket
    from http.client import HTTPConnection

LARGEST = 32 * 1024 * 1024  # bytes of an answer


class Exchange:
    """Speaks to the server at `url`; what is asked goes below the URL's path."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._parts = urlsplit(url)
        self._connection: HTTPConnection | None = None

    def ask(
        self, method: str, path: str, payload: bytes, headers: Mapping[str, str], seconds: float
    ) -> tuple[int, bytes]:
        """(status, content); OSError or ValueError when there is no complete answer within so many seconds.

        A connection that the server closed while it was idle is made anew, once.
        """
        import http.client

        deadline = time.monotonic() + seconds
        where = self._parts.path.rstrip("/") + path
        try:
            if self._connection is not None and self._connection.sock is not None:
                try:
                    return _exchanged(self._connection, deadline, method, where, payload, headers)
                except ConnectionError:
                    self.close()
            self._connection = self._opened(deadline)
            return _exchanged(self._connection, deadline, method, where, payload, headers)
        except http.client.HTTPException as problem:
            self.close()
            raise OSError(type(problem).__name__) from None
        except BaseException:
            # What is left of an answer must not be taken for that of the next request.
            self.close()
            raise

    def close(self) -> None:
        """Closes the connection; the next request makes a new one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self, deadline: float) -> HTTPConnection:
        from mocshelf.runtime.tls import open_http

        connection = open_http(self._parts.scheme, self._parts.netloc, _left(deadline))
        connection.sock = _Timed(connection.sock)
        return connection


class _Timed:
    """A socket whose every step ends by the deadline, so that a server that drips cannot hold anybody up."""

    def __init__(self, inner: socket.socket) -> None:
        self.inner = inner
        self.deadline = 0.0

    def limit(self) -> None:
        self.inner.settimeout(_left(self.deadline))

    def sendall(self, data: bytes) -> None:
        self.limit()
        self.inner.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self))

    def close(self) -> None:
        self.inner.close()


class _Reading(io.RawIOBase):
    def __init__(self, timed: _Timed) -> None:
        self._timed = timed
        # The socket stays open for as long as an answer is read from it, also when it is to be closed after that.
        self._raw = timed.inner.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]  # what BufferedReader gives
        self._timed.limit()
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
        super().close()


def _exchanged(
    connection: HTTPConnection, deadline: float, method: str, path: str, payload: bytes, headers: Mapping[str, str]
) -> tuple[int, bytes]:
    timed: object = connection.sock
    if isinstance(timed, _Timed):
        timed.deadline = deadline
    connection.request(method, path, payload or None, dict(headers))
    reply = connection.getresponse()
    content = reply.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise OSError("The answer is too large.")
    return reply.status, content


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
