"""The examples of the API's contract, sent as they are written there, with the answers that it promises."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from integration.uploading import CSV, PDF, Sender, png
from mocshelf.testing import Client, Reply

BAKER_STREET = {
    "type": "moc",
    "title": "Sherlock Holmes: Baker Street",
    "author": "Ada",
    "partsCount": 2200,
    "theme": "Modular",
    "tags": ["victorian", "street"],
}
LIST_NAME = "rebrickable_parts_moc-257369.csv"


@pytest.fixture
def baker_street(client: Client, alice: str) -> str:
    return str(client.post("/api/mocs", as_user=alice, json=BAKER_STREET).data["id"])


@pytest.fixture
def image(client: Client, alice: str) -> dict[str, Any]:
    fields = {"title": "221B at night", "tags": '["night", "lights"]'}
    files = [("image", "night.png", "image/png", png())]
    return dict(client.post("/api/images", as_user=alice, files=files, fields=fields).data)


def upload_list(client: Client, owner: str, moc: str, data: bytes, name: str = LIST_NAME) -> Reply:
    files = [("file", name, "text/csv", data)]
    return client.post(f"/api/mocs/{moc}/upload-parts-list", as_user=owner, files=files)


def test_creating_a_moc(client: Client, alice: str) -> None:
    answer = client.post("/api/mocs", as_user=alice, json=BAKER_STREET, headers={"idempotency-key": "6f1c2a"})

    expected = {
        **BAKER_STREET,
        "userId": alice,
        "description": None,
        "subtheme": None,
        "brand": None,
        "setNumber": None,
        "releaseYear": None,
        "retired": None,
        "thumbnailUrl": None,
        "totalPieceCount": None,
    }
    assert (answer.status, answer.json()["message"]) == (201, "MOC created")
    assert {name: answer.data[name] for name in expected} == expected


def test_adding_an_instruction_file(client: Client, alice: str, baker_street: str) -> None:
    files = [("file", "baker-street.pdf", "application/pdf", PDF)]

    answer = client.post(
        f"/api/mocs/{baker_street}/files", as_user=alice, files=files, fields={"fileType": "instruction"}
    )

    assert answer.status == 201
    assert set(answer.data) == {
        "id", "fileId", "mocId", "fileType", "fileUrl", "originalFilename", "mimeType", "size", "createdAt",
    }  # fmt: skip
    path = answer.data["fileUrl"].partition("?")[0]
    assert path.endswith(f"/mocs/{alice}/{baker_street}/{answer.data['id']}.pdf")


def test_linking_a_gallery_image(client: Client, alice: str, baker_street: str, image: dict[str, Any]) -> None:
    body = {"galleryImageId": image["id"]}

    answer = client.post(f"/api/mocs/{baker_street}/gallery-images", as_user=alice, json=body)

    assert (answer.status, answer.json()["message"]) == (201, "Image linked")
    assert set(answer.data) == {"id", "mocId", "galleryImageId", "createdAt"}
    assert (answer.data["mocId"], answer.data["galleryImageId"]) == (baker_street, image["id"])


def test_uploading_a_parts_list(client: Client, alice: str, baker_street: str, shared: Path) -> None:
    real = shared / "rebrickable_parts_moc-257369-sherlock-holmes-baker-street.csv"

    answer = upload_list(client, alice, baker_street, real.read_bytes())

    data, receipt = answer.data, answer.data["receipt"]
    assert (answer.status, answer.json()["message"]) == (201, "2,200 pieces in 405 lines")
    assert (data["totalParts"], data["rowsProcessed"]) == (2200, 405)
    assert data["parsing"] == {"format": "rebrickable-csv", "totalPieceCount": 2200, "uniqueParts": 178}
    assert data["moc"] == {"id": baker_street, "totalPieceCount": 2200}
    assert data["partsList"]["title"] == data["partsList"]["name"] == "rebrickable_parts_moc-257369"
    assert (data["file"]["originalFilename"], data["file"]["mimeType"], data["file"]["size"]) == (
        LIST_NAME,
        "text/csv",
        6785,
    )
    assert receipt["records"] == {"kept": 405, "merged": 0, "spare": 0, "skipped": 0, "rejected": 0}
    assert receipt["pieces"] == {"read": 2200, "needed": 2200, "spare": 0, "skipped": 0, "rejected": 0}
    assert (receipt["distinctParts"], receipt["distinctColors"]) == (178, 33)


def test_a_parts_list_with_bad_lines(client: Client, alice: str, baker_street: str) -> None:
    lines = [b"Part,Color,Quantity", *[b"300%d,4,1" % n for n in range(5)], b"3001,4,two", b"3002,4,1", b",4,1", b""]

    answer = upload_list(client, alice, baker_street, b"\n".join(lines))

    details = answer.error["details"]
    assert (answer.status, answer.error["code"]) == (400, "VALIDATION_ERROR")
    assert [(one["line"], one["field"], one["code"]) for one in details] == [
        (7, "quantity", "VALIDATION_ERROR"), (9, "partNumber", "VALIDATION_ERROR"),
    ]  # fmt: skip
    assert client.get(f"/api/mocs/{baker_street}", as_user=alice).data["files"] == []


def test_exporting_what_is_missing_for_bricklink(client: Client, alice: str, baker_street: str) -> None:
    made = upload_list(client, alice, baker_street, CSV).data["partsListId"]

    answer = client.get(
        f"/api/mocs/{baker_street}/parts-lists/{made}/export",
        as_user=alice,
        params={"format": "bricklink-xml", "missing": "true"},
    )

    items = [{child.tag: child.text for child in item} for item in ElementTree.fromstring(answer.body)]
    assert answer.headers["content-type"] == "application/xml; charset=utf-8"
    assert "sherlock-holmes-baker-street" in answer.headers["content-disposition"]
    assert answer.headers["x-skipped-lines"] == "0"
    assert items == [
        {"ITEMTYPE": "P", "ITEMID": "3001", "COLOR": "5", "MINQTY": "6"},
        {"ITEMTYPE": "P", "ITEMID": "3024", "COLOR": "1", "MINQTY": "2"},
    ]


def test_storing_an_image(image: dict[str, Any], alice: str) -> None:
    assert (image["title"], image["tags"], image["albumId"], image["flagged"]) == (
        "221B at night", ["night", "lights"], None, False,
    )  # fmt: skip
    assert image["imageUrl"].partition("?")[0].endswith(f"/images/{alice}/{image['id']}.webp")
    assert image["thumbnailUrl"].partition("?")[0].endswith(f"/images/{alice}/thumbnails/{image['id']}.webp")


def test_creating_an_album(client: Client, alice: str, image: dict[str, Any]) -> None:
    body = {"title": "Baker Street", "coverImageId": image["id"]}

    answer = client.post("/api/albums", as_user=alice, json=body)

    assert (answer.status, answer.json()["message"]) == (201, "Album created")
    assert (answer.data["imageCount"], answer.data["description"]) == (0, None)
    assert answer.data["coverImageUrl"] == image["imageUrl"]


def test_changing_a_wishlist_item(client: Client, alice: str) -> None:
    made = {"title": "Jazz Club", "productLink": "https://www.example.com/jazz-club", "description": "x"}
    item = client.post("/api/wishlist", as_user=alice, json=made).data["id"]
    client.patch(f"/api/wishlist/{item}", as_user=alice, json={})

    answer = client.patch(
        f"/api/wishlist/{item}",
        as_user=alice,
        json={"category": "Modular", "description": None},
        headers={"if-match": '"2"'},
    )

    assert (answer.status, answer.headers["etag"]) == (200, '"3"')
    assert (answer.data["category"], answer.data["description"], answer.data["imageWidth"]) == ("Modular", None, None)


def test_opening_an_upload(sender: Sender, client: Client, alice: str, baker_street: str) -> None:
    file = {"name": "baker-street.pdf", "size": 31457280, "contentType": "application/pdf", "kind": "instruction"}

    answer = sender.open(alice, baker_street, file)

    request = answer.data["files"][0]
    assert answer.status == 201
    assert (answer.data["purpose"], answer.data["itemId"], answer.data["albumId"]) == ("moc-file", None, None)
    assert (request["method"], request["headers"]) == ("POST", None)
    assert request["fields"]["key"] == f"incoming/{alice}/{answer.data['id']}/{request['id']}"
    assert {"Content-Type", "x-amz-algorithm", "x-amz-credential", "x-amz-date", "policy", "x-amz-signature"} < set(
        request["fields"]
    )


def test_beginning_a_two_phase_creation(client: Client, alice: str) -> None:
    file = {"filename": "10278.pdf", "fileType": "instruction", "mimeType": "application/pdf", "size": 20971520}
    body = {"type": "set", "title": "Police Station", "brand": "LEGO", "setNumber": "10278-1", "files": [file]}

    answer = client.post("/api/mocs/with-files/initialize", as_user=alice, json=body)

    request = answer.data["uploadUrls"][0]
    assert (answer.status, answer.data["expiresIn"], request["method"]) == (201, 3600, "PUT")
    assert request["headers"] == {"Content-Type": "application/pdf", "If-None-Match": "*"}
    assert "/incoming/" in request["uploadUrl"]


def test_asking_for_health(client: Client) -> None:
    answer = client.get("/health").json()

    assert set(answer) == {"status", "service", "version", "components", "timestamp"}
    assert answer["service"] == "mocshelf"
    assert set(answer["components"]) == {"database", "cache", "search"}
