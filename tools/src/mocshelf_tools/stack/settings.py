"""What a stack keeps between two starts: its ports, its AWS keys, its demo user, its user pool."""

from __future__ import annotations

import secrets
import socket
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mocshelf_tools.stack.folder import DataFolder

_FILE = "settings.json"
# The last is the front of the stage `local`.
SERVERS = ("postgres", "valkey", "aws", "opensearch", "web")


class Settings:
    """The settings of one data folder; `save` writes them back."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        kept = folder.read(_FILE)
        self.ports: dict[str, int] = _stable_ports(kept.get("ports") or {})
        self.access_key: str = kept.get("access_key") or "LOCAL" + secrets.token_hex(8).upper()
        self.secret_key: str = kept.get("secret_key") or secrets.token_urlsafe(30)
        self.demo_password: str = kept.get("demo_password") or new_password()
        self.pool_id: str | None = kept.get("pool_id")
        self.client_id: str | None = kept.get("client_id")

    def save(self) -> None:
        content: dict[str, Any] = {name: value for name, value in vars(self).items() if not name.startswith("_")}
        self._folder.write(_FILE, content)


def new_password() -> str:
    """A password that the pool's policy takes: 12 or more characters with upper, lower, digit and symbol."""
    return f"Mx{secrets.randbelow(10)}-{secrets.token_urlsafe(12)}"


def _stable_ports(kept: dict[str, int]) -> dict[str, int]:
    """The ports of the last run where they are free, others where not: presigned addresses stay valid."""
    ports: dict[str, int] = {}
    for server in SERVERS:
        port = kept.get(server)
        ports[server] = port if port and port_is_free(port) else _free_port(set(ports.values()))
    return ports


def port_is_free(port: int) -> bool:
    """Whether a server could listen on this port of 127.0.0.1 now."""
    with socket.socket() as probe:
        # Servers set this too, so a port whose last connections are still closing counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free_port(taken: set[int]) -> int:
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port not in taken:
            return port
