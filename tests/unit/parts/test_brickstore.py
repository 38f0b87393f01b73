"""BrickStore files: statuses, quantities of nothing, item types, and the one DOCTYPE that is accepted."""

from __future__ import annotations

import pytest

from unit.parts.samples import codes, lots, read, refused

HEAD = "<!DOCTYPE BrickStoreXML>\n"


def item(number: str = "3001", color: str = "5", quantity: str | None = "4", **more: str) -> str:
    fields = {"ItemTypeID": "P", "ItemID": number, "ColorID": color, **more}
    if quantity is not None:
        fields["Qty"] = quantity
    return "<Item>" + "".join(f"<{name}>{text}</{name}>" for name, text in fields.items()) + "</Item>"


def bsx(*items: str) -> str:
    return f"<BrickStoreXML><Inventory>{''.join(items)}</Inventory></BrickStoreXML>"


def test_every_record_has_its_outcome() -> None:
    imported = read(
        HEAD
        + bsx(
            item(Status="I", ItemName="Brick 2 x 4", ColorName="Red", CategoryName="Brick"),
            item("3001", "5", "2", Status="E"),
            item("3002", "5", "9", Status="X"),
            item("3003", "5", "0"),
            item("3004", "5", None),
            item("75331-1", "0", "1", ItemTypeID="S"),
            item("sw0001", "0", "1", ItemTypeID="M", ColorName="(Not Applicable)"),
            item("3001", "5", "3", Price="0.05", DifferenceBaseValues=""),
        ),
        "list.bsx",
    )

    receipt = imported.receipt
    assert lots(imported) == [("3001", 5, 7), ("3001", 5, 2), ("sw0001", None, 1)]
    assert [lot.spare for lot in imported.lots] == [False, True, False]
    assert (imported.lots[0].part_name, imported.lots[0].category) == ("Brick 2 x 4", "Brick")
    assert (imported.lots[2].kind, imported.lots[2].color_name) == ("minifig", None)
    assert (receipt["format"], receipt["colorScheme"], receipt["partScheme"]) == (
        "brickstore-bsx",
        "bricklink",
        "bricklink",
    )
    assert receipt["records"] == {"kept": 2, "merged": 1, "spare": 1, "skipped": 4, "rejected": 0}
    assert receipt["pieces"] == {"read": 20, "needed": 8, "spare": 2, "skipped": 10, "rejected": 0}
    reasons = [entry["reason"] for entry in receipt["entries"] if "reason" in entry]  # type: ignore[attr-defined]
    assert reasons == ["excluded", "quantity-0", "quantity-0", "not-a-part"]


def test_unknown_elements_are_named() -> None:
    assert codes(read(bsx(item(Mood="blue")), "list.bsx"))["ignored-element"] == 1


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (item(quantity="-1"), "quantity"),
        (item(quantity="1,752"), "quantity"),
        (item(number=""), "partNumber"),
        (item(color="red"), "colorId"),
        (item(ItemTypeID="Q"), "kind"),
    ],
)
def test_one_bad_item_refuses_the_file_and_is_named(bad: str, field: str) -> None:
    problem = refused(bsx(item(), bad), "list.bsx")

    assert [(fault.at, fault.field) for fault in problem.faults] == [("item 2", field)]
    assert lots(read(bsx(item(), bad), "list.bsx", partial=True)) == [("3001", 5, 4)]


def test_any_other_doctype_is_refused() -> None:
    for doctype in ('<!DOCTYPE BrickStoreXML [<!ENTITY a "b">]>', '<!DOCTYPE BrickStoreXML SYSTEM "http://x/">'):
        assert refused(doctype + bsx(item()), "list.bsx").faults[0].code == "XML_PARSE_ERROR"


def test_a_file_cut_in_the_middle_is_refused() -> None:
    assert refused(bsx(item(), item("3002"))[:-60], "list.bsx").faults[0].code == "XML_PARSE_ERROR"


def test_old_text_in_another_encoding_is_read() -> None:
    content = '<?xml version="1.0" encoding="ISO-8859-1"?>' + bsx(item(ItemName="Blé"))

    imported = read(content.encode("latin-1"), "list.bsx")

    assert (imported.lots[0].part_name, imported.receipt["encoding"]) == ("Blé", "windows-1252")


def test_ten_thousand_items_are_read_and_one_more_is_not() -> None:
    items = [item(f"p{number}") for number in range(10_001)]

    assert len(read(bsx(*items[:-1]), "list.bsx").lots) == 10_000
    assert refused(bsx(*items), "list.bsx").faults[0].code == "TOO_MANY_ROWS"


def test_a_foreign_scheme_is_a_conflict() -> None:
    problem = refused(bsx(item()), "list.bsx", scheme="ldraw")

    assert problem.message == "This is a BrickStore list, so its colours are BrickLink's. Leave the scheme out."
