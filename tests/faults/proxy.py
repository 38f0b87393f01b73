"""A TCP proxy between functions and one server, which can be made slow, deaf or unreachable."""

from __future__ import annotations

import contextlib
import socket
import threading
import time


class Proxy:
    """Passes bytes on to a port of 127.0.0.1; `port` is where it listens. `slow_by` is in seconds a piece."""

    def __init__(self, target: int) -> None:
        self._target = target
        self.slow_by = 0.0
        self.port = 0
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listen()

    def refuse(self) -> None:
        """Cuts every connection and listens no more, so that the next one is refused by the machine itself."""
        with contextlib.suppress(OSError):
            # Closing alone would leave the thread that waits for connections with one more to take.
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            for one in self._open:
                with contextlib.suppress(OSError):
                    one.shutdown(socket.SHUT_RDWR)

    def heal(self) -> None:
        self.slow_by = 0.0
        if self._listener.fileno() < 0:
            self._listen()

    def close(self) -> None:
        self.refuse()

    def _listen(self) -> None:
        """On the port that it had, once it has one."""
        self._listener = socket.create_server(("127.0.0.1", self.port), backlog=512)
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        try:
            far = socket.create_connection(("127.0.0.1", self._target), 5)
        except OSError:
            near.close()
            return
        for one in (near, far):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            one.settimeout(None)
        with self._lock:
            self._open |= {near, far}
        back = threading.Thread(target=self._pump, args=(far, near), daemon=True)
        back.start()
        self._pump(near, far)
        back.join()
        with self._lock:
            self._open -= {near, far}
        near.close()
        far.close()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if self.slow_by:
                    time.sleep(self.slow_by)
                sink.sendall(data)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
