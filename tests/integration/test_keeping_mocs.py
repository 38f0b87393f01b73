"""What a user gets from MOCs: create, read, change, delete, and nobody else's in sight."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from mocshelf.testing import Client

CASTLE = {"type": "moc", "title": "Castle", "author": "Ada", "partsCount": 2200}
STATION = {"type": "set", "title": "Police Station", "brand": "LEGO", "setNumber": "10278-1"}


def created(client: Client, owner: str, **fields: Any) -> dict[str, Any]:
    answer = client.post("/api/mocs", as_user=owner, json={**CASTLE, **fields})
    assert answer.status == 201, answer.body
    return dict(answer.data)


def test_a_new_moc_has_every_field_and_an_address(client: Client, alice: str) -> None:
    answer = client.post(
        "/api/mocs", as_user=alice, json={**CASTLE, "tags": ["keep", "moat", "keep"], "theme": " Castle "}
    )

    moc = answer.data
    assert answer.status == 201
    assert answer.headers["location"] == f"/api/mocs/{moc['id']}"
    assert answer.headers["etag"] == '"1"'
    assert moc["userId"] == alice
    assert (moc["tags"], moc["theme"], moc["totalPieceCount"]) == (["keep", "moat"], "Castle", None)
    assert moc["uploadedDate"].endswith("Z")
    assert set(moc) == {
        "id", "userId", "type", "title", "description", "author", "partsCount", "theme", "subtheme", "uploadedDate",
        "brand", "setNumber", "releaseYear", "retired", "tags", "thumbnailUrl", "totalPieceCount", "createdAt",
        "updatedAt",
    }  # fmt: skip


def test_a_set_is_not_retired_unless_said(client: Client, alice: str) -> None:
    moc = client.post("/api/mocs", as_user=alice, json=STATION).data

    assert (moc["retired"], moc["uploadedDate"], moc["author"]) == (False, None, None)


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"type": "moc", "title": "x"}, ["author", "partsCount"]),
        ({"type": "set", "title": "x"}, ["brand", "setNumber"]),
        ({**CASTLE, "brand": "LEGO", "releaseYear": 2020, "retired": True}, ["brand", "releaseYear", "retired"]),
        ({**STATION, "author": "Ada", "uploadedDate": "2026-03-01T12:00:00Z"}, ["author", "uploadedDate"]),
        ({**STATION, "releaseYear": 2999}, ["releaseYear"]),
        ({**CASTLE, "author": "  "}, ["author"]),
    ],
)
def test_each_type_requires_and_rejects_its_own_fields(
    client: Client, alice: str, body: dict[str, Any], fields: list[str]
) -> None:
    answer = client.post("/api/mocs", as_user=alice, json=body)

    assert answer.status == 400
    assert [detail["field"] for detail in answer.error["details"]] == fields
    assert client.get("/api/mocs", as_user=alice).json()["total"] == 0


def test_a_title_belongs_to_one_moc_of_a_user(client: Client, alice: str, bob: str) -> None:
    created(client, alice)

    again = client.post("/api/mocs", as_user=alice, json={**STATION, "title": "Castle"})
    elsewhere = client.post("/api/mocs", as_user=bob, json=CASTLE)

    assert (again.status, again.error["code"]) == (409, "CONFLICT")
    assert elsewhere.status == 201


def test_a_stranger_can_neither_see_nor_change_someone_elses_moc(client: Client, alice: str, bob: str) -> None:
    path = f"/api/mocs/{created(client, alice)['id']}"

    answers = [
        client.get(path, as_user=bob),
        client.patch(path, as_user=bob, json={"title": "Mine"}),
        client.delete(path, as_user=bob),
    ]

    assert [answer.status for answer in answers] == [403, 403, 403]
    assert all(b"Castle" not in answer.body for answer in answers)
    assert client.get(path, as_user=alice).data["title"] == "Castle"


def test_what_is_not_there_is_404(client: Client, alice: str) -> None:
    path = f"/api/mocs/{uuid.uuid4()}"

    assert client.get(path, as_user=alice).status == 404
    assert client.patch(path, as_user=alice, json={}).status == 404
    assert client.delete(path, as_user=alice).status == 404


def test_a_change_touches_only_the_fields_given_and_grows_the_version(client: Client, alice: str) -> None:
    moc = created(client, alice, description="Old", tags=["a"])
    path = f"/api/mocs/{moc['id']}"

    answer = client.patch(path, as_user=alice, json={"description": None, "partsCount": 5})

    assert answer.status == 200
    assert answer.headers["etag"] == '"2"'
    assert {**moc, "description": None, "partsCount": 5, "updatedAt": answer.data["updatedAt"]} == answer.data
    assert client.get(path, as_user=alice).headers["etag"] == '"2"'


def test_an_empty_change_is_accepted_and_bumps_the_update_time(client: Client, alice: str) -> None:
    moc = created(client, alice)

    answer = client.patch(f"/api/mocs/{moc['id']}", as_user=alice, json={})

    assert answer.status == 200
    assert answer.data["updatedAt"] > moc["updatedAt"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": None}, "title"),
        ({"author": None}, "author"),
        ({"partsCount": None}, "partsCount"),
        ({"type": "set"}, "type"),
        ({"brand": "LEGO"}, "brand"),
        ({"tags": None}, "tags"),
    ],
)
def test_a_change_may_not_break_the_rules_of_the_type(
    client: Client, alice: str, change: dict[str, Any], field: str
) -> None:
    path = f"/api/mocs/{created(client, alice)['id']}"

    answer = client.patch(path, as_user=alice, json=change)

    assert (answer.status, answer.error["details"][0]["field"]) == (400, field)
    assert client.get(path, as_user=alice).headers["etag"] == '"1"'


def test_a_change_to_a_taken_title_is_a_conflict(client: Client, alice: str) -> None:
    created(client, alice)
    tower = created(client, alice, title="Tower")

    answer = client.patch(f"/api/mocs/{tower['id']}", as_user=alice, json={"title": "Castle"})

    assert answer.status == 409


def test_a_stale_if_match_changes_nothing(client: Client, alice: str) -> None:
    path = f"/api/mocs/{created(client, alice)['id']}"
    client.patch(path, as_user=alice, json={"theme": "One"}, headers={"if-match": '"1"'})

    stale = client.patch(path, as_user=alice, json={"theme": "Two"}, headers={"if-match": '"1"'})
    stale_delete = client.delete(path, as_user=alice, headers={"if-match": 'W/"2"'})

    assert (stale.status, stale_delete.status) == (412, 412)
    assert client.get(path, as_user=alice).data["theme"] == "One"


def test_a_given_thumbnail_address_is_returned_as_given(client: Client, alice: str) -> None:
    moc = created(client, alice, thumbnailUrl="https://example.com/castle.png")

    assert (
        client.get(f"/api/mocs/{moc['id']}", as_user=alice).data["thumbnailUrl"] == "https://example.com/castle.png"
    )


def test_a_deleted_moc_is_gone_and_its_title_free(client: Client, alice: str) -> None:
    moc = created(client, alice)

    answer = client.delete(f"/api/mocs/{moc['id']}", as_user=alice)

    assert (answer.status, answer.data) == (200, {"id": moc["id"]})
    assert client.get(f"/api/mocs/{moc['id']}", as_user=alice).status == 404
    assert created(client, alice)["title"] == "Castle"


def test_a_repeated_keyed_creation_gives_the_first_answer(client: Client, alice: str) -> None:
    headers = {"idempotency-key": "6f1c2a"}
    first = client.post("/api/mocs", as_user=alice, json=CASTLE, headers=headers)

    again = client.post("/api/mocs", as_user=alice, json=dict(reversed(CASTLE.items())), headers=headers)
    other = client.post("/api/mocs", as_user=alice, json={**CASTLE, "title": "Tower"}, headers=headers)

    assert (again.status, again.body, again.headers["etag"]) == (201, first.body, first.headers["etag"])
    assert again.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert other.status == 409
    assert client.get("/api/mocs", as_user=alice).json()["total"] == 1


def test_a_key_belongs_to_one_user_and_a_failed_request_may_be_tried_again(
    client: Client, alice: str, bob: str
) -> None:
    headers = {"idempotency-key": "shared"}
    failed = client.post("/api/mocs", as_user=alice, json={**CASTLE, "partsCount": 0}, headers=headers)

    answers = [client.post("/api/mocs", as_user=user, json=CASTLE, headers=headers) for user in (alice, bob)]

    assert failed.status == 400
    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].data["id"] != answers[1].data["id"]
