"""Other CSV: columns by the names people use, or by their content; and whose numbers they hold."""

from __future__ import annotations

import pytest

from unit.parts.samples import codes, lots, read, refused

PART_NAMES = ["Part", "part", "Part ID", "Part No.", "part_num", "Part Number", "Item", "Item-No", "ID", "Design ID"]
QUANTITY_NAMES = ["Quantity", "qty", "Count", "AMOUNT", "Pieces", "Num", "Min Qty"]
NUMBERED = "part,color,quantity\n3001,4,6\n3002,1,2\n3003,158,1\n3004,4,1\n"


@pytest.mark.parametrize("name", PART_NAMES)
def test_part_columns_go_by_many_names(name: str) -> None:
    assert lots(read(f"{name},Quantity\n3001,4\n")) == [("3001", None, 4)]


@pytest.mark.parametrize("name", QUANTITY_NAMES)
def test_quantity_columns_go_by_many_names(name: str) -> None:
    assert lots(read(f"Part Nr,Part,{name}\n-,3001,4\n")) == [("3001", None, 4)]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_names_and_categories_are_kept_whatever_the_delimiter(delimiter: str) -> None:
    rows = [
        ["Part ID", "Part Name", "Quantity", "Colour", "Category"],
        ["3024", '"Plate; 1 x 1"', "40", "Red", "Plates"],
    ]

    lot = read("\n".join(delimiter.join(row) for row in rows)).lots[0]

    assert (lot.part_name, lot.category, lot.quantity) == ("Plate; 1 x 1", "Plates", 40)
    assert (lot.color_id, lot.color_name, lot.color_scheme, lot.part_scheme) == (None, "Red", "unknown", "unknown")


def test_the_line_that_names_the_delimiter_is_passed_over() -> None:
    imported = read("sep=;\nPart;Quantity;Color\n3001;4;Red\n")

    assert imported.receipt["rows"] == {"header": 2, "blank": 0, "records": 1}
    assert imported.lots[0].source_line == "line 3"


def test_an_element_column_alone_is_the_part_number() -> None:
    lot = read("Element ID,Quantity\n300121,4\n").lots[0]

    assert (lot.part_number, lot.part_scheme) == ("300121", "element")


def test_an_element_column_beside_a_part_column_is_kept_for_the_line() -> None:
    lot = read("Part,Element ID,Quantity,Color\n3001,300121,4,Red\n3001,4211201,1,Red\n").lots[0]

    assert (lot.part_number, lot.element_id, lot.quantity) == ("3001", "4211201", 5)
    assert lot.other == {"element": ["300121"]}


def test_unknown_columns_are_named_in_the_receipt() -> None:
    imported = read("Part,Quantity,Weight,Shelf\n3001,4,2.3,A\n")

    assert imported.receipt["notes"][0] == {"code": "ignored-column", "count": 2, "first": ["Weight", "Shelf"]}  # type: ignore[index]


def test_two_columns_of_one_meaning_and_missing_columns_are_refused_by_name() -> None:
    assert '"Qty" and "Count"' in refused("Part,Qty,Count\n3001,1,1\n").message
    assert refused("Part,Shade\n3001,Red\n").message == (
        "The file has no quantity column. Columns found: Part, Shade. Name one of them Quantity."
    )
    assert "no part number column" in refused("Quantity,Colour\n3,Red\n").message


@pytest.mark.parametrize(
    ("content", "colour", "name"),
    [
        ("3001,4\n", None, None),
        ("3001,4,Red\n", "Red", None),
        ("3001,Brick 2 x 4,4,Red\n", "Red", "Brick 2 x 4"),
        ("3001,4,Red,Brick 2 x 4\n", "Red", "Brick 2 x 4"),
    ],
)
def test_files_without_a_header_are_read_where_there_is_one_way_to(content: str, colour: str, name: str) -> None:
    imported = read(content)

    assert [(lot.part_number, lot.quantity) for lot in imported.lots] == [("3001", 4)]
    assert (imported.lots[0].color_name, imported.lots[0].part_name) == (colour, name)
    assert imported.receipt["rows"] == {"header": 0, "blank": 0, "records": 1}


@pytest.mark.parametrize("content", ["3001,4,2\n", "3001,4,2,False\n"])
def test_files_without_a_header_and_two_numbers_are_refused(content: str) -> None:
    assert "Part,Quantity,Color" in refused(content).message


def test_the_scheme_is_asked_for_with_what_each_site_would_read() -> None:
    problem = refused(NUMBERED)

    messages = [fault.message for fault in problem.faults]
    assert {fault.code for fault in problem.faults} == {"SCHEME_REQUIRED"}
    assert problem.message == (
        "The colours are numbers and the file does not say whose. Choose Rebrickable, BrickLink or LDraw."
    )
    assert "Rebrickable has 4 of the 4 colours in the file." in messages
    assert any(text.startswith("line 2: colour 4 is Red at Rebrickable, Orange at BrickLink") for text in messages)
    assert sum(fault.line is not None for fault in problem.faults) == 3


@pytest.mark.parametrize("scheme", ["rebrickable", "bricklink", "ldraw", "lego", "unknown"])
def test_the_users_word_is_taken_where_the_file_does_not_say(scheme: str) -> None:
    imported = read(NUMBERED, scheme=scheme)

    assert {lot.color_scheme for lot in imported.lots} == {lot.part_scheme for lot in imported.lots} == {scheme}
    assert (imported.receipt["colorScheme"], imported.receipt["schemeFrom"]) == (scheme, "user")


