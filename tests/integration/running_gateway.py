"""One stack with a dev gateway around the trial functions, for all test files about the gateway."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from mocshelf_tools.gateway.server import Gateway, Options, listen
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
        assert self._ready.wait(30), self.shown
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
        return httpx.Client(base_url=self.url, trust_env=False, timeout=20, **options)  # type: ignore[arg-type]  # passed on

    def _run(self, options: Options) -> None:
        gateway = Gateway(self.stack, self._listener, options, self.shown.append)
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(gateway.serve(self._stop, self._ready.set))


def eventually(happened: Callable[[], bool], seconds: float = 10) -> bool:
    """Whether it happens within so many seconds."""
    deadline = time.monotonic() + seconds
    while not happened():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture(scope="session")
def trial_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with Stack(tmp_path_factory.mktemp("trial") / "data") as stack:
        yield stack


@pytest.fixture(scope="session")
def trial_notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the trial function behind the queue writes down what it gets."""
    notes = tmp_path_factory.mktemp("notes") / "notes"
    notes.touch()
    return notes


@pytest.fixture(scope="session")
def gateway(trial_stack: Stack, trial_notes: Path) -> Iterator[RunningGateway]:
    environment = {"PYTHONPATH": str(HERE), "TRIAL_NOTES": str(trial_notes)}
    with RunningGateway(trial_stack, Options(package="trial", environment=environment)) as running:
        yield running


@pytest.fixture(scope="session")
def anonymous(gateway: RunningGateway) -> Iterator[httpx.Client]:
    """A client without a token."""
    with gateway.client() as client:
        yield client


@pytest.fixture(scope="session")
def signed_in(gateway: RunningGateway) -> Iterator[httpx.Client]:
    """A client with the demo user's token."""
    with gateway.client(headers={"Authorization": f"Bearer {gateway.token()}"}) as client:
        yield client
