"""The workers: started when needed, one event each, replaced as a whole when the code changes."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mocshelf_tools.gateway import frames
from mocshelf_tools.gateway.process import Worker
from mocshelf_tools.gateway.watching import Invocation, trace_header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mocshelf_tools.gateway.logs import FunctionLog
    from mocshelf_tools.gateway.watching import OnInvocation

_LINE_LIMIT = 1 << 20
_STARTED_AT_ONCE = 2
_START_SECONDS = 30
_KILLED = (-signal.SIGKILL, -signal.SIGTERM)


class FunctionFailed(Exception):
    """The handler raised, or its process ended; `logged` when the function's log tells more already."""

    def __init__(self, message: str, *, logged: bool = False) -> None:
        super().__init__(message)
        self.logged = logged


class FunctionTimedOut(Exception):
    """The handler was stopped at the end of its time."""


class CodeIsBroken(Exception):
    """No worker can start with the code as it is; the message is the traceback."""


@dataclass(frozen=True)
class FunctionRow:
    """A function as the workers found it in the manifest."""

    name: str
    keys: tuple[str, ...]
    public: frozenset[str]
    queue: str | None
    schedule: int | None
    timeout: int
    memory: int


class WorkerPool:
    """At most `size` workers that run the functions of `package` with `environment`; events beyond wait.

    With a `watch` events are traced, and it hears of each.
    """

    def __init__(
        self,
        package: str,
        environment: Mapping[str, str],
        log: FunctionLog,
        size: int = 8,
        watch: OnInvocation | None = None,
    ) -> None:
        self._package = package
        self._environment = {**environment, "PYTHONUNBUFFERED": "1"}
        self._log = log
        self._size = size
        self._watch = watch
        self._generation = 0
        self._starting = 0
        self._workers: set[Worker] = set()
        self._idle: list[Worker] = []
        self._waiting: deque[asyncio.Future[Worker]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready = asyncio.Event()
        self._failure: str | None = None
        self._functions: dict[str, FunctionRow] = {}

    @property
    def pids(self) -> list[int]:
        return [worker.process.pid for worker in self._workers]

    async def functions(self) -> dict[str, FunctionRow]:
        """The functions of the code as it is now, by name; waits while workers are being replaced."""
        if not self._ready.is_set():
            await self._ready.wait()
        if self._failure is not None:
            raise CodeIsBroken(self._failure)
        return self._functions

    def replace(self) -> None:
        """Lets the present workers finish what they run; events from now on are for new ones."""
        self._generation += 1
        self._starting = 0
        self._failure = None
        self._ready.clear()
        for worker in self._idle:
            self._end(worker)
        self._idle = []
        self._grow()

    async def invoke(self, function: FunctionRow, event: bytes, request_id: str, seconds: float) -> Any:
        """What the handler returned for the event, which is JSON text. Raises one of this module's errors."""
        head = {
            "function": function.name,
            "request_id": request_id,
            "seconds": seconds,
            "memory": function.memory,
            "trace": trace_header(request_id) if self._watch else "",
        }
        # The event is JSON already; encoding it a second time would double the cost of large bodies.
        call = frames.encode(head)[:-1] + b',"event":' + event + b"}"
        asked = time.time()
        worker = await self._acquire()
        begun, cold, worker.cold = time.time(), worker.cold, False
        try:
            answer = await self._called(worker, function, call, seconds)
        finally:
            if self._watch is not None:
                self._watch(Invocation(request_id, function.name, asked, begun, time.time(), cold))
        if "error" in answer:
            error = answer["error"]
            message = f"{function.name}: {error['errorType']}: {error['errorMessage']}"
            raise FunctionFailed(message, logged=error["logged"])
        return answer["result"]

    async def _called(self, worker: Worker, function: FunctionRow, call: bytes, seconds: float) -> dict[str, Any]:
        """The worker's answer; a worker that gives none is ended."""
        try:
            async with asyncio.timeout(seconds):
                answer = await worker.call(call)
        except TimeoutError:
            self._end(worker)
            raise FunctionTimedOut(f"{function.name} was stopped after {seconds:g} s.") from None
        except (asyncio.IncompleteReadError, ConnectionError):
            self._end(worker)
            raise FunctionFailed(f"The process of {function.name} ended.") from None
        except BaseException:
            self._end(worker)
            raise
        self._release(worker)
        return answer

    async def close(self) -> None:
        self._generation += 1
        for task in list(self._tasks):
            task.cancel()
        workers = list(self._workers)
        for worker in workers:
            self._end(worker)
        await asyncio.gather(*(worker.process.wait() for worker in workers), return_exceptions=True)
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _acquire(self) -> Worker:
        await self.functions()
        while self._idle:
            worker = self._idle.pop()
            if worker.alive:
                return worker
            self._end(worker)
        waiting: asyncio.Future[Worker] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        self._grow()
        try:
            return await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled() and not waiting.exception():
                self._release(waiting.result())
            raise

    def _release(self, worker: Worker) -> None:
        if worker.generation != self._generation:
            self._end(worker)
            return
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(worker)
                return
        self._idle.append(worker)

    def _end(self, worker: Worker) -> None:
        worker.end()
        self._workers.discard(worker)
        if self._waiting and worker.generation == self._generation:
            self._grow()

    def _grow(self) -> None:
        """Starts one more worker, unless there are enough or some are on their way already."""
        alive = sum(worker.generation == self._generation for worker in self._workers)
        if alive + self._starting >= self._size or self._starting >= _STARTED_AT_ONCE:
            return
        self._starting += 1
        self._keep(asyncio.create_task(self._start(self._generation)))

    async def _start(self, generation: int) -> None:
        worker, killed, failure = None, False, "The worker ended while it started."
        try:
            async with asyncio.timeout(_START_SECONDS):
                worker = await self._spawn(generation)
                report = await frames.read(worker.reader)
            failure = report.get("failed")
        except TimeoutError:
            failure = f"The code was not loaded within {_START_SECONDS} s."
        except (asyncio.IncompleteReadError, ConnectionError):
            # Code does not kill its process, so somebody else has, and the next one may live.
            killed = worker is not None and await worker.process.wait() in _KILLED
        if generation != self._generation or failure is not None:
            current = generation == self._generation
            if current:
                self._starting -= 1
                if not killed:
                    self._fail(str(failure))
            if worker is not None:
                self._end(worker)
            if current and killed:
                self._grow()
            return
        assert worker is not None  # noqa: S101 - it reported
        self._starting -= 1
        self._functions = {row["name"]: _row(row) for row in report["functions"]}
        self._failure = None
        self._ready.set()
        self._release(worker)
        if self._waiting:
            self._grow()

    def _fail(self, failure: str) -> None:
        self._failure = failure
        self._ready.set()
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_exception(CodeIsBroken(failure))

    async def _spawn(self, generation: int) -> Worker:
        ours, theirs = socket.socketpair()
        try:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "mocshelf_tools.gateway.worker", str(theirs.fileno()), self._package),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                pass_fds=[theirs.fileno()],
                env=self._environment,
                # A Ctrl-C on the terminal is for the gateway, which lets running requests finish.
                start_new_session=True,
                limit=_LINE_LIMIT,
            )
        finally:
            theirs.close()
        reader, writer = await asyncio.open_connection(sock=ours)
        worker = Worker(generation, process, reader, writer)
        self._workers.add(worker)
        assert process.stdout is not None  # noqa: S101 - asked for above
        self._keep(asyncio.create_task(self._log.follow(process.stdout)))
        return worker

    def _keep(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _row(reported: dict[str, Any]) -> FunctionRow:
    return FunctionRow(
        name=reported["name"],
        keys=tuple(reported["keys"]),
        public=frozenset(reported["public"]),
        queue=reported["queue"],
        schedule=reported["schedule"],
        timeout=reported["timeout"],
        memory=reported["memory"],
    )
