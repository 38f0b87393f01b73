"""A MOC and its files in two calls: initialize, send, finalize."""

from __future__ import annotations

from typing import Any

import pytest

from integration.uploading import CSV, PDF, Sender, png, send
from mocshelf.testing import Client

STATION = {"type": "set", "title": "Police Station", "brand": "LEGO", "setNumber": "10278-1"}


def declared(name: str, file_type: str, mime_type: str, data: bytes) -> dict[str, Any]:
    return {"filename": name, "fileType": file_type, "mimeType": mime_type, "size": len(data)}


PLANS = declared("10278.pdf", "instruction", "application/pdf", PDF)


def initialize(client: Client, owner: str, *files: dict[str, Any], **fields: Any) -> dict[str, Any]:
    body = {**STATION, **fields, "files": list(files)}
    answer = client.post("/api/mocs/with-files/initialize", as_user=owner, json=body)
    assert answer.status == 201, answer.body
    return dict(answer.data)


def finalize(client: Client, sender: Sender, owner: str, begun: dict[str, Any], *success: bool) -> Any:
    """Finalizes while the queue is being worked off beside, as it is when functions run by themselves."""
    reported = [
        {"fileId": file["fileId"], "success": sent} for file, sent in zip(begun["uploadUrls"], success, strict=True)
    ]
    with sender.working_beside():
        return client.post(f"/api/mocs/{begun['mocId']}/finalize", as_user=owner, json={"uploadedFiles": reported})


def test_a_moc_with_its_files_is_there_after_two_calls(client: Client, sender: Sender, alice: str) -> None:
    picture = png()
    begun = initialize(
        client,
        alice,
        PLANS,
        declared("list.csv", "parts-list", "text/csv", CSV),
        declared("front.png", "gallery-image", "image/png", picture),
    )
    for request, data in zip(begun["uploadUrls"], (PDF, CSV, picture), strict=True):
        assert request["method"] == "PUT"
        assert send(request, data)[0] == 200

    answer = finalize(client, sender, alice, begun, True, True, True)

    assert answer.status == 200, answer.body
    assert answer.data["upload"]["status"] == "finished"
    assert [file["originalFilename"] for file in answer.data["moc"]["files"]] == [
        "10278.pdf",
        "list.csv",
        "front.png",
    ]
    assert answer.data["moc"]["totalPieceCount"] == 8
    assert answer.data["moc"]["thumbnailUrl"] == answer.data["moc"]["images"][0]["url"]


def test_files_reported_as_failed_are_cancelled_and_repeating_gives_the_present_state(
    client: Client, sender: Sender, alice: str
) -> None:
    begun = initialize(client, alice, PLANS, {**PLANS, "filename": "b.pdf"})
    send(begun["uploadUrls"][0], PDF)

    first = finalize(client, sender, alice, begun, True, False)
    again = finalize(client, sender, alice, begun, True, False)

    assert first.data["upload"]["files"][1]["reason"]["code"] == "CANCELLED"
    assert [file["status"] for file in again.data["upload"]["files"]] == ["ready", "rejected"]
    assert len(again.data["moc"]["files"]) == 1


def test_a_file_reported_as_sent_that_is_not_there_is_named(client: Client, sender: Sender, alice: str) -> None:
    begun = initialize(client, alice, PLANS)

    answer = finalize(client, sender, alice, begun, True)

    assert answer.status == 400
    assert "10278.pdf" in answer.error["details"][0]["message"]


def test_the_same_request_can_be_put_only_once(client: Client, sender: Sender, alice: str) -> None:
    request = initialize(client, alice, PLANS)["uploadUrls"][0]

    statuses = [send(request, PDF)[0] for _ in range(2)]

    assert statuses == [200, 412]


@pytest.mark.parametrize(
    ("reported", "field"),
    [
        ([], "uploadedFiles"),
        ([{"fileId": "0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c11", "success": True}], "uploadedFiles[0].fileId"),
        ([{"fileId": "x", "success": "yes"}], "uploadedFiles[0].fileId"),
    ],
)
def test_a_report_that_fits_no_upload_is_refused(
    client: Client, alice: str, reported: list[dict[str, Any]], field: str
) -> None:
    moc = initialize(client, alice, PLANS)["mocId"]

    answer = client.post(f"/api/mocs/{moc}/finalize", as_user=alice, json={"uploadedFiles": reported})

    assert (answer.status, answer.error["details"][0]["field"]) == (400, field)


def test_a_report_without_a_sent_file_is_refused(client: Client, sender: Sender, alice: str) -> None:
    begun = initialize(client, alice, PLANS)

    assert finalize(client, sender, alice, begun, False).status == 400


@pytest.mark.parametrize(
    ("files", "fields"),
    [
        ([], ["files"]),
        ([declared("a.csv", "parts-list", "text/csv", CSV)], ["files"]),
        ([{**PLANS, "filename": "a.exe"}], ["files[0].filename"]),
        ([{**PLANS, "mimeType": "text/csv", "size": 0}], ["files[0].mimeType", "files[0].size"]),
        ([PLANS, PLANS], ["files[1].filename"]),
        ([PLANS] + [declared(f"{n}.png", "gallery-image", "image/png", b"x") for n in range(4)], ["files"]),
    ],
)
def test_bad_files_keep_the_moc_from_being_made(
    client: Client, alice: str, files: list[dict[str, Any]], fields: list[str]
) -> None:
    answer = client.post("/api/mocs/with-files/initialize", as_user=alice, json={**STATION, "files": files})

    assert (answer.status, [detail["field"] for detail in answer.error["details"]]) == (400, fields)
    assert client.get("/api/mocs", as_user=alice).json()["total"] == 0


def test_faults_of_the_moc_and_of_its_files_are_named_together(client: Client, alice: str) -> None:
    body = {"type": "set", "title": "x", "files": [{**PLANS, "filename": "a.exe"}]}

    answer = client.post("/api/mocs/with-files/initialize", as_user=alice, json=body)

    assert [detail["field"] for detail in answer.error["details"]] == ["brand", "setNumber", "files[0].filename"]


def test_a_taken_title_makes_neither_moc_nor_session(client: Client, alice: str) -> None:
    client.post("/api/mocs", as_user=alice, json=STATION)

    answer = client.post("/api/mocs/with-files/initialize", as_user=alice, json={**STATION, "files": [PLANS]})

    assert answer.status == 409
