"""Small files sent in the request itself, and what becomes of each."""

from __future__ import annotations

from typing import Any

import pytest

from integration.uploading import CSV, PDF, Sender, fetch, png
from mocshelf.testing import Client, Reply


def send(client: Client, owner: str, moc: str, *files: tuple[str, bytes], **fields: str) -> Reply:
    parts = [(f"file{n}", name, "application/octet-stream", data) for n, (name, data) in enumerate(files)]
    return client.post(f"/api/mocs/{moc}/files", as_user=owner, files=parts, fields=fields)


def test_one_file_is_stored_and_comes_back_as_it_was(client: Client, alice: str, moc: str) -> None:
    answer = send(client, alice, moc, ("castle.pdf", PDF), fileType="instruction")

    file = answer.data
    path = f"/api/mocs/{moc}/files/{file['id']}/download"
    download = client.get(path, as_user=alice, params={"format": "json"}).data
    assert (answer.status, answer.headers["etag"]) == (201, '"1"')
    assert (file["fileId"], file["mocId"], file["size"]) == (file["id"], moc, len(PDF))
    assert (download["filename"], download["mimeType"], download["expiresIn"]) == (
        "castle.pdf",
        "application/pdf",
        3600,
    )
    assert fetch(download["downloadUrl"])[1] == PDF
    assert fetch(file["fileUrl"])[2]["cache-control"] == "private, max-age=31536000, immutable"


def test_several_files_are_judged_alone(client: Client, alice: str, moc: str) -> None:
    answer = send(
        client,
        alice,
        moc,
        ("castle.pdf", PDF),
        ("list.csv", CSV),
        ("broken.pdf", PDF[:50]),
        ("castle.pdf", PDF),
        ("virus.exe", b"MZ"),
        fileType="instruction",
        fileType_1="parts-list",
    )

    assert answer.status == 200
    assert "etag" not in answer.headers
    assert answer.data["summary"] == {"total": 5, "succeeded": 2, "failed": 3}
    assert [file["filename"] for file in answer.data["uploaded"]] == ["castle.pdf", "list.csv"]
    assert [(file["filename"], file["code"]) for file in answer.data["failed"]] == [
        ("broken.pdf", "FILE_ERROR"), ("castle.pdf", "CONFLICT"), ("virus.exe", "VALIDATION_ERROR"),
    ]  # fmt: skip


def test_files_are_listed_in_the_order_they_came_and_the_version_grows(client: Client, alice: str, moc: str) -> None:
    send(client, alice, moc, ("a.pdf", PDF), ("b.pdf", PDF), ("c.pdf", PDF), fileType="instruction")

    answer = client.get(f"/api/mocs/{moc}", as_user=alice)
    assert [file["originalFilename"] for file in answer.data["files"]] == ["a.pdf", "b.pdf", "c.pdf"]
    assert answer.headers["etag"] == '"2"'


def test_a_thumbnail_becomes_the_mocs_picture_and_goes_with_its_file(client: Client, alice: str, moc: str) -> None:
    file = send(client, alice, moc, ("night.png", png()), fileType="thumbnail").data
    pictured = client.get(f"/api/mocs/{moc}", as_user=alice).data

    answer = client.delete(f"/api/mocs/{moc}/files/{file['id']}", as_user=alice)

    assert pictured["thumbnailUrl"] == file["fileUrl"]
    assert file["mimeType"] == "image/webp"
    assert answer.status == 204
    assert client.get(f"/api/mocs/{moc}", as_user=alice).data["thumbnailUrl"] is None


def test_a_given_address_replaces_the_picture_but_keeps_the_file(client: Client, alice: str, moc: str) -> None:
    send(client, alice, moc, ("night.png", png()), fileType="thumbnail")

    client.patch(f"/api/mocs/{moc}", as_user=alice, json={"thumbnailUrl": "https://example.com/a.png"})

    detail = client.get(f"/api/mocs/{moc}", as_user=alice).data
    assert detail["thumbnailUrl"] == "https://example.com/a.png"
    assert len(detail["files"]) == 1


