"""The synthetic library in a user's hands: put there, searched and indexed through the front doors."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from integration.curator import Curator
from integration.golden import library, queries
from integration.golden.queries import Golden
from mocshelf.indexing import service as indexing
from mocshelf.runtime import database
from mocshelf.testing import Client

QUERIES: dict[str, list[Golden]] = {
    "/api/mocs": queries.MOCS,
    "/api/images": queries.IMAGES,
    "/api/albums": queries.ALBUMS,
    "/api/wishlist": queries.WISHLIST,
}
EVERY = [(path, golden) for path, goldens in QUERIES.items() for golden in goldens]
NAMES = [f"{path.rsplit('/', 1)[1]}: {golden.typed}" for path, golden in EVERY]


@dataclass(frozen=True)
class Shelf:
    """A user who has the library."""

    client: Client
    user: str

    def fill(self) -> None:
        for moc in library.mocs():
            self._add("/api/mocs", moc)
        for album in library.ALBUMS:
            self._add("/api/albums", album)
        for wish in library.WISHES:
            self._add("/api/wishlist", wish)
        curator = Curator(self.client, self.user)
        for image in library.IMAGES:
            curator.image(**image)

    def search(self, path: str, typed: str, **params: Any) -> dict[str, Any]:
        answer = self.client.get(path, as_user=self.user, params={"search": typed, **params})
        assert answer.status == 200, answer.body
        return dict(answer.json())

    def index(self) -> None:
        """Has the index take in what the outbox says has changed."""
        with database.reading() as conn:
            rows = database.fetch_all(
                conn, "select id from outbox where user_id = %(user)s and topic = 'index'", {"user": self.user}
            )
        failed = indexing.handle([json.dumps({"outbox": row["id"]}) for row in rows])
        assert failed == []

    def _add(self, path: str, fields: dict[str, Any]) -> None:
        answer = self.client.post(path, as_user=self.user, json=fields)
        assert answer.status == 201, answer.body
