"""A worker as the pool holds it: one child process and the socket to it."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from mocshelf_tools.gateway import frames


class Worker:
    """`cold` until it has got its first event."""

    def __init__(
        self,
        generation: int,
        process: asyncio.subprocess.Process,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self.generation = generation
        self.process = process
        self.reader = reader
        self.cold = True
        self._writer = writer

    @property
    def alive(self) -> bool:
        """False once it is known that somebody, or a lack of memory, has killed it."""
        return self.process.returncode is None and not self.reader.at_eof()

    async def call(self, message: bytes) -> dict[str, Any]:
        self._writer.write(frames.framed(message))
        answer: dict[str, Any] = await frames.read(self.reader)
        return answer

    def end(self) -> None:
        """Kills the process: handlers must bear that, as they must on Lambda."""
        self._writer.close()
        with contextlib.suppress(ProcessLookupError):
            self.process.kill()
