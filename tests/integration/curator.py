"""What tests of the gallery share: adding images, albums and links through the front door, and reading them back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from integration.uploading import png
from mocshelf.runtime import database
from mocshelf.testing import Client, Reply


@dataclass(frozen=True)
class Curator:
    """A user who keeps a gallery."""

    client: Client
    user: str

    def send(self, data: bytes, name: str = "a.png", headers: dict[str, str] | None = None, **fields: Any) -> Reply:
        """An image in the request itself; tags are given as a list."""
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in fields.items()}
        files = [("image", name, "application/octet-stream", data)]
        return self.client.post("/api/images", as_user=self.user, files=files, fields=texts, headers=headers)

    def image(self, title: str = "Night", **fields: Any) -> dict[str, Any]:
        answer = self.send(png(), title=title, **fields)
        assert answer.status == 201, answer.body
        return dict(answer.data)

    def album(self, title: str = "Street", **fields: Any) -> dict[str, Any]:
        answer = self.client.post("/api/albums", as_user=self.user, json={"title": title, **fields})
        assert answer.status == 201, answer.body
        return dict(answer.data)

    def link(self, moc: str, image: str) -> Reply:
        path = f"/api/mocs/{moc}/gallery-images"
        return self.client.post(path, as_user=self.user, json={"galleryImageId": image})

    def get(self, path: str, **params: Any) -> Reply:
        return self.client.get(path, as_user=self.user, params=params)

    def patch(self, path: str, body: dict[str, Any], tag: str | None = None) -> Reply:
        return self.client.patch(path, as_user=self.user, json=body, headers={"if-match": tag} if tag else None)

    def delete(self, path: str, tag: str | None = None) -> Reply:
        return self.client.delete(path, as_user=self.user, headers={"if-match": tag} if tag else None)

    def titles(self, path: str, **params: Any) -> list[str]:
        answer = self.get(path, **params)
        assert answer.status == 200, answer.body
        return [item["title"] for item in answer.json()["data"]]


def latest_versions(entity: str, user: str) -> dict[str, int]:
    """What the outbox says of a user's entities of one kind: the newest version by id."""
    with database.reading() as conn:
        rows = database.fetch_all(
            conn,
            """
            select entity_id, max(version) as version from outbox
             where entity = %(entity)s and user_id = %(user)s group by entity_id
            """,
            {"entity": entity, "user": user},
        )
    return {row["entity_id"]: row["version"] for row in rows}
