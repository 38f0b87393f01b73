"""The write paths of uploads in steps, and of what runs by itself: processing, following, sweeping."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

from faults.paths import Case, World, new_key
from integration.uploading import CSV, PDF, png, send
from mocshelf.runtime import database, outbox, users
from mocshelf.runtime.database import Connection
from mocshelf.runtime.storage import files as storage


def open_upload(world: World) -> Case:
    file = {"name": "a.pdf", "size": len(PDF), "contentType": "application/pdf"}
    body = {"purpose": "moc-file", "mocId": world.moc(), "files": [file]}
    event = world.event("POST", "/api/uploads", json=body, headers=new_key())
    return Case(*event, lambda: world.count("upload_sessions"))


def complete_upload(world: World) -> Case:
    path, _ = world.sent("moc-file", "a.pdf", PDF, "application/pdf", mocId=world.moc())
    event = world.event("POST", f"{path}/complete")
    return Case(*event, lambda: int(world.get(path)["files"][0]["status"] != "waiting"))


def initialize_moc(world: World) -> Case:
    event = world.event("POST", "/api/mocs/with-files/initialize", json=_initial(), headers=new_key())
    return Case(*event, lambda: max(len(world.get("/api/mocs")), world.count("upload_sessions")))


def finalize_moc(world: World) -> Case:
    begun = world.make("/api/mocs/with-files/initialize", json=_initial())
    picture, plans = begun["uploadUrls"]
    assert send(picture, png(60, 40))[0] == 200
    world.client.handlers["process_upload"](_message({"file": picture["fileId"]}), None)
    # The picture becomes the MOC's thumbnail; the PDF never came, and is cancelled.
    reported = [{"fileId": picture["fileId"], "success": True}, {"fileId": plans["fileId"], "success": False}]
    path = f"/api/mocs/{begun['mocId']}"
    event = world.event("POST", f"{path}/finalize", json={"uploadedFiles": reported})
    return Case(*event, lambda: int(world.get(path)["thumbnailUrl"] is not None))


def _initial() -> dict[str, Any]:
    picture = {"filename": "a.png", "fileType": "gallery-image", "mimeType": "image/png", "size": len(png(60, 40))}
    plans = {"filename": "a.pdf", "fileType": "instruction", "mimeType": "application/pdf", "size": len(PDF)}
    return {"type": "moc", "title": "Castle", "author": "Ada", "partsCount": 9, "files": [picture, plans]}


def process_file(world: World) -> Case:
    moc = world.moc()
    file = world.uploaded("moc-file", "a.pdf", PDF, "application/pdf", mocId=moc)
    return Case("process_upload", _message({"file": file}), lambda: len(world.get(f"/api/mocs/{moc}")["files"]))


def process_parts_list(world: World) -> Case:
    moc = world.moc()
    file = world.uploaded("parts-list", "a.csv", CSV, "text/csv", mocId=moc)
    return Case("process_upload", _message({"file": file}), lambda: len(world.get(f"/api/mocs/{moc}")["partsLists"]))


def process_image(world: World) -> Case:
    file = world.uploaded("gallery-image", "a.png", png(60, 40), "image/png")
    return Case("process_upload", _message({"file": file}), lambda: len(world.get("/api/images")))


def process_wish_image(world: World) -> Case:
    wish = world.wish()
    file = world.uploaded("wishlist-image", "a.png", png(60, 40), "image/png", itemId=wish)
    seen = lambda: int(world.get(f"/api/wishlist/{wish}")["imageUrl"] is not None)  # noqa: E731 - as the others
    return Case("process_upload", _message({"file": file}), seen)


def process_avatar(world: World) -> Case:
    file = world.uploaded("avatar", "a.png", png(60, 60), "image/png")
    seen = lambda: int(world.get("/api/users/me")["avatarUrl"] is not None)  # noqa: E731 - as the others
    return Case("process_upload", _message({"file": file}), seen)


def follow_index(world: World) -> Case:
    world.moc()
    sql = "select id from outbox where topic = 'index' and user_id = %(user)s"
    rows = database.run(lambda conn: database.fetch_all(conn, sql, {"user": world.user}), read_only=True)
    event = {"Records": [record for row in rows for record in _message({"outbox": row["id"]})["Records"]]}
    return Case("index_search", event, lambda: int(world.count("outbox") == 0))


def follow_picture(world: World) -> Case:
    files = [("file", "a.png", "image/png", png(60, 60))]
    world.make("/api/users/me/avatar", files=files)
    users.set_picture(users.read(world.user), None)
    database.run(lambda conn: _owe_picture(conn, world.user))
    followed = lambda: int(bool(users.read(world.user).picture) and not _owed(world))  # noqa: E731 - as the others
    return Case("profiles", {}, followed)


def _owe_picture(conn: Connection, user: str) -> None:
    """As if Cognito had been away when the avatar was set."""
    row = outbox.record(conn, "user", user, user_id=user, version=1, topic="picture")
    database.execute(conn, "update outbox set available_at = now() where id = %(row)s", {"row": row})


def _owed(world: World) -> int:
    return world.count("outbox", "topic = 'picture'")


def sweep_objects(world: World) -> Case:
    image = world.image()
    world.client.delete(f"/api/images/{image}", as_user=world.user)
    return Case("sweep", {}, lambda: int(_promises(world) == 0))


def sweep_incoming(world: World) -> Case:
    image = png(60, 40)
    path, opened = world.sent("gallery-image", "a.png", image, "image/png")
    world.client.handlers["process_upload"](_message({"file": opened["id"]}), None)
    world.client.handlers["sweep"]({}, None)
    assert world.get(path)["files"][0]["status"] == "ready"
    # The request may be sent again until it expires.
    assert send(opened, image)[0] == 204
    gone = lambda: int(not list(storage.keys(f"incoming/{world.user}/")))  # noqa: E731 - as the others
    return Case("sweep", {"incoming": True}, gone)


def _promises(world: World) -> int:
    sql = "select count(*) as rows from object_deletions where object_key like '%%/' || %(user)s || '/%%'"
    row = database.run(lambda conn: database.fetch_one(conn, sql, {"user": world.user}), read_only=True)
    return int(row["rows"]) if row else 0


def _message(body: dict[str, Any]) -> dict[str, Any]:
    return {"Records": [{"messageId": uuid.uuid4().hex, "body": json.dumps(body)}]}


STEPS: tuple[Callable[[World], Case], ...] = (
    open_upload,
    complete_upload,
    initialize_moc,
    finalize_moc,
    process_file,
    process_parts_list,
    process_image,
    process_wish_image,
    process_avatar,
    follow_index,
    follow_picture,
    sweep_objects,
    sweep_incoming,
)
