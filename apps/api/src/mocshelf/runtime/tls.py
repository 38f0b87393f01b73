"""Connections to servers, by TLS if their links say so.

Their certificates are of public authorities: those that the operating system keeps, or SSL_CERT_FILE.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mocshelf.runtime.resources import resources

if TYPE_CHECKING:
    import socket
    import ssl
    from http.client import HTTPConnection


@cache
def context() -> ssl.SSLContext:
    """What checks certificate and host name; made once, because reading all authorities takes 30 ms."""
    import ssl

    return ssl.create_default_context()


def connected(host: str, port: int, seconds: float, *, secure: bool) -> socket.socket:
    """A connection to a server of the stage, of which each step may take so many seconds.

    A `secure` one only to whoever has a certificate for the host's name, also at the end of a tunnel.
    """
    import socket

    opened = socket.create_connection(resources.way(host, port), seconds)
    try:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return context().wrap_socket(opened, server_hostname=host) if secure else opened
    except BaseException:
        opened.close()
        raise


def open_http(scheme: str, place: str, seconds: float) -> HTTPConnection:
    """An open connection to a server of the stage; it is not to be used again once the server has closed it."""
    connection = http_connection(scheme, place, seconds)
    connection.sock = connected(connection.host, connection.port, seconds, secure=scheme == "https")
    return connection


def http_connection(scheme: str, place: str, seconds: float) -> HTTPConnection:
    """A connection to `place`, as in a URL, that is not open yet; each of its steps may take so many seconds."""
    import http.client

    if scheme == "https":
        return http.client.HTTPSConnection(place, timeout=seconds, context=context())
    return http.client.HTTPConnection(place, timeout=seconds)
