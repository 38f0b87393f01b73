"""A dev gateway inside the test process, and waiting for what it does."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, Self

import httpx

from mocshelf_tools.gateway.listener import listen
from mocshelf_tools.gateway.server import Gateway, Options
from mocshelf_tools.running import described, sign_in
from mocshelf_tools.stack import Stack

HERE = Path(__file__).parent


class Serves(Protocol):
    """A gateway, of whatever kind."""

    async def serve(self, stop: asyncio.Event, ready: Callable[[], None]) -> None: ...


class Serving:
    """A gateway in a thread of its own, at `url`; `shown` is what it said on the terminal."""

    def __init__(self, shown: list[str], make: Callable[[socket.socket, Callable[[str], None]], Serves]) -> None:
        self.shown = shown
        self._make = make
        self._listener = listen(0)
        host, port = self._listener.getsockname()
        self.address: tuple[str, int] = (host, port)
        self.url = f"http://{host}:{port}"
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(60), self.shown
        return self

    def __exit__(self, *failure: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(15)
        self._listener.close()

    def _run(self) -> None:
        gateway = self._make(self._listener, self.shown.append)
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(gateway.serve(self._stop, self._ready.set))


class RunningGateway(Serving):
    """The gateway of `dev`."""

    def __init__(self, stack: Stack, options: Options) -> None:
        self.stack = stack
        super().__init__([], lambda listener, show: Gateway(stack, listener, options, show))

    def token(self) -> str:
        """A token of the demo user."""
        known = described(self.stack.endpoints, self.url)
        return sign_in(known["cognito"], *known["demo"].values())

    def client(self, **options: object) -> httpx.Client:
        return httpx.Client(base_url=self.url, trust_env=False, timeout=60, **options)  # type: ignore[arg-type]  # passed on


def eventually(happened: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether it happens within so many seconds."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
