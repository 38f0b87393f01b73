"""Stands in for AWS's plugin: `python forwarder.py PORT TARGET` forwards a port of this machine until Ctrl-C."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading


def main(port: int, target: int) -> None:
    with socket.create_server(("127.0.0.1", port)) as listener:
        while True:
            near, _ = listener.accept()
            threading.Thread(target=_serve, args=[near, target], daemon=True).start()


def _serve(near: socket.socket, target: int) -> None:
    try:
        far = socket.create_connection(("127.0.0.1", target), 5)
    except OSError:
        near.close()
        return
    far.settimeout(None)
    threading.Thread(target=pump, args=[far, near], daemon=True).start()
    pump(near, far)


def pump(source: socket.socket, sink: socket.socket) -> None:
    """Passes on what comes, and that nothing more does."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    for one in (source, sink):
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(int(sys.argv[1]), int(sys.argv[2]))
