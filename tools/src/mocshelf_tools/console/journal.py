"""What the console remembers: the last entries of each kind, numbered in the order in which they came."""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

REQUEST, MESSAGE, LOG = "request", "message", "log"
LIMITS: Mapping[str, int] = MappingProxyType({REQUEST: 500, MESSAGE: 500, LOG: 2000})


@dataclass(slots=True)
class Entry:
    """Something that happened. Nobody may ever read it, so it is put into words by its first reader."""

    number: int
    kind: str
    _told: str | Callable[[], str]

    @property
    def text(self) -> str:
        """A JSON object in one line."""
        if not isinstance(self._told, str):
            self._told = self._told()
        return self._told


class Journal:
    """A ring for each kind. Readers keep their own place in it, so that a slow one holds nothing up."""

    def __init__(self, limits: Mapping[str, int] = LIMITS) -> None:
        # Numbers begin anew with each start of the gateway: a place in another run means nothing here.
        self.run = secrets.token_hex(4)
        self.last = 0
        self.closed = False
        self._kept: dict[str, deque[Entry]] = {kind: deque(maxlen=limit) for kind, limit in limits.items()}
        self._grown = asyncio.Event()

    def add(self, kind: str, text: str | Callable[[], str]) -> None:
        """Remembers a JSON object, or what makes one. Readers hear of it with the next `wake`."""
        self.last += 1
        self._kept[kind].append(Entry(self.last, kind, text))

    def wake(self) -> None:
        """Lets readers go on."""
        grown, self._grown = self._grown, asyncio.Event()
        grown.set()

    def close(self) -> None:
        """Lets readers end."""
        self.closed = True
        self.wake()

    def after(self, number: int) -> list[Entry]:
        """What is remembered of what came after the entry of that number, in order."""
        found: list[Entry] = []
        for kept in self._kept.values():
            for entry in reversed(kept):
                if entry.number <= number:
                    break
                found.append(entry)
        return sorted(found, key=lambda entry: entry.number)

    async def grows(self, seconds: float) -> None:
        """Waits for more, or until so many seconds are over."""
        grown = self._grown
        try:
            async with asyncio.timeout(seconds):
                await grown.wait()
        except TimeoutError:
            pass
