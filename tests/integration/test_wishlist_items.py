"""What a user gets from the wishlist: create, read, change, delete, in their own order and out of others' sight."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from mocshelf.runtime import database
from mocshelf.testing import Client

JAZZ = {"title": "Jazz Club", "category": "Modular", "productLink": "https://www.example.com/jazz-club"}


def created(client: Client, owner: str, **fields: Any) -> dict[str, Any]:
    answer = client.post("/api/wishlist", as_user=owner, json={**JAZZ, **fields})
    assert answer.status == 201, answer.body
    return dict(answer.data)


def path(item: dict[str, Any]) -> str:
    return f"/api/wishlist/{item['id']}"


def outbox(item_id: str) -> list[tuple[str, str, int]]:
    with database.reading() as conn:
        rows = database.fetch_all(
            conn,
            "select topic, entity, version from outbox where entity_id = %(id)s order by id",
            {"id": item_id},
        )
    return [(row["topic"], row["entity"], row["version"]) for row in rows]


def test_a_new_item_has_every_field_and_an_address(client: Client, alice: str) -> None:
    answer = client.post("/api/wishlist", as_user=alice, json={**JAZZ, "title": "  Jazz Club ", "description": " "})

    item = answer.data
    assert (answer.status, answer.headers["etag"]) == (201, '"1"')
    assert answer.headers["location"] == path(item)
    assert (item["userId"], item["title"], item["description"]) == (alice, "Jazz Club", None)
    assert (item["imageUrl"], item["imageWidth"], item["imageHeight"]) == (None, None, None)
    assert item["sortOrder"][:10] == item["createdAt"][:10]
    assert item["sortOrder"].endswith("Z")
    assert len(item["sortOrder"]) == len("2026-02-01T09:00:00.000Z")
    assert set(item) == {
        "id", "userId", "title", "description", "productLink", "imageUrl", "imageWidth", "imageHeight", "category",
        "sortOrder", "createdAt", "updatedAt",
    }  # fmt: skip
    assert client.get(path(item), as_user=alice).data == item


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"title": ""}, ["title"]),
        ({"title": "x" * 201}, ["title"]),
        ({"title": "a\x00b"}, ["title"]),
        ({"description": "x" * 2001}, ["description"]),
        ({"productLink": "javascript:alert(1)"}, ["productLink"]),
        ({"productLink": "/jazz"}, ["productLink"]),
        ({"imageUrl": "ftp://example.com/a.png"}, ["imageUrl"]),
        ({"imageUrl": "https://example.com/" + "a" * 2048}, ["imageUrl"]),
        ({"category": "x" * 101}, ["category"]),
        ({"sortOrder": "1" * 65}, ["sortOrder"]),
        ({"sortOrder": 7}, ["sortOrder"]),
        ({"imageWidth": 800, "imageKey": "avatars/x"}, ["imageWidth", "imageKey"]),
    ],
)
def test_a_field_out_of_its_rules_is_named_and_nothing_is_kept(
    client: Client, alice: str, fields: dict[str, Any], wrong: list[str]
) -> None:
    answer = client.post("/api/wishlist", as_user=alice, json={**JAZZ, **fields})

    assert (answer.status, answer.error["code"]) == (400, "VALIDATION_ERROR")
    assert [detail["field"] for detail in answer.error["details"]] == wrong
    assert client.get("/api/wishlist", as_user=alice).json()["total"] == 0


def test_a_title_is_needed(client: Client, alice: str) -> None:
    answer = client.post("/api/wishlist", as_user=alice, json={"category": "Modular"})

    assert answer.error["details"] == [{"field": "title", "message": "is required"}]


def test_a_stranger_can_neither_see_nor_change_someone_elses_item(client: Client, alice: str, bob: str) -> None:
    item = created(client, alice)

    answers = [
        client.get(path(item), as_user=bob),
        client.patch(path(item), as_user=bob, json={"title": "Mine"}),
        client.delete(path(item), as_user=bob),
        client.post(f"{path(item)}/image", as_user=bob, files=[("file", "a.png", "image/png", b"x")]),
    ]

    assert [answer.status for answer in answers] == [403] * 4
    assert all(b"Jazz" not in answer.body for answer in answers)
    assert client.get("/api/wishlist", as_user=bob).json()["data"] == []
    assert client.get(path(item), as_user=alice).data == item


def test_what_is_not_there_is_404_and_what_is_no_id_is_400(client: Client, alice: str) -> None:
    for item_id, status in ((str(uuid.uuid4()), 404), ("jazz", 400)):
        item = {"id": item_id}

        answers = [
            client.get(path(item), as_user=alice),
            client.patch(path(item), as_user=alice, json={}),
            client.delete(path(item), as_user=alice),
            client.post(f"{path(item)}/image", as_user=alice, files=[("file", "a.png", "image/png", b"x")]),
        ]

        assert [answer.status for answer in answers] == [status] * 4


def test_a_change_touches_only_the_fields_given_and_grows_the_version(client: Client, alice: str) -> None:
    item = created(client, alice, description="Brass")

    answer = client.patch(path(item), as_user=alice, json={"description": None, "category": "Music"})
    empty = client.patch(path(item), as_user=alice, json={})

    assert (answer.status, answer.headers["etag"], empty.headers["etag"]) == (200, '"2"', '"3"')
    assert answer.data == {
        **item, "description": None, "category": "Music", "updatedAt": answer.data["updatedAt"],
    }  # fmt: skip
    assert empty.data["updatedAt"] > answer.data["updatedAt"] > item["updatedAt"]


@pytest.mark.parametrize("change", [{"title": None}, {"sortOrder": None}, {"sortOrder": " "}, {"userId": "x"}])
def test_what_an_item_needs_cannot_be_cleared_nor_what_is_fixed_changed(
    client: Client, alice: str, change: dict[str, Any]
) -> None:
    item = created(client, alice)

    answer = client.patch(path(item), as_user=alice, json=change)

    assert (answer.status, [detail["field"] for detail in answer.error["details"]]) == (400, list(change))
    assert client.get(path(item), as_user=alice).data == item


def test_a_change_or_deletion_under_a_stale_tag_does_nothing(client: Client, alice: str) -> None:
    item = created(client, alice)
    client.patch(path(item), as_user=alice, json={"title": "Second"})

    stale = {"if-match": '"1"'}
    answers = [
        client.patch(path(item), as_user=alice, json={"title": "Third"}, headers=stale),
        client.delete(path(item), as_user=alice, headers=stale),
    ]

    assert [answer.status for answer in answers] == [412, 412]
    assert client.get(path(item), as_user=alice).data["title"] == "Second"
    assert client.delete(path(item), as_user=alice, headers={"if-match": '"2"'}).status == 204


def test_a_deleted_item_is_gone(client: Client, alice: str) -> None:
    item = created(client, alice)

    answer = client.delete(path(item), as_user=alice)

    assert (answer.status, answer.body) == (204, b"")
    assert client.get(path(item), as_user=alice).status == 404


def test_a_repeated_keyed_creation_gives_the_first_answer(client: Client, alice: str) -> None:
    call: dict[str, Any] = {"as_user": alice, "headers": {"idempotency-key": "jazz"}}

    first, again = (client.post("/api/wishlist", json=JAZZ, **call) for _ in range(2))
    other = client.post("/api/wishlist", json={**JAZZ, "title": "Else"}, **call)

    assert (again.status, again.body, again.headers["idempotent-replayed"]) == (201, first.body, "true")
    assert other.status == 409
    assert client.get("/api/wishlist", as_user=alice).json()["total"] == 1


def test_every_change_leaves_its_version_for_the_index(client: Client, alice: str) -> None:
    item = created(client, alice)
    client.patch(path(item), as_user=alice, json={"title": "Second"})
    client.post("/api/wishlist/reorder", as_user=alice, json={"items": [{"id": item["id"], "sortOrder": "1"}]})
    client.delete(path(item), as_user=alice)

    assert outbox(item["id"]) == [("index", "wishlist", version) for version in (1, 2, 3, 4)]
