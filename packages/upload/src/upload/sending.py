"""Sending a file by a request that the API handed out: streamed from disk, repeated when the way there fails."""

from __future__ import annotations

import os
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from secrets import token_hex
from typing import IO
from urllib.parse import urlsplit

ATTEMPTS = 5
TIMEOUT = 60.0  # seconds without any progress
_CHUNK = 262_144  # bytes
_LONGEST_PAUSE = 20.0  # seconds
_LONGEST_ANSWER = 65_536  # bytes
_AGAIN = frozenset({408, 409, 429})
_ALREADY_THERE = 412
_MESSAGE = re.compile(rb"<Message>([^<]{1,500})</Message>")


class SendingFailed(Exception):
    """The file did not get there; the message says why, `status` is None when nothing answered."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Request:
    """One of an upload session's requests: `fields` belong to `POST`, `headers` to `PUT`."""

    method: str
    url: str
    fields: Mapping[str, str] | None = None
    headers: Mapping[str, str] | None = None


class _TryAgain(Exception):
    """Something that may be over in a moment; carries what to raise when it is not."""

    def __init__(self, failure: SendingFailed) -> None:
        super().__init__(str(failure))
        self.failure = failure


def send(
    request: Request,
    file: Path,
    *,
    progress: Callable[[int], None] | None = None,
    pause: Callable[[float], None] = time.sleep,
) -> None:
    """Sends the file; raises SendingFailed when it is refused, or after five attempts, and OSError of the file.

    `progress` hears how many of the file's bytes are sent; it begins again with an attempt. `pause` waits so
    many seconds between attempts.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _attempt(request, file, progress or _unheard, repeated=attempt > 1)
        except _TryAgain as problem:
            if attempt == ATTEMPTS:
                raise problem.failure from None
        # Clients that failed together must not come back together.
        pause(random.uniform(0, min(_LONGEST_PAUSE, 2.0**attempt)))  # noqa: S311 - nothing secret
    return None


def _attempt(request: Request, file: Path, progress: Callable[[int], None], *, repeated: bool) -> None:
    before, after, headers = _framed(request)
    with file.open("rb") as source:
        size = os.fstat(source.fileno()).st_size
        headers["Content-Length"] = str(len(before) + size + len(after))
        connection = _connection(request.url)
        try:
            _begin(connection, request, headers)
            if _sent(connection, before) and _stream(connection, source, size, progress):
                _sent(connection, after)
            status, text = _answer(connection)
        finally:
            connection.close()
    _judge(status, text, repeated=repeated)


def _framed(request: Request) -> tuple[bytes, bytes, dict[str, str]]:
    """What goes before and after the file's bytes, and the headers."""
    if request.method == "PUT":
        return b"", b"", dict(request.headers or {})
    boundary = token_hex(16)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in (request.fields or {}).items()
    ]
    # S3 reads the fields up to the file and nothing after it.
    parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="file"\r\n\r\n')
    headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
    return "".join(parts).encode(), f"\r\n--{boundary}--\r\n".encode(), headers


def _connection(url: str) -> HTTPConnection:
    address = urlsplit(url)
    kind = HTTPSConnection if address.scheme == "https" else HTTPConnection
    return kind(address.netloc, timeout=TIMEOUT)


def _begin(connection: HTTPConnection, request: Request, headers: Mapping[str, str]) -> None:
    address = urlsplit(request.url)
    target = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        connection.putrequest(request.method, target, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
    except OSError as problem:
        raise _lost(problem) from None


def _stream(connection: HTTPConnection, source: IO[bytes], size: int, progress: Callable[[int], None]) -> bool:
    """Whether all of the file could be sent; an error of the file itself is raised as it is."""
    done = 0
    while done < size:
        chunk = source.read(min(_CHUNK, size - done))
        if not chunk:
            raise SendingFailed("The file became shorter while it was sent.")
        if not _sent(connection, chunk):
            return False
        done += len(chunk)
        progress(done)
    return True


def _sent(connection: HTTPConnection, data: bytes) -> bool:
    # Who refuses a request need not wait for its end: the answer may be there although sending fails.
    try:
        connection.send(data)
    except OSError:
        return False
    return True


def _answer(connection: HTTPConnection) -> tuple[int, bytes]:
    try:
        answer = connection.getresponse()
        return answer.status, answer.read(_LONGEST_ANSWER)
    except (OSError, HTTPException) as problem:
        raise _lost(problem) from None


def _judge(status: int, text: bytes, *, repeated: bool) -> None:
    if 200 <= status < 300:
        return
    # The answer to an earlier attempt was lost: the address takes one object only, and it is there.
    if status == _ALREADY_THERE and repeated:
        return
    found = _MESSAGE.search(text)
    reason = f": {found.group(1).decode(errors='replace')}" if found else ""
    failure = SendingFailed(f"The storage refused the file with status {status}{reason}", status)
    if status >= 500 or status in _AGAIN:
        raise _TryAgain(failure)
    raise failure


def _lost(problem: Exception) -> _TryAgain:
    return _TryAgain(SendingFailed(f"The connection to the storage failed: {problem or type(problem).__name__}"))


def _unheard(_: int) -> None:
    """Progress that nobody asked for."""
