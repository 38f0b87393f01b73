"""Files through upload sessions: declared, sent straight to S3, checked, and only then visible."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

import pytest

from integration.uploading import CSV, PDF, Sender, aws, fetch, png, send, sha256, studio
from mocshelf.testing import Client

INSTRUCTION = {"name": "castle.pdf", "size": len(PDF), "contentType": "application/pdf"}


def test_a_pdf_goes_in_and_the_same_bytes_come_out(sender: Sender, client: Client, alice: str, moc: str) -> None:
    session = sender.upload(alice, moc, "castle.pdf", PDF, content_type="application/pdf", sha256=sha256(PDF))

    file = sender.detail(alice, moc)["files"][0]
    download = client.get(f"/api/mocs/{moc}/files/{file['id']}/download", as_user=alice)
    status, body, headers = fetch(download.headers["location"])
    assert session["status"] == "finished"
    assert session["files"][0]["resource"] == {"type": "moc-file", "id": file["id"]}
    assert (file["mimeType"], file["size"], file["fileType"]) == ("application/pdf", len(PDF), "instruction")
    assert (download.status, status, body) == (302, 200, PDF), body
    assert headers["content-disposition"] == 'attachment; filename="castle.pdf"'
    assert headers["content-type"] == "application/pdf"


def test_a_parts_list_becomes_rows_and_counts(sender: Sender, alice: str, moc: str) -> None:
    session = sender.upload(alice, moc, "castle.csv", CSV, content_type="text/csv", purpose="parts-list")

    detail = sender.detail(alice, moc)
    parts_list = detail["partsLists"][0]
    assert session["files"][0]["status"] == "ready"
    assert session["files"][0]["resource"] == {"type": "parts-list", "id": parts_list["id"]}
    assert (parts_list["title"], parts_list["format"]) == ("castle", "rebrickable-csv")
    assert (parts_list["totalParts"], parts_list["totalPartsCount"], parts_list["sparePartsCount"]) == (2, 8, 1)
    assert detail["totalPieceCount"] == 8
    assert parts_list["fileId"] == detail["files"][0]["id"]


def test_a_studio_model_gives_a_cover_and_a_parts_list(sender: Sender, alice: str, moc: str) -> None:
    model = studio()

    session = sender.upload(alice, moc, "house.io", model)

    detail = sender.detail(alice, moc)
    status, cover, headers = fetch(detail["thumbnailUrl"])
    assert [one["type"] for one in session["files"][0]["derived"]] == ["moc-file", "parts-list"]
    assert [file["fileType"] for file in detail["files"]] == ["instruction", "thumbnail"]
    assert detail["files"][0]["size"] == len(model)
    assert (detail["totalPieceCount"], detail["partsLists"][0]["title"]) == (3, "house")
    assert (status, headers["content-type"], cover[:4], cover[8:12]) == (200, "image/webp", b"RIFF", b"WEBP")


def test_a_model_keeps_the_cover_that_is_there_and_gives_nothing_when_told_so(sender: Sender, alice: str) -> None:
    pictured = sender.moc(alice, title="Pictured", thumbnailUrl="https://example.com/a.png")
    plain = sender.moc(alice, title="Plain")

    sender.upload(alice, pictured, "house.io", studio())
    sender.upload(alice, plain, "house.io", studio(), derive=False)

    assert sender.detail(alice, pictured)["thumbnailUrl"] == "https://example.com/a.png"
    assert [file["fileType"] for file in sender.detail(alice, plain)["files"]] == ["instruction"]
    assert sender.detail(alice, plain)["totalPieceCount"] is None


def test_a_model_whose_inside_cannot_be_read_is_kept_with_a_note(sender: Sender, alice: str, moc: str) -> None:
    model = studio(model_ldr=b"0 FILE a.ldr\r\n1 4 0 0 0 1 0 0 0 1 0 0 0 1 a.ldr\r\n", thumbnail_png=b"nonsense")

    session = sender.upload(alice, moc, "house.io", model)

    file = session["files"][0]
    assert (file["status"], file["derived"]) == ("ready", [])
    assert len(file["notes"]) == 2
    assert "contains itself" in file["notes"][0]


def test_pictures_become_webp_and_a_thumbnail_becomes_the_mocs(sender: Sender, alice: str, moc: str) -> None:
    sender.upload(alice, moc, "night.png", png(3000, 10), content_type="image/png", kind="thumbnail")

    detail = sender.detail(alice, moc)
    assert detail["files"][0]["mimeType"] == "image/webp"
    assert detail["files"][0]["originalFilename"] == "night.png"
    assert detail["thumbnailUrl"] == detail["files"][0]["fileUrl"]
    assert detail["images"][0]["fileId"] == detail["files"][0]["id"]


def test_nothing_is_visible_before_it_was_checked(sender: Sender, alice: str, moc: str) -> None:
    opened = sender.open(alice, moc, INSTRUCTION).data

    send(opened["files"][0], PDF)

    assert sender.detail(alice, moc)["files"] == []
    assert sender.session(alice, opened["id"])["files"][0]["status"] == "waiting"
    sender.drain()
    assert len(sender.detail(alice, moc)["files"]) == 1


@pytest.mark.parametrize(
    ("name", "data", "options", "code"),
    [
        ("a.pdf", b"MZ" + PDF[2:], {}, "TYPE_MISMATCH"),
        ("a.pdf", PDF[:60], {}, "UNREADABLE"),
        ("a.csv", b"Part,Color,Quantity\n3001,4,lots\n", {"kind": "parts-list"}, "PARSE_ERROR"),
        ("a.csv", b"part,color,quantity\n3001,4,1\n", {"kind": "parts-list"}, "PARSE_ERROR"),
        ("a.csv", b" \n", {"kind": "parts-list"}, "PARSE_ERROR"),
        ("a.xml", b'<!DOCTYPE a [<!ENTITY b "c">]><INVENTORY/>', {"kind": "parts-list"}, "UNSAFE"),
        ("a.png", png()[:40], {"kind": "gallery-image"}, "UNREADABLE"),
        ("a.png", PDF, {"kind": "gallery-image"}, "TYPE_MISMATCH"),
        ("a.pdf", PDF, {"sha256": "00" * 32}, "CHECKSUM_MISMATCH"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_rejected_with_a_reason(
    sender: Sender, stack: Any, alice: str, moc: str, name: str, data: bytes, options: dict[str, str], code: str
) -> None:
    if code == "CHECKSUM_MISMATCH":
        # S3 itself refuses other bytes, so they are put there behind its back.
        opened = sender.open(
            alice, moc, {"name": name, "size": len(data), "contentType": "application/pdf", **options}
        )
        put_behind(stack, opened.data["files"][0]["fields"]["key"], data)
        sender.drain()
        session = sender.session(alice, opened.data["id"])
    else:
        session = sender.upload(alice, moc, name, data, **options)

    file = session["files"][0]
    assert (file["status"], file["reason"]["code"]) == ("rejected", code)
    assert file["reason"]["message"]
    assert file["resource"] is None
    assert sender.detail(alice, moc)["files"] == []
    assert sender.detail(alice, moc)["partsLists"] == []


def test_bad_lines_are_named_and_can_be_left_out_on_request(sender: Sender, alice: str, moc: str) -> None:
    data = b"Part,Color,Quantity\n3001,4,6\n3002,4,two\n,4,1\n"

    refused = sender.upload(alice, moc, "a.csv", data, purpose="parts-list")["files"][0]
    partial = sender.upload(alice, moc, "b.csv", data, purpose="parts-list", partial=True)["files"][0]

    assert [detail["line"] for detail in refused["reason"]["details"]] == [3, 4]
    assert partial["status"] == "ready"
    assert sender.detail(alice, moc)["totalPieceCount"] == 6


@pytest.mark.parametrize(
    ("file", "field"),
    [
        ({**INSTRUCTION, "name": "castle.exe"}, "files[0].name"),
        ({**INSTRUCTION, "name": "../castle.pdf"}, "files[0].name"),
        ({**INSTRUCTION, "contentType": "text/csv"}, "files[0].contentType"),
        ({**INSTRUCTION, "size": 0}, "files[0].size"),
        ({**INSTRUCTION, "size": 52_428_801}, "files[0].size"),
        ({**INSTRUCTION, "size": "12"}, "files[0].size"),
        ({**INSTRUCTION, "sha256": "xyz"}, "files[0].sha256"),
        ({**INSTRUCTION, "kind": "photo"}, "files[0].kind"),
        ({**INSTRUCTION, "scheme": "ldraw"}, "files[0].scheme"),
        ({**INSTRUCTION, "derive": False}, "files[0].derive"),
        ({**INSTRUCTION, "colour": "red"}, "files[0].colour"),
    ],
)
def test_a_declaration_out_of_the_rules_is_refused_before_anything_is_sent(
    sender: Sender, alice: str, moc: str, file: dict[str, Any], field: str
) -> None:
    answer = sender.open(alice, moc, file)

    assert answer.status == 400
    assert field in [detail["field"] for detail in answer.error["details"]]


def test_names_are_unique_in_a_session_and_in_a_moc(sender: Sender, alice: str, moc: str) -> None:
    sender.upload(alice, moc, "castle.pdf", PDF)

    taken = sender.open(alice, moc, INSTRUCTION)
    twice = sender.open(alice, moc, {**INSTRUCTION, "name": "a.pdf"}, {**INSTRUCTION, "name": "a.pdf"})

    assert (taken.status, taken.error["code"]) == (409, "CONFLICT")
    assert (twice.status, twice.error["details"][0]["field"]) == (400, "files[1].name")


def test_a_name_taken_meanwhile_rejects_the_later_file(sender: Sender, alice: str, moc: str) -> None:
    first, second = (sender.open(alice, moc, INSTRUCTION).data for _ in range(2))
    for opened in (first, second):
        send(opened["files"][0], PDF)
        sender.drain()

    assert sender.session(alice, first["id"])["files"][0]["status"] == "ready"
    assert sender.session(alice, second["id"])["files"][0]["reason"]["code"] == "NAME_TAKEN"
    assert len(sender.detail(alice, moc)["files"]) == 1


def test_a_session_is_its_owners_alone(sender: Sender, client: Client, alice: str, bob: str, moc: str) -> None:
    upload = sender.open(alice, moc, INSTRUCTION).data["id"]

    answers = [
        client.get(f"/api/uploads/{upload}", as_user=bob),
        client.post(f"/api/uploads/{upload}/complete", as_user=bob),
        client.delete(f"/api/uploads/{upload}", as_user=bob),
        sender.open(bob, moc, INSTRUCTION),
    ]

    assert [answer.status for answer in answers] == [403] * 4
    assert client.get(f"/api/uploads/{uuid.uuid4()}", as_user=alice).status == 404


def test_complete_finds_what_the_event_did_not_tell_and_may_be_repeated(
    sender: Sender, client: Client, stack: Any, alice: str, moc: str
) -> None:
    opened = sender.open(alice, moc, INSTRUCTION, {**INSTRUCTION, "name": "b.pdf"}).data
    path = f"/api/uploads/{opened['id']}/complete"
    send(opened["files"][0], PDF)

    answers = [client.post(path, as_user=alice).data for _ in range(2)]
    sender.drain()

    assert [file["status"] for file in answers[0]["files"]] == ["received", "waiting"]
    assert answers[1]["files"][0]["status"] == "received"
    assert [file["status"] for file in sender.session(alice, opened["id"])["files"]] == ["ready", "waiting"]
    assert len(sender.detail(alice, moc)["files"]) == 1


def test_a_file_of_another_size_than_declared_is_rejected(
    sender: Sender, client: Client, stack: Any, alice: str, moc: str
) -> None:
    opened = sender.open(alice, moc, INSTRUCTION).data
    status, _ = send(opened["files"][0], PDF + b" ")
    put_behind(stack, opened["files"][0]["fields"]["key"], PDF + b" ")

    answer = client.post(f"/api/uploads/{opened['id']}/complete", as_user=alice)
    sender.drain()

    assert status == 400
    assert answer.data["files"][0]["reason"]["code"] == "SIZE_MISMATCH"
    assert answer.data["status"] == "finished"


def test_a_cancelled_session_is_gone_and_late_bytes_become_nothing(
    sender: Sender, client: Client, alice: str, moc: str
) -> None:
    opened = sender.open(alice, moc, INSTRUCTION, {**INSTRUCTION, "name": "b.pdf"}).data
    send(opened["files"][0], PDF)
    sender.drain()

    answer = client.delete(f"/api/uploads/{opened['id']}", as_user=alice)
    send(opened["files"][1], PDF)
    sender.drain()

    assert answer.status == 204
    assert client.get(f"/api/uploads/{opened['id']}", as_user=alice).status == 404
    assert [file["originalFilename"] for file in sender.detail(alice, moc)["files"]] == ["castle.pdf"]


def test_a_message_delivered_twice_makes_one_file(
    sender: Sender, handlers: dict[str, Any], alice: str, moc: str
) -> None:
    opened = sender.open(alice, moc, INSTRUCTION).data
    send(opened["files"][0], PDF)
    body = json.dumps({"file": opened["files"][0]["id"]})
    event = {"Records": [{"messageId": str(number), "body": body} for number in range(2)]}

    results = [handlers["process_upload"](event, None) for _ in range(2)]
    sender.drain()

    assert results == [{"batchItemFailures": []}] * 2
    assert len(sender.detail(alice, moc)["files"]) == 1


def test_a_deleted_target_rejects_nothing_but_stores_nothing(
    sender: Sender, client: Client, alice: str, moc: str
) -> None:
    opened = sender.open(alice, moc, INSTRUCTION).data
    send(opened["files"][0], PDF)
    client.delete(f"/api/mocs/{moc}", as_user=alice)

    sender.drain()

    assert client.get(f"/api/uploads/{opened['id']}", as_user=alice).status == 404


def test_the_real_parts_list_and_model_import_with_their_totals(
    sender: Sender, alice: str, moc: str, shared: Path
) -> None:
    csv = shared / "rebrickable_parts_moc-257369-sherlock-holmes-baker-street.csv"
    model = shared / "studio-simple.io"

    sender.upload(alice, moc, csv.name, csv.read_bytes(), content_type="text/csv", purpose="parts-list")
    sender.upload(alice, moc, model.name, model.read_bytes())

    detail = sender.detail(alice, moc)
    counts = {one["format"]: (one["totalParts"], one["totalPartsCount"]) for one in detail["partsLists"]}
    assert counts == {"rebrickable-csv": (405, 2200), "studio-io": (3, 9)}
    assert detail["totalPieceCount"] == 2209
    assert detail["thumbnailUrl"]


def put_behind(stack: Any, key: str, data: bytes) -> None:
    """Puts an object without the checks of a presigned request."""
    aws(stack, "s3").put_object(Bucket=stack.endpoints.bucket, Key=key, Body=data)


def test_a_file_with_malware_in_it_is_refused(sender: Sender, alice: str, moc: str) -> None:
    opened = sender.open(alice, moc, INSTRUCTION).data

    tell_of_malware(sender, opened["files"][0]["fields"]["key"])

    file = sender.session(alice, opened["id"])["files"][0]
    assert (file["status"], file["reason"]["code"]) == ("rejected", "INFECTED")
    assert sender.detail(alice, moc)["files"] == []


def test_a_verdict_that_comes_late_changes_nothing(sender: Sender, alice: str, moc: str) -> None:
    opened = sender.open(alice, moc, INSTRUCTION).data
    send(opened["files"][0], PDF)
    sender.drain()

    tell_of_malware(sender, opened["files"][0]["fields"]["key"])

    assert sender.session(alice, opened["id"])["files"][0]["status"] == "ready"


def tell_of_malware(sender: Sender, key: str) -> None:
    """What the scanner's verdict becomes on its way into the queue."""
    sender.sqs.send_message(QueueUrl=sender.queue_url, MessageBody=json.dumps({"infected": key}))
    assert sender.drain() == 1
