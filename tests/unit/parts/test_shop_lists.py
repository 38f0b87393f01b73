"""Orders of BrickOwl, inventories of Brickset, and Pick-a-Brick lists as JSON."""

from __future__ import annotations

import json

import pytest

from unit.parts.samples import codes, lots, read, refused

OWL = (
    '"Order Id",Name,Type,"Color Name",Boid,"Lot Id",Condition,"Ordered Quantity","Public Note","Base Price"\n'
    "1,LEGO Brick 2 x 4 (3001 / 42134),Part,Red,771344-38,5,New,4,,0.10\n"
    "1,LEGO Dish 180º,Part,,123456,6,New,2,,0.10\n"
    "1,LEGO Brick 2 x 4,Part,Red,771344-38,7,Used,3,,0.05\n"
    "1,Luke,Minifigure,,222222,8,New,1,,5\n"
    "1,Razor Crest,Set,,333333,9,New,1,,100\n"
)
SET = (
    "SetNumber,ElementID,Qty,Colour,Category,DesignID,ElementName,ImageURL,ElementSetCount\n"
    '"75331-1","300121","4","Bright Red","Bricks","3001","BRICK 2X4","https://example.com/a.jpg","9"\n'
    '"75331-1","302428","2","Dark Green","Plates","3024","PLATE 1X1","","1"\n'
    '"10278-1","300121","1","Bright Red","Bricks","3001","BRICK 2X4","","9"\n\n\n'
)


def pab(*rows: tuple[object, object]) -> str:
    return json.dumps([{"elementId": element, "quantity": quantity} for element, quantity in rows])


def test_a_brickowl_order() -> None:
    imported = read(OWL, "order.csv")

    receipt = imported.receipt
    assert lots(imported) == [("771344", 38, 7), ("123456", None, 2), ("222222", None, 1)]
    assert [(lot.part_scheme, lot.color_scheme, lot.kind) for lot in imported.lots] == [
        ("brickowl", "brickowl", "part"),
        ("brickowl", "brickowl", "part"),
        ("brickowl", "brickowl", "minifig"),
    ]
    assert (imported.lots[0].color_name, imported.lots[1].part_name) == ("Red", "LEGO Dish 180º")
    assert receipt["records"] == {"kept": 3, "merged": 1, "spare": 0, "skipped": 1, "rejected": 0}
    assert receipt["pieces"] == {"read": 11, "needed": 10, "spare": 0, "skipped": 1, "rejected": 0}
    assert (receipt["colorScheme"], receipt["partScheme"]) == ("brickowl", "brickowl")


def test_a_brickowl_order_in_the_encoding_of_windows() -> None:
    imported = read(OWL.encode("windows-1252"), "order.csv")

    assert (imported.lots[1].part_name, imported.receipt["encoding"]) == ("LEGO Dish 180º", "windows-1252")


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [("New,2,", "New,two,", "quantity"), (",123456,", ",,", "partNumber"), ("123456", "123456-red", "colorId")],
)
def test_one_bad_record_of_an_order_is_named(old: str, new: str, field: str) -> None:
    problem = refused(OWL.replace(old, new), "order.csv")

    assert [(fault.line, fault.field) for fault in problem.faults] == [(3, field)]


def test_an_order_takes_no_scheme_but_its_own() -> None:
    problem = refused(OWL, "order.csv", scheme="lego")

    assert problem.message == "This is a BrickOwl order, so its colours are BrickOwl's. Leave the scheme out."


def test_a_brickset_inventory() -> None:
    imported = read(SET, "set.csv")

    receipt = imported.receipt
    first, second = imported.lots
    assert lots(imported) == [("3001", None, 5), ("3024", None, 2)]
    assert (first.color_scheme, first.color_name, first.element_id) == ("lego", "Bright Red", "300121")
    assert (second.part_name, second.category, second.color_name) == ("PLATE 1X1", "Plates", "Dark Green")
    assert codes(imported) == {"spares-not-told-apart": 1, "several-sets": 2}
    assert receipt["rows"] == {"header": 1, "blank": 2, "records": 3}
    assert receipt["records"] == {"kept": 2, "merged": 1, "spare": 0, "skipped": 0, "rejected": 0}


@pytest.mark.parametrize(
    ("old", "new", "field"), [('"2","Dark', '"0","Dark', "quantity"), ('"3024"', '""', "partNumber")]
)
def test_one_bad_record_of_an_inventory_is_named(old: str, new: str, field: str) -> None:
    problem = refused(SET.replace(old, new), "set.csv")

    assert [(fault.line, fault.field) for fault in problem.faults] == [(3, field)]
    assert len(read(SET.replace(old, new), "set.csv", partial=True).lots) == 1


def test_an_inventory_cut_in_a_quote_is_refused() -> None:
    assert refused(SET[:-20], "set.csv").faults[0].code == "CSV_PARSE_ERROR"


def test_a_colour_that_is_not_legos_is_kept_and_marked() -> None:
    imported = read(SET.replace("Dark Green", "Dark Bluish Gray"), "set.csv")

    assert imported.lots[1].color_name == "Dark Bluish Gray"
    assert codes(imported)["unknown-colour"] == 1


@pytest.mark.parametrize("rows", [(("300121", "4"), ("300121", "1")), ((300121, 4), (300121, 1))])
def test_pick_a_brick_as_json_with_texts_and_with_numbers(rows: tuple[tuple[object, object], ...]) -> None:
    imported = read(pab(*rows), "list.json")

    (lot,) = imported.lots
    assert (lot.part_number, lot.part_scheme, lot.element_id, lot.color_id) == ("300121", "element", "300121", None)
    assert (lot.quantity, lot.source_line) == (5, "item 1")
    assert imported.receipt["records"] == {"kept": 1, "merged": 1, "spare": 0, "skipped": 0, "rejected": 0}
    assert (imported.format, codes(imported)) == ("lego-pab-json", {})


@pytest.mark.parametrize(
    ("element", "quantity", "field"),
    [("12", "4", "partNumber"), ("x" * 6, "4", "partNumber"), (None, "4", "partNumber"), ("300121", 4.5, "quantity"),
     ("300121", True, "quantity"), ("300121", None, "quantity"), ("300121", "1" * 4000, "quantity")],
)  # fmt: skip
def test_a_bad_entry_of_pick_a_brick_is_named(element: object, quantity: object, field: str) -> None:
    problem = refused(pab(("300121", 1), (element, quantity)), "list.json")

    assert [(fault.at, fault.field) for fault in problem.faults] == [("item 2", field)]


def test_json_cut_in_the_middle_is_refused() -> None:
    assert refused(pab(("300121", 1))[:-4], "list.json").faults[0].code == "JSON_PARSE_ERROR"


def test_ten_thousand_entries_are_read_and_one_more_is_not() -> None:
    rows = [("300121", 1)] * 10_001

    assert lots(read(pab(*rows[:-1]), "list.json")) == [("300121", None, 10_000)]
    assert refused(pab(*rows), "list.json").faults[0].code == "TOO_MANY_ROWS"
