"""TLS to servers with certificates of public authorities: those that the operating system keeps, or SSL_CERT_FILE."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from http.client import HTTPConnection


@cache
def context() -> ssl.SSLContext:
    """What checks certificate and host name; made once, because reading all authorities takes 30 ms."""
    import ssl

    return ssl.create_default_context()


def http_connection(scheme: str, place: str, seconds: float) -> HTTPConnection:
    """A connection to `place`, as in a URL, that is not open yet; each of its steps may take so many seconds."""
    import http.client

    if scheme == "https":
        return http.client.HTTPSConnection(place, timeout=seconds, context=context())
    return http.client.HTTPConnection(place, timeout=seconds)
