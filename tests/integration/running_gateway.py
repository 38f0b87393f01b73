"""A dev gateway inside the test process, and waiting for what it does."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from mocshelf_tools.gateway.listener import listen
from mocshelf_tools.gateway.server import Gateway, Options
from mocshelf_tools.running import described, sign_in
from mocshelf_tools.stack import Stack

HERE = Path(__file__).parent


class RunningGateway:
    """A gateway in a thread of its own; `shown` is what it said on the terminal."""

    def __init__(self, stack: Stack, options: Options) -> None:
        self.stack = stack
        self.shown: list[str] = []
        self._listener = listen(0)
        host, port = self._listener.getsockname()
        self.address: tuple[str, int] = (host, port)
        self.url = f"http://{host}:{port}"
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(options,))

    def __enter__(self) -> RunningGateway:
        self._thread.start()
        assert self._ready.wait(60), self.shown
        return self

    def __exit__(self, *failure: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(15)
        self._listener.close()

    def token(self) -> str:
        """A token of the demo user."""
        known = described(self.stack.endpoints, self.url)
        return sign_in(known["cognito"], *known["demo"].values())

    def client(self, **options: object) -> httpx.Client:
        return httpx.Client(base_url=self.url, trust_env=False, timeout=60, **options)  # type: ignore[arg-type]  # passed on

    def _run(self, options: Options) -> None:
        gateway = Gateway(self.stack, self._listener, options, self.shown.append)
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(gateway.serve(self._stop, self._ready.set))


def eventually(happened: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether it happens within so many seconds."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
