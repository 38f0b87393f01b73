"""The gateway of a running stack: the API, and what on AWS calls functions beside it, until it is told to stop."""

from __future__ import annotations

import contextlib
import socket
from typing import TYPE_CHECKING

from mocshelf_tools.console.console import Console
from mocshelf_tools.console.looking import Looking
from mocshelf_tools.gateway.authorizer import pool_of
from mocshelf_tools.gateway.control import Control
from mocshelf_tools.gateway.front import Behind, Front, Options
from mocshelf_tools.gateway.pool import CodeIsBroken, WorkerPool
from mocshelf_tools.gateway.queues import QueueConsumer, Source
from mocshelf_tools.gateway.schedule import run_by_the_clock
from mocshelf_tools.stack.provision import client

if TYPE_CHECKING:
    from collections.abc import Callable

    from mocshelf_tools.stack import Stack

__all__ = ["Gateway", "Options"]


class Gateway(Front):
    """The gateway of a running stack on a bound socket."""

    def __init__(self, stack: Stack, listener: socket.socket, options: Options, show: Callable[[str], None]) -> None:
        known = stack.endpoints
        users = pool_of(known.region, known.pool_id, known.client_id, known.aws)
        super().__init__(
            Behind(stack.environment, users, stack.folder.logs / "functions.log"), listener, options, show
        )
        self._stack = stack
        self._control: Control | None = None
        self._consumers: list[QueueConsumer] = []

    def _open_console(self) -> Console | None:
        if self._options.site is None or not self._options.site.settings.console:
            return None
        return Console(Looking(self._stack.endpoints), self._listener.getsockname()[1])

    async def _accompany(self, pool: WorkerPool) -> None:
        self._control = Control(self._stack, pool, self._stack.endpoints.region)
        await self._control.start()
        if self._options.triggers:
            await self._start_triggers(pool)

    def _leave(self) -> None:
        for consumer in self._consumers:
            consumer.stop()
        if self._control is not None:
            self._control.stop()

    async def _start_triggers(self, pool: WorkerPool) -> None:
        """Queues and schedules as they are in the manifest now; a change to those needs a new start."""
        endpoints = self._stack.endpoints
        queues = {"processing_queue": endpoints.queue_url, "index_queue": endpoints.index_queue_url}
        with contextlib.suppress(CodeIsBroken):
            for row in (await pool.functions()).values():
                if row.queue in queues:
                    source = Source(row.name, queues[row.queue], endpoints.region)
                    sqs = client("sqs", endpoints.aws, self._stack.settings)
                    watch = self._console.delivered if self._console else None
                    consumer = QueueConsumer(source, sqs, pool, self._show, watch)
                    consumer.start()
                    self._consumers.append(consumer)
                if row.schedule:
                    self._task(run_by_the_clock(pool, row.name, row.schedule, endpoints.region, self._show), True)
