"""The process in the background that runs the servers of the stage `local` until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from mocshelf_tools.cloud.local_front import LocalFront
from mocshelf_tools.cloud.local_functions import DeployedFunctions
from mocshelf_tools.cloud.local_stack import LocalStack
from mocshelf_tools.gateway.control import Control
from mocshelf_tools.gateway.listener import listen
from mocshelf_tools.gateway.serving import server
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.stack.aws import REGION

PLACE = "place.json"  # what runs where, for the commands
_LOOKS_SECONDS = 1


def main(data: Path) -> int:
    """Says on standard output, a JSON object a line, what it is `doing`, and at last that it is `ready`.

    Or that there is a `problem`; from then on it writes to its log only.
    """
    stop = asyncio.Event()
    loop = asyncio.new_event_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    stack = LocalStack(data, report=lambda text: _say(doing=text))
    try:
        stack.start()
        listener = listen(stack.settings.ports["web"])
    except CannotContinue as problem:
        stack.stop()
        _say(problem=str(problem))
        return 1
    try:
        with listener:
            loop.run_until_complete(_run(stack, listener, stop))
    finally:
        stack.stop()
    return 0


async def _run(stack: LocalStack, listener: socket.socket, stop: asyncio.Event) -> None:
    given = stack.given()
    host, port = listener.getsockname()
    web = f"http://{host}:{port}"
    control = Control(stack, DeployedFunctions(stack.folder, given["stage"]["endpoint"]), REGION)
    pids = {"dev": os.getpid(), **{name: pid for name, (pid, _) in stack.states().items() if pid}}
    stack.folder.write(PLACE, {"given": given, "web": web, "pids": pids})
    # What was deployed before runs again.
    known = stack.folder.read("endpoints.json")
    if known:
        stack.folder.write("endpoints.json", {**known, "web": web, "pids": pids})
    await control.start()
    front = LocalFront(stack.folder)
    answering = server(front)
    serving = asyncio.create_task(answering.serve([listener]))
    _say(ready=True)
    _write_to(stack.folder.logs / "supervisor.log")
    watching = asyncio.create_task(_watch(stack))
    await stop.wait()
    watching.cancel()
    control.stop()
    answering.should_exit = True
    await serving
    await front.close()


async def _watch(stack: LocalStack) -> None:
    """Writes into the log when a server ends; the next deployment starts it again."""
    told: set[str] = set()
    while True:
        ended = set(stack.ended())
        for name in sorted(ended - told):
            print(f"{name} has ended.", file=sys.stderr, flush=True)
        told = ended
        await asyncio.sleep(_LOOKS_SECONDS)


def _say(**what: Any) -> None:
    # Whoever waited may have gone; the servers are wanted all the same.
    with contextlib.suppress(OSError):
        sys.stdout.write(json.dumps(what) + "\n")
        sys.stdout.flush()


def _write_to(log: Path) -> None:
    """From now on, since whoever started this process and listened will go."""
    with log.open("ab") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
