"""Lists of the wishlist: the user's own order, moving items, filters, forgiving search."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from mocshelf.testing import Client, Reply


def add(client: Client, owner: str, title: str, **fields: Any) -> str:
    answer = client.post("/api/wishlist", as_user=owner, json={"title": title, **fields})
    assert answer.status == 201, answer.body
    return str(answer.data["id"])


def titles(client: Client, owner: str, path: str = "/api/wishlist", **params: Any) -> list[str]:
    answer = client.get(path, as_user=owner, params=params)
    assert answer.status == 200, answer.body
    return [item["title"] for item in answer.json()["data"]]


def reorder(client: Client, owner: str, *places: tuple[str, str]) -> Reply:
    items = [{"id": item_id, "sortOrder": order} for item_id, order in places]
    return client.post("/api/wishlist/reorder", as_user=owner, json={"items": items})


def test_items_stand_in_byte_order_of_their_sort_order_then_by_id(client: Client, alice: str, bob: str) -> None:
    add(client, bob, "bobs", sortOrder="0")
    for order in ("b", "2", "10", "B", "ä"):
        add(client, alice, order, sortOrder=order)
    same = sorted(add(client, alice, "same", sortOrder="a") for _ in range(3))

    listed = client.get("/api/wishlist", as_user=alice).json()

    assert [item["title"] for item in listed["data"]] == ["10", "2", "B", "same", "same", "same", "b", "ä"]
    assert [item["id"] for item in listed["data"] if item["title"] == "same"] == same
    assert (listed["total"], listed["page"], listed["limit"]) == (8, 1, 100)


def test_pages_neither_repeat_nor_lose_anything(client: Client, alice: str) -> None:
    for number in range(5):
        add(client, alice, str(number), sortOrder=str(number))

    pages = [titles(client, alice, page=page, limit=2) for page in (1, 2, 3, 4)]
    past = client.get("/api/wishlist", as_user=alice, params={"page": 9, "limit": 500}).json()

    assert pages == [["0", "1"], ["2", "3"], ["4"], []]
    assert (past["data"], past["total"]) == ([], 5)


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": 501}, "limit"), ({"limit": 0}, "limit"), ({"page": 0}, "page"), ({"page": 10001}, "page"),
        ({"category": "x" * 101}, "category"), ({"search": "x" * 201}, "search"), ({"category": "a\x00"}, "category"),
    ],
)  # fmt: skip
def test_a_parameter_out_of_its_rules_is_named(
    client: Client, alice: str, params: dict[str, Any], field: str
) -> None:
    answer = client.get("/api/wishlist", as_user=alice, params=params)

    assert (answer.status, [detail["field"] for detail in answer.error["details"]]) == (400, [field])


@pytest.fixture
def shelf(client: Client, alice: str, bob: str) -> str:
    """Alice's wishes, and one of Bob's that must never appear."""
    add(client, alice, "Medieval Castle", category="Castle", sortOrder="4")
    add(client, alice, "Dragon Wagon", category="Castle Scenes", sortOrder="3")
    add(client, alice, "Café Corner", category="Modular", sortOrder="2")
    add(client, alice, "Azure Ship", description="a castle on water", sortOrder="1")
    add(client, bob, "Castle of Bob", category="Castle")
    return alice


def test_a_category_is_compared_exactly_and_a_blank_one_is_none(client: Client, shelf: str) -> None:
    assert titles(client, shelf, category="Castle") == ["Medieval Castle"]
    assert titles(client, shelf, category="castle") == []
    assert len(titles(client, shelf, category=" ")) == 4


def test_search_weighs_title_over_category_over_description(client: Client, shelf: str) -> None:
    answer = client.get("/api/wishlist/search", as_user=shelf, params={"search": "castle"}).json()

    scores = [item["score"] for item in answer["data"]]
    assert [item["title"] for item in answer["data"]] == ["Medieval Castle", "Dragon Wagon", "Azure Ship"]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] > 0
    assert answer["total"] == 3


@pytest.mark.parametrize(
    ("search", "found"),
    [("castel", "Medieval Castle"), ("CAFE", "Café Corner"), ("modular", "Café Corner"), ("water", "Azure Ship")],
)
def test_search_forgives_typos_case_and_accents(client: Client, shelf: str, search: str, found: str) -> None:
    assert found in titles(client, shelf, search=search)


def test_search_combines_with_category_and_paging(client: Client, shelf: str) -> None:
    past = client.get("/api/wishlist", as_user=shelf, params={"search": "castle", "page": 3}).json()
    far = client.get("/api/wishlist", as_user=shelf, params={"search": "castle", "page": 10000, "limit": 500}).json()

    assert titles(client, shelf, search="castle", category="Castle Scenes") == ["Dragon Wagon"]
    assert titles(client, shelf, search="castle", limit=1, page=2) == ["Dragon Wagon"]
    assert [(page["data"], page["total"]) for page in (past, far)] == [([], 3), ([], 3)]


@pytest.mark.parametrize("search", ["!!!", "%", "'; drop table wishlist_items; --", "\\"])
def test_odd_searches_find_nothing_and_break_nothing(client: Client, shelf: str, search: str) -> None:
    assert titles(client, shelf, "/api/wishlist/search", search=search) == []


def test_the_search_alias_needs_a_search(client: Client, alice: str) -> None:
    for params in ({}, {"search": " "}):
        answer = client.get("/api/wishlist/search", as_user=alice, params=params)

        assert (answer.status, answer.error["details"]) == (400, [{"field": "search", "message": "is required"}])


def test_reordering_moves_the_items_named_and_grows_their_versions(client: Client, shelf: str) -> None:
    ids = [item["id"] for item in client.get("/api/wishlist", as_user=shelf).json()["data"]]

    answer = reorder(client, shelf, (ids[3], "0"), (ids[0], "9"))

    assert (answer.status, answer.data) == (200, {"updated": 2})
    assert titles(client, shelf) == ["Medieval Castle", "Café Corner", "Dragon Wagon", "Azure Ship"]
    tags = [client.get(f"/api/wishlist/{item_id}", as_user=shelf).headers["etag"] for item_id in ids]
    assert tags == ['"2"', '"1"', '"1"', '"2"']


def test_every_unknown_repeated_or_foreign_id_is_named_and_nothing_moves(
    client: Client, shelf: str, bob: str
) -> None:
    before = client.get("/api/wishlist", as_user=shelf).json()["data"]
    first, second, bobs = before[0]["id"], before[1]["id"], add(client, bob, "Bobs", sortOrder="5")

    answer = reorder(
        client, shelf, (first, "7"), (str(uuid.uuid4()), "8"), (bobs, "9"), (second, "6"), (first.upper(), "5")
    )

    nobodys = "not found or not owned by user"
    assert (answer.status, answer.error["code"]) == (400, "VALIDATION_ERROR")
    assert answer.error["details"] == [
        {"field": "items[1].id", "message": nobodys},
        {"field": "items[2].id", "message": nobodys},
        {"field": "items[4].id", "message": "is repeated"},
    ]
    assert client.get("/api/wishlist", as_user=shelf).json()["data"] == before
    assert client.get(f"/api/wishlist/{bobs}", as_user=bob).data["sortOrder"] == "5"


def test_a_thousand_items_move_at_once_and_not_one_more(client: Client, alice: str) -> None:
    ids = [add(client, alice, "x", sortOrder="0") for _ in range(20)]
    strangers = [str(uuid.uuid4()) for _ in range(980)]

    full = reorder(client, alice, *((item_id, "1") for item_id in ids + strangers))
    over = reorder(client, alice, *((item_id, "1") for item_id in ids + strangers + ids[:1]))
    empty = reorder(client, alice)

    assert len(full.error["details"]) == 980
    assert [detail["field"] for detail in over.error["details"] + empty.error["details"]] == ["items", "items"]
    assert reorder(client, alice, *((item_id, "1") for item_id in ids)).data == {"updated": 20}


@pytest.mark.parametrize(
    ("place", "field"),
    [
        ({"id": "x", "sortOrder": "1"}, "items[0].id"),
        ({"id": "0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c11"}, "items[0].sortOrder"),
        ({"id": "0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c11", "sortOrder": ""}, "items[0].sortOrder"),
        ({"id": "0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c11", "sortOrder": "1", "title": "x"}, "items[0].title"),
    ],
)
def test_a_place_out_of_its_rules_is_named(client: Client, alice: str, place: dict[str, Any], field: str) -> None:
    answer = client.post("/api/wishlist/reorder", as_user=alice, json={"items": [place]})

    assert (answer.status, [detail["field"] for detail in answer.error["details"]]) == (400, [field])
