"""The stacks that the benchmarks stand beside answer as ours does: what is compared does the same work."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from integration.front_door import Handlers
from integration.uploading import Sender, fetch, studio
from mocshelf.testing import Client, Event, http_event
from mocshelf_tools import node
from mocshelf_tools.stack.stack import Stack
from unit.tools.benchmarks import module

yardstick = module("yardstick")


@pytest.fixture(scope="module", params=[yardstick.FASTAPI, yardstick.NODE])
def other(request: pytest.FixtureRequest, stack: Stack) -> Iterator[Any]:
    """A process of one of them, which is skipped where it cannot be installed."""
    found, missing = yardstick.available(stack)
    by_name = {one.name: one for one in found}
    if request.param not in by_name:
        pytest.skip("; ".join(missing))
    with ExitStack() as opened:
        yield opened.enter_context(yardstick.Serving(by_name[request.param]))


@pytest.fixture
def shelf(client: Client, alice: str) -> str:
    """Alice, with MOCs and sets that differ in everything a list shows."""
    for number in range(7):
        moc = {"type": "moc", "title": f"burg {number}", "author": "Åda", "partsCount": 1 + number * 3 % 7}
        moc |= {
            "theme": "Castle",
            "tags": ["keep", f"t{number % 2}"],
            "uploadedDate": f"2024-02-0{number + 1}T10:00:00Z",
        }
        assert client.post("/api/mocs", as_user=alice, json=moc).status == 201
    for number in range(3):
        one = {"type": "set", "title": f"Set {number}", "brand": "LEGO", "setNumber": f"1-{number}", "retired": True}
        one |= {"releaseYear": 1990 + number, "thumbnailUrl": "https://example.com/a.png"}
        assert client.post("/api/mocs", as_user=alice, json=one).status == 201
    return alice


@pytest.mark.parametrize(
    "query",
    [
        "",
        "page=2&limit=4",
        "page=9",
        "type=set&sort=partsCount",
        "theme=Castle&tag=t1&sort=title",
        "sort=partsCount&order=desc&limit=100",
        "sort=createdAt&order=asc",
    ],
)
def test_it_gives_the_same_answer(other: Any, handlers: Handlers, shelf: str, query: str) -> None:
    event = _listing(shelf, query)

    ours = handlers["mocs"](event, None)
    _, theirs = other.ask(event)

    assert (theirs["statusCode"], ours["statusCode"]) == (200, 200)
    assert json.loads(theirs["body"]) == json.loads(ours["body"])
    assert query == "page=9" or json.loads(ours["body"])["data"] != []


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=many", "page=0", "type=castle", "sort=colour", "order=up", "page=1.5"]
)
def test_it_refuses_the_same_questions(other: Any, handlers: Handlers, alice: str, query: str) -> None:
    event = _listing(alice, query)

    _, theirs = other.ask(event)

    assert theirs["statusCode"] == handlers["mocs"](event, None)["statusCode"] == 400


def test_it_lists_nothing_of_somebody_else(other: Any, shelf: str, bob: str) -> None:
    _, theirs = other.ask(_listing(bob))

    assert (json.loads(theirs["body"])["data"], json.loads(theirs["body"])["total"]) == ([], 0)
    assert shelf not in theirs["body"]


def test_a_cover_can_be_fetched_from_the_address_that_it_signs(
    other: Any, handlers: Handlers, sender: Sender, alice: str, moc: str
) -> None:
    sender.upload(alice, moc, "house.io", studio())

    _, theirs = other.ask(_listing(alice))
    ours = handlers["mocs"](_listing(alice), None)

    covers = [fetch(json.loads(one["body"])["data"][0]["thumbnailUrl"]) for one in (theirs, ours)]
    assert [status for status, _, _ in covers] == [200, 200]
    assert covers[0][1] == covers[1][1] != b""


def test_every_request_is_timed(other: Any, shelf: str) -> None:
    times, _ = other.ask(_listing(shelf), 5)

    assert len(times) == 5
    assert all(0 < took < 10_000 for took in times)


def test_one_that_cannot_run_is_left_out_and_the_reason_said(
    stack: Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Node comes with the environment, so there is no machine without it to try this on.
    monkeypatch.setattr(node, "program", lambda: tmp_path / "node")

    found, missing = yardstick.available(stack)

    assert yardstick.NODE not in [one.name for one in found]
    assert [reason for reason in missing if reason.startswith(f"{yardstick.NODE}: left out. Node does not run")]


def _listing(user: str, query: str = "") -> Event:
    claims = {"sub": user, "token_use": "access"}
    return http_event("GET /api/mocs", "GET", "/api/mocs", raw_query=query, claims=claims)
