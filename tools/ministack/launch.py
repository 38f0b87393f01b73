"""Starts the embedded AWS so that a killed stack loses no user and no bucket: they are on disk before it answers."""

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
    emulator.app = saving(emulator.app)
    emulator.main()


def saving(application: Application) -> Application:
    """The application, answers to changes of users and buckets held back until the service's state is saved.

    By itself the emulator saves on a clean stop only: users would come back with another `sub`, buckets without
    their region. Objects it writes at once.
    """

    async def held_back(scope: Message, receive: Receive, send: Send) -> None:
        service = _changed(scope) if scope["type"] == "http" else None
        if service is None:
            await application(scope, receive, send)
            return

        async def send_saved(message: Message) -> None:
            if message["type"] == "http.response.start":
                save(service)
            await send(message)

        await application(scope, receive, send_saved)

    return held_back


def save(service: str) -> None:
    """Writes the service's state now; raises when it did not reach the disk."""
    module = emulator._get_module(service)
    _require(module, "get_state")
    path = Path(persistence.STATE_DIR) / f"{service}.json"
    with _saving:
        before = _version(path)
        persistence.save_state(service, module.get_state())
        # The emulator only logs a failed write; every real one puts a new file in place.
        if _version(path) == before:
            raise OSError(f"The state of {service} could not be written to {path}.")


def _changed(scope: Message) -> str | None:
    """The service whose state this request may change, among those that are saved here."""
    target = dict(scope["headers"]).get(b"x-amz-target", b"")
    path = scope.get("raw_path") or scope["path"].encode()
    if target:
        service, _, action = target.partition(b".")
        reads = action.removeprefix(_READING[0]).startswith(_READING[1:])
        return "cognito" if service.startswith(b"AWSCognito") and not reads else None
    if path.startswith(_COGNITO_PATHS):
        return "cognito"
    of_a_bucket = path.strip(b"/").count(b"/") == 0
    return "s3" if scope["method"] in ("PUT", "DELETE") and of_a_bucket else None


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
