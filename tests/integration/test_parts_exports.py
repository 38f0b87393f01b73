"""Lists on their way out over HTTP: the file, its name and headers, the report, and nothing to write."""

from __future__ import annotations

from typing import Any

import pytest

from integration.lists import BRICK, PLATE, SPARE, lines, lists_path, upload, written
from integration.uploading import CSV
from mocshelf.testing import Client, Reply

FIGURE = {"partNumber": "sw0001", "partScheme": "bricklink", "kind": "minifig", "quantity": 1}


def export(client: Client, owner: str, moc: str, list_id: str, **params: Any) -> Reply:
    return client.get(f"{lists_path(moc, list_id)}/export", as_user=owner, params=params)


def test_an_export_is_an_attachment_named_after_moc_and_list(client: Client, alice: str, moc: str) -> None:
    made = written(client, alice, moc, parts=[BRICK, {**PLATE, "acquiredQuantity": 1}, SPARE, FIGURE])

    csv = export(client, alice, moc, made["id"], format="rebrickable-csv")
    xml = export(client, alice, moc, made["id"], format="bricklink-xml", missing="true")

    assert (csv.status, csv.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    assert csv.headers["content-disposition"] == 'attachment; filename="castle-tower.csv"'
    assert csv.headers["x-skipped-lines"] == "1"
    assert csv.body == b"Part,Color,Quantity,Is Spare\n3001,4,6,False\n3024,15,2,False\n3024,15,1,True\n"
    assert xml.headers["content-type"] == "application/xml; charset=utf-8"
    assert xml.headers["content-disposition"] == 'attachment; filename="castle-tower-missing.xml"'
    assert xml.headers["x-skipped-lines"] == "0"
    assert xml.body.decode() == (
        "<INVENTORY><ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>5</COLOR><MINQTY>6</MINQTY></ITEM>"
        "<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3024</ITEMID><COLOR>1</COLOR><MINQTY>1</MINQTY></ITEM>"
        "<ITEM><ITEMTYPE>M</ITEMTYPE><ITEMID>sw0001</ITEMID><MINQTY>1</MINQTY></ITEM></INVENTORY>\n"
    )


def test_the_report_takes_the_place_of_the_file(client: Client, alice: str, moc: str) -> None:
    made = written(client, alice, moc, parts=[BRICK, PLATE, SPARE, FIGURE])

    answer = export(client, alice, moc, made["id"], format="rebrickable-csv", report="true")

    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.data == {
        "format": "rebrickable-csv",
        "fileName": "castle-tower.csv",
        "considered": {"lines": 4, "pieces": 10},
        "written": {"lines": 3, "pieces": 9},
        "merged": {"lines": 0, "pieces": 0},
        "complete": {"lines": 0, "pieces": 0},
        "leftOut": {"lines": 1, "pieces": 1},
        "reasons": [
            {
                "code": "kind-minifig",
                "message": "A minifig is no part at Rebrickable.",
                "lines": 1,
                "pieces": 1,
                "first": ["sw0001"],
            }
        ],
        "changed": [
            {
                "code": "part-number-untranslated",
                "message": "The part number is not Rebrickable's and goes out unchanged.",
                "lines": 2,
                "pieces": 3,
                "first": ["3024", "3024"],
            }
        ],
    }


def test_a_list_with_nothing_to_write_is_409_and_its_report_says_why(client: Client, alice: str, moc: str) -> None:
    made = written(client, alice, moc)

    answer = export(client, alice, moc, made["id"], format="lego-pab-csv")
    report = export(client, alice, moc, made["id"], format="lego-pab-csv", report="true")

    assert (answer.status, answer.error["code"]) == (409, "CONFLICT")
    assert "no element id" in answer.error["message"]
    assert (report.status, report.data["leftOut"]) == (200, {"lines": 3, "pieces": 9})


def test_nothing_missing_is_an_empty_file(client: Client, alice: str, moc: str) -> None:
    made = written(client, alice, moc, parts=[{**BRICK, "acquired": True}])

    answer = export(client, alice, moc, made["id"], format="bricklink-xml", missing="true")

    assert (answer.status, answer.body) == (200, b"<INVENTORY></INVENTORY>\n")


@pytest.mark.parametrize("params", [{}, {"format": "pdf"}, {"format": "csv", "missing": "perhaps"}])
def test_a_format_that_is_none_is_refused(client: Client, alice: str, moc: str, params: dict[str, str]) -> None:
    made = written(client, alice, moc)

    assert export(client, alice, moc, made["id"], **params).status == 400


def test_our_own_csv_uploaded_again_gives_the_same_lines(client: Client, alice: str, moc: str) -> None:
    made = upload(client, alice, moc, CSV).data["partsList"]
    exported = export(client, alice, moc, made["id"], format="csv").body

    again = upload(client, alice, moc, exported, "again.csv").data["partsList"]

    def shown(list_id: str) -> list[dict[str, Any]]:
        return [{**line, "id": None, "sourceLine": None} for line in lines(client, alice, moc, list_id)]

    assert shown(again["id"]) == shown(made["id"])
