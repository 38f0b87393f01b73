"""XML and JSON that no program of the trade writes: fields by the names people use, colours as in any CSV."""

from __future__ import annotations

import json

import pytest

from unit.parts.samples import codes, lots, read, refused

XML = (
    '<parts><part id="3001" quantity="4"><color>Red</color></part>'
    '<part id="3024" quantity="2"><color>Blue</color><mood>x</mood></part></parts>'
)


def objects(*records: dict[str, object], key: str | None = None) -> str:
    return json.dumps({key: list(records)} if key else list(records))


def test_xml_by_attributes_and_children() -> None:
    imported = read(XML, "list.xml")

    receipt = imported.receipt
    assert [(lot.part_number, lot.color_name, lot.quantity) for lot in imported.lots] == [
        ("3001", "Red", 4),
        ("3024", "Blue", 2),
    ]
    assert [lot.source_line for lot in imported.lots] == ["item 1", "item 2"]
    assert (receipt["format"], receipt["colorScheme"], receipt["rows"]) == ("xml", "unknown", {"records": 2})
    assert codes(imported) == {"ignored-field": 1}


@pytest.mark.parametrize(
    "content",
    [
        "<list><item><part>3001</part><qty>4</qty></item></list>",
        "<list><Item><PartNo>3001</PartNo><Qty>4</Qty></Item></list>",
        '<x><y><piece partnum="3001" count="4"/></y></x>',
        '<list><part id="3001" amount="4"><part>inner</part></part></list>',
        '<inventory><item id="3001" qty="4"/></inventory>',
        '<element><item id="3001" qty="4"/></element>',
    ],
)
def test_the_first_known_element_below_the_root_is_the_record(content: str) -> None:
    assert lots(read(content, "list.xml")) == [("3001", None, 4)]


def test_an_attribute_goes_before_a_child() -> None:
    assert lots(read('<a><item id="3001" qty="4"><id>9</id></item></a>', "list.xml")) == [("3001", None, 4)]


def test_json_as_an_array_and_under_parts() -> None:
    records = ({"partNum": "0930", "qty": 4, "isSpare": True, "colorName": "Red"}, {"partNum": 3001, "qty": "2"})

    for key in (None, "parts"):
        imported = read(objects(*records, key=key), "list.json")

        assert [(lot.part_number, lot.quantity, lot.spare) for lot in imported.lots] == [
            ("0930", 4, True),
            ("3001", 2, False),
        ]
        assert imported.receipt["records"] == {"kept": 1, "merged": 0, "spare": 1, "skipped": 0, "rejected": 0}


def test_numbers_without_an_owner_ask_for_a_scheme() -> None:
    content = objects({"part": "3001", "quantity": 4, "color": 4})

    problem = refused(content, "list.json")
    told = read(content, "list.json", scheme="rebrickable")

    assert {fault.code for fault in problem.faults} == {"SCHEME_REQUIRED"}
    assert any(fault.message.startswith("item 1: colour 4 is Red at Rebrickable") for fault in problem.faults)
    assert (told.lots[0].color_name, told.receipt["schemeFrom"]) == ("Red", "user")


def test_a_field_named_for_a_site_says_whose_numbers_they_are() -> None:
    imported = read('<a><item bl_item_no="3001" qty="4" bl_color_id="5"/></a>', "list.xml")

    assert (imported.lots[0].color_name, imported.receipt["schemeFrom"]) == ("Red", "file")
    assert imported.lots[0].part_scheme == "bricklink"


def test_a_name_beside_the_number_proves_the_scheme() -> None:
    imported = read(objects({"part": "3001", "qty": 4, "colorId": 11, "color": "Black"}), "list.json")

    assert imported.receipt["colorScheme"] == "bricklink"


def test_element_ids_alone_are_the_part_numbers() -> None:
    imported = read(objects({"element": "300121", "qty": 1, "name": "Brick"}), "list.json")

    assert (imported.lots[0].part_number, imported.lots[0].part_scheme) == ("300121", "element")


@pytest.mark.parametrize(
    ("content", "name", "code", "words"),
    [
        (objects({"part": "1", "item": "2", "qty": 1}), "a.json", "JSON_PARSE_ERROR", '"part" and "item"'),
        (objects({"bl_color": 1, "part": "1", "qty": 1}, {"ldraw_color": 1, "part": "1", "qty": 1}), "a.json",
         "JSON_PARSE_ERROR", '"bl_color" and "ldraw_color"'),
        ('<a><item id="1" part="2" qty="1"/></a>', "a.xml", "XML_PARSE_ERROR", '"id" and "part"'),
        (objects({"part": "1", "price": 1}), "a.json", "NO_PARTS_FOUND", "no record has a quantity"),
        (objects({"price": 1, "qty": 1}), "a.json", "NO_PARTS_FOUND", "no record has a part number"),
        ("<a><item>3001</item></a>", "a.xml", "NO_PARTS_FOUND", "no record has a part number"),
        (objects(), "a.json", "NO_PARTS_FOUND", "no parts"),
        (objects({"part": {"id": "1"}, "qty": 1}), "a.json", "JSON_PARSE_ERROR", "itself a list"),
        (XML[:-20], "a.xml", "XML_PARSE_ERROR", "damaged"),
        (objects({"part": "1", "qty": 1})[:-3], "a.json", "JSON_PARSE_ERROR", "line 1"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused_in_words(content: str, name: str, code: str, words: str) -> None:
    problem = refused(content, name)

    assert problem.faults[0].code == code
    assert words in problem.message.lower()


def test_one_bad_record_is_named_by_its_item() -> None:
    content = objects({"part": "3001", "qty": 1}, {"part": "3002", "qty": 4.5}, {"part": None, "qty": 1})

    problem = refused(content, "list.json")

    assert [(fault.at, fault.field) for fault in problem.faults] == [("item 2", "quantity"), ("item 3", "partNumber")]
    assert lots(read(content, "list.json", partial=True)) == [("3001", None, 1)]


@pytest.mark.parametrize("name", ["list.json", "list.xml"])
def test_ten_thousand_records_are_read_and_one_more_is_not(name: str) -> None:
    def content(count: int) -> str:
        if name.endswith("json"):
            return objects(*({"part": f"p{number}", "qty": 1} for number in range(count)))
        return "<a>" + "".join(f'<part id="p{number}" qty="1"/>' for number in range(count)) + "</a>"

    assert len(read(content(10_000), name).lots) == 10_000
    assert refused(content(10_001), name).faults[0].code == "TOO_MANY_ROWS"
