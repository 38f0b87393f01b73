"""What each function is asked first: a read of the stack, a message of its queue, the event of its schedule."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from shelf import CLAIMS, list_event

from mocshelf import manifest
from mocshelf.testing import http_event
from mocshelf_tools.stack.provision import client
from mocshelf_tools.stack.stack import Stack
from upload.sending import Request, send

Event = dict[str, Any]
PHOTO = (1600, 1200)  # pixels


def first_events(stack: Stack) -> dict[str, Callable[[], Event]]:
    """By function; each call makes another event of the same kind, for which there is work."""
    from mocshelf.functions.mocs import handler

    moc = json.loads(handler(list_event(), None)["body"])["data"][0]["id"]
    someone = _sub(stack)
    rows = count(1)

    def read(
        path: str, key: str | None = None, claims: Mapping[str, str] = CLAIMS, **ids: str
    ) -> Callable[[], Event]:
        return lambda: http_event(key or f"GET {path}", "GET", path, path_parameters=ids or None, claims=claims)

    made: dict[str, Callable[[], Event]] = {
        "health": read("/health"),
        "mocs": list_event,
        "gallery": read("/api/images"),
        "parts": read(f"/api/mocs/{moc}/parts-lists", "GET /api/mocs/{moc_id}/parts-lists", moc_id=moc),
        "wishlist": read("/api/wishlist"),
        "profiles": read("/api/users/me", "GET /api/users/{user_id}", {**CLAIMS, "sub": someone}, user_id="me"),
        "uploads": _upload_event,
        "process_upload": lambda: _message({"file": _sent_photo()}),
        # The shelf's MOCs have left a row each.
        "index_search": lambda: _message({"outbox": next(rows)}),
        "reindex": _scheduled,
        "sweep": _scheduled,
        "migrate": lambda: {"action": "status"},
    }
    return {row.name: made[row.name] for row in manifest.FUNCTIONS}


def check(answer: object) -> None:
    """RuntimeError for an answer that says that the work was not done."""
    done = answer if isinstance(answer, dict) else {}
    if done.get("statusCode", 200) not in (200, 201) or done.get("batchItemFailures"):
        raise RuntimeError(f"A function did not do what it was asked: {str(answer)[:500]}")


def _sub(stack: Stack) -> str:
    """The demo user's id: only a user that Cognito has has a profile."""
    pool = client("cognito-idp", stack.endpoints.aws, stack.settings)
    found = pool.admin_get_user(UserPoolId=stack.endpoints.pool_id, Username=stack.endpoints.demo_email)
    return str(next(one["Value"] for one in found["UserAttributes"] if one["Name"] == "sub"))


def _upload_event(size: int = 1000) -> Event:
    body = {"purpose": "gallery-image", "files": [{"name": "castle.jpg", "size": size, "contentType": "image/jpeg"}]}
    headers = [("content-type", "application/json")]
    sent = json.dumps(body).encode()
    return http_event("POST /api/uploads", "POST", "/api/uploads", headers=headers, body=sent, claims=CLAIMS)


def _sent_photo() -> str:
    """The id of an uploaded file that nobody has looked at yet."""
    from mocshelf.functions.uploads import handler

    data = _photo()
    opened = json.loads(handler(_upload_event(len(data)), None)["body"])["data"]["files"][0]
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        request = Request(opened["method"], opened["url"], opened.get("fields"), opened.get("headers"))
        send(request, Path(file.name))
    return str(opened["id"])


def _photo() -> bytes:
    import pyvips

    noise = pyvips.Image.gaussnoise(*PHOTO, mean=128, sigma=30).cast("uchar")
    return bytes(noise.bandjoin([noise, noise]).copy(interpretation="srgb").jpegsave_buffer())


_ids: Iterator[int] = count(1)


def _message(body: object) -> Event:
    """A batch of one, with what handlers read of it."""
    record = {"messageId": f"message-{next(_ids)}", "body": json.dumps(body), "eventSource": "aws:sqs"}
    return {"Records": [record]}


def _scheduled() -> Event:
    return {"id": f"run-{next(_ids)}", "source": "aws.events", "detail-type": "Scheduled Event", "detail": {}}
