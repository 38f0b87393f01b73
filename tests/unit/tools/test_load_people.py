"""People and libraries of a run: made, and gone afterwards, whatever came between."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from mocshelf_tools.cloud.signing_in import User
from mocshelf_tools.load.people import Users, people
from mocshelf_tools.load.plan import Person
from mocshelf_tools.load.shelves import Library, libraries
from mocshelf_tools.problems import CannotContinue
from mocshelf_tools.terminal import Terminal
from unit.tools.small_server import Asked, Reply, serving

ADA = Person("a", "token-a")


@dataclass
class Pool:
    """Who is in it."""

    there: list[User] = field(default_factory=list)
    most: int = 9
    stuck: int = 0

    def users(self) -> Users:
        return Users(self.add, self.sign_in, self.remove)

    def add(self, user: User) -> None:
        if len(self.there) == self.most:
            raise CannotContinue("full")
        self.there.append(user)

    def sign_in(self, user: User) -> str:
        claims = base64.urlsafe_b64encode(json.dumps({"sub": user.email}).encode()).decode().rstrip("=")
        return f"head.{claims}.signature"

    def remove(self, user: User) -> None:
        if self.there.index(user) < self.stuck:
            raise CannotContinue("gone")
        self.there.remove(user)


def shelf(
    rows: dict[str, list[str]], refuse: Callable[[Asked], Reply | None] = lambda _: None
) -> Callable[[Asked], Reply]:
    """An API that holds these ids below its paths."""

    def answer(asked: Asked) -> Reply:
        path = asked.path.partition("?")[0]
        if refused := refuse(asked):
            return refused
        if asked.method == "DELETE":
            rows[path.rpartition("/")[0]].remove(path.rpartition("/")[2])
            return Reply(204, b"")
        return Reply(content={"success": True, "data": [{"id": one} for one in rows.get(path, [])]})

    return answer


def test_people_are_signed_in_as_themselves_and_gone_afterwards() -> None:
    pool = Pool()

    with people(pool.users(), 3, keep=False) as made:
        there = [user.email for user in pool.there]
        assert [person.user_id for person in made] == there

    assert len({*there}) == 3
    assert pool.there == []


def test_of_those_who_could_not_all_be_made_nobody_stays() -> None:
    pool = Pool(most=2)

    with pytest.raises(CannotContinue, match="full"), people(pool.users(), 3, keep=False):
        pytest.fail("there are not enough people")

    assert pool.there == []


def test_who_cannot_be_removed_is_named_and_the_others_are_gone() -> None:
    pool = Pool(stuck=1)

    with pytest.raises(CannotContinue) as said, people(pool.users(), 3, keep=False):
        first = pool.there[0]

    assert pool.there == [first]
    assert first.email in str(said.value)


def test_in_a_system_that_goes_as_a_whole_nobody_is_removed() -> None:
    pool = Pool()

    with people(pool.users(), 2, keep=True):
        pass

    assert len(pool.there) == 2


def test_a_library_is_emptied_page_by_page() -> None:
    rows = {path: ["1", "2"] for path in ("/api/mocs", "/api/images", "/api/albums", "/api/wishlist")}

    with serving(shelf(rows)) as url:
        library = Library(url, ADA)
        library.empty()
        library.close()

    assert set(map(len, rows.values())) == {0}


def test_who_is_asked_to_wait_while_filling_waits_and_goes_on() -> None:
    asked: list[Asked] = []

    def busy(one: Asked) -> Reply | None:
        asked.append(one)
        return Reply(503, {}, {"Retry-After": "0"}) if len(asked) < 3 else None

    with serving(shelf({}, busy)) as url:
        library = Library(url, ADA)
        library.empty()
        library.close()

    assert [one.path.partition("?")[0] for one in asked[:4]] == ["/api/mocs"] * 3 + ["/api/images"]
    assert {one.headers["authorization"] for one in asked} == {"Bearer token-a"}


def test_a_library_that_cannot_be_filled_is_one_line_and_is_emptied_all_the_same(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = {"/api/mocs": ["1"]}

    def refuse(one: Asked) -> Reply | None:
        return Reply(500, {"message": "broken"}) if one.method == "POST" else None

    with (
        serving(shelf(rows, refuse)) as url,
        pytest.raises(CannotContinue, match=r"^POST /api/mocs was answered with 500: .*broken"),
        libraries(url, [ADA], Terminal(), keep=False),
    ):
        pytest.fail("the library is not there")

    assert rows == {"/api/mocs": []}


def test_without_a_server_it_is_one_line() -> None:
    library = Library("http://127.0.0.1:1", ADA)

    with pytest.raises(CannotContinue, match=r"^GET /api/mocs was not answered: "):
        library.empty()
