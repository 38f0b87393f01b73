"""One execution environment: a process that runs handlers, one event at a time, as Lambda's do."""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mocshelf_tools.gateway import frames
from mocshelf_tools.stack.processes import end_with_parent

# Lambda's limit on what a function may return, in bytes of JSON.
PAYLOAD_LIMIT = 6 * 1024 * 1024


@dataclass(frozen=True)
class Context:
    """What a handler gets as its second argument."""

    function_name: str
    aws_request_id: str
    memory_limit_in_mb: int
    deadline: float
    function_version: str = "$LATEST"

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:eu-central-1:000000000000:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        return f"/aws/lambda/{self.function_name}"

    @property
    def log_stream_name(self) -> str:
        return str(os.getpid())

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.deadline - time.time()) * 1000))


def main() -> None:
    """`python -m mocshelf_tools.gateway.worker FD PACKAGE`: serves the socket FD with PACKAGE's functions."""
    tie = end_with_parent(signal.SIGKILL, parent=os.getppid())
    if tie:
        tie()
    connection = socket.socket(fileno=int(sys.argv[1]))
    package = sys.argv[2]
    try:
        functions = _functions(package)
    except BaseException:
        connection.sendall(frames.framed(frames.encode({"failed": _why_not_loaded()})))
        return
    connection.sendall(frames.framed(frames.encode({"functions": functions})))
    _warm(package, functions)
    while (call := frames.receive(connection)) is not None:
        connection.sendall(frames.framed(_answer(package, call)))


def _functions(package: str) -> list[dict[str, Any]]:
    """The manifest's rows with their route tables, read from the code as it is on disk now."""
    rows = []
    for row in importlib.import_module(f"{package}.manifest").FUNCTIONS:
        if row.migrating:
            # A deployment's; here `./mocshelf dev` migrates before anything is linked.
            continue
        keys: list[str] = []
        public: list[str] = []
        if row.routes:
            module, _, attribute = row.routes.partition(":")
            routes = getattr(importlib.import_module(module), attribute)
            keys, public = routes.keys(), routes.public_keys()
        rows.append(
            {
                "name": row.name,
                "keys": keys,
                "public": public,
                "queue": row.queue,
                "schedule": row.schedule,
                "timeout": row.timeout,
                "memory": row.memory,
            }
        )
    return rows


def _warm(package: str, functions: list[dict[str, Any]]) -> None:
    """Loads the handlers behind routes before their first event; a broken one says so when it is called."""
    for row in functions:
        if row["keys"]:
            try:
                importlib.import_module(f"{package}.functions.{row['name']}")
            except Exception:
                _report(row["name"], "", "function.not_loaded")


def _answer(package: str, call: dict[str, Any]) -> bytes:
    """The encoded answer to one event: `result`, or `error` with what the handler raised."""
    name, request_id = call["function"], call["request_id"]
    os.environ["AWS_LAMBDA_FUNCTION_NAME"] = name
    os.environ["_X_AMZN_TRACE_ID"] = call.get("trace", "")
    context = Context(name, request_id, call["memory"], time.time() + call["seconds"])
    try:
        handler = importlib.import_module(f"{package}.functions.{name}").handler
        answer = frames.encode({"result": handler(call["event"], context)})
    except Exception as problem:
        _report(name, request_id, "function.raised")
        return _refusal(type(problem).__name__, str(problem), logged=True)
    if len(answer) > PAYLOAD_LIMIT:
        message = f"The answer of {len(answer)} bytes is over Lambda's {PAYLOAD_LIMIT}."
        return _refusal("ResponseSizeTooLarge", message, logged=False)
    return answer


def _refusal(kind: str, message: str, *, logged: bool) -> bytes:
    return frames.encode({"error": {"errorType": kind, "errorMessage": message, "logged": logged}})


def _why_not_loaded() -> str:
    """The traceback without the frames that say how modules are imported."""
    kind, problem, trace = sys.exc_info()
    frames_shown = [
        frame
        for frame in traceback.extract_tb(trace)
        if frame.filename != __file__ and "importlib" not in frame.filename
    ]
    return "".join(traceback.format_list(frames_shown) + traceback.format_exception_only(kind, problem))


def _report(function: str, request_id: str, event: str) -> None:
    kind, problem, trace = sys.exc_info()
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "level": "error",
        "event": event,
        "function": function,
        "requestId": request_id,
        "error": f"{kind.__name__ if kind else ''}: {problem}",
        "trace": "".join(traceback.format_tb(trace)),
    }
    sys.stdout.write(json.dumps(line) + "\n")


if __name__ == "__main__":
    main()
