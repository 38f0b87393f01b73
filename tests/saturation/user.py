"""The user of one environment: reads and writes in turn, and knows what was acknowledged."""

from __future__ import annotations

import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from mocshelf.testing import Client, Reply

WORDS = ("castle", "monorail", "lighthouse", "harbour", "dragon", "market", "station", "windmill")


@dataclass
class Seen:
    """Status and seconds of every answer, what of them was not right, and the ids of what was added."""

    answers: list[tuple[int, float]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    mocs: list[str] = field(default_factory=list)
    wishes: list[str] = field(default_factory=list)


class User:
    """Somebody with nothing yet. What was refused is sent again next time, with the same Idempotency-Key."""

    def __init__(self, client: Client, number: int) -> None:
        self.seen = Seen()
        self._client = client
        self._random = random.Random(number)
        self._name = str(uuid.uuid4())
        self._unanswered: tuple[str, dict[str, Any], str] | None = None

    def act(self) -> None:
        """One request."""
        if self._unanswered is not None or not self.seen.mocs:
            self._add("/api/mocs", {"type": "moc", "author": "Load", "partsCount": 7})
        else:
            self._random.choice((self._list, self._list, self._read, self._search, self._rename, self._wish))()

    def _list(self) -> None:
        answer = self._ask("GET", "/api/mocs", 200)
        if answer.status == 200 and answer.json()["total"] != len(self.seen.mocs):
            self.seen.wrong.append(f"{answer.json()['total']} MOCs are shown of {len(self.seen.mocs)}")

    def _read(self) -> None:
        self._ask("GET", f"/api/mocs/{self._random.choice(self.seen.mocs)}", 200)

    def _search(self) -> None:
        self._ask("GET", "/api/mocs/search", 200, params={"search": self._random.choice(WORDS)})

    def _rename(self) -> None:
        path = f"/api/mocs/{self._random.choice(self.seen.mocs)}"
        self._ask("PATCH", path, 200, json={"title": self._title()})

    def _wish(self) -> None:
        """Adds a wish, or puts those that are there into another order."""
        if len(self.seen.wishes) < 2:
            self._add("/api/wishlist", {})
            return
        places = [{"id": one, "sortOrder": str(self._random.randint(100, 999))} for one in self.seen.wishes]
        self._ask("POST", "/api/wishlist/reorder", 200, json={"items": places})

    def _add(self, path: str, body: dict[str, Any]) -> None:
        """Adds this, or what was refused before."""
        path, body, key = self._unanswered or (path, {**body, "title": self._title()}, uuid.uuid4().hex)
        answer = self._ask("POST", path, 201, json=body, headers={"Idempotency-Key": key})
        self._unanswered = (path, body, key) if answer.status >= 500 else None
        if answer.status == 201:
            made = self.seen.mocs if path == "/api/mocs" else self.seen.wishes
            made.append(answer.data["id"])

    def _ask(self, method: str, path: str, expected: int, **call: Any) -> Reply:
        start = time.monotonic()
        answer = self._client.request(method, path, as_user=self._name, **call)
        self.seen.answers.append((answer.status, time.monotonic() - start))
        if answer.status not in (expected, 503):
            self.seen.wrong.append(f"{method} {path}: {answer.status} {answer.body[:120]!r}")
        return answer

    def _title(self) -> str:
        return f"{self._random.choice(WORDS)} {uuid.uuid4().hex[:8]}"
