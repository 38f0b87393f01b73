"""One user who adds, changes, orders, reads and deletes all the time, and knows what they were promised."""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx

from faults.client import Client
from faults.oracle import Library, Ticked
from integration.uploading import png

MOST = 25  # of each kind, so that one page shows them all
PIECES = 9
PAUSE = 0.15  # seconds between two things that a user does, on average
WORDS = ("castle", "monorail", "lighthouse", "harbour", "dragon", "market", "station", "windmill")
PICTURE = png(24, 16)


class User(Client):
    """Keeps on until `stopped`, and notes only what was acknowledged.

    A write that was not acknowledged is sent again with the same key until it is, as a good client does. After each
    write the list that must show it is read. With `pictures` off nothing is done that needs S3.
    """

    def __init__(self, url: str, token: str, seed: int) -> None:
        super().__init__(url, token)
        self.library = Library()
        self.stopped = False
        self.pictures = True
        self.only: Callable[[], None] | None = None  # what to do all the time, instead of everything in turn
        self._random = random.Random(seed)

    def run(self) -> None:
        reads = (self.check, self.check, self.check, self.search, self.search)
        writes = (self.add, self.add, self.rename, self.remove, self.write_list, self.tick)
        wishes = (self.wish, self.wish, self.reorder, self.unwish)
        gallery = (self.add_album, self.remove_album, self.add_image, self.move_image, self.remove_image)
        try:
            while not self.stopped:
                if self.only:
                    self.only()
                    continue
                self._random.choice((*reads, *writes, *wishes, *gallery))()
                # Without a pause waiting for a processor would hide what waiting for a part that is away costs.
                time.sleep(self._random.uniform(0, 2 * PAUSE))
        except Exception as problem:
            self.seen.wrong.append(f"the user gave up: {problem!r}")

    def add(self) -> None:
        body = {"type": "moc", "title": self._title(), "author": "Load", "partsCount": 7, "tags": ["load"]}
        if len(self.library.mocs) < MOST and (made := self._made("/api/mocs", json=body)):
            self.library.mocs[made] = str(body["title"])
            self.check()

    def rename(self) -> None:
        if moc := self._any(self.library.mocs):
            title = self._title()
            if self._sent(200, "PATCH", f"/api/mocs/{moc}", json={"title": title}):
                self.library.mocs[moc] = title
                detail, _ = self.insist("GET", f"/api/mocs/{moc}")
                self._same("a MOC", detail.json().get("data", {}).get("title"), title)
                self.check()

    def remove(self) -> None:
        if (moc := self._any(self.library.mocs)) and self._sent(200, "DELETE", f"/api/mocs/{moc}"):
            self.library.forget_moc(moc)
            self.check()

    def write_list(self) -> None:
        if not (moc := self._any(self.library.mocs)) or len(self.library.lists) >= MOST:
            return
        body = {"title": "All", "parts": [{"partNumber": "3001", "quantity": PIECES}]}
        if made := self._made(f"/api/mocs/{moc}/parts-lists", json=body):
            lines = self.listed(f"/api/mocs/{moc}/parts-lists/{made}/parts")
            self._same("a parts list", [line["quantity"] for line in lines], [PIECES])
            if lines:
                self.library.lists[made] = Ticked(moc, lines[0]["id"], 0)

    def tick(self) -> None:
        if not (chosen := self._any(self.library.lists)):
            return
        ticked = self.library.lists[chosen]
        count = self._random.randint(0, PIECES)
        body = {"parts": [{"id": ticked.line, "acquiredQuantity": count}]}
        if self._sent(200, "PATCH", f"/api/mocs/{ticked.moc}/parts-lists/{chosen}/parts", json=body):
            self.library.lists[chosen] = ticked._replace(acquired=count)
            shown = {
                one["id"]: one["acquiredPartsCount"] for one in self.listed(f"/api/mocs/{ticked.moc}/parts-lists")
            }
            self._same("ticked pieces", shown.get(chosen), count)

    def wish(self) -> None:
        body = {"title": self._title(), "sortOrder": str(self._random.randint(100, 999))}
        if len(self.library.wishes) < MOST and (made := self._made("/api/wishlist", json=body)):
            self.library.wishes[made] = (body["title"], body["sortOrder"])
            self.check_wishes()

    def reorder(self) -> None:
        if not self.library.wishes:
            return
        order = {one: str(self._random.randint(100, 999)) for one in self.library.wishes}
        body = {"items": [{"id": one, "sortOrder": place} for one, place in order.items()]}
        if self._sent(200, "POST", "/api/wishlist/reorder", json=body):
            self.library.wishes = {one: (title, order[one]) for one, (title, _) in self.library.wishes.items()}
            self.check_wishes()

    def unwish(self) -> None:
        if (chosen := self._any(self.library.wishes)) and self._sent(204, "DELETE", f"/api/wishlist/{chosen}"):
            del self.library.wishes[chosen]
            self.check_wishes()

    def add_album(self) -> None:
        body = {"title": self._title()}
        if len(self.library.albums) < MOST and (made := self._made("/api/albums", json=body)):
            self.library.albums[made] = body["title"]
            self.check_albums()

    def remove_album(self) -> None:
        if (chosen := self._any(self.library.albums)) and self._sent(204, "DELETE", f"/api/albums/{chosen}"):
            self.library.forget_album(chosen)
            self.check_albums()
            self.check_images()

    def add_image(self) -> None:
        if not self.pictures or len(self.library.images) >= MOST:
            return
        title = self._title()
        files = {"file": ("a.png", PICTURE, "image/png")}
        if made := self._made("/api/images", files=files, data={"title": title}):
            self.library.images[made] = (title, None)
            self.check_images()

    def move_image(self) -> None:
        if chosen := self._any(self.library.images):
            album = self._any(self.library.albums)
            if self._sent(200, "PATCH", f"/api/images/{chosen}", json={"albumId": album}):
                self.library.images[chosen] = (self.library.images[chosen][0], album)
                self.check_images()

    def remove_image(self) -> None:
        if (chosen := self._any(self.library.images)) and self._sent(204, "DELETE", f"/api/images/{chosen}"):
            del self.library.images[chosen]
            self.check_images()

    def search(self) -> None:
        """Matches lag behind by seconds, but are never someone else's, nor out of nowhere."""
        for one in self.listed("/api/mocs", search=self._random.choice(WORDS)):
            if self.library.mocs.get(one["id"]) != one["title"]:
                self.seen.wrong.append("a search shows what is not there")

    def seek(self) -> None:
        """Searches for what nobody has searched for, which no cache can answer."""
        self.listed("/api/mocs", search=f"{self._random.choice(WORDS)} {uuid.uuid4().hex[:6]}")

    def check(self) -> None:
        self._same("MOCs", {one["id"]: one["title"] for one in self.listed("/api/mocs")}, self.library.mocs)

    def check_wishes(self) -> None:
        shown = [(one["id"], one["title"]) for one in self.listed("/api/wishlist")]
        self._same("the wishlist", shown, self.library.wishes_in_order())

    def check_albums(self) -> None:
        self._same("albums", {one["id"]: one["title"] for one in self.listed("/api/albums")}, self.library.albums)

    def check_images(self) -> None:
        listed = self.listed("/api/images", albumId="all")
        self._same("images", {one["id"]: (one["title"], one["albumId"]) for one in listed}, self.library.images)

    def _same(self, what: str, shown: object, promised: object) -> None:
        if shown != promised:
            self.seen.stale.append(f"{what}: {shown} shown, {promised} promised")

    def _made(self, path: str, **call: Any) -> str | None:
        """The id of what was added."""
        answer, _ = self.insist("POST", path, headers={"Idempotency-Key": uuid.uuid4().hex}, **call)
        return str(answer.json()["data"]["id"]) if self._expected(answer, 201, "POST", path) else None

    def _sent(self, status: int, method: str, path: str, **call: Any) -> bool:
        answer, repeated = self.insist(method, path, **call)
        # An earlier try may have got through although its answer did not.
        gone = method == "DELETE" and repeated and answer.status_code == 404
        return gone or self._expected(answer, status, method, path)

    def _expected(self, answer: httpx.Response, status: int, method: str, path: str) -> bool:
        if answer.status_code != status:
            self.seen.wrong.append(f"{method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer.status_code == status

    def _any(self, things: dict[str, Any]) -> str | None:
        return self._random.choice(list(things)) if things else None

    def _title(self) -> str:
        return f"{self._random.choice(WORDS)} {self._random.choice(WORDS)} {uuid.uuid4().hex[:8]}"
