"""The API as its document describes it: a gateway around the real functions, people, and a request for each route."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import httpx
import jwt
import pytest

from integration.uploading import CSV, PDF, png
from mocshelf_tools.openapi.document import document
from mocshelf_tools.running import described, sign_in
from mocshelf_tools.stack.provision import add_user
from mocshelf_tools.stack.provision import client as aws_client

if TYPE_CHECKING:
    from integration.running_gateway import RunningGateway

PASSWORD = "Correct-Horse-7!"
# Fields of bodies that name something under another name than the paths do.
OTHER_NAMES = {"galleryImageId": "imageId", "coverImageId": "imageId", "after": "imageId"}

Made = Callable[["Shelf"], str]


@dataclass(frozen=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    spec: dict[str, Any]

    @property
    def key(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def public(self) -> bool:
        return self.spec.get("security") == []

    @property
    def names(self) -> list[str]:
        """The path's parameters."""
        return re.findall(r"\{(\w+)\}", self.path)

    def request(self, shelf: Shelf) -> dict[str, Any]:
        """What httpx sends about things on this shelf, in path and body."""
        path = re.sub(r"\{(\w+)\}", lambda name: shelf[str(name[1])], self.path)
        query = {
            parameter["name"]: parameter["schema"].get("enum", [shelf.word])[0]
            for parameter in self.spec.get("parameters", ())
            if parameter.get("in") == "query" and parameter["required"]
        }
        return {"method": self.method, "url": path, "params": query, **self._body(shelf)}

    def _body(self, shelf: Shelf) -> dict[str, Any]:
        content = self.spec.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            return {"json": about(content["application/json"]["example"], shelf)}
        if "multipart/form-data" in content:
            schema = content["multipart/form-data"]["schema"]
            texts = {
                name: schema["properties"][name].get("enum", ["Something"])[0]
                for name in schema["required"]
                if name not in ("file", "files")
            }
            return {"files": {"file": ("picture.png", png(), "image/png")}, "data": texts}
        return {}


@cache
def operations() -> list[Operation]:
    """Every operation of the document of this code."""
    return [
        Operation(method.upper(), path, spec)
        for path, item in document()["paths"].items()
        for method, spec in item.items()
    ]


def about(body: Any, shelf: Shelf) -> Any:
    """The body with the shelf's ids in the fields that name such things."""
    if isinstance(body, list):
        return [about(item, shelf) for item in body]
    if isinstance(body, dict):
        return {name: _id(str(name), value, shelf) for name, value in body.items()}
    return body


def _id(name: str, value: Any, shelf: Shelf) -> Any:
    kind = OTHER_NAMES.get(name, name)
    return shelf[kind] if kind in MAKERS and value is not None else about(value, shelf)


class Shelf:
    """What one person has: one thing for each path parameter, made when it is first asked for.

    Every text of it contains `word`.
    """

    def __init__(self, client: httpx.Client, user_id: str, word: str) -> None:
        self.client = client
        self.user_id = user_id
        self.word = word
        self._made: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        if name not in MAKERS:
            pytest.fail(
                f"No test knows how to make a {name}. Add it to MAKERS in tests/integration/described_api.py."
            )
        if name not in self._made:
            self._made[name] = MAKERS[name](self)
        return self._made[name]

    def forget(self) -> None:
        """Makes everything anew when it is next asked for."""
        self._made.clear()

    def made(self, path: str, **body: Any) -> str:
        """The id of what this POST makes."""
        answer = self.client.post(path, **body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["data"]["id"])

    def title(self) -> str:
        return f"{self.word} {uuid.uuid4().hex[:8]}"


def _moc(shelf: Shelf) -> str:
    body = {"type": "moc", "title": shelf.title(), "author": shelf.word, "partsCount": 9, "tags": [shelf.word]}
    return shelf.made("/api/mocs", json=body)


def _file(shelf: Shelf) -> str:
    files = {"file": (f"{shelf.title()}.pdf", PDF, "application/pdf")}
    return shelf.made(f"/api/mocs/{shelf['mocId']}/files", files=files, data={"fileType": "instruction"})


def _upload(shelf: Shelf) -> str:
    file = {"name": f"{shelf.title()}.csv", "size": len(CSV), "contentType": "text/csv", "kind": "parts-list"}
    return shelf.made("/api/uploads", json={"purpose": "moc-file", "mocId": shelf["mocId"], "files": [file]})


def _image(shelf: Shelf) -> str:
    """An image that is linked to the MOC as well."""
    files = {"file": ("picture.png", png(), "image/png")}
    image = shelf.made("/api/images", files=files, data={"title": shelf.title()})
    shelf.made(f"/api/mocs/{shelf['mocId']}/gallery-images", json={"galleryImageId": image})
    return image


def _list(shelf: Shelf) -> str:
    lines = [{"partNumber": "3001", "quantity": 2}]
    return shelf.made(f"/api/mocs/{shelf['mocId']}/parts-lists", json={"title": shelf.title(), "parts": lines})


MAKERS: dict[str, Made] = {
    "mocId": _moc,
    "fileId": _file,
    "uploadId": _upload,
    "imageId": _image,
    "albumId": lambda shelf: shelf.made("/api/albums", json={"title": shelf.title()}),
    "itemId": lambda shelf: shelf.made("/api/wishlist", json={"title": shelf.title()}),
    "listId": _list,
    "userId": lambda shelf: shelf.user_id,
}


class DescribedApi:
    """The gateway with the real functions and nothing but requests going in: queues and schedules stand still."""

    def __init__(self, gateway: RunningGateway) -> None:
        self.gateway = gateway

    @cached_property
    def cognito(self) -> Any:
        return aws_client("cognito-idp", self.gateway.stack.endpoints.aws, self.gateway.stack.settings)

    def token(self, name: str) -> str:
        """An access token of a new user whose name and address contain this word."""
        address = f"{name}-{uuid.uuid4().hex[:8]}@example.com".lower()
        add_user(self.cognito, self.gateway.stack.endpoints.pool_id, address, PASSWORD, name)
        known = described(self.gateway.stack.endpoints, self.gateway.url)
        return sign_in(known["cognito"], address, PASSWORD)

    def client(self, token: str | None = None) -> httpx.Client:
        return self.gateway.client(headers={"Authorization": f"Bearer {token}"} if token else {})

    def shelf(self, word: str) -> Shelf:
        """A new person's, with `word` all over it."""
        token = self.token(word)
        subject = jwt.decode(token, options={"verify_signature": False})["sub"]
        return Shelf(self.client(token), subject, word)
