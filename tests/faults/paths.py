"""The write paths of one request: for each, things as they are before it, its event, and how to see its effect."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from integration.people import People
from integration.uploading import CSV, PDF, png, send
from mocshelf.runtime import database
from mocshelf.testing import Client


@dataclass(frozen=True)
class Case:
    """A function and its event; `done` says how often the effect is there; a retry may answer one of `retried`."""

    function: str
    event: Any
    done: Callable[[], int]
    retried: tuple[int, ...] = (200, 201, 204)


class World:
    """One user with nothing yet; `event` is what a request becomes before any function has seen it."""

    def __init__(self, client: Client, people: People) -> None:
        self.client = client
        self.people = people
        self.user = people.add(name="Ada")
        self._captured: list[tuple[str, Any]] = []
        capturing = {name: self._capture(name) for name in client.handlers}
        self._recorder = Client(capturing, client.tables)

    def event(self, method: str, path: str, **call: Any) -> tuple[str, Any]:
        self._recorder.request(method, path, as_user=self.user, **call)
        return self._captured.pop()

    def make(self, path: str, **call: Any) -> dict[str, Any]:
        answer = self.client.post(path, as_user=self.user, **call)
        assert answer.status in (200, 201), answer.body
        return dict(answer.json()["data"])

    def get(self, path: str) -> Any:
        answer = self.client.get(path, as_user=self.user)
        return answer.json().get("data") if answer.status == 200 else None

    def count(self, table: str, where: str = "true") -> int:
        sql = f"select count(*) as rows from {table} where user_id = %(user)s and {where}"
        row = database.run(lambda conn: database.fetch_one(conn, sql, {"user": self.user}), read_only=True)
        return int(row["rows"]) if row else 0

    def moc(self, title: str = "Castle") -> str:
        body = {"type": "moc", "title": title, "author": "Ada", "partsCount": 9}
        return str(self.make("/api/mocs", json=body)["id"])

    def image(self) -> str:
        files = [("file", "a.png", "image/png", png(60, 40))]
        return str(self.make("/api/images", files=files, fields={"title": "Tower"})["id"])

    def wish(self) -> str:
        return str(self.make("/api/wishlist", json={"title": "Monorail"})["id"])

    def parts_list(self, moc: str) -> str:
        body = {"title": "All", "parts": [{"partNumber": "3001", "quantity": 4}]}
        return str(self.make(f"/api/mocs/{moc}/parts-lists", json=body)["id"])

    def uploaded(self, purpose: str, name: str, data: bytes, content_type: str, **target: str) -> str:
        """A session with one file whose bytes have arrived; the file's id."""
        return str(self.sent(purpose, name, data, content_type, **target)[1]["id"])

    def sent(
        self, purpose: str, name: str, data: bytes, content_type: str, **target: str
    ) -> tuple[str, dict[str, Any]]:
        """The same; the session's path, and how the file was sent."""
        file = {"name": name, "size": len(data), "contentType": content_type}
        opened = self.make("/api/uploads", json={"purpose": purpose, "files": [file], **target})
        status, text = send(opened["files"][0], data)
        assert status == 204, text
        return f"/api/uploads/{opened['id']}", opened["files"][0]

    def _capture(self, name: str) -> Callable[[Any, Any], Any]:
        def handler(event: Any, _context: Any) -> Any:
            self._captured.append((name, event))
            return {"statusCode": 200}

        return handler


def new_key() -> dict[str, str]:
    return {"Idempotency-Key": uuid.uuid4().hex}


def create_moc(world: World) -> Case:
    body = {"type": "moc", "title": "Castle", "author": "Ada", "partsCount": 9}
    return Case(*world.event("POST", "/api/mocs", json=body, headers=new_key()), lambda: len(world.get("/api/mocs")))


def change_moc(world: World) -> Case:
    moc = world.moc()
    event = world.event("PATCH", f"/api/mocs/{moc}", json={"title": "Keep"})
    return Case(*event, lambda: int(world.get(f"/api/mocs/{moc}")["title"] == "Keep"))


def delete_moc(world: World) -> Case:
    moc = world.moc()
    files = [("file", "a.pdf", "application/pdf", PDF)]
    world.make(f"/api/mocs/{moc}/files", files=files, fields={"fileType": "instruction"})
    event = world.event("DELETE", f"/api/mocs/{moc}")
    return Case(*event, lambda: int(world.get("/api/mocs") == []), (200, 404))


def send_file(world: World) -> Case:
    moc = world.moc()
    event = world.event(
        "POST",
        f"/api/mocs/{moc}/files",
        files=[("file", "a.pdf", "application/pdf", PDF)],
        fields={"fileType": "instruction"},
        headers=new_key(),
    )
    return Case(*event, lambda: len(world.get(f"/api/mocs/{moc}")["files"]))


def delete_file(world: World) -> Case:
    moc = world.moc()
    files = [("file", "a.pdf", "application/pdf", PDF)]
    file = world.make(f"/api/mocs/{moc}/files", files=files, fields={"fileType": "instruction"})["id"]
    event = world.event("DELETE", f"/api/mocs/{moc}/files/{file}")
    return Case(*event, lambda: int(world.get(f"/api/mocs/{moc}")["files"] == []), (204, 404))


def send_parts_list(world: World) -> Case:
    moc = world.moc()
    event = world.event(
        "POST",
        f"/api/mocs/{moc}/upload-parts-list",
        files=[("file", "a.csv", "text/csv", CSV)],
        fields={"scheme": "rebrickable"},
        headers=new_key(),
    )
    return Case(*event, lambda: len(world.get(f"/api/mocs/{moc}")["partsLists"]))


