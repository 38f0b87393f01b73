"""OpenSearch and PostgreSQL find the same: nobody sees which of them answered."""

from __future__ import annotations

import sys
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from integration.golden.library import mocs
from integration.golden.misspelling import misspelled
from integration.golden.shelf import EVERY, QUERIES, Shelf
from integration.test_searching import TYPED
from mocshelf.runtime import search
from mocshelf.runtime.finding import Sought, question
from mocshelf.testing import Client

pytest_plugins = ["integration.search_fixtures"]

Answers = dict[tuple[str, str], dict[str, Any]]

# Of the top tens of misspelled searches; measured 0.995.
LEAST_OVERLAP = 0.98


@pytest.fixture(scope="module")
def shelf(client: Client) -> Shelf:
    filled = Shelf(client, str(uuid.uuid4()))
    filled.fill()
    return filled


@pytest.fixture(scope="module")
def by_database(shelf: Shelf) -> Answers:
    """PostgreSQL's answers, asked before the engine is linked."""
    return {(path, golden.typed): shelf.search(path, golden.typed, limit=100) for path, golden in EVERY}


@pytest.fixture
def indexed(by_database: Answers, shelf: Shelf, engine: str) -> Shelf:
    shelf.index()
    found = search.find("moc_instructions", question(Sought("moc_instructions", shelf.user, "castle", 20, 0)))
    assert found is not None, "the engine does not answer"
    assert found.total == by_database["/api/mocs", "castle"]["total"]
    return shelf


def ids(answer: dict[str, Any]) -> list[str]:
    return [item["id"] for item in answer["data"]]


def overlap(one: list[str], other: list[str]) -> float:
    """Which part of two top tens both have; nothing on either side is agreement."""
    either = set(one[:10]) | set(other[:10])
    return len(set(one[:10]) & set(other[:10])) / len(either) if either else 1.0


@pytest.mark.parametrize("path", QUERIES)
def test_both_engines_find_the_same_of_every_golden_query(
    indexed: Shelf, by_database: Answers, path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = [golden.typed for golden in QUERIES[path]]

    expected = [by_database[path, text] for text in typed]
    answers = [indexed.search(path, text, limit=100) for text in typed]

    report(capsys, path, expected, answers)
    for text, answer, other in zip(typed, answers, expected, strict=True):
        assert ids(answer)[:1] == ids(other)[:1], text
        assert set(ids(answer)) == set(ids(other)), text
        assert answer["total"] == other["total"], text


def test_both_engines_forgive_the_same_typos(
    shelf: Shelf, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = misspelled(200)

    expected = [shelf.search("/api/mocs", text) for text in typed]
    indexed: Shelf = request.getfixturevalue("indexed")
    answers = [indexed.search("/api/mocs", text) for text in typed]

    assert report(capsys, "/api/mocs, misspelled", expected, answers) >= LEAST_OVERLAP
    assert sum(answer["total"] > 0 for answer in answers) > len(typed) / 2


def test_both_engines_weigh_alike(indexed: Shelf, by_database: Answers) -> None:
    for key, expected in by_database.items():
        answer = indexed.search(*key, limit=100)

        assert [item["score"] for item in answer["data"]] == pytest.approx(
            [item["score"] for item in expected["data"]]
        ), key


@pytest.mark.parametrize("sort", ["updatedAt", "createdAt", "title", "partsCount"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_both_engines_sort_alike(shelf: Shelf, sort: str, order: str, request: pytest.FixtureRequest) -> None:
    filters = {"sort": sort, "order": order, "theme": "City", "limit": 100}
    expected = ids(shelf.search("/api/mocs", "bridge", **filters))

    indexed: Shelf = request.getfixturevalue("indexed")

    assert ids(indexed.search("/api/mocs", "bridge", **filters)) == expected
    assert len(expected) > 3


def test_a_match_whose_row_is_gone_is_left_out_and_taken_off_the_total(indexed: Shelf) -> None:
    moc = next(moc for moc in mocs() if moc["title"] == "Typewriter")
    added = indexed.client.post("/api/mocs", as_user=indexed.user, json={**moc, "title": "Ephemeral Typewriter"})
    indexed.index()
    before = indexed.search("/api/mocs", "typewriter")
    indexed.client.delete(f"/api/mocs/{added.data['id']}", as_user=indexed.user)

    after = indexed.search("/api/mocs", "typewriter")

    assert (before["total"], len(before["data"])) == (2, 2)
    assert (after["total"], [moc["title"] for moc in after["data"]]) == (1, ["Typewriter"])


def test_a_page_past_the_end_and_past_the_window_has_the_total(indexed: Shelf) -> None:
    pages = [indexed.search("/api/mocs", "castle", page=page, limit=30) for page in (1, 2, 334, 10_000)]

    assert [(len(page["data"]), page["total"]) for page in pages] == [(5, 5), (0, 5), (0, 5), (0, 5)]


def test_the_engine_shows_nobody_elses(indexed: Shelf, bob: str) -> None:
    # A page smaller than the matches: the rows alone, which are read by owner, would not correct the total.
    assert Shelf(indexed.client, bob).search("/api/mocs", "castle", limit=1)["total"] == 0


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=TYPED)
def test_the_engine_understands_every_text(indexed: Shelf, typed: str) -> None:
    sought = Sought("moc_instructions", indexed.user, typed, 20, 0)

    assert not sought.words.needed or search.find(sought.alias, question(sought)) is not None


def report(
    capsys: pytest.CaptureFixture[str], what: str, expected: list[dict[str, Any]], answers: list[dict[str, Any]]
) -> float:
    """Says how close the top tens are, for docs/search.md, and returns it."""
    overlaps = [overlap(ids(one), ids(other)) for one, other in zip(answers, expected, strict=True)]
    same_first = sum(ids(one)[:1] == ids(other)[:1] for one, other in zip(answers, expected, strict=True))
    mean = sum(overlaps) / len(overlaps)
    with capsys.disabled():
        sys.stdout.write(f"\n| {what} | {len(overlaps)} | {same_first} | {mean:.3f} |")
    return mean
