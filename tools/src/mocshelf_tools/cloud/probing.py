"""Whether a tunnel leads to the server that it should: found out by TLS, without signing in."""

from __future__ import annotations

import socket
import ssl
import struct

from mocshelf_tools.cloud.live_links import Inside
from mocshelf_tools.problems import CannotContinue

# PostgreSQL's message that asks for TLS; the answer is one letter.
_SSL_REQUEST = struct.pack("!ii", 8, 80877103)
_YES = b"S"


def probe(to: Inside, port: int, seconds: float, authorities: str) -> None:
    """Returns when the server answers at the port of this machine, and is who it should be.

    OSError when it does not answer, CannotContinue when somebody else does.
    """
    host = to.server.host
    with socket.create_connection(("127.0.0.1", port), seconds) as plain:
        if not to.secure:
            return
        if to.name == "database":
            plain.sendall(_SSL_REQUEST)
            if plain.recv(1) != _YES:
                raise ConnectionError(f"{host} does not speak TLS.")
        context = ssl.create_default_context(cafile=authorities)
        try:
            context.wrap_socket(plain, server_hostname=host).close()
        except ssl.SSLCertVerificationError as problem:
            raise CannotContinue(
                f"What answers through the tunnel to the {to.name} is not {host}: {problem.verify_message}. "
                "Nothing was sent to it."
            ) from None
