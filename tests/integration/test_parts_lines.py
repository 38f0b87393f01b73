"""Lines of a list by page, what is missing of them, ticking them off, and the sums over all lists."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from integration.lists import BRICK, PLATE, SPARE, lines, lists_path, written
from integration.uploading import Sender
from mocshelf.testing import Client


def tick(client: Client, owner: str, path: str, *parts: dict[str, Any]) -> Any:
    return client.patch(f"{path}/parts", as_user=owner, json={"parts": list(parts)})


def test_lines_come_in_order_and_by_page(client: Client, alice: str, moc: str) -> None:
    made = written(client, alice, moc)

    first = client.get(f"{lists_path(moc, made['id'])}/parts", as_user=alice, params={"limit": 2}).json()
    second = client.get(f"{lists_path(moc, made['id'])}/parts", as_user=alice, params={"limit": 2, "page": 2}).json()

    assert [line["line"] for line in first["data"] + second["data"]] == [1, 2, 3]
    assert (first["total"], first["limit"], second["total"], second["page"]) == (3, 2, 3, 2)
    assert client.get(f"{lists_path(moc, made['id'])}/parts", as_user=alice).json()["limit"] == 100


@pytest.mark.parametrize("params", [{"limit": 501}, {"limit": 0}, {"page": 0}, {"missing": "1"}])
def test_a_page_out_of_its_limits_is_refused(client: Client, alice: str, moc: str, params: dict[str, Any]) -> None:
    made = written(client, alice, moc)

    answer = client.get(f"{lists_path(moc, made['id'])}/parts", as_user=alice, params=params)

    assert (answer.status, answer.error["details"][0]["field"]) == (400, next(iter(params)))


def test_spares_and_complete_lines_are_not_missing(client: Client, alice: str, moc: str) -> None:
    made = written(client, alice, moc, parts=[BRICK, {**PLATE, "acquired": True}, SPARE])
    path = f"{lists_path(moc, made['id'])}/parts"

    missing = client.get(path, as_user=alice, params={"missing": "true"}).json()

    assert [(line["partNumber"], line["acquired"]) for line in missing["data"]] == [("3001", False)]
    assert missing["total"] == 1
    assert client.get(path, as_user=alice, params={"missing": "false"}).json()["total"] == 3


def test_ticking_off_sets_quantities_and_renews_the_counts(client: Client, alice: str, moc: str) -> None:
    made = written(client, alice, moc)
    path = lists_path(moc, made["id"])
    brick, plate, spare = (line["id"] for line in lines(client, alice, moc, made["id"]))

    answer = tick(
        client, alice, path,
        {"id": brick, "acquiredQuantity": 4}, {"id": plate, "acquired": True}, {"id": spare, "acquired": True},
    )  # fmt: skip
    back = tick(client, alice, path, {"id": plate, "acquired": False})

    assert (answer.status, answer.data["completedParts"], answer.data["acquiredPartsCount"]) == (200, 1, 6)
    assert answer.data["inventoryPercentage"] == 75.0
    assert [line["acquiredQuantity"] for line in lines(client, alice, moc, made["id"])] == [4, 0, 1]
    assert (back.data["completedParts"], back.data["acquiredPartsCount"]) == (0, 4)


def test_ticking_off_is_all_or_nothing(client: Client, alice: str, moc: str) -> None:
    made = written(client, alice, moc)
    path = lists_path(moc, made["id"])
    foreign = lines(client, alice, moc, written(client, alice, moc)["id"])[0]["id"]
    brick, plate, spare = (line["id"] for line in lines(client, alice, moc, made["id"]))

    answer = tick(
        client, alice, path,
        {"id": brick, "acquired": True}, {"id": brick, "acquired": True}, {"id": plate, "acquiredQuantity": 3},
        {"id": spare}, {"id": foreign, "acquired": True}, {"id": str(uuid.uuid4()), "acquired": True},
    )  # fmt: skip

    assert answer.status == 400
    assert [detail["field"] for detail in answer.error["details"]] == [
        "parts[1].id", "parts[2].acquiredQuantity", "parts[3].acquiredQuantity", "parts[4].id", "parts[5].id",
    ]  # fmt: skip
    assert client.get(path, as_user=alice).data["acquiredPartsCount"] == 0


def test_one_to_five_hundred_lines_are_ticked_at_once(client: Client, alice: str, moc: str) -> None:
    made = written(client, alice, moc, parts=[BRICK] * 501)
    path = lists_path(moc, made["id"])
    ids = [line["id"] for page in (1, 2) for line in lines(client, alice, moc, made["id"], limit=500, page=page)]
    ticks = [{"id": one, "acquired": True} for one in ids]

    answers = [tick(client, alice, path, *some) for some in ([], ticks, ticks[:500])]

    assert [answer.status for answer in answers] == [400, 400, 200]
    assert answers[2].data["completedParts"] == 500


def test_the_summary_adds_up_all_of_a_users_lists(
    client: Client, sender: Sender, alice: str, bob: str, moc: str
) -> None:
    other = sender.moc(alice, title="Other")
    written(client, alice, moc, status="completed", built=True, purchased=True)
    written(client, alice, moc, status="in_progress", parts=[{**BRICK, "acquired": True}, SPARE])
    written(client, alice, other, purchased=True, parts=[])
    written(client, bob, sender.moc(bob))

    answer = client.get("/api/user/parts-lists/summary", as_user=alice)

    assert answer.data == {
        "totalPartsLists": 3,
        "byStatus": {"planning": 1, "in_progress": 1, "completed": 1},
        "builtCount": 1,
        "purchasedCount": 2,
        "totalParts": 3,
        "totalCompletedParts": 1,
        "completionPercentage": 33,
    }


def test_the_summary_of_nobody_is_all_zeros(client: Client, alice: str) -> None:
    data = client.get("/api/user/parts-lists/summary", as_user=alice).data

    assert data.pop("byStatus") == {"planning": 0, "in_progress": 0, "completed": 0}
    assert set(data.values()) == {0}
