"""Starts the embedded AWS so that a killed one loses no user, bucket or secret: they are on disk before it answers.

Everything else, such as what a deployment has made, it writes when asked to, by a POST of its own.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import tempfile
import threading
import types
import zipfile
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

import ministack.app as emulator
import ministack.core.iam_actions as iam_actions
import ministack.core.iam_evaluator as iam_evaluator
import ministack.core.lambda_runtime as lambda_runtime
import ministack.core.persistence as persistence
import ministack.services.apigateway as apigateway
import ministack.services.rds_data as rds_data

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

# How the emulator waits for log lines of a function: first line, between lines, at most; in seconds.
_LOG_WAITS = (0.002, 0.001, 0.05)
_COGNITO_PATHS = (b"/oauth2/", b"/saml2/", b"/login", b"/logout")
_TARGETS = {b"AWSCognito": "cognito", b"secretsmanager": "secretsmanager", b"AmazonSSM": "ssm"}
_READING = (b"Admin", b"Get", b"List", b"Describe")
_SAVE = "/_mocshelf/save"
_READERS_OF_CORS = ("_cors_response_headers", "_cors_preflight_response")
# How often saving is tried when what is being copied changes at the same moment.
_TRIES = 5
_saving = threading.Lock()


def main() -> None:
    _require(lambda_runtime.Worker, "_drain_stderr_bounded")
    _require(rds_data, "_has_real_endpoint")
    _require(emulator, "app", "main", "_get_module", "_build_persistence_save_dict")
    _require(persistence, "save_state", "PERSIST_STATE", "STATE_DIR")
    if len(lambda_runtime.Worker._drain_stderr_bounded.__defaults__ or ()) != len(_LOG_WAITS):
        raise SystemExit(
            "The pinned MiniStack waits for log lines differently; tools/ministack/launch.py is outdated."
        )
    lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = _LOG_WAITS
    # The Data API's own test asks for a container; a server at an address is as good.
    rds_data._has_real_endpoint = lambda instance: bool(instance.get("Endpoint"))
    _require(iam_actions, "_action_from_target")
    iam_actions._action_from_target = _of_single_messages(iam_actions._action_from_target)
    _require(iam_evaluator, "_resolve_condition_key")
    iam_evaluator._resolve_condition_key = _over_tls(iam_evaluator._resolve_condition_key)
    _require(lambda_runtime, "zipfile")
    lambda_runtime.zipfile = types.SimpleNamespace(**{**vars(zipfile), "ZipFile": LayersOnce})
    for name in _READERS_OF_CORS:
        _require(apigateway, name)
        setattr(apigateway, name, _with_own_names(getattr(apigateway, name)))
    emulator.app = saving(emulator.app)
    emulator.main()


class LayersOnce(zipfile.ZipFile):
    """Zips of functions, whose layers are unpacked once for all workers: they are most of a cold start otherwise."""

    def extractall(self, path: Any = None, members: Any = None, pwd: bytes | None = None) -> None:
        """A layer's folder becomes a link to what every function with the layer gets; its zip is not kept."""
        target = Path(path or ".")
        if not target.name.startswith("layer_") or self.filename is None:
            super().extractall(path, members, pwd)
            return
        copy = Path(self.filename)
        shared = Path(tempfile.gettempdir()) / "layers" / hashlib.sha256(copy.read_bytes()).hexdigest()
        if not shared.exists():
            fresh = shared.with_name(f"{shared.name}.{secrets.token_hex(4)}")
            super().extractall(fresh)
            # Another function may have been first. What is left goes when the emulator is started the next time.
            with contextlib.suppress(OSError):
                fresh.rename(shared)
        target.rmdir()
        target.symlink_to(shared, target_is_directory=True)
        copy.unlink()


def _of_single_messages(read: Callable[[dict[str, str]], str | None]) -> Callable[[dict[str, str]], str | None]:
    """Asks policies about a batch of messages what IAM asks: whether one may be sent; it knows no other action."""
    batches = {f"{one}Batch": one for one in ("SendMessage", "DeleteMessage", "ChangeMessageVisibility")}

    def reading(headers: dict[str, str]) -> str | None:
        action = read(headers)
        return batches.get(action or "", action)

    return reading


def _over_tls(resolve: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
    """Takes every request for one over TLS, which policies ask for: this machine's own loopback stands in for it."""

    def resolving(key: str, context: Any) -> Any:
        return "true" if key.lower() == "aws:securetransport" else resolve(key, context)

    return resolving


def _with_own_names(read: Callable[..., Any]) -> Callable[..., Any]:
    """The same for an API that CloudFormation has made: it leaves the template's names, `AllowOrigins`, as they are.

    API Gateway's own call would have made `allowOrigins` of it, which is what is looked for.
    """

    def reading(settings: dict[str, Any], origin: str) -> Any:
        return read({name[:1].lower() + name[1:]: value for name, value in (settings or {}).items()}, origin)

    return reading


def saving(application: Application) -> Application:
    """The application, answers to changes of users, buckets and secrets held back until the service's state is saved.

    By itself the emulator saves on a clean stop only: users would come back with another `sub`, buckets without
    their region. Objects it writes at once.
    """

    async def held_back(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == _SAVE and scope["method"] == "POST":
            await _answer(send, save_everything())
            return
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
    _write(service, module.get_state)


def save_everything() -> str:
    """Writes the state of all services that were used; what has gone wrong, empty when nothing has."""
    problems = []
    for service, state in emulator._build_persistence_save_dict().items():
        try:
            _write(service, state)
        except Exception as problem:
            problems.append(f"{service}: {problem}")
    return "; ".join(problems)


def _write(service: str, state: Callable[[], Any]) -> None:
    path = Path(persistence.STATE_DIR) / f"{service}.json"
    with _saving:
        content = _copied(state)
        if content is None:
            return
        before = _version(path)
        persistence.save_state(service, content)
        # The emulator only logs a failed write; every real one puts a new file in place.
        if _version(path) == before:
            raise OSError(f"The state of {service} could not be written to {path}.")


def _copied(state: Callable[[], Any]) -> Any:
    for left in reversed(range(_TRIES)):
        try:
            return state()
        except RuntimeError:
            # A dictionary has changed while it was copied: functions and queues have threads of their own.
            if not left:
                raise
    raise AssertionError


async def _answer(send: Send, problem: str) -> None:
    status = 500 if problem else 204
    headers = [(b"content-type", b"text/plain; charset=utf-8")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": problem.encode()})


def _changed(scope: Message) -> str | None:
    """The service whose state this request may change, among those that are saved here."""
    target = dict(scope["headers"]).get(b"x-amz-target", b"")
    path = scope.get("raw_path") or scope["path"].encode()
    if target:
        service, _, action = target.partition(b".")
        reads = action.removeprefix(_READING[0]).startswith(_READING[1:])
        found = next((name for start, name in _TARGETS.items() if service.startswith(start)), None)
        return None if reads else found
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