def tick_pieces(world: World) -> Case:
    moc = world.moc()
    path = f"/api/mocs/{moc}/parts-lists/{world.parts_list(moc)}/parts"
    line = world.get(path)[0]["id"]
    event = world.event("PATCH", path, json={"parts": [{"id": line, "acquiredQuantity": 4}]})
    return Case(*event, lambda: int(world.get(f"/api/mocs/{moc}")["partsLists"][0]["acquiredPartsCount"] == 4))


def delete_parts_list(world: World) -> Case:
    moc = world.moc()
    event = world.event("DELETE", f"/api/mocs/{moc}/parts-lists/{world.parts_list(moc)}")
    return Case(*event, lambda: int(world.get(f"/api/mocs/{moc}")["partsLists"] == []), (204, 404))


def add_image(world: World) -> Case:
    files = [("file", "a.png", "image/png", png(60, 40))]
    event = world.event("POST", "/api/images", files=files, fields={"title": "Tower"}, headers=new_key())
    return Case(*event, lambda: len(world.get("/api/images")))


def delete_image(world: World) -> Case:
    moc, image = world.moc(), world.image()
    world.make(f"/api/mocs/{moc}/gallery-images", json={"galleryImageId": image})
    world.make("/api/albums", json={"title": "Towers", "coverImageId": image})
    event = world.event("DELETE", f"/api/images/{image}")
    return Case(*event, lambda: int(world.get(f"/api/mocs/{moc}")["images"] == []), (204, 404))


def link_image(world: World) -> Case:
    moc, image = world.moc(), world.image()
    event = world.event("POST", f"/api/mocs/{moc}/gallery-images", json={"galleryImageId": image}, headers=new_key())
    return Case(*event, lambda: len(world.get(f"/api/mocs/{moc}")["images"]))


def unlink_image(world: World) -> Case:
    moc, image = world.moc(), world.image()
    world.make(f"/api/mocs/{moc}/gallery-images", json={"galleryImageId": image})
    event = world.event("DELETE", f"/api/mocs/{moc}/gallery-images/{image}")
    return Case(*event, lambda: int(world.get(f"/api/mocs/{moc}")["images"] == []), (204, 404))


def delete_album(world: World) -> Case:
    image, album = world.image(), world.make("/api/albums", json={"title": "Towers"})["id"]
    world.client.patch(f"/api/images/{image}", json={"albumId": album}, as_user=world.user)
    event = world.event("DELETE", f"/api/albums/{album}")
    return Case(*event, lambda: int(world.get(f"/api/images/{image}")["albumId"] is None), (204, 404))


def reorder_album(world: World) -> Case:
    album = world.make("/api/albums", json={"title": "Towers"})["id"]
    images = [world.image(), world.image()]
    for image in images:
        world.client.patch(f"/api/images/{image}", json={"albumId": album}, as_user=world.user)
    event = world.event("POST", f"/api/albums/{album}/reorder", json={"imageId": images[0], "after": None})
    return Case(*event, lambda: int([one["id"] for one in world.get(f"/api/albums/{album}")["images"]] == images))


def add_wish(world: World) -> Case:
    event = world.event("POST", "/api/wishlist", json={"title": "Monorail"}, headers=new_key())
    return Case(*event, lambda: len(world.get("/api/wishlist")))


def reorder_wishes(world: World) -> Case:
    items = [{"id": world.wish(), "sortOrder": str(9 - number)} for number in range(3)]
    event = world.event("POST", "/api/wishlist/reorder", json={"items": items})
    wanted = [item["id"] for item in reversed(items)]
    return Case(*event, lambda: int([one["id"] for one in world.get("/api/wishlist")] == wanted))


def set_wish_image(world: World) -> Case:
    path = f"/api/wishlist/{world.wish()}"
    event = world.event("POST", f"{path}/image", files=[("file", "a.png", "image/png", png(60, 40))])
    return Case(*event, lambda: int(world.get(path)["imageUrl"] is not None))


def delete_wish(world: World) -> Case:
    path = f"/api/wishlist/{world.wish()}"
    world.make(f"{path}/image", files=[("file", "a.png", "image/png", png(60, 40))])
    return Case(*world.event("DELETE", path), lambda: int(world.get("/api/wishlist") == []), (204, 404))


def set_avatar(world: World) -> Case:
    event = world.event("POST", "/api/users/me/avatar", files=[("file", "a.png", "image/png", png(60, 60))])
    return Case(*event, lambda: int(world.get("/api/users/me")["avatarUrl"] is not None))


def remove_avatar(world: World) -> Case:
    world.make("/api/users/me/avatar", files=[("file", "a.png", "image/png", png(60, 60))])
    event = world.event("DELETE", "/api/users/me/avatar")
    return Case(*event, lambda: int(world.get("/api/users/me")["avatarUrl"] is None))


def rename_user(world: World) -> Case:
    event = world.event("PATCH", "/api/users/me", json={"name": "Grace"})
    return Case(*event, lambda: int(world.get("/api/users/me")["name"] == "Grace"))


REQUESTS: tuple[Callable[[World], Case], ...] = (
    create_moc,
    change_moc,
    delete_moc,
    send_file,
    delete_file,
    send_parts_list,
    tick_pieces,
    delete_parts_list,
    add_image,
    delete_image,
    link_image,
    unlink_image,
    delete_album,
    reorder_album,
    add_wish,
    reorder_wishes,
    set_wish_image,
    delete_wish,
    set_avatar,
    remove_avatar,
    rename_user,
)
