"""Lists and searches of MOCs: paging, filters, order, forgiving search."""

from __future__ import annotations

from typing import Any

import pytest

from mocshelf.testing import Client


@pytest.fixture
def shelf(client: Client, alice: str, bob: str) -> str:
    """Alice's five MOCs, oldest first, and one of Bob's that must never appear."""
    shelved: list[dict[str, Any]] = [
        {"type": "moc", "title": "Medieval Castle", "author": "Ada", "partsCount": 300, "theme": "Castle"},
        {"type": "moc", "title": "dragon wagon", "author": "Ada", "partsCount": 20, "tags": ["medieval", "street"]},
        {"type": "set", "title": "Café Corner", "brand": "LEGO", "setNumber": "10182-1", "theme": "Modular"},
        {"type": "moc", "title": "Baker Street", "author": "Ada", "partsCount": 2200, "tags": ["street"]},
        {"type": "moc", "title": "Azure Ship", "author": "Ada", "partsCount": 90, "description": "castle on water"},
    ]  # fmt: skip
    for moc in shelved:
        assert client.post("/api/mocs", as_user=alice, json=moc).status == 201
    client.post("/api/mocs", as_user=bob, json={**shelved[0], "title": "Castle of Bob"})
    return alice


def titles(client: Client, owner: str, path: str = "/api/mocs", **params: Any) -> list[str]:
    answer = client.get(path, as_user=owner, params=params)
    assert answer.status == 200, answer.body
    return [moc["title"] for moc in answer.json()["data"]]


def test_the_newest_change_comes_first_and_only_ones_own(client: Client, shelf: str) -> None:
    answer = client.get("/api/mocs", as_user=shelf)

    assert answer.json()["data"][0]["title"] == "Azure Ship"
    assert {key: answer.json()[key] for key in ("success", "total", "page", "limit")} == {
        "success": True, "total": 5, "page": 1, "limit": 20,
    }  # fmt: skip


def test_pages_neither_repeat_nor_lose_anything(client: Client, shelf: str) -> None:
    pages = [titles(client, shelf, page=page, limit=2) for page in (1, 2, 3, 4)]
    totals = [
        client.get("/api/mocs", as_user=shelf, params={"page": p, "limit": 2}).json()["total"] for p in (1, 3, 9)
    ]

    assert [len(page) for page in pages] == [2, 2, 1, 0]
    assert len({title for page in pages for title in page}) == 5
    assert totals == [5, 5, 5]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"sort": "title"}, ["Azure Ship", "Baker Street", "Café Corner", "dragon wagon", "Medieval Castle"]),
        ({"sort": "title", "order": "desc", "limit": 1}, ["Medieval Castle"]),
        ({"sort": "createdAt", "order": "asc", "limit": 1}, ["Medieval Castle"]),
        ({"sort": "partsCount"}, ["Baker Street", "Medieval Castle", "Azure Ship", "dragon wagon", "Café Corner"]),
        (
            {"sort": "partsCount", "order": "asc"},
            ["dragon wagon", "Azure Ship", "Medieval Castle", "Baker Street", "Café Corner"],
        ),
        ({"type": "set"}, ["Café Corner"]),
        ({"theme": "Castle"}, ["Medieval Castle"]),
        ({"tag": "street", "sort": "title"}, ["Baker Street", "dragon wagon"]),
        ({"tag": "street", "type": "set"}, []),
        ({"tag": " ", "theme": "", "type": "set"}, ["Café Corner"]),
    ],
)  # fmt: skip
def test_filters_combine_and_every_order_is_total(
    client: Client, shelf: str, params: dict[str, Any], expected: list[str]
) -> None:
    assert titles(client, shelf, **params) == expected


@pytest.mark.parametrize(
    ("search", "first"),
    [
        ("castle", "Medieval Castle"),
        ("castel", "Medieval Castle"),
        ("medeval castle", "Medieval Castle"),
        ("CAFE", "Café Corner"),
        ("street", "Baker Street"),
    ],
)
def test_search_forgives_typos_case_and_accents(client: Client, shelf: str, search: str, first: str) -> None:
    assert titles(client, shelf, search=search)[0] == first


def test_search_weighs_titles_over_tags_over_descriptions_and_shows_scores(client: Client, shelf: str) -> None:
    answer = client.get("/api/mocs/search", as_user=shelf, params={"search": "castle"}).json()

    scores = [moc["score"] for moc in answer["data"]]
    assert [moc["title"] for moc in answer["data"]] == ["Medieval Castle", "Azure Ship"]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0
    assert answer["total"] == 2


def test_search_combines_with_filters_sorting_and_paging(client: Client, shelf: str) -> None:
    past = client.get("/api/mocs/search", as_user=shelf, params={"search": "castle", "page": 4}).json()
    far = client.get(
        "/api/mocs/search", as_user=shelf, params={"search": "castle", "page": 10000, "limit": 100}
    ).json()

    assert titles(client, shelf, search="castle", sort="title", order="asc") == ["Azure Ship", "Medieval Castle"]
    assert titles(client, shelf, search="castle", theme="Castle") == ["Medieval Castle"]
    assert (past["data"], past["total"]) == ([], 2)
    assert (far["data"], far["total"]) == ([], 2)


@pytest.mark.parametrize("search", ["!!!", "%", "'; drop table moc_instructions; --", "zzzzzz", "\\"])
def test_odd_searches_find_nothing_and_break_nothing(client: Client, shelf: str, search: str) -> None:
    assert titles(client, shelf, "/api/mocs/search", search=search) == []


def test_the_search_alias_needs_a_search(client: Client, alice: str) -> None:
    for params in ({}, {"search": "  "}):
        answer = client.get("/api/mocs/search", as_user=alice, params=params)

        assert (answer.status, answer.error["details"]) == (400, [{"field": "search", "message": "is required"}])


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"page": 0}, "page"),
        ({"page": 10001}, "page"),
        ({"limit": 101}, "limit"),
        ({"limit": "ten"}, "limit"),
        ({"sort": "author"}, "sort"),
        ({"order": "up"}, "order"),
        ({"type": "ship"}, "type"),
        ({"search": "x" * 201}, "search"),
        ({"tag": "a\x00b"}, "tag"),
    ],
)
def test_a_parameter_out_of_its_rules_is_named(
    client: Client, alice: str, params: dict[str, Any], field: str
) -> None:
    answer = client.get("/api/mocs", as_user=alice, params=params)

    assert (answer.status, [detail["field"] for detail in answer.error["details"]]) == (400, [field])