@pytest.mark.parametrize(
    ("files", "fields", "status", "code"),
    [
        ([], {"fileType": "instruction"}, 400, "BAD_REQUEST"),
        ([("a.pdf", PDF)] * 11, {"fileType": "instruction"}, 400, "BAD_REQUEST"),
        ([("a.pdf", PDF)], {}, 400, "VALIDATION_ERROR"),
        ([("a.pdf", PDF)], {"fileType": "poster"}, 400, "VALIDATION_ERROR"),
        ([("a.exe", PDF)], {"fileType": "instruction"}, 400, "VALIDATION_ERROR"),
        ([("a.pdf", b"")], {"fileType": "instruction"}, 400, "VALIDATION_ERROR"),
        ([("a.pdf", PDF[:40])], {"fileType": "instruction"}, 400, "FILE_ERROR"),
        ([("../a.pdf", PDF)], {"fileType": "instruction"}, 400, "VALIDATION_ERROR"),
        ([("a.png", png(20_000, 20_000)[:200])], {"fileType": "gallery-image"}, 400, "FILE_ERROR"),
    ],
)
def test_a_bad_request_stores_nothing(
    client: Client, alice: str, moc: str, files: list[Any], fields: dict[str, str], status: int, code: str
) -> None:
    answer = send(client, alice, moc, *files, **fields)

    assert (answer.status, answer.error["code"]) == (status, code)
    assert client.get(f"/api/mocs/{moc}", as_user=alice).data["files"] == []


def test_a_taken_name_is_a_conflict(client: Client, alice: str, moc: str) -> None:
    send(client, alice, moc, ("a.pdf", PDF), fileType="instruction")

    answer = send(client, alice, moc, ("a.pdf", PDF), fileType="instruction")

    assert (answer.status, answer.error["code"]) == (409, "CONFLICT")


def test_the_mocs_404_and_403_come_before_anything_about_the_body(
    client: Client, alice: str, bob: str, moc: str
) -> None:
    headers = {"content-type": "multipart/form-data; boundary=b"}
    gone = "/api/mocs/0b9c4a4e-6f0e-4d0e-9a53-0d6a2f6b7c11/files"

    stranger = client.post(f"/api/mocs/{moc}/files", as_user=bob, body=b"nonsense", headers=headers)
    missing = client.post(gone, as_user=alice, body=b"nonsense", headers=headers)
    broken = client.post(f"/api/mocs/{moc}/files", as_user=alice, body=b"nonsense", headers=headers)

    assert [stranger.status, missing.status, broken.status] == [403, 404, 400]


def test_a_file_is_reached_only_through_its_own_moc_and_owner(
    client: Client, sender: Sender, alice: str, bob: str, moc: str
) -> None:
    file = send(client, alice, moc, ("a.pdf", PDF), fileType="instruction").data["id"]
    other = sender.moc(alice, title="Other")

    answers = [
        client.get(f"/api/mocs/{other}/files/{file}/download", as_user=alice),
        client.delete(f"/api/mocs/{other}/files/{file}", as_user=alice),
        client.get(f"/api/mocs/{moc}/files/{file}/download", as_user=bob),
        client.delete(f"/api/mocs/{moc}/files/{file}", as_user=bob),
    ]

    assert [answer.status for answer in answers] == [404, 404, 403, 403]


def test_if_match_on_deleting_a_file_means_the_mocs_version(client: Client, alice: str, moc: str) -> None:
    file = send(client, alice, moc, ("a.pdf", PDF), fileType="instruction").data["id"]
    path = f"/api/mocs/{moc}/files/{file}"

    stale = client.delete(path, as_user=alice, headers={"if-match": '"1"'})
    current = client.delete(path, as_user=alice, headers={"if-match": '"2"'})

    assert [stale.status, current.status] == [412, 204]


def test_a_repeated_keyed_upload_stores_one_file(client: Client, alice: str, moc: str) -> None:
    files = [("file", "a.pdf", "application/pdf", PDF)]
    call: dict[str, Any] = {
        "as_user": alice,
        "files": files,
        "fields": {"fileType": "instruction"},
        "headers": {"idempotency-key": "once"},
    }

    answers = [client.post(f"/api/mocs/{moc}/files", **call) for _ in range(2)]
    changed = client.post(
        f"/api/mocs/{moc}/files", **{**call, "files": [("file", "a.pdf", "application/pdf", PDF + b"%%EOF\n")]}
    )

    assert [answer.status for answer in answers] == [201, 201]
    assert answers[0].body == answers[1].body
    assert changed.status == 409
    assert len(client.get(f"/api/mocs/{moc}", as_user=alice).data["files"]) == 1
