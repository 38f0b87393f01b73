"""One execution environment: a process that runs a laid out function under Lambda's runtime interface client."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from tempfile import TemporaryFile
from typing import Any, Self

from mocshelf import manifest
from mocshelf_tools.lambdas.layout import Layout
from mocshelf_tools.lambdas.runtime_api import Report, RuntimeApi
from mocshelf_tools.lambdas.throttling import throttle
from mocshelf_tools.stack.processes import end_with_parent

INIT_SECONDS = 60.0  # Lambda waits for 10, but at a small share of a busy machine's processor that is too little
_LOG_SHOWN = 4000  # bytes


class FunctionFailed(Exception):
    """The function did not start, raised, ended, or took too long; the message says which, and what it wrote."""


@dataclass(frozen=True)
class Answer:
    """What the handler returned, and how many seconds that took from handing out the event."""

    result: Any
    seconds: float


class Environment:
    """Starts on entering and is ready then; ends on leaving. Raises FunctionFailed.

    `share` is how much of one processor the process gets, `links` the variables that link it to a stack. With
    `snap_start` it stops after its init, as if a snapshot were taken, and `restore` lets it go on.
    """

    def __init__(
        self,
        layout: Layout,
        row: manifest.Function,
        links: Mapping[str, str],
        *,
        share: float = 1.0,
        snap_start: bool = False,
    ) -> None:
        self._row = row
        self._share = share
        self._snap_start = snap_start
        self._api = RuntimeApi()
        self._variables = {**links, **_variables(layout, row), "AWS_LAMBDA_RUNTIME_API": self._api.address}
        if snap_start:
            self._variables["AWS_LAMBDA_INITIALIZATION_TYPE"] = "snap-start"
        self._ending = ExitStack()
        self.init_seconds = 0.0
        self.throttled_by = ""

    def __enter__(self) -> Self:
        with ExitStack() as ending:
            ending.enter_context(self._api)
            self._log = ending.enter_context(TemporaryFile())
            held = ending.enter_context(throttle(self._share))
            self.throttled_by = held.words
            tie = end_with_parent(signal.SIGKILL)

            def prepare() -> None:
                held.join()
                if tie:
                    tie()

            begun = time.perf_counter()
            # No site, no packages but those of the layout: a module that was not packaged is not found.
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-S", "-m", "awslambdaric", self._variables["_HANDLER"]],
                stdin=subprocess.DEVNULL,
                stdout=self._log,
                stderr=subprocess.STDOUT,
                env=self._variables,
                cwd=self._variables["LAMBDA_TASK_ROOT"],
                preexec_fn=prepare,
            )
            ending.callback(self._end)
            held.started(self._process.pid)
            ready = self._await("restore" if self._snap_start else "ready", INIT_SECONDS)
            self.init_seconds = ready.moment - begun
            self._ending = ending.pop_all()
        return self

    def __exit__(self, *failure: object) -> None:
        self._ending.close()

    def restore(self) -> float:
        """Goes on after the snapshot; the seconds until it waits for an event."""
        begun = time.perf_counter()
        self._api.restore()
        return self._await("ready", INIT_SECONDS).moment - begun

    def invoke(self, event: object) -> Answer:
        """Hands out the event and waits for the answer until the function's timeout."""
        seconds = float(self._row.timeout)
        arn = f"arn:aws:lambda:eu-central-1:000000000000:function:{self._row.name}"
        begun = time.perf_counter()
        self._api.give(json.dumps(event).encode(), seconds=seconds, arn=arn)
        answered = self._await("response", seconds)
        # What follows the answer, the runtime's next question, is not the next invocation's time.
        self._await("ready", seconds)
        return Answer(answered.json(), answered.moment - begun)

    def peak_memory(self) -> int:
        """The most memory that the process has had resident, in bytes."""
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
        assert found is not None  # noqa: S101 - the kernel always says it of a process with memory
        return int(found[1]) * 1024

    def log(self) -> str:
        """What the function has written."""
        self._log.seek(0)
        return self._log.read().decode(errors="replace")

    def _await(self, kind: str, seconds: float) -> Report:
        deadline = time.monotonic() + seconds
        while True:
            ended = self._process.poll()
            try:
                report = self._api.reports.get(timeout=0.05)
            except Empty:
                # A last word may have come between looking at the process and at the reports.
                if ended is not None:
                    raise self._failure(f"its process ended with {ended}") from None
                if time.monotonic() > deadline:
                    raise self._failure(f"it took more than {seconds:g} s") from None
                continue
            if report.kind == kind:
                return report
            raise self._failure(_reason(report))

    def _failure(self, reason: str) -> FunctionFailed:
        wrote = self.log()[-_LOG_SHOWN:].strip()
        return FunctionFailed(f"{self._row.name}: {reason}." + (f"\nIt wrote:\n{wrote}" if wrote else ""))

    def _end(self) -> None:
        self._process.kill()
        self._process.wait()


def _reason(report: Report) -> str:
    if report.kind not in ("error", "init-error", "restore-error"):
        return f"it said {report.kind!r} out of turn"
    when = {"error": "its handler", "init-error": "its start", "restore-error": "its restoring"}[report.kind]
    fault = report.json()
    return f"{when} raised {fault['errorType']}: {fault['errorMessage']}"


def _variables(layout: Layout, row: manifest.Function) -> dict[str, str]:
    """What Lambda itself puts into a function's environment."""
    return {
        "_HANDLER": f"mocshelf.functions.{row.name}.handler",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(row.memory),
        "AWS_LAMBDA_FUNCTION_NAME": row.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_FORMAT": "JSON",
        "LAMBDA_RUNTIME_DIR": str(layout.runtime),
        "LAMBDA_TASK_ROOT": str(layout.task),
        "PYTHONPATH": layout.python_path,
    }
