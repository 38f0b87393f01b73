"""A parts list sent in the request: stored whole with its file, or refused with every line that is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from integration.lists import lines, lists_path, moc_state, noted, upload
from integration.uploading import CSV, fetch
from mocshelf.runtime import database
from mocshelf.testing import Client

HEADER = b"Part,Color,Quantity,Is Spare\n"
BROKEN = HEADER + b"3001,4,6,False\n,4,2,False\n3002,4,two,False\n"


def promised(moc: str) -> int:
    """How many objects of the MOC will be deleted."""
    with database.reading() as conn:
        row = database.fetch_one(
            conn, "select count(*) as n from object_deletions where object_key like %(k)s", {"k": f"%{moc}%"}
        )
    assert row is not None
    return int(row["n"])


def test_an_upload_stores_list_lines_and_file_and_says_so(client: Client, alice: str, moc: str) -> None:
    before = moc_state(client, alice, moc)[0]

    answer = upload(client, alice, moc)

    body, data = answer.json(), answer.data
    made, file = data["partsList"], data["file"]
    assert (answer.status, body["message"]) == (201, "8 pieces in 2 lines")
    assert answer.headers["location"] == lists_path(moc, made["id"])
    assert (data["partsListId"], data["totalParts"], data["rowsProcessed"]) == (made["id"], 8, 3)
    assert (made["title"], made["fileId"], made["format"]) == ("tower", file["id"], "rebrickable-csv")
    assert (made["totalParts"], made["totalPartsCount"], made["sparePartsCount"]) == (2, 8, 1)
    assert (file["fileType"], file["mimeType"], file["size"]) == ("parts-list", "text/csv", len(CSV))
    assert data["parsing"] == {"format": "rebrickable-csv", "totalPieceCount": 8, "uniqueParts": 3}
    assert data["moc"] == {"id": moc, "totalPieceCount": 8}
    assert data["receipt"]["records"] == {"kept": 2, "merged": 0, "spare": 1, "skipped": 0, "rejected": 0}
    assert fetch(file["fileUrl"])[1] == CSV
    assert client.get(lists_path(moc, made["id"]), as_user=alice).data == {**made, "receipt": data["receipt"]}
    assert [line["sourceLine"] for line in lines(client, alice, moc, made["id"])] == ["line 2", "line 3", "line 4"]
    assert moc_state(client, alice, moc)[0] > before
    assert noted(moc)[-1] == moc_state(client, alice, moc)[0]
    assert promised(moc) == 0


def test_every_bad_line_is_named_and_nothing_is_stored(client: Client, alice: str, moc: str) -> None:
    answer = upload(client, alice, moc, BROKEN)

    details = answer.error["details"]
    assert (answer.status, answer.error["code"]) == (400, "VALIDATION_ERROR")
    assert answer.error["message"] == "2 records cannot be read; nothing was stored."
    assert [(one["line"], one["field"], one["code"]) for one in details] == [
        (3, "partNumber", "VALIDATION_ERROR"),
        (4, "quantity", "VALIDATION_ERROR"),
    ]
    detail = client.get(f"/api/mocs/{moc}", as_user=alice).data
    assert (detail["files"], detail["partsLists"], promised(moc)) == ([], [], 0)


def test_fifty_of_many_bad_lines_are_named(client: Client, alice: str, moc: str) -> None:
    answer = upload(client, alice, moc, HEADER + b",4,2,False\n" * 200)

    assert len(answer.error["details"]) == 50
    assert "200" in answer.error["message"]


def test_with_partial_the_good_records_are_stored(client: Client, alice: str, moc: str) -> None:
    answer = upload(client, alice, moc, BROKEN, fields={"partial": "true", "title": " The keep "})

    assert (answer.status, answer.data["rowsProcessed"]) == (201, 3)
    assert answer.data["partsList"]["title"] == "The keep"
    assert answer.data["receipt"]["records"]["rejected"] == 2


def test_a_list_that_does_not_say_whose_numbers_it_has_asks_and_takes_the_answer(
    client: Client, alice: str, moc: str
) -> None:
    content = b"part,color,quantity\n3001,4,6\n"

    asked = upload(client, alice, moc, content)
    told = upload(client, alice, moc, content, fields={"scheme": "bricklink"})

    assert {one["code"] for one in asked.error["details"]} == {"SCHEME_REQUIRED"}
    assert any("Red at Rebrickable" in one["message"] for one in asked.error["details"])
    (line,) = lines(client, alice, moc, told.data["partsListId"])
    assert (line["colorScheme"], line["colorName"]) == ("bricklink", "Orange")


@pytest.mark.parametrize(
    ("files", "fields", "status", "code", "field"),
    [
        ([], {}, 400, "BAD_REQUEST", None),
        ([("a.csv", CSV), ("b.csv", CSV)], {}, 400, "BAD_REQUEST", None),
        ([("a.csv", b"")], {}, 400, "VALIDATION_ERROR", "size"),
        ([("a.pdf", CSV)], {}, 400, "VALIDATION_ERROR", "name"),
        ([("a.csv", b"MZ\x90\x00")], {}, 400, "VALIDATION_ERROR", None),
        ([("a.csv", b"PK\x03\x04" + b"x" * 40)], {}, 400, "FILE_ERROR", None),
        ([("../a.csv", CSV)], {}, 400, "VALIDATION_ERROR", "name"),
        ([("a.csv", CSV)], {"scheme": "mine"}, 400, "VALIDATION_ERROR", "scheme"),
        ([("a.csv", CSV)], {"scheme": "bricklink"}, 400, "VALIDATION_ERROR", "scheme"),
        ([("a.csv", CSV)], {"partial": "yes"}, 400, "VALIDATION_ERROR", "partial"),
        ([("a.csv", CSV)], {"title": "x" * 256}, 400, "VALIDATION_ERROR", "title"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_words(
    client: Client, alice: str, moc: str, files: list[Any], fields: dict[str, str], status: int, code: str, field: Any
) -> None:
    parts = [("file", name, "application/octet-stream", data) for name, data in files]

    answer = client.post(f"/api/mocs/{moc}/upload-parts-list", as_user=alice, files=parts, fields=fields)

    assert (answer.status, answer.error["code"]) == (status, code)
    assert field is None or answer.error["details"][0]["field"] == field
    assert client.get(lists_path(moc), as_user=alice).json()["total"] == 0


def test_a_taken_file_name_is_a_conflict_and_its_object_goes(client: Client, alice: str, moc: str) -> None:
    upload(client, alice, moc)

    again = upload(client, alice, moc)

    assert (again.status, again.error["code"]) == (409, "CONFLICT")
    assert client.get(lists_path(moc), as_user=alice).json()["total"] == 1
    assert promised(moc) == 1


def test_ten_thousand_records_are_taken_and_one_more_is_not(client: Client, alice: str, moc: str) -> None:
    rows = b"".join(b"p%d,4,1,False\n" % number for number in range(10_000))

    taken = upload(client, alice, moc, HEADER + rows)
    refused = upload(client, alice, moc, HEADER + rows + b"x,4,1,False\n", "more.csv")

    assert (taken.status, taken.json()["message"]) == (201, "10,000 pieces in 10,000 lines")
    assert (refused.status, refused.error["details"][0]["code"]) == (400, "TOO_MANY_ROWS")


def test_a_body_that_is_no_form_is_415(client: Client, alice: str, moc: str) -> None:
    answer = client.post(f"/api/mocs/{moc}/upload-parts-list", as_user=alice, json={"file": "x"})

    assert answer.status == 415


def test_the_real_list_of_the_contract(client: Client, alice: str, moc: str, shared: Path) -> None:
    name = "rebrickable_parts_moc-257369-sherlock-holmes-baker-street.csv"

    answer = upload(client, alice, moc, (shared / name).read_bytes(), name)

    assert answer.json()["message"] == "2,200 pieces in 405 lines"
    assert answer.data["parsing"] == {"format": "rebrickable-csv", "totalPieceCount": 2200, "uniqueParts": 178}
