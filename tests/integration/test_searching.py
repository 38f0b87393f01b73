"""Searching as a person does, answered by PostgreSQL: what is typed, and what is found first."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integration.golden.queries import Golden
from integration.golden.shelf import EVERY, NAMES, QUERIES, Shelf
from mocshelf.testing import Client

# Whatever a person or a program may send, and what means something to a search engine.
TYPED = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=200),
    st.text(st.sampled_from("abcx2 '\"\\&|!():*<->~^?+[]{}/%_×é½ß\u0301"), min_size=1, max_size=200),
)


@pytest.fixture(scope="module")
def shelf(client: Client) -> Shelf:
    filled = Shelf(client, str(uuid.uuid4()))
    filled.fill()
    return filled


def titles(answer: dict[str, Any]) -> list[str]:
    return [item["title"] for item in answer["data"]]


@pytest.mark.parametrize(("path", "golden"), EVERY, ids=NAMES)
def test_what_is_meant_comes_first(shelf: Shelf, path: str, golden: Golden) -> None:
    answer = shelf.search(path, golden.typed)

    assert next(iter(titles(answer)), None) == golden.first
    assert golden.total in (None, answer["total"])


@pytest.mark.parametrize("word", ["14e620dff217", "4E4S", "1e2e3x", "12e5", "7é3b"])
def test_a_word_that_begins_like_a_number_is_one_word(client: Client, word: str) -> None:
    owner = str(uuid.uuid4())
    moc = {"type": "moc", "title": f"Model {word}", "author": "Ada", "partsCount": 1}
    created = client.post("/api/mocs", json=moc, as_user=owner)

    found = client.get("/api/mocs", params={"search": word}, as_user=owner).json()

    assert (created.status, titles(found)) == (201, [f"Model {word}"])


def test_a_word_spelled_as_typed_counts_twice_one_that_is_nearly_so(shelf: Shelf) -> None:
    typed = shelf.search("/api/mocs", "medieval")["data"][0]["score"]
    nearly = shelf.search("/api/mocs", "medeval")["data"][0]["score"]

    assert (typed, nearly) == (3, 1.5)


def test_titles_count_over_tags_over_descriptions_also_when_misspelled(shelf: Shelf) -> None:
    found = {moc["title"]: moc["score"] for moc in shelf.search("/api/mocs", "castel")["data"]}

    assert found["Medieval Castle"] > found["Lion Knights Fortress"] > found["Sand Dragon"] > 0


def test_the_pages_of_a_search_neither_repeat_nor_lose_anything(shelf: Shelf) -> None:
    whole = titles(shelf.search("/api/mocs", "windmill", limit=100))
    pages = [titles(shelf.search("/api/mocs", "windmill", limit=7, page=page)) for page in range(1, 12)]

    assert [title for page in pages for title in page] == whole
    assert shelf.search("/api/mocs", "windmill", limit=7, page=99)["total"] == len(whole)


def test_images_are_searched_everywhere_or_where_one_says(shelf: Shelf) -> None:
    [image] = shelf.search("/api/images", "dawn")["data"]
    album = shelf.search("/api/albums", "knights")["data"][0]["id"]
    shelf.client.patch(f"/api/images/{image['id']}", as_user=shelf.user, json={"albumId": album})

    found = {where: shelf.search("/api/images", "dawn", albumId=where)["total"] for where in (album, "all")}
    shelf.client.patch(f"/api/images/{image['id']}", as_user=shelf.user, json={"albumId": None})

    assert found == {album: 1, "all": 1}
    assert shelf.search("/api/images", "dawn", albumId=album)["total"] == 0


def test_a_strangers_search_finds_nothing(shelf: Shelf, bob: str) -> None:
    assert Shelf(shelf.client, bob).search("/api/mocs", "castle")["total"] == 0


@pytest.mark.parametrize("path", QUERIES)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=TYPED)
def test_no_text_breaks_the_search(shelf: Shelf, path: str, typed: str) -> None:
    answer = shelf.client.get(path, as_user=shelf.user, params={"search": typed})

    assert answer.status in (200, 400), typed