def test_unknown_is_a_valid_answer_and_marks_nothing() -> None:
    imported = read(NUMBERED, scheme="unknown")

    assert codes(imported) == {}
    assert [lot.color_name for lot in imported.lots] == [None] * 4


def test_a_word_against_the_format_is_refused_and_an_agreeing_one_is_not() -> None:
    content = "Part,Color,Quantity\n3001,4,6\n"

    problem = refused(content, scheme="bricklink")

    assert problem.faults[0].code == "SCHEME_CONFLICT"
    assert problem.message == ("This is a Rebrickable list, so its colours are Rebrickable's. Leave the scheme out.")
    assert read(content, scheme="rebrickable").receipt["schemeFrom"] == "format"


def test_a_scheme_that_does_not_exist_is_refused() -> None:
    assert refused(NUMBERED, scheme="lugnet").faults[0].field == "scheme"


def test_a_column_named_for_a_site_proves_the_scheme() -> None:
    imported = read("BLItemNo,BL Color ID,Qty\n3001,5,6\n")

    lot = imported.lots[0]
    assert (lot.part_scheme, lot.color_scheme, lot.color_name) == ("bricklink", "bricklink", "Red")
    assert imported.receipt["schemeFrom"] == "file"
    assert refused("Part,BL Color ID,Qty\n3001,5,6\n", scheme="rebrickable").faults[0].code == "SCHEME_CONFLICT"


def test_cells_with_a_prefix_say_their_own_scheme() -> None:
    imported = read("Part,Color,Quantity\nBL 3001,BL11,1\n3001,RB4,2\n3001,LD72,3\n")

    assert [(lot.part_number, lot.part_scheme) for lot in imported.lots][:2] == [
        ("3001", "bricklink"),
        ("3001", "unknown"),
    ]
    assert [(lot.color_scheme, lot.color_id) for lot in imported.lots] == [
        ("bricklink", 11),
        ("rebrickable", 4),
        ("ldraw", 72),
    ]


def test_names_beside_numbers_prove_the_one_scheme_that_they_fit() -> None:
    imported = read("Part,Color ID,Color Name,Quantity\n3001,5,Red,1\n3002,11,Black,1\n")

    assert imported.receipt["schemeFrom"] == "file"
    assert {lot.color_scheme for lot in imported.lots} == {"bricklink"}


def test_names_that_fit_no_scheme_or_several_prove_nothing() -> None:
    assert (
        refused("Part,Color ID,Color Name,Quantity\n3001,5,Red,1\n3002,4,Red,1\n").faults[0].code == "SCHEME_REQUIRED"
    )
    assert refused("Part,Color ID,Color Name,Quantity\n3001,4,Red,1\n").faults[0].code == "SCHEME_REQUIRED"


def test_colours_by_name_need_no_scheme_and_merge_without_case() -> None:
    imported = read("Part,Quantity,Color\n3001,4,Red\n3001,1,red\n3001,2,Sparkly Mauve\n")

    assert lots(imported) == [("3001", None, 5), ("3001", None, 2)]
    assert codes(imported) == {"unknown-colour": 1}
    assert imported.receipt["distinctColors"] == 2


def test_rebrickables_header_with_colour_words_is_a_file_made_by_hand() -> None:
    imported = read("Part,Color,Quantity\n3001,Red,6\n")

    assert (imported.format, imported.lots[0].color_name) == ("csv", "Red")


def test_a_number_that_the_declared_site_does_not_have_is_kept_and_marked() -> None:
    imported = read("part,color,quantity\n3001,0,6\n3001,5,6\n", scheme="bricklink")

    assert [lot.color_id for lot in imported.lots] == [0, 5]
    assert codes(imported) == {"unknown-colour": 1}


def test_long_names_are_cut_with_a_note() -> None:
    imported = read(f"Part,Name,Quantity,Color\n3001,{'n' * 300},6,{'c' * 200}\n")

    lot = imported.lots[0]
    assert (len(lot.part_name or ""), len(lot.color_name or "")) == (255, 100)
    assert "name-shortened" in lot.notes


def test_our_own_export_is_read_back_line_by_line() -> None:
    header = "Part,Part Scheme,Kind,Name,Category,Color,Color ID,Color Scheme,Quantity,Acquired,Spare,Element ID\n"
    rows = (
        "3001,rebrickable,part,'=Brick,Bricks,Red,4,rebrickable,6,2,False,300121\n"
        "sw0001,bricklink,minifig,Droid,,,,unknown,2000000,0,True,\n"
    )

    imported = read(header + rows)

    brick, droid = imported.lots
    assert (brick.part_name, brick.color_id, brick.color_scheme, brick.acquired_quantity) == (
        "=Brick",
        4,
        "rebrickable",
        2,
    )
    assert (brick.element_id, brick.category) == ("300121", "Bricks")
    assert (droid.kind, droid.part_scheme, droid.quantity, droid.spare) == ("minifig", "bricklink", 2_000_000, True)
    assert refused(header + rows.replace("minifig", "animal")).faults[0].message.startswith('Line 3: "animal"')
    assert refused(header + rows, scheme="lego").faults[0].code == "SCHEME_CONFLICT"


def test_pick_a_brick_names_elements_only() -> None:
    imported = read("elementId,quantity\n300121,4\n300121,1\n4211201,2\n")

    assert lots(imported) == [("300121", None, 5), ("4211201", None, 2)]
    assert {lot.part_scheme for lot in imported.lots} == {"element"}
    assert imported.lots[0].element_id == "300121"
    assert imported.receipt["colorScheme"] is None
    assert refused("elementId,quantity\n12,4\n").faults[0].message == (
        'Line 2: the element id is "12". It must have 4 to 10 digits.'
    )
