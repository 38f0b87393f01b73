"""BrickLink's XML: wanted lists, orders and inventories."""

from __future__ import annotations

import pytest

from mocshelf.parts.reading import Imported
from unit.parts.samples import codes, lots, read, refused

PART = "<ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>5</COLOR>"


def item(content: str) -> str:
    return f"<ITEM>{content}</ITEM>"


def inventory(*items: str) -> str:
    return "<INVENTORY>" + "".join(map(item, items)) + "</INVENTORY>"


def reasons(imported: Imported) -> list[object]:
    return [entry.get("reason") for entry in imported.receipt["entries"]]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("more", "use"),
    [
        ("<MINQTY>4</MINQTY>", "wanted list"),
        ("<QTY>4</QTY><NOTIFY>N</NOTIFY>", "wanted list"),
        ("<QTY>4</QTY><PRICE>0.1</PRICE>", "order"),
        ("<QTY>4</QTY>", "inventory"),
    ],
)
def test_the_receipt_names_the_use(more: str, use: str) -> None:
    imported = read(inventory(PART + more), "list.xml")

    assert imported.receipt["use"] == use
    assert lots(imported) == [("3001", 5, 4)]
    assert (imported.lots[0].part_scheme, imported.lots[0].color_name) == ("bricklink", "Red")
    assert imported.receipt["rows"] == {"records": 1}


def test_an_item_of_a_wanted_list_without_a_quantity_is_wanted_once() -> None:
    assert lots(read(inventory(PART), "list.xml")) == [("3001", 5, 1)]
    assert refused(inventory(PART + "<QTY>1</QTY>", PART), "list.xml").faults[0].field == "quantity"


@pytest.mark.parametrize(
    "content",
    [
        '<?xml version="1.0" encoding="UTF-8"?>\n' + inventory(PART),
        inventory(PART).lower().replace("<itemtype>p", "<ItemType>p"),
        f"<ORDERS><ORDER><ORDERID>1</ORDERID>{item(PART + '<QTY>1</QTY>')}</ORDER></ORDERS>",
        "\n  " + inventory(PART) + "\n",
    ],
)
def test_declaration_case_and_depth_make_no_difference(content: str) -> None:
    if "<itemtype>" in content or "<ItemType>p" in content:
        content = content.replace("</itemtype>", "</ItemType>")

    assert lots(read(content, "list.xml")) == [("3001", 5, 1)]


@pytest.mark.parametrize("color", ["", "<COLOR/>", "<COLOR>0</COLOR>", "<COLOR> </COLOR>"])
def test_a_missing_colour_is_none(color: str) -> None:
    imported = read(inventory(f"<ITEMTYPE>P</ITEMTYPE><ITEMID>stk</ITEMID>{color}<QTY>1</QTY>"), "list.xml")

    assert imported.lots[0].color_id is None
    assert codes(imported) == {"no-colour": 1}


def test_thousands_commas_are_understood_here_only() -> None:
    assert lots(read(inventory(PART + "<QTY>1,752</QTY>"), "list.xml")) == [("3001", 5, 1752)]
    assert (
        refused(inventory(PART + "<QTY>17,52</QTY>"), "list.xml").faults[0].message.startswith("Item 1: the quantity")
    )


@pytest.mark.parametrize(("letter", "kind"), [("P", "part"), ("M", "minifig"), ("G", "gear"), ("Part", "part")])
def test_kinds_of_items_that_a_list_has(letter: str, kind: str) -> None:
    content = inventory(f"<ITEMTYPE>{letter}</ITEMTYPE><ITEMID>sw0001</ITEMID><QTY>2</QTY>")

    assert read(content, "list.xml").lots[0].kind == kind


@pytest.mark.parametrize("letter", list("SBCIOU"))
def test_items_that_are_no_parts_are_skipped(letter: str) -> None:
    other = f"<ITEMTYPE>{letter}</ITEMTYPE><ITEMID>75331-1</ITEMID><QTY>3</QTY>"

    imported = read(inventory(other, PART + "<QTY>1</QTY>"), "list.xml")

    assert imported.receipt["entries"] == [
        {"at": "item 1", "outcome": "skipped", "reason": "not-a-part", "pieces": 3}
    ]
    assert imported.receipt["pieces"] == {"read": 4, "needed": 1, "spare": 0, "skipped": 3, "rejected": 0}


@pytest.mark.parametrize("kind", ["", "<ITEMTYPE>Z</ITEMTYPE>"])
def test_an_item_type_that_is_missing_or_unknown_is_refused(kind: str) -> None:
    problem = refused(inventory(f"{kind}<ITEMID>3001</ITEMID><QTY>1</QTY>"), "list.xml")

    assert (problem.faults[0].field, problem.faults[0].at, problem.faults[0].line) == ("kind", "item 1", None)


def test_extras_are_spares_and_counterparts_are_listed_already() -> None:
    imported = read(
        inventory(
            PART + "<QTY>2</QTY>",
            PART + "<QTY>1</QTY><EXTRA>Y</EXTRA>",
            PART + "<QTY>9</QTY><COUNTERPART>Y</COUNTERPART>",
        ),
        "list.xml",
    )

    assert [(lot.quantity, lot.spare) for lot in imported.lots] == [(2, False), (1, True)]
    assert reasons(imported) == ["counterpart"]


def test_alternates_give_way_to_the_regular_item_of_their_group() -> None:
    alternate = "<ITEMTYPE>P</ITEMTYPE><ITEMID>{}</ITEMID><QTY>1</QTY><ALTERNATE>Y</ALTERNATE><MATCHID>{}</MATCHID>"
    regular = PART + "<QTY>2</QTY><MATCHID>1</MATCHID>"

    imported = read(
        inventory(
            alternate.format("a", 1),
            regular,
            alternate.format("b", 2),
            alternate.format("c", 2),
            alternate.format("d", 0),
            alternate.format("e", 0),
        ),
        "list.xml",
    )

    assert [lot.part_number for lot in imported.lots] == ["3001", "b", "d", "e"]
    assert reasons(imported) == ["alternate", "alternate"]


def test_what_is_filled_is_acquired_up_to_the_quantity() -> None:
    imported = read(
        inventory(
            PART + "<MINQTY>4</MINQTY><QTYFILLED>9</QTYFILLED>", PART + "<MINQTY>4</MINQTY><QTYFILLED>1</QTYFILLED>"
        ),
        "list.xml",
    )

    assert (imported.lots[0].quantity, imported.lots[0].acquired_quantity) == (8, 5)


def test_elements_that_are_not_known_are_named_in_the_receipt() -> None:
    imported = read(inventory(PART + "<SHELF>A</SHELF><CONDITION>N</CONDITION><REMARKS>x</REMARKS>"), "list.xml")

    assert imported.receipt["notes"] == [{"code": "ignored-element", "count": 1, "first": ["SHELF"]}]


def test_a_list_cut_in_the_middle_is_refused() -> None:
    content = inventory(PART, PART)

    assert refused(content[:-30], "list.xml").faults[0].code == "XML_PARSE_ERROR"
