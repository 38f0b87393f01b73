"""One visitor, who is one of the plan's people: browses, searches, opens, changes, orders, uploads, with pauses."""

from __future__ import annotations

import itertools
import os
import random
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from locust import FastHttpUser, between, task
from locust.exception import RescheduleTask

from load.checks import AskedToWait, Wrong, checked, listed
from mocshelf.testing import multipart
from mocshelf_tools.load import files, plan
from mocshelf_tools.load.files import File
from mocshelf_tools.load.shelves import KINDS, THINGS

PLAN = plan.read(Path(os.environ[plan.VARIABLE]))
_PAGE = 20
_LONGEST_WAIT = 10.0  # seconds, however long a visitor is asked to wait
_READY_SECONDS = 60.0
_LOOKS_SECONDS = 0.3
_NEW = "New"
_HOME = ("127.0.0.1", "localhost", "::1")

# What is wrong with an answer's content, in words.
Check = Callable[[dict[str, Any]], str]

_turns = itertools.count()
# A MOC of each person, for others to try.
_theirs: dict[str, str] = {}


def _nothing(_content: dict[str, Any]) -> str:
    return ""


class Visitor(FastHttpUser):
    """The next visitor once one has gone; names of requests begin with their group."""

    # A person waits longer: one visitor stands for several.
    wait_time = between(0.5, 1.5)
    host = PLAN.api
    connection_timeout = network_timeout = 60.0

    def on_start(self) -> None:
        person = PLAN.people[next(_turns) % len(PLAN.people)]
        self._owner = person.user_id
        self._headers = {"Authorization": f"Bearer {person.token}"}
        self._mocs: list[dict[str, Any]] = []

    @task(30)
    def browse(self) -> None:
        """The shelf's first page, then the next one, one by title, or one of a theme."""
        self._mocs = self._page("browse: the shelf", {})
        theme = random.choice(KINDS)
        more = random.choice(({"page": "2"}, {"sort": "title"}, {"theme": theme}))

        def wrong(content: dict[str, Any]) -> str:
            other = "theme" in more and any(moc["theme"] != theme for moc in content["data"])
            return f"another theme than {theme}" if other else ""

        self._mocs += self._page("browse: further", more, wrong)

    @task(20)
    def search(self) -> None:
        """A word of some title, every second time with a letter missing."""
        word = random.choice((*KINDS, *THINGS))
        if random.random() < 0.5:
            gap = random.randrange(2, len(word) - 1)
            word = word[:gap] + word[gap + 1 :]
        self._page("search: MOCs", {"search": word}, lambda content: "" if content["total"] else f"no {word} found")

    @task(25)
    def open_a_moc(self) -> None:
        """A MOC with its files, and then parts, gallery or an instruction, where it has them."""
        moc = self._some_moc()
        _theirs.setdefault(self._owner, moc)
        detail = self._ask("open: a MOC", "GET", f"/api/mocs/{moc}")["data"]
        for parts in detail["partsLists"][:1]:
            path = f"/api/mocs/{moc}/parts-lists/{parts['id']}/parts"
            self._list("open: parts", path, {"limit": "100"}, 100)
        if random.random() < 0.5:
            self._list("open: gallery", f"/api/mocs/{moc}/gallery-images", {}, _PAGE)
        for file in detail["files"][:1]:
            path = f"/api/mocs/{moc}/files/{file['id']}/download?format=json"
            self._ask("open: download", "GET", path)

    @task(5)
    def order_wishes(self) -> None:
        wishes = self._list("browse: wishes", "/api/wishlist", {"limit": "100"}, 100)
        random.shuffle(wishes)
        places = [{"id": wish["id"], "sortOrder": f"{place:04}"} for place, wish in enumerate(wishes)]
        self._ask(
            *("order: wishes", "POST", "/api/wishlist/reorder"),
            wrong=lambda content: "" if content["data"]["updated"] == len(wishes) else "not all were ordered",
            json={"items": places},
        )

    @task(3)
    def order_an_album(self) -> None:
        album = self._list("browse: albums", "/api/albums", {}, _PAGE)[0]["id"]
        images = self._ask("open: an album", "GET", f"/api/albums/{album}")["data"]["images"]
        moved, after = random.sample([image["id"] for image in images], 2)
        body = {"imageId": moved, "after": random.choice((after, None))}
        self._ask("order: an album", "POST", f"/api/albums/{album}/reorder", json=body)

    @task(7)
    def edit_a_moc(self) -> None:
        moc = self._some_moc()
        said = f"Changed: {uuid.uuid4()}"
        self._ask(
            *("change: a MOC", "PATCH", f"/api/mocs/{moc}"),
            wrong=lambda content: "" if content["data"]["description"] == said else "it was not changed",
            json={"description": said},
        )

    @task(4)
    def add_and_remove_a_moc(self) -> None:
        moc = self._new_moc()
        time.sleep(self.wait_time())
        self._remove_moc(moc)

    @task(3)
    def send_a_file(self) -> None:
        """An instruction or a parts list for a new MOC, until it is ready and shown there."""
        moc = self._new_moc()
        name = uuid.uuid4().hex
        file = random.choice((files.instruction, files.parts_list))(name)
        purpose, where = ("parts-list", "partsLists") if file.name.endswith(".csv") else ("moc-file", "files")
        self._upload(purpose, file, {"mocId": moc})
        self._ask(
            *("open: a MOC", "GET", f"/api/mocs/{moc}"),
            wrong=lambda content: "" if content["data"][where] else "a file that is ready is not shown",
        )
        self._remove_moc(moc)

    @task(2)
    def send_a_photo(self) -> None:
        made = self._upload("gallery-image", files.photo(uuid.uuid4().hex), {})
        image = f"/api/images/{made['resource']['id']}"
        self._ask("open: an image", "GET", image)
        self._ask("change: remove an image", "DELETE", image, expected=204)

    @task(1)
    def try_what_is_somebody_elses(self) -> None:
        others = [moc for user_id, moc in _theirs.items() if user_id != self._owner]
        if others:
            self._ask("open: somebody else's MOC", "GET", f"/api/mocs/{random.choice(others)}", expected=403)

    def _some_moc(self) -> str:
        """One that was seen on the shelf."""
        if not self._mocs:
            self.browse()
        return str(random.choice(self._mocs)["id"])

    def _new_moc(self) -> str:
        body = {"type": "moc", "title": f"{_NEW} {uuid.uuid4()}", "author": "Load", "partsCount": 7}
        return str(self._ask("change: add a MOC", "POST", "/api/mocs", expected=201, json=body)["data"]["id"])

    def _remove_moc(self, moc: str) -> None:
        self._ask("change: remove a MOC", "DELETE", f"/api/mocs/{moc}")

    def _upload(self, purpose: str, file: File, target: dict[str, str]) -> dict[str, Any]:
        """Through a session and straight to S3; the file, once it is ready."""
        told = {"name": file.name, "size": len(file.data), "contentType": file.content_type}
        body = {"purpose": purpose, "files": [told], **target}
        session = self._ask("upload: declare", "POST", "/api/uploads", expected=201, json=body)["data"]
        self._send(session["files"][0], file)
        begun = time.monotonic()
        path = f"/api/uploads/{session['id']}"
        while (seen := self._ask("upload: look", "GET", path)["data"])["status"] != "finished":
            if time.monotonic() - begun > _READY_SECONDS:
                break
            time.sleep(_LOOKS_SECONDS)
        found: dict[str, Any] = seen["files"][0]
        ready = found["status"] == "ready"
        self.environment.events.request.fire(
            request_type="",
            name=f"ready: {purpose}",
            response_time=(time.monotonic() - begun) * 1000,
            response_length=0,
            exception=None if ready else Wrong(f"{found['status']}, because of {found['reason']}"),
            context={},
        )
        if not ready:
            raise RescheduleTask
        self._ask("upload: forget", "DELETE", path, expected=204)
        return found

    def _send(self, request: dict[str, Any], file: File) -> None:
        if PLAN.at_home and urlsplit(request["url"]).hostname not in _HOME:
            raise RuntimeError(f"A file would leave this machine, for {urlsplit(request['url']).hostname}.")
        data: Any = file.data
        headers, expected = request["headers"], 200
        if request["method"] == "POST":
            data, kind = multipart(request["fields"], [("file", "file", file.content_type, file.data)])
            headers, expected = {"Content-Type": kind}, 204
        with self.client.request(
            request["method"], request["url"], name="send: to S3", data=data, headers=headers, catch_response=True
        ) as answer:
            if answer.status_code == expected:
                answer.success()
                return
            answer.failure(Wrong(f"{answer.status_code} instead of {expected}: {answer.text[:120]}"))
        raise RescheduleTask

    def _page(self, name: str, query: dict[str, str], wrong: Check = _nothing) -> list[dict[str, Any]]:
        """MOCs of the shelf that stay: not those that visitors add and remove."""
        return [
            moc for moc in self._list(name, "/api/mocs", query, _PAGE, wrong) if not moc["title"].startswith(_NEW)
        ]

    def _list(
        self, name: str, path: str, query: dict[str, str], limit: int, wrong: Check = _nothing
    ) -> list[dict[str, Any]]:
        """The rows of a page; at most `limit` were asked for."""
        words = urlencode(query)
        content = self._ask(name, "GET", f"{path}?{words}" if words else path, limit=limit, wrong=wrong)
        rows: list[dict[str, Any]] = content["data"]
        return rows

    def _ask(
        self,
        name: str,
        method: str,
        path: str,
        *,
        expected: int = 200,
        limit: int | None = None,
        wrong: Check = _nothing,
        **call: Any,
    ) -> dict[str, Any]:
        """The answer's content. With one that is wrong, what the visitor was about to do ends."""
        with self.client.request(
            method, path, name=name, headers=self._headers, catch_response=True, **call
        ) as answer:
            try:
                content = checked(answer.status_code, answer.headers or {}, answer.text or "", expected, self._owner)
                if limit is not None:
                    listed(content, limit)
                if why := wrong(content):
                    raise Wrong(why)
            except (AskedToWait, Wrong) as problem:
                answer.failure(problem)
                wait = problem.seconds if isinstance(problem, AskedToWait) else 0
            else:
                answer.success()
                return content
        time.sleep(min(wait, _LONGEST_WAIT))
        raise RescheduleTask
