"""Runs a function in a process that dies at a chosen outside call.

As a script it is the parent of those processes: handlers are imported once, and each job runs in a fork, because an
interpreter that starts anew for each would take minutes. A job is a line of JSON on standard input: the function, its
event, and which call to die at, before or after it (`null` to live). The answer is a line on standard output: the
calls made until then and what the handler returned.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

DIED = 137


@dataclass(frozen=True)
class Run:
    """The outside calls a handler made, in order, and its answer, None when it died."""

    calls: list[str]
    answer: Any


class Zygote:
    """The parent process, linked as a function is."""

    def __init__(self, links: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=links
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)

    def run(self, function: str, event: Any, die_at: int | None = None, *, after: bool = False) -> Run:
        """Has the handler run; with `die_at` it dies before or after that call, counted from 0."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        job = {"function": function, "event": event, "dieAt": die_at, "after": after}
        self._process.stdin.write(json.dumps(job) + "\n")
        self._process.stdin.flush()
        found = json.loads(self._process.stdout.readline())
        return Run(found["calls"], found["answer"])


class Calls:
    """Counts outside calls and ends the process at one of them."""

    def __init__(self, die_at: int | None, *, after: bool, pipe: int) -> None:
        self._die_at, self._after, self._pipe = die_at, after, pipe
        self._count = 0
        self.quiet = False

    def around(self, name: str | Callable[..., str], call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            number, self._count = self._count, self._count + 1
            said = name(*args) if callable(name) else name
            self._tell({"call": said})
            if number == self._die_at and not self._after:
                os._exit(DIED)
            try:
                return call(*args, **kwargs)
            finally:
                if number == self._die_at:
                    os._exit(DIED)

        return wrapped

    def finish(self, answer: Any) -> None:
        self._tell({"answer": answer})

    def _tell(self, what: dict[str, Any]) -> None:
        os.write(self._pipe, json.dumps(what).encode() + b"\n")


def surround(calls: Calls) -> None:
    """Puts itself before every way out. Nothing but a patch can kill at exactly one of them."""
    import psycopg2
    from psycopg2.extensions import connection

    from mocshelf.runtime import queue, search, users
    from mocshelf.runtime.storage import Storage
    from mocshelf.runtime.valkey import Valkey

    class Connection(connection):
        def commit(self) -> None:
            calls.around("commit", super().commit)()

    connect = psycopg2.connect
    psycopg2.connect = partial(connect, connection_factory=Connection)
    for method, name in {
        "head": "head",
        "sizes": "list",
        "read": "read",
        "write": "write",
        "delete": "delete",
    }.items():
        setattr(Storage, method, calls.around(f"S3 {name}", getattr(Storage, method)))
    queue.send = calls.around("queue", queue.send)
    Valkey.ask = calls.around("cache", Valkey.ask)  # type: ignore[method-assign]  # see above
    search._send = calls.around("index", search._send)
    users._call = calls.around(lambda action, *_: f"Cognito {action}", users._call)


def _serve() -> None:
    # What handlers print must not be taken for an answer.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    handlers = {}
    from mocshelf import manifest

    for row in manifest.FUNCTIONS:
        if row.migrating:
            # Called by deployments only, and linked to nothing here.
            continue
        handlers[row.name] = importlib.import_module(f"mocshelf.functions.{row.name}").handler
    for line in sys.stdin:
        job = json.loads(line)
        calls, answer = _forked(handlers[job["function"]], job)
        answers.write(json.dumps({"calls": calls, "answer": answer}) + "\n")
        answers.flush()


def _forked(handler: Callable[[Any, Any], Any], job: dict[str, Any]) -> tuple[list[str], Any]:
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        os.close(reading)
        calls = Calls(job["dieAt"], after=job["after"], pipe=writing)
        surround(calls)
        try:
            calls.finish(handler(job["event"], None))
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        lines = [json.loads(line) for line in told]
    os.waitpid(pid, 0)
    answers = [line["answer"] for line in lines if "answer" in line]
    return [line["call"] for line in lines if "call" in line], answers[0] if answers else None


if __name__ == "__main__":
    _serve()
