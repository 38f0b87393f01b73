"""Speaks to Valkey: commands over one connection a server, and the redirections of a cluster."""

from __future__ import annotations

import binascii
import time
from collections.abc import Sequence

import hiredis

from mocshelf.runtime import tls
from mocshelf.runtime.resources import Cache, resources

SLOTS = 16384  # of a cluster
CONNECT_SECONDS = 0.2
ANSWER_SECONDS = 0.05
REDIRECTIONS = 3  # a slot that moves is followed; a cluster that sends us in circles is not

Command = tuple[str | bytes | int, ...]


class Valkey:
    """The server or cluster at a link's address. Every method raises OSError when there is no answer in time."""

    def __init__(self, link: Cache) -> None:
        self._link = link
        self._start = (link.host, link.port)
        self._homes: dict[int, tuple[str, int]] = {}
        self._connections: dict[tuple[str, int], _Connection] = {}

    def ask(self, tag: str, commands: Sequence[Command]) -> list[object]:
        """The answers to commands whose keys all carry `tag`, in one round trip."""
        slot = binascii.crc_hqx(tag.encode(), 0) % SLOTS
        home, asking = self._homes.get(slot, self._start), False
        for _ in range(REDIRECTIONS + 1):
            # The permission to ask for a slot that is moving lasts for one command.
            sent = [one for command in commands for one in (("ASKING",), command)] if asking else commands
            answers = self._at(home, sent)
            refusal = next((one for one in answers if isinstance(one, hiredis.ReplyError)), None)
            if refusal is None:
                return answers[1::2] if asking else answers
            kind, _, rest = str(refusal).partition(" ")
            if kind not in ("MOVED", "ASK"):
                raise OSError(kind)
            # An empty host stands for the one that was asked.
            host, _, port = rest.partition(" ")[2].rpartition(":")
            home, asking = (host or home[0], int(port)), kind == "ASK"
            if not asking:
                self._homes[slot] = home
        raise OSError("The cluster redirects in circles.")

    def tell(self, tag: str, commands: Sequence[Command]) -> None:
        """Sends commands and does not wait: a server that hangs reads them when it goes on."""
        home = self._homes.get(binascii.crc_hqx(tag.encode(), 0) % SLOTS, self._start)
        connection = _Connection(home, self._link, ANSWER_SECONDS)
        try:
            connection.send(commands)
        finally:
            connection.close()

    def close(self) -> None:
        for connection in self._connections.values():
            connection.close()
        self._connections.clear()

    def _at(self, home: tuple[str, int], commands: Sequence[Command]) -> list[object]:
        """The answers of one server; a connection that it has closed is made anew."""
        known = self._connections.get(home)
        try:
            if known is not None:
                try:
                    return known.ask(commands)
                except (ConnectionError, BrokenPipeError):
                    known.close()
            self._connections[home] = fresh = _Connection(home, self._link)
            return fresh.ask(commands)
        except OSError:
            self._forget(home)
            raise

    def _forget(self, home: tuple[str, int]) -> None:
        """Late answers must not be taken for those of the next commands, and slots of a dead server have moved."""
        connection = self._connections.pop(home, None)
        if connection is not None:
            connection.close()
        self._homes = {slot: other for slot, other in self._homes.items() if other != home}


class _Connection:
    def __init__(self, address: tuple[str, int], link: Cache, connect_seconds: float | None = None) -> None:
        patience = resources.tunnels.patience
        self._answer_seconds = ANSWER_SECONDS * patience
        seconds = (connect_seconds or CONNECT_SECONDS) * patience
        self._socket = tls.connected(*address, seconds, secure=link.tls)
        self._reader = hiredis.Reader()

    def send(self, commands: Sequence[Command]) -> None:
        self._socket.settimeout(self._answer_seconds)
        # The package's own types allow for commands of one word only.
        packed = (hiredis.pack_command(command) for command in commands)  # type: ignore[arg-type]  # see above
        self._socket.sendall(b"".join(packed))

    def ask(self, commands: Sequence[Command]) -> list[object]:
        self.send(commands)
        deadline = time.monotonic() + self._answer_seconds
        answers: list[object] = []
        while len(answers) < len(commands):
            answer = self._answer(deadline)
            answers.append(answer)
        return answers

    def close(self) -> None:
        self._socket.close()

    def _answer(self, deadline: float) -> object:
        while True:
            try:
                answer = self._reader.gets()
            except hiredis.ProtocolError:
                raise OSError("The answer is not in the Redis protocol.") from None
            if answer is not False:
                return answer
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._socket.settimeout(left)
            received = self._socket.recv(65536)
            if not received:
                raise ConnectionResetError("The server closed the connection.")
            self._reader.feed(received)
