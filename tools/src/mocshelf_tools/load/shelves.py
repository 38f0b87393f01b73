"""The libraries of a run's people: filled through the API before it, emptied through the API after it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from mocshelf_tools.load import files
from mocshelf_tools.load.plan import Person
from mocshelf_tools.problems import CannotContinue

if TYPE_CHECKING:
    import httpx

    from mocshelf_tools.terminal import Terminal

MOCS, WITH_PARTS, LINES, WISHES, PHOTOS = 100, 10, 60, 12, 6
# Each of these words is in the title of some MOC; they are long enough to forgive a letter that is missing.
KINDS = ("Medieval", "Ancient", "Modular", "Haunted", "Forgotten", "Victorian", "Futuristic")
THINGS = ("Lighthouse", "Windmill", "Monorail", "Cathedral", "Harbour", "Bookshop", "Drawbridge", "Observatory")
_BESIDE = 8
_SEARCHABLE_SECONDS = 60
_ANSWER_SECONDS = 60
_TRIES = 6
_WAITS = (429, 503)


class Library:
    """One person's, by requests as a client sends them. CannotContinue when one is not answered as it should be."""

    def __init__(self, api: str, person: Person) -> None:
        import httpx

        self._http = httpx.Client(
            base_url=api,
            headers={"Authorization": f"Bearer {person.token}"},
            timeout=_ANSWER_SECONDS,
            trust_env=False,
        )

    def fill(self, report: Callable[[], None]) -> None:
        """MOCs, some with parts, photos, an instruction; an album in an order; a wishlist. Reports each MOC."""
        with ThreadPoolExecutor(_BESIDE) as beside:
            mocs = list(beside.map(lambda number: self._moc(number, report), range(MOCS)))
            album = self._made("/api/albums", json={"title": "Load: finished"})
            photos = list(beside.map(lambda number: self._photo(number, album), range(PHOTOS)))
            list(beside.map(self._parts, mocs[:WITH_PARTS]))
            list(beside.map(self._wish, range(WISHES)))
        for moc, photo in zip(mocs, photos, strict=False):
            self._made(f"/api/mocs/{moc}/gallery-images", json={"galleryImageId": photo})
        for moc in mocs[:3]:
            file = files.instruction("steps", 50)
            self._made(
                f"/api/mocs/{moc}/files",
                data={"fileType": "instruction"},
                files={"file": (file.name, file.data, file.content_type)},
            )

    def wait_until_searchable(self) -> None:
        """The index follows within seconds; a run that begins before would measure that."""
        deadline = time.monotonic() + _SEARCHABLE_SECONDS
        for word in (KINDS[-1], THINGS[-1]):
            while self._ask("GET", "/api/mocs", params={"search": word}).json()["total"] == 0:
                if time.monotonic() > deadline:
                    raise CannotContinue(f"No MOC could be found within {_SEARCHABLE_SECONDS} s of being made.")
                time.sleep(0.5)

    def empty(self) -> None:
        """Deletes everything of this person's."""
        with ThreadPoolExecutor(_BESIDE) as beside:
            for path in ("/api/mocs", "/api/images", "/api/albums", "/api/wishlist"):
                more = {"albumId": "all"} if path == "/api/images" else {}
                while found := self._ask("GET", path, params={"limit": 100, **more}).json()["data"]:
                    list(beside.map(lambda one, path=path: self._delete(f"{path}/{one['id']}"), found))

    def close(self) -> None:
        self._http.close()

    def _moc(self, number: int, report: Callable[[], None]) -> str:
        kind, thing = KINDS[number % len(KINDS)], THINGS[number % len(THINGS)]
        body = {
            "type": "moc",
            "title": f"{kind} {thing} {number:03}",
            "author": "Load",
            "partsCount": 100 + number,
            "theme": kind,
            "description": f"A {kind.lower()} {thing.lower()}. " * 8,
            "tags": [thing.lower(), "load"],
        }
        made = self._made("/api/mocs", json=body)
        report()
        return made

    def _parts(self, moc: str) -> str:
        lines = [{"partNumber": str(3001 + line), "quantity": 1 + line % 7} for line in range(LINES)]
        return self._made(f"/api/mocs/{moc}/parts-lists", json={"title": "All", "parts": lines})

    def _wish(self, number: int) -> str:
        return self._made("/api/wishlist", json={"title": f"Wish {number:02}", "sortOrder": f"{number:04}"})

    def _photo(self, number: int, album: str) -> str:
        file = files.photo(f"photo-{number}", 400, 300)
        return self._made(
            "/api/images",
            data={"title": f"Photo {number}", "albumId": album},
            files={"file": (file.name, file.data, file.content_type)},
        )

    def _made(self, path: str, **call: Any) -> str:
        return str(self._ask("POST", path, **call).json()["data"]["id"])

    def _delete(self, path: str) -> None:
        self._ask("DELETE", path, also=(404,))

    def _ask(self, method: str, path: str, *, also: Sequence[int] = (), **call: Any) -> httpx.Response:
        """The answer; whoever is asked to wait waits and asks again."""
        import httpx

        for tried in range(_TRIES):
            try:
                answer = self._http.request(method, path, **call)
            except httpx.HTTPError as problem:
                raise CannotContinue(f"{method} {path} was not answered: {problem}") from None
            if answer.is_success or answer.status_code in also:
                return answer
            if answer.status_code not in _WAITS:
                break
            time.sleep(float(answer.headers.get("retry-after") or 2**tried))
        raise CannotContinue(f"{method} {path} was answered with {answer.status_code}: {answer.text[:200]}")


@contextmanager
def libraries(api: str, people: Sequence[Person], terminal: Terminal, *, keep: bool) -> Iterator[list[Library]]:
    """Everybody's, filled and found by searches; emptied at the end unless what they are in goes as a whole."""
    found = [Library(api, person) for person in people]
    done = 0

    def tell() -> None:
        nonlocal done
        done += 1
        terminal.progress(f"Filling libraries: {done} of {len(found) * MOCS} MOCs")

    try:
        terminal.end_step()
        for library in found:
            library.fill(tell)
        for library in found:
            library.wait_until_searchable()
        yield found
    finally:
        if not keep:
            terminal.step("Emptying the libraries")
            _all_emptied(found)
        for library in found:
            library.close()


def _all_emptied(libraries: Sequence[Library]) -> None:
    """As many as can be; CannotContinue when one could not."""
    problems = []
    for library in libraries:
        try:
            library.empty()
        except CannotContinue as problem:
            problems.append(str(problem))
    if problems:
        raise CannotContinue(f"{len(problems)} libraries were not emptied: {problems[0]}")
