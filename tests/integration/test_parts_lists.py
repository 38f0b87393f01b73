"""What a user gets from parts lists written by hand: create, read, change, delete, and the counts that follow."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from integration.lists import BRICK, PLATE, SPARE, lines, lists_path, moc_state, noted, upload, written
from integration.uploading import PDF, Sender
from mocshelf.testing import Client


def test_a_list_by_hand_has_every_field_and_counts_its_lines(client: Client, alice: str, moc: str) -> None:
    answer = client.post(
        lists_path(moc),
        as_user=alice,
        json={"title": " Tower ", "costEstimate": 18.405, "parts": [BRICK, {**PLATE, "acquired": True}, SPARE]},
    )

    data = answer.data
    assert answer.status == 201
    assert answer.headers["location"] == lists_path(moc, data["id"])
    times = {name: data[name] for name in ("createdAt", "updatedAt")}
    assert data == {
        "id": data["id"], "mocId": moc, "fileId": None, "title": "Tower", "name": "Tower", "description": None,
        "notes": None, "status": "planning", "built": False, "purchased": False, "totalParts": 2, "completedParts": 1,
        "totalPartsCount": 8, "acquiredPartsCount": 2, "sparePartsCount": 1, "inventoryPercentage": 25.0,
        "costEstimate": 18.41, "actualCost": None, "format": "manual", **times,
    }  # fmt: skip
    assert client.get(lists_path(moc, data["id"]), as_user=alice).data == {**data, "receipt": None}


def test_a_line_comes_back_as_it_was_sent_with_every_field(client: Client, alice: str, moc: str) -> None:
    sent = {
        **BRICK, "kind": "gear", "partName": "Brick 2 x 4", "category": "Bricks", "colorName": "Rot",
        "elementId": "300121", "acquiredQuantity": 5, "line": 7,
    }  # fmt: skip
    made = written(client, alice, moc, parts=[sent])

    (line,) = lines(client, alice, moc, made["id"])

    assert line == {
        **sent, "id": line["id"], "line": 1, "spare": False, "acquired": False, "other": None, "sourceLine": None,
        "notes": [],
    }  # fmt: skip


def test_the_older_name_of_the_title_is_accepted(client: Client, alice: str, moc: str) -> None:
    made = client.post(lists_path(moc), as_user=alice, json={"name": "Tower"}).data

    changed = client.patch(lists_path(moc, made["id"]), as_user=alice, json={"name": "Keep"})

    assert (made["title"], changed.data["title"], changed.data["name"]) == ("Tower", "Keep", "Keep")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["title"]),
        ({"title": "a", "name": "b"}, ["name"]),
        ({"title": None}, ["title"]),
        ({"title": "a", "status": "done", "costEstimate": -1, "built": 1}, ["status", "built", "costEstimate"]),
        ({"title": "a", "actualCost": 10_000_000_000}, ["actualCost"]),
        ({"title": "a", "format": "csv"}, ["format"]),
        ({"title": "a", "parts": [{"partNumber": "3001"}]}, ["parts[0].quantity"]),
        ({"title": "a", "parts": [{**BRICK, "quantity": 1_000_001}]}, ["parts[0].quantity"]),
        ({"title": "a", "parts": [BRICK, {**BRICK, "partNumber": "30\n01"}]}, ["parts[1].partNumber"]),
        ({"title": "a", "parts": [{**BRICK, "acquiredQuantity": 7}]}, ["parts[0].acquiredQuantity"]),
        ({"title": "a", "parts": [{**BRICK, "elementId": "=1"}]}, ["parts[0].elementId"]),
        ({"title": "a", "parts": [{**BRICK, "id": str(uuid.uuid4())}]}, ["parts[0].id"]),
        ({"title": "a", "parts": [{**BRICK, "quantity": 1_000_000}] * 11}, ["parts"]),
        ({"title": "a", "parts": [BRICK] * 10_001}, ["parts"]),
        ({"title": "a", "parts": [BRICK], "totalPartsCount": 3}, ["totalPartsCount"]),
        ({"title": "a", "totalPartsCount": 3, "acquiredPartsCount": 4}, ["acquiredPartsCount"]),
    ],
)
def test_a_list_out_of_its_rules_is_not_stored(
    client: Client, alice: str, moc: str, body: dict[str, Any], fields: list[str]
) -> None:
    answer = client.post(lists_path(moc), as_user=alice, json=body)

    assert (answer.status, [detail["field"] for detail in answer.error["details"]]) == (400, fields)
    assert client.get(lists_path(moc), as_user=alice).json()["total"] == 0


def test_ten_thousand_lines_are_stored_in_their_order(client: Client, alice: str, moc: str) -> None:
    parts = [{"partNumber": f"p{number}", "quantity": 1_000} for number in range(10_000)]

    made = written(client, alice, moc, parts=parts)

    last = lines(client, alice, moc, made["id"], limit=500, page=20)
    assert (made["totalParts"], made["totalPartsCount"]) == (10_000, 10_000_000)
    assert [line["partNumber"] for line in last] == [f"p{number}" for number in range(9_500, 10_000)]


def test_lists_come_newest_first_and_by_page(client: Client, alice: str, moc: str) -> None:
    for title in ("One", "Two", "Three"):
        written(client, alice, moc, title=title)

    whole = client.get(lists_path(moc), as_user=alice).json()
    page = client.get(lists_path(moc), as_user=alice, params={"page": 2, "limit": 2}).json()

    assert [one["title"] for one in whole["data"]] == ["Three", "Two", "One"]
    assert ([one["title"] for one in page["data"]], page["total"], page["page"]) == (["One"], 3, 2)


def test_a_moc_holds_twenty_lists(client: Client, alice: str, moc: str) -> None:
    for _ in range(20):
        written(client, alice, moc, parts=[])

    by_hand = client.post(lists_path(moc), as_user=alice, json={"title": "One more"})
    by_file = upload(client, alice, moc)

    assert (by_hand.status, by_file.status) == (409, 409)
    assert client.get(f"/api/mocs/{moc}", as_user=alice).data["files"] == []


def test_a_list_may_name_a_file_of_its_moc_and_no_other(client: Client, sender: Sender, alice: str, moc: str) -> None:
    other = sender.moc(alice, title="Other")
    files = [("file", "a.pdf", "application/pdf", PDF)]
    fields = {"fileType": "instruction"}
    own = client.post(f"/api/mocs/{moc}/files", as_user=alice, files=files, fields=fields).data["id"]
    foreign = client.post(f"/api/mocs/{other}/files", as_user=alice, files=files, fields=fields).data["id"]

    answers = [
        client.post(lists_path(moc), as_user=alice, json={"title": "a", "fileId": one}) for one in (own, foreign)
    ]

    assert [answer.status for answer in answers] == [201, 404]
    assert answers[0].data["fileId"] == own


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_a_change_touches_only_the_fields_given(client: Client, alice: str, moc: str, method: str) -> None:
    made = written(client, alice, moc, description="Old", costEstimate=3)

    answer = client.request(
        method, lists_path(moc, made["id"]), as_user=alice, json={"notes": "New", "costEstimate": None}
    )

    changed = {**made, "notes": "New", "costEstimate": None, "updatedAt": answer.data["updatedAt"]}
    assert (answer.status, answer.data) == (200, changed)


def test_given_lines_take_the_place_of_all_and_known_ones_keep_what_they_have(
    client: Client, alice: str, moc: str
) -> None:
    made = written(client, alice, moc, parts=[{**BRICK, "acquiredQuantity": 5}, {**PLATE, "acquired": True}, SPARE])
    brick, plate, spare = (line["id"] for line in lines(client, alice, moc, made["id"]))
    parts = [
        {**PLATE, "partNumber": "new", "acquired": True},
        {**PLATE, "id": plate, "acquiredQuantity": 1},
        {**BRICK, "id": brick, "quantity": 4},
    ]

    answer = client.put(lists_path(moc, made["id"]), as_user=alice, json={"parts": parts})

    found = lines(client, alice, moc, made["id"])
    assert answer.status == 200, answer.body
    assert [(one["partNumber"], one["acquiredQuantity"]) for one in found] == [("new", 2), ("3024", 1), ("3001", 4)]
    assert [one["id"] for one in found[1:]] == [plate, brick]
    assert spare not in {one["id"] for one in found}
    assert (answer.data["totalPartsCount"], answer.data["sparePartsCount"]) == (8, 0)


def test_a_line_from_a_file_keeps_what_the_file_said_while_it_is_the_same_piece(
    client: Client, alice: str, moc: str
) -> None:
    content = b"BLItemNo,ElementId,LdrawId,BLColorId,LDrawColorId,Qty\n3024,302401,3024.dat,1,15,5\n"
    made = upload(client, alice, moc, content).data["partsList"]
    (line,) = lines(client, alice, moc, made["id"])
    same = {name: line[name] for name in ("id", *PLATE, "colorName")}

    client.put(lists_path(moc, made["id"]), as_user=alice, json={"parts": [{**same, "quantity": 9}]})
    (more,) = lines(client, alice, moc, made["id"])
    client.put(lists_path(moc, made["id"]), as_user=alice, json={"parts": [{**same, "partNumber": "3023"}]})
    (other,) = lines(client, alice, moc, made["id"])

    assert line["other"] == more["other"] == {"ldraw": {"part": "3024", "color": 15}}
    assert (more["quantity"], more["sourceLine"]) == (9, "line 2")
    assert (other["other"], other["sourceLine"]) == (None, "line 2")


def test_ids_that_are_no_lines_of_the_list_refuse_the_change(client: Client, alice: str, moc: str) -> None:
    elsewhere = lines(client, alice, moc, written(client, alice, moc)["id"])[0]["id"]
    made = written(client, alice, moc, parts=[BRICK])
    (own,) = lines(client, alice, moc, made["id"])
    parts = [{**BRICK, "id": elsewhere}, {**BRICK, "id": own["id"]}, {**BRICK, "id": own["id"]}]

    answer = client.patch(lists_path(moc, made["id"]), as_user=alice, json={"parts": parts})

    assert answer.status == 400
    assert [detail["field"] for detail in answer.error["details"]] == ["parts[0].id", "parts[2].id"]
    assert lines(client, alice, moc, made["id"]) == [own]


def test_counts_can_be_given_only_while_a_list_has_no_lines(client: Client, alice: str, moc: str) -> None:
    made = written(client, alice, moc, parts=[], totalPartsCount=40)
    path = lists_path(moc, made["id"])

    status = client.patch(f"{path}/status", as_user=alice, json={"acquiredPartsCount": 10})
    too_many = client.patch(f"{path}/status", as_user=alice, json={"acquiredPartsCount": 41})
    counted = client.put(path, as_user=alice, json={"parts": [BRICK]})
    given = client.put(path, as_user=alice, json={"totalPartsCount": 40})
    emptied = client.put(path, as_user=alice, json={"parts": [], "totalPartsCount": 7})

    assert (status.data["acquiredPartsCount"], status.data["inventoryPercentage"]) == (10, 25.0)
    assert (too_many.status, given.status) == (400, 400)
    assert (counted.data["totalPartsCount"], counted.data["acquiredPartsCount"]) == (6, 0)
    assert (emptied.data["totalPartsCount"], emptied.data["totalParts"]) == (7, 0)
    assert moc_state(client, alice, moc)[1] == 7


def test_the_status_needs_a_field_and_leaves_the_rest(client: Client, alice: str, moc: str) -> None:
    made = written(client, alice, moc)
    path = f"{lists_path(moc, made['id'])}/status"
    body = {"status": "completed", "built": True, "purchased": True, "actualCost": 17.9, "notes": "Done"}

    answer = client.patch(path, as_user=alice, json=body)

    assert answer.data == {**made, **body, "updatedAt": answer.data["updatedAt"]}
    assert client.patch(path, as_user=alice, json={}).status == 400
    assert client.patch(path, as_user=alice, json={"title": "x"}).status == 400


def test_a_mocs_version_follows_its_pieces_and_lists_but_not_what_is_ticked_off(
    client: Client, alice: str, moc: str
) -> None:
    states = [moc_state(client, alice, moc)]
    made = written(client, alice, moc)
    path = lists_path(moc, made["id"])
    (first, *_rest) = lines(client, alice, moc, made["id"])

    def after(method: str, path: str, body: Any = None) -> None:
        assert client.request(method, path, as_user=alice, json=body).status in (200, 204)
        states.append(moc_state(client, alice, moc))

    states.append(moc_state(client, alice, moc))
    after("PATCH", path, {"title": "Other"})
    after("PATCH", f"{path}/status", {"built": True})
    after("PATCH", f"{path}/parts", {"parts": [{"id": first["id"], "acquired": True}]})
    after("PATCH", path, {"parts": [BRICK]})
    after("DELETE", path)

    versions = [version for version, _pieces in states]
    assert [pieces for _version, pieces in states] == [None, 8, 8, 8, 8, 6, None]
    assert versions[1] > versions[0]
    assert versions[1] == versions[2] == versions[3] == versions[4]
    assert versions[4] < versions[5] < versions[6]
    # Each write is noted, also where the version stays: the MOC's details, which are kept, show its lists.
    assert noted(moc) == versions


def test_a_deleted_list_is_gone_with_its_lines_and_its_file_stays(client: Client, alice: str, moc: str) -> None:
    made = upload(client, alice, moc).data["partsList"]

    answer = client.delete(lists_path(moc, made["id"]), as_user=alice)

    assert (answer.status, answer.body) == (204, b"")
    assert client.get(lists_path(moc, made["id"]), as_user=alice).status == 404
    assert client.get(f"{lists_path(moc, made['id'])}/parts", as_user=alice).status == 404
    assert [one["id"] for one in client.get(f"/api/mocs/{moc}", as_user=alice).data["files"]] == [made["fileId"]]
