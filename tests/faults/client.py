"""One user who adds, changes, reads and deletes all the time, and knows what they were promised."""

from __future__ import annotations

import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx

MOST_MOCS = 40
WORDS = ("castle", "monorail", "lighthouse", "harbour", "dragon", "market", "station", "windmill")


@dataclass
class Seen:
    """What happened to a user's requests; `times` are (moment, seconds, what) by the monotonic clock."""

    requests: int = 0
    errors: list[str] = field(default_factory=list)
    unavailable: int = 0
    stale: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    times: list[tuple[float, float, str]] = field(default_factory=list)


class NotAnswered(Exception):
    """No answer, or one that says to try again."""


class User:
    """Keeps on until `stopped`. `mocs` and `wishes` are titles by id: every acknowledged write, and no other.

    A write that was not acknowledged is sent again with the same key until it is, as a good client does.
    """

    def __init__(self, url: str, token: str, seed: int) -> None:
        self.seen = Seen()
        self.mocs: dict[str, str] = {}
        self.wishes: dict[str, str] = {}
        self.stopped = False
        self._random = random.Random(seed)
        self.http = httpx.Client(
            base_url=url, trust_env=False, timeout=20, headers={"Authorization": f"Bearer {token}"}
        )

    def run(self) -> None:
        while not self.stopped:
            self._random.choice(
                (self.add, self.add, self.rename, self.remove, self.wish, self.read, self.read, self.search)
            )()

    def add(self) -> None:
        if len(self.mocs) >= MOST_MOCS:
            self.remove()
            return
        title = f"{self._random.choice(WORDS)} {self._random.choice(WORDS)} {uuid.uuid4().hex[:8]}"
        body = {"type": "moc", "title": title, "author": "Load", "partsCount": 7, "tags": ["load"]}
        answer = self._insist("POST", "/api/mocs", json=body, headers={"Idempotency-Key": uuid.uuid4().hex})
        if answer.status_code != 201:
            self.seen.wrong.append(f"adding answered {answer.status_code}")
            return
        self.mocs[answer.json()["data"]["id"]] = title
        self.check()

    def rename(self) -> None:
        if not self.mocs:
            return
        moc = self._random.choice(list(self.mocs))
        title = f"{self._random.choice(WORDS)} {uuid.uuid4().hex[:8]}"
        answer = self._insist("PATCH", f"/api/mocs/{moc}", json={"title": title})
        if answer.status_code != 200 or answer.json()["data"]["title"] != title:
            self.seen.wrong.append(f"renaming answered {answer.status_code}")
            return
        self.mocs[moc] = title
        detail = self._insist("GET", f"/api/mocs/{moc}")
        if detail.status_code != 200 or detail.json()["data"]["title"] != title:
            self.seen.stale.append("a detail is older than its change")
        self.check()

    def remove(self) -> None:
        if not self.mocs:
            return
        moc = self._random.choice(list(self.mocs))
        answer = self._insist("DELETE", f"/api/mocs/{moc}")
        # 404: an earlier try got through, and its answer did not.
        if answer.status_code not in (200, 404):
            self.seen.wrong.append(f"deleting answered {answer.status_code}")
            return
        del self.mocs[moc]
        self.check()

    def wish(self) -> None:
        if len(self.wishes) >= MOST_MOCS:
            return
        title = f"{self._random.choice(WORDS)} {uuid.uuid4().hex[:8]}"
        answer = self._insist(
            "POST", "/api/wishlist", json={"title": title}, headers={"Idempotency-Key": uuid.uuid4().hex}
        )
        if answer.status_code != 201:
            self.seen.wrong.append(f"wishing answered {answer.status_code}")
            return
        self.wishes[answer.json()["data"]["id"]] = title
        shown = self._titles("/api/wishlist")
        if shown != self.wishes:
            self.seen.stale.append("the wishlist is older than its last change")

    def read(self) -> None:
        self.check()

    def search(self) -> None:
        """Matches lag behind by seconds, but are never someone else's, nor out of nowhere."""
        answer = self._insist("GET", "/api/mocs", params={"search": self._random.choice(WORDS), "limit": 100})
        if answer.status_code != 200:
            self.seen.wrong.append(f"searching answered {answer.status_code}")
            return
        for one in answer.json()["data"]:
            if self.mocs.get(one["id"]) != one["title"]:
                self.seen.wrong.append("a search shows what is not there")

    def check(self) -> None:
        """The list is what was acknowledged, after each write and at any time."""
        if self._titles("/api/mocs") != self.mocs:
            self.seen.stale.append("the list is older than the last change")

    def _titles(self, path: str) -> dict[str, str]:
        answer = self._insist("GET", path, params={"limit": 100})
        if answer.status_code != 200:
            self.seen.wrong.append(f"{path} answered {answer.status_code}")
            return {}
        return {one["id"]: one["title"] for one in answer.json()["data"]}

    def _insist(self, method: str, path: str, **call: Any) -> httpx.Response:
        """Asks until there is an answer that is one."""
        deadline = time.monotonic() + 60
        while True:
            try:
                return self._ask(method, path, call)
            except NotAnswered:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def _ask(self, method: str, path: str, call: dict[str, Any]) -> httpx.Response:
        start = time.monotonic()
        self.seen.requests += 1
        try:
            answer = self.http.request(method, path, **call)
        except httpx.HTTPError as problem:
            self.seen.errors.append(f"{method} {path}: {type(problem).__name__}")
            raise NotAnswered from None
        what = "search" if "search" in (call.get("params") or {}) else method
        self.seen.times.append((start, time.monotonic() - start, what))
        if answer.status_code == 503:
            self.seen.unavailable += 1
            if "retry-after" not in answer.headers:
                self.seen.wrong.append("503 without Retry-After")
            raise NotAnswered
        if answer.status_code >= 500:
            self.seen.errors.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
            raise NotAnswered
        return answer
