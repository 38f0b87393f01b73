"""The side door for commands: runs a function or commands a server now, for whoever can read the data folder."""

from __future__ import annotations

import asyncio
import hmac
import secrets
import socket
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from mocshelf_tools.gateway import frames
from mocshelf_tools.gateway.beside import beside
from mocshelf_tools.gateway.pool import CodeIsBroken, FunctionFailed, FunctionTimedOut
from mocshelf_tools.gateway.schedule import scheduled_event
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.running import not_running

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mocshelf_tools.stack.folder import DataFolder
    from mocshelf_tools.stack.stack import Stack

_FILE = "control.json"


class Functions(Protocol):
    """Functions that can be run: those of the gateway, or deployed ones."""

    async def functions(self) -> Mapping[str, Any]:
        """By name, each with its `timeout`."""
        ...

    async def invoke(self, function: Any, event: bytes, request_id: str, seconds: float, /) -> Any:
        """What the function returns; FunctionFailed or FunctionTimedOut."""
        ...


class Control:
    """Listens on a loopback port of its own; port and password are in the data folder, for its owner only."""

    def __init__(self, stack: Stack, functions: Functions, region: str) -> None:
        self._stack = stack
        self._folder = stack.folder
        self._functions = functions
        self._region = region
        self._password = secrets.token_urlsafe(32)
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        port = self._server.sockets[0].getsockname()[1]
        self._folder.write(_FILE, {"port": port, "password": self._password})

    def stop(self) -> None:
        self._folder.control.unlink(missing_ok=True)
        if self._server is not None:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(10):
                call = await frames.read(reader)
            if hmac.compare_digest(str(call.get("password")).encode(), self._password.encode()):
                writer.write(frames.framed(frames.encode(await self._run(call))))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError, ValueError, AttributeError):
            # Whoever it was does not speak our language, or has left.
            pass
        except asyncio.CancelledError:
            # The gateway ends. asyncio would print a cancelled connection as an error.
            pass
        finally:
            writer.close()

    async def _run(self, call: dict[str, Any]) -> dict[str, Any]:
        if "server" in call:
            return await self._command_server(str(call["server"]), str(call.get("command")))
        name = str(call.get("function"))
        try:
            functions = await self._functions.functions()
            row = functions.get(name)
            if row is None:
                return {"problem": f"There is no function {name!r}. There are: {', '.join(functions)}."}
            event = call.get("event")
            text = frames.encode(scheduled_event(name, self._region) if event is None else event)
            return {"result": await self._functions.invoke(row, text, uuid.uuid4().hex, row.timeout)}
        except (FunctionFailed, FunctionTimedOut, CodeIsBroken, CannotContinue) as problem:
            return {"problem": str(problem)}

    async def _command_server(self, name: str, command: str) -> dict[str, Any]:
        stack = self._stack
        commands = {
            "start": stack.start_server,
            "stop": stack.stop_server,
            "kill": stack.kill_server,
            "hang": stack.hang_server,
            "resume": stack.resume_server,
        }
        try:
            if command in commands:
                await beside(partial(commands[command], name))
            return {"result": {one: {"pid": pid, "state": state} for one, (pid, state) in stack.states().items()}}
        except CannotContinue as problem:
            return {"problem": str(problem)}


def invoke(folder: DataFolder, function: str, event: Any | None) -> Any:
    """Has the gateway that runs on `folder` run the function and returns its result; by default on a timer's event.

    Raises CannotContinue when none runs or the function fails.
    """
    return _asked(folder, {"function": function, "event": event})


def command_server(folder: DataFolder, name: str, command: str) -> dict[str, dict[str, Any]]:
    """Starts, stops, kills, hangs or resumes a server of the stack that runs on `folder`; any other word only asks.

    Returns `pid` and `state` of each server by its name. Raises CannotContinue.
    """
    answer: dict[str, dict[str, Any]] = _asked(folder, {"server": name, "command": command})
    return answer


def _asked(folder: DataFolder, call: dict[str, Any]) -> Any:
    known = folder.read(_FILE)
    try:
        connection = socket.create_connection(("127.0.0.1", known["port"]))
    except (KeyError, OSError):
        raise CannotContinue(not_running(folder.path)) from None
    with connection:
        connection.sendall(frames.framed(frames.encode({"password": known["password"], **call})))
        answer = frames.receive(connection)
    if answer is None:
        raise CannotContinue("Mocshelf ended meanwhile.")
    if "problem" in answer:
        raise CannotContinue(answer["problem"])
    return answer["result"]
