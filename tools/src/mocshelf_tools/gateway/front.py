"""The API on its port, its workers and live reload: what a gateway is wherever its functions' data may be."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from mocshelf_tools.gateway.api import HttpApi
from mocshelf_tools.gateway.authorizer import Authorizer, Pool
from mocshelf_tools.gateway.cors import Cors
from mocshelf_tools.gateway.logs import FunctionLog
from mocshelf_tools.gateway.pool import CodeIsBroken, WorkerPool
from mocshelf_tools.gateway.reload import replace_on_change
from mocshelf_tools.gateway.serving import server

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from mocshelf_tools.console.console import Console
    from mocshelf_tools.web.site import Site


@dataclass(frozen=True)
class Options:
    """What a gateway runs: the functions of `package`, replaced when a file in `watched` is saved."""

    package: str = "mocshelf"
    watched: Sequence[Path] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    workers: int = 8
    triggers: bool = True
    site: Site | None = None


@dataclass(frozen=True)
class Behind:
    """What the functions are linked to by their environment, whose tokens count, and where their lines go."""

    environment: Mapping[str, str]
    users: Pool
    log: Path


class Front:
    """The gateway on a bound socket. `show` hears what a person should know."""

    def __init__(
        self, behind: Behind, listener: socket.socket, options: Options, show: Callable[[str], None]
    ) -> None:
        self._behind = behind
        self._listener = listener
        self._options = options
        self._show = show
        self._tasks: list[asyncio.Task[None]] = []
        self._console: Console | None = None

    async def serve(self, stop: asyncio.Event, ready: Callable[[], None]) -> None:
        """Answers requests until `stop` is set; calls `ready` when it does."""
        port = self._listener.getsockname()[1]
        console = self._console = self._open_console()
        log = FunctionLog(self._behind.log, self._show, console.logged if console else None)
        environment = {**self._behind.environment, **self._options.environment}
        if console is not None:
            environment.update(console.environment)
        watch = console.invoked if console else None
        pool = WorkerPool(self._options.package, environment, log, self._options.workers, watch)
        origins = frozenset({f"http://localhost:{port}", f"http://127.0.0.1:{port}"})
        users, site = Authorizer(self._behind.users), self._options.site
        api = HttpApi(pool, users, Cors(origins), self._show, site, console)
        answering = server(api)
        serving = asyncio.create_task(answering.serve([self._listener]))
        try:
            pool.replace()
            await self._first_load(pool)
            self._task(replace_on_change(pool, self._options.watched, self._show), self._options.watched)
            await self._accompany(pool)
            ready()
            await stop.wait()
        finally:
            for task in self._tasks:
                task.cancel()
            self._leave()
            if console is not None:
                # Its streams would be waited for.
                console.leave()
            answering.should_exit = True
            await serving
            await pool.close()
            log.close()
            if console is not None:
                console.close()

    def _open_console(self) -> Console | None:
        """The console, where there is one."""
        return None

    async def _accompany(self, pool: WorkerPool) -> None:
        """What runs beside the API for as long as it does."""

    def _leave(self) -> None:
        """Ends that."""

    async def _first_load(self, pool: WorkerPool) -> None:
        try:
            await pool.functions()
        except CodeIsBroken as problem:
            self._show(f"The code cannot be loaded; the API answers 500 until it can.\n{str(problem).rstrip()}")

    def _task(self, work: Coroutine[None, None, None], wanted: object) -> None:
        if wanted:
            self._tasks.append(asyncio.create_task(work))
        else:
            work.close()
