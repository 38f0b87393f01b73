"""The gateway as a whole: the API on its port, workers, triggers and live reload, until it is told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from mocshelf_tools.gateway.api import HttpApi
from mocshelf_tools.gateway.authorizer import Authorizer
from mocshelf_tools.gateway.control import Control
from mocshelf_tools.gateway.cors import Cors
from mocshelf_tools.gateway.logs import FunctionLog
from mocshelf_tools.gateway.pool import CodeIsBroken, WorkerPool
from mocshelf_tools.gateway.queues import QueueConsumer, Source
from mocshelf_tools.gateway.reload import replace_on_change
from mocshelf_tools.gateway.schedule import run_by_the_clock
from mocshelf_tools.stack.provision import client

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence

    from mocshelf_tools.stack import Stack


@dataclass(frozen=True)
class Options:
    """What a gateway runs: the functions of `package`, replaced when a file in `watched` is saved."""

    package: str = "mocshelf"
    watched: Sequence[Path] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    workers: int = 8
    triggers: bool = True


class Gateway:
    """The gateway of a running stack on a bound socket."""

    def __init__(self, stack: Stack, listener: socket.socket, options: Options, show: Callable[[str], None]) -> None:
        self._stack = stack
        self._listener = listener
        self._options = options
        self._show = show
        self._tasks: list[asyncio.Task[None]] = []
        self._consumers: list[QueueConsumer] = []

    async def serve(self, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        """Answers requests until `stop` is set; calls `ready` when it does."""
        endpoints = self._stack.endpoints
        log = FunctionLog(self._stack.folder.logs / "functions.log", self._show)
        environment = {**self._stack.environment, **self._options.environment}
        pool = WorkerPool(self._options.package, environment, log, self._options.workers)
        control = Control(self._stack, pool, endpoints.region)
        port = self._listener.getsockname()[1]
        origins = frozenset({f"http://localhost:{port}", f"http://127.0.0.1:{port}"})
        server = _server(HttpApi(pool, Authorizer(endpoints), Cors(origins), self._show))
        serving = asyncio.create_task(server.serve([self._listener]))
        try:
            pool.replace()
            await self._first_load(pool)
            await control.start()
            self._task(replace_on_change(pool, self._options.watched, self._show), self._options.watched)
            if self._options.triggers:
                await self._start_triggers(pool)
            ready()
            await stop.wait()
        finally:
            for consumer in self._consumers:
                consumer.stop()
            for task in self._tasks:
                task.cancel()
            control.stop()
            server.should_exit = True
            await serving
            await pool.close()
            log.close()

    async def _first_load(self, pool: WorkerPool) -> None:
        try:
            await pool.functions()
        except CodeIsBroken as problem:
            self._show(f"The code cannot be loaded; the API answers 500 until it can.\n{str(problem).rstrip()}")

    async def _start_triggers(self, pool: WorkerPool) -> None:
        """Queues and schedules as they are in the manifest now; a change to those needs a new start."""
        endpoints = self._stack.endpoints
        queues = {"processing_queue": endpoints.queue_url, "index_queue": endpoints.index_queue_url}
        with contextlib.suppress(CodeIsBroken):
            for row in (await pool.functions()).values():
                if row.queue in queues:
                    source = Source(row.name, queues[row.queue], endpoints.region)
                    sqs = client("sqs", endpoints.aws, self._stack.settings)
                    consumer = QueueConsumer(source, sqs, pool, self._show)
                    consumer.start()
                    self._consumers.append(consumer)
                if row.schedule:
                    self._task(run_by_the_clock(pool, row.name, row.schedule, endpoints.region, self._show), True)

    def _task(self, work: Coroutine[None, None, None], wanted: object) -> None:
        if wanted:
            self._tasks.append(asyncio.create_task(work))
        else:
            work.close()


class _Server(uvicorn.Server):
    """Leaves signals to the command, which has more to stop than the API."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _server(application: HttpApi) -> _Server:
    return _Server(
        uvicorn.Config(
            application,
            http="httptools",
            ws="none",
            lifespan="off",
            access_log=False,
            log_level="warning",
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=2,
        )
    )
