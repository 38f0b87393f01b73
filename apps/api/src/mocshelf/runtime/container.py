"""AWS credentials from the endpoint beside the process, where Lambda puts them for functions that it restores."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from mocshelf.runtime.resources import Credentials
from mocshelf.runtime.snapshot import after_restore

# Renewed when they are good for less: what is signed with them must arrive in time.
RENEWAL = timedelta(minutes=5)
TIMEOUT = 2.0  # seconds for one attempt
ATTEMPTS = 3
PAUSE = 0.1  # seconds between two

Token = Callable[[], str | None]

_kept: dict[str, Credentials] = {}


def borrowed(url: str, token: Token) -> Credentials:
    """The endpoint's credentials, kept until shortly before their end; OSError when there are none."""
    known = _kept.get(url)
    if known is not None and _good_for(known, RENEWAL):
        return known
    try:
        known = _kept[url] = _fetched(url, token)
    except OSError:
        # A later attempt may succeed before these are of no use.
        if known is None or not _good_for(known, timedelta(0)):
            raise
    return known


@after_restore
def forget() -> None:
    """Has the next use ask the endpoint."""
    _kept.clear()


def _good_for(credentials: Credentials, time_left: timedelta) -> bool:
    return credentials.expires is not None and datetime.now(UTC) + time_left < credentials.expires


def _fetched(url: str, token: Token) -> Credentials:
    problem = ""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE)
        try:
            status, content = _asked(url, token())
            if status == 200:
                return _read(content)
            problem = f"HTTP {status}"
        except (OSError, ValueError, KeyError, TypeError) as fault:
            # What the fault says may quote the answer, which holds the secret.
            problem = type(fault).__name__
    raise OSError(f"The endpoint of this process's AWS credentials gives none: {problem}.")


def _asked(url: str, token: str | None) -> tuple[int, bytes]:
    import http.client
    from urllib.parse import urlsplit

    from mocshelf.runtime.tls import http_connection

    address = urlsplit(url)
    connection = http_connection(address.scheme, address.netloc, TIMEOUT)
    path = (address.path or "/") + (f"?{address.query}" if address.query else "")
    try:
        connection.request("GET", path, headers={"Authorization": token} if token else {})
        reply = connection.getresponse()
        return reply.status, reply.read()
    except http.client.HTTPException as fault:
        raise OSError(type(fault).__name__) from None
    finally:
        connection.close()


def _read(content: bytes) -> Credentials:
    found = json.loads(content)
    return Credentials(
        access_key=found["AccessKeyId"],
        secret_key=found["SecretAccessKey"],
        session_token=found["Token"],
        expires=datetime.fromisoformat(found["Expiration"]),
    )
