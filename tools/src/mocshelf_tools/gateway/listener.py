"""The port of the API, taken before anything else is started."""

from __future__ import annotations

import socket

from mocshelf_tools.problems import CannotContinue


def listen(port: int) -> socket.socket:
    """A socket bound to this port of 127.0.0.1, any free one for 0; raises CannotContinue when it is taken.

    It refuses connections until the gateway serves it.
    """
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1", port))
    except OSError:
        listener.close()
        raise CannotContinue(f"Port {port} cannot be used. Choose another, such as --port {port + 1}.") from None
    return listener
