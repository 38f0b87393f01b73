"""One user at a browser: pages, what went wrong in them, and the steps that many journeys begin with."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from integration.running_gateway import eventually

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "screenshots"
AXE = ROOT / ".mocshelf" / "web" / "node_modules" / "axe-core" / "axe.min.js"
# Waits until whatever moves has arrived, except what never does.
STILL = """async () => {
  const ending = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < Infinity);
  await Promise.allSettled(ending.map(({ finished }) => finished));
}"""
PASSWORD = "Mx7-yes-it-is-long"
PHONE = {"width": 390, "height": 844}


@dataclass(frozen=True)
class User:
    """Somebody with an account."""

    email: str
    password: str
    name: str


@dataclass
class Visit:
    """A browser window of one user. Errors on the console and in scripts are collected in `problems`."""

    context: BrowserContext
    url: str
    problems: list[str] = field(default_factory=list)
    _expected: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.context.set_default_timeout(10_000)
        self.context.on("console", self._note)
        self.context.on("weberror", lambda problem: self.problems.append(str(problem.error)))
        self.page = self.open()

    def open(self) -> Page:
        """Another tab."""
        return self.context.new_page()

    def expect_problem(self, pattern: str) -> None:
        """Lets the console tell of what a test has brought about."""
        self._expected.append(pattern)

    def unexpected(self) -> list[str]:
        return [one for one in self.problems if not any(re.search(pattern, one) for pattern in self._expected)]

    def sign_in(self, user: User, address: str = "/") -> None:
        self.page.goto(self.url + address)
        give_password(self.page, user)

    def picture(self, name: str) -> None:
        """Writes the page as it is into the documentation, when the run is to write."""
        if os.environ.get("MOCSHELF_WRITE_DOCS"):
            PICTURES.mkdir(exist_ok=True)
            self.page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")

    def barriers(self) -> list[str]:
        """What axe finds serious or critical about the page, with the elements."""
        # Colours that still fade in are not those that are read.
        self.page.evaluate(STILL)
        self.page.evaluate(AXE.read_text())
        found: dict[str, Any] = self.page.evaluate(
            # It would fetch style sheets once more, which fails where a journey is offline.
            "axe.run(document, {resultTypes: ['violations'], preload: false})"
        )
        return [
            f"{one['id']}: {node['html']} {node['failureSummary']}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
            for node in one["nodes"]
        ]

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.problems.append(message.text)


def give_password(page: Page, user: User) -> None:
    """Signs in on the page where that is asked for."""
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").fill(user.password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your shelf", exact=True)).to_be_visible()


@dataclass(frozen=True)
class Shelf:
    """A user's library behind the pages, filled through the API."""

    http: httpx.Client

    def add(self, title: str, **more: object) -> str:
        body = {"type": "moc", "title": title, "author": "Ada", "partsCount": 100, **more}
        answer = self.http.post("/api/mocs", json=body)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["data"]["id"])

    def send(self, path: str, name: str, content: bytes, **fields: str) -> dict[str, Any]:
        """Sends a file as a browser's form would; what the API answers about it."""
        answer = self.http.post(path, files={"file": (name, content)}, data=fields)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()["data"]
        return found

    def wait_until_found(self, word: str, path: str = "/api/mocs") -> None:
        """What is new is searchable within seconds, not at once."""
        assert eventually(lambda: self.http.get(f"{path}/search", params={"search": word}).json()["total"] > 0), word

    def moc(self, moc_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(f"/api/mocs/{moc_id}").json()["data"]
        return found

    def photo(self, moc_id: str, title: str, content: bytes) -> str:
        """A photo of the gallery that is of the MOC, too."""
        image = self.send("/api/images", f"{title}.png", content, title=title)
        linked = self.http.post(f"/api/mocs/{moc_id}/gallery-images", json={"galleryImageId": image["id"]})
        assert linked.status_code == 201, linked.text
        return str(image["id"])

    def parts_list(self, moc_id: str, title: str, parts: Sequence[Mapping[str, object]]) -> str:
        answer = self.http.post(f"/api/mocs/{moc_id}/parts-lists", json={"title": title, "parts": list(parts)})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["data"]["id"])

    def lines(self, moc_id: str, list_id: str) -> list[dict[str, Any]]:
        """The first lines of a list as the API has them."""
        answer = self.http.get(f"/api/mocs/{moc_id}/parts-lists/{list_id}/parts", params={"limit": 500})
        found: list[dict[str, Any]] = answer.json()["data"]
        return found
