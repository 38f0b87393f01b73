"""How long the certificate of a server is still good."""

from __future__ import annotations

import socket
import ssl
import time

from mocshelf_tools.problems import CannotContinue

# ACM renews 60 days before the end: what has fewer left than this was not renewed.
ENOUGH_DAYS = 14
_DAY = 24 * 60 * 60


def days_left(host: str, port: int, seconds: float) -> float:
    """Days until the certificate ends. CannotContinue when it is not valid for the host, or nobody answers."""
    try:
        with (
            socket.create_connection((host, port), seconds) as plain,
            ssl.create_default_context().wrap_socket(plain, server_hostname=host) as secure,
        ):
            presented = secure.getpeercert() or {}
    except ssl.SSLCertVerificationError as problem:
        raise CannotContinue(f"{host}'s certificate is not valid: {problem.verify_message}") from None
    except OSError as problem:
        raise CannotContinue(f"{host} does not answer by TLS: {problem}") from None
    return (ssl.cert_time_to_seconds(str(presented["notAfter"])) - time.time()) / _DAY
