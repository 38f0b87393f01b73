"""How the gateway, its workers and `./mocshelf invoke` talk: JSON values, each after its length in four bytes."""

from __future__ import annotations

import json
import struct
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio
    import socket

_LENGTH = struct.Struct(">I")


def encode(value: Any) -> bytes:
    """The JSON text, not yet framed; raises TypeError or ValueError for what JSON cannot say."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode()


def framed(text: bytes) -> bytes:
    return _LENGTH.pack(len(text)) + text


async def read(reader: asyncio.StreamReader) -> Any:
    """The next value; asyncio.IncompleteReadError when the other side is gone."""
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    return json.loads(await reader.readexactly(length))


def receive(connection: socket.socket) -> Any | None:
    """The next value, None when the other side is gone."""
    head = _exactly(connection, _LENGTH.size)
    if head is None:
        return None
    (length,) = _LENGTH.unpack(head)
    text = _exactly(connection, length)
    return None if text is None else json.loads(text)


def _exactly(connection: socket.socket, length: int) -> bytearray | None:
    text = bytearray()
    while len(text) < length:
        part = connection.recv(min(length - len(text), 1 << 20))
        if not part:
            return None
        text += part
    return text
