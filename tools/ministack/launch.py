"""Starts the embedded AWS so that a killed stack loses no user: Cognito's state is on disk before it answers."""

from __future__ import annotations

import os
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import ministack.app as emulator
import ministack.core.lambda_runtime as lambda_runtime
import ministack.core.persistence as persistence
import ministack.services.rds_data as rds_data

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# How the emulator waits for log lines of a function: first line, between lines, at most; in seconds.
_LOG_WAITS = (0.002, 0.001, 0.05)
_COGNITO_PATHS = (b"/oauth2/", b"/saml2/", b"/login", b"/logout")
_READING = (b"Admin", b"Get", b"List", b"Describe")
_saving = threading.Lock()


def main() -> None:
    _require(lambda_runtime.Worker, "_drain_stderr_bounded")
    _require(rds_data, "_has_real_endpoint")
    _require(emulator, "app", "main", "_get_module")
    _require(persistence, "save_state", "PERSIST_STATE", "STATE_DIR")
    if len(lambda_runtime.Worker._drain_stderr_bounded.__defaults__ or ()) != len(_LOG_WAITS):
        raise SystemExit(
            "The pinned MiniStack waits for log lines differently; tools/ministack/launch.py is outdated."
        )
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = _LOG_WAITS
    # The Data API's own test asks for a container; a server at an address is as good.
    rds_data._has_real_endpoint = lambda instance: bool(instance.get("Endpoint"))
    emulator.app = saving_cognito(emulator.app)
    emulator.main()


def saving_cognito(application: Application) -> Application:
    """The application, its Cognito answers held back until Cognito's state is saved.

    By itself the emulator saves on a clean stop only, and users would come back with another `sub`.
    """

    async def saving(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _changes_cognito(scope):
            await application(scope, receive, send)
            return

        async def send_saved(message: Message) -> None:
            if message["type"] == "http.response.start":
                save_cognito()
            await send(message)

        await application(scope, receive, send_saved)

    return saving


def save_cognito() -> None:
    """Writes Cognito's state now; raises when it did not reach the disk."""
    cognito = emulator._get_module("cognito")
    _require(cognito, "get_state")
    path = Path(persistence.STATE_DIR) / "cognito.json"
    with _saving:
        before = _version(path)
        persistence.save_state("cognito", cognito.get_state())
        # The emulator only logs a failed write; every real one puts a new file in place.
        if _version(path) == before:
            raise OSError(f"Cognito's state could not be written to {path}.")


def _changes_cognito(scope: Message) -> bool:
    target = dict(scope["headers"]).get(b"x-amz-target", b"")
    service, _, action = target.partition(b".")
    if service.startswith(b"AWSCognito"):
        return not action.removeprefix(_READING[0]).startswith(_READING[1:])
    path = scope.get("raw_path") or scope["path"].encode()
    return not target and path.startswith(_COGNITO_PATHS)


def _version(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns


def _require(owner: object, *names: str) -> None:
    for name in names:
        if not hasattr(owner, name):
            raise SystemExit(f"The pinned MiniStack has no {name!r}; tools/ministack/launch.py is outdated.")


if __name__ == "__main__":
    if os.environ.get("PERSIST_STATE") != "1":
        raise SystemExit("PERSIST_STATE=1 is needed: users would be lost.")
    main()
