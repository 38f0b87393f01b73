"""Parts lists from Rebrickable."""

from __future__ import annotations

import pytest

from unit.parts.samples import HEADER, codes, lots, read, refused


@pytest.mark.parametrize("header", ["Part,Color,Quantity,Is Spare", "Part,Color,Quantity", "Part,Color,Num"])
def test_each_header_of_the_site_is_read(header: str) -> None:
    rest = ",False" if header.endswith("Spare") else ""

    imported = read(f"{header}\r\n3001,4,6{rest}\r\n3070b,15,2{rest}\r\n")

    assert imported.format == "rebrickable-csv"
    assert lots(imported) == [("3001", 4, 6), ("3070b", 15, 2)]
    assert imported.receipt["schemeFrom"] == "format"


def test_a_lot_carries_everything_that_is_stored() -> None:
    lot = read(HEADER + "3001,4,6,False\n").lots[0]

    assert (lot.line, lot.part_scheme, lot.kind, lot.color_scheme) == (1, "rebrickable", "part", "rebrickable")
    assert (lot.color_name, lot.source_line, lot.notes, lot.spare) == ("Red", "line 2", [], False)
    assert (lot.part_name, lot.category, lot.element_id, lot.other, lot.acquired_quantity) == (None,) * 4 + (0,)


def test_columns_may_come_in_another_order() -> None:
    imported = read("Quantity,Part,Is Spare,Color\n6,3001,True,4\n")

    assert lots(imported) == [("3001", 4, 6)]
    assert imported.lots[0].spare


def test_spares_are_lots_of_their_own() -> None:
    imported = read(HEADER + "6141,47,4,False\n6141,47,1,True\n6141,47,2,True\n")

    assert [(lot.quantity, lot.spare) for lot in imported.lots] == [(4, False), (3, True)]
    assert imported.receipt["records"] == {"kept": 1, "merged": 0, "spare": 2, "skipped": 0, "rejected": 0}
    assert imported.receipt["lots"] == {"needed": 1, "spare": 1}
    assert imported.receipt["entries"] == [{"at": "line 4", "outcome": "spare", "pieces": 2, "into": "line 3"}]


@pytest.mark.parametrize("word", ["True", "TRUE", "1", "yes", "t"])
def test_every_spelling_of_a_spare_is_understood(word: str) -> None:
    assert read(HEADER + f"3001,4,6,{word}\n").lots[0].spare


@pytest.mark.parametrize("word", ["False", "FALSE", "0", "no", "f", ""])
def test_every_spelling_of_what_is_no_spare_is_understood(word: str) -> None:
    assert not read(HEADER + f"3001,4,6,{word}\n").lots[0].spare


def test_another_word_for_spare_is_refused_with_its_line() -> None:
    problem = refused(HEADER + "3001,4,6,False\n3001,4,6,maybe\n")

    assert problem.faults[0].message == 'Line 3: the spare column says "maybe". It must be True or False.'
    assert (problem.faults[0].line, problem.faults[0].field) == (3, "spare")


def test_sentinels_and_unknown_colours_are_kept_and_marked() -> None:
    imported = read(HEADER + "1,9999,1,False\n2,-1,1,False\n3,-2,1,False\n4,123456,1,False\n5,,1,False\n")

    assert [lot.color_id for lot in imported.lots] == [9999, -1, -1, 123456, None]
    assert codes(imported) == {"old-unknown-colour": 1, "unknown-colour": 1, "no-colour": 1}
    assert imported.receipt["distinctColors"] == 1


@pytest.mark.parametrize("color", ["red", "4.0", "12345678901", "٤"])
def test_a_colour_that_is_no_number_is_refused(color: str) -> None:
    problem = refused(HEADER + f"3001,4,6,False\n3001,{color},6,False\n")

    assert problem.faults[0].field == "colorId"
    assert problem.faults[0].message.startswith(f'Line 3: the colour is "{color}".')


def test_part_numbers_survive_unchanged() -> None:
    numbers = ["3070b", "0930", "970c27pr0039", "75435stk01", "fig-001549", "00000001"]

    imported = read(HEADER + "".join(f"{number},0,1,False\n" for number in numbers))

    assert [lot.part_number for lot in imported.lots] == numbers


def test_a_part_number_that_a_spreadsheet_changed_is_refused() -> None:
    problem = refused(HEADER + "3.07E+05,0,1,False\n")

    assert problem.faults[0].message == (
        'Line 2: the part number "3.07E+05" was changed by a spreadsheet. Export the list again and do not edit it.'
    )


def test_equal_records_become_one_line() -> None:
    imported = read(HEADER + "3001,4,6,False\n3002,4,1,False\n3001,4,5,False\n")

    assert lots(imported) == [("3001", 4, 11), ("3002", 4, 1)]
    assert imported.receipt["entries"] == [{"at": "line 4", "outcome": "merged", "pieces": 5, "into": "line 2"}]


@pytest.mark.parametrize("quantity", ["abc", "0", "-1", "+4", "4.0", "1,000", "1000001", "٤", "1" * 5000])
def test_a_quantity_that_is_no_whole_number_in_range_is_refused(quantity: str) -> None:
    cell = f'"{quantity}"' if "," in quantity else quantity
    problem = refused(HEADER + f"3001,4,1,False\n3001,4,{cell[:4000]},False\n")

    assert problem.faults[0].message.endswith("It must be a whole number from 1 to 1,000,000.")
    assert (problem.faults[0].line, problem.faults[0].field, problem.count) == (3, "quantity", 1)


def test_exactly_a_million_of_a_part_is_accepted() -> None:
    assert lots(read(HEADER + "3001,4,1000000,False\n")) == [("3001", 4, 1_000_000)]


def test_the_contracts_own_words_are_used() -> None:
    problem = refused(HEADER + "3001,4,abc,False\n,4,1,False\n")

    assert [fault.message for fault in problem.faults] == [
        'Line 2: the quantity is "abc". It must be a whole number from 1 to 1,000,000.',
        "Line 3: the part number is empty.",
    ]
    assert problem.message == "2 records cannot be read; nothing was stored."
    assert {fault.code for fault in problem.faults} == {"VALIDATION_ERROR"}


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ((HEADER + "3001é,4,6,False\n").encode("utf-8-sig"), "utf-8-bom"),
        ((HEADER + "3001é,4,6,False\n").encode("utf-16"), "utf-16-le"),
        ((HEADER + "3001é,4,6,False\n").encode("windows-1252"), "windows-1252"),
        ((HEADER + "3001é,4,6,False").replace("\n", "\r").encode(), "utf-8"),
    ],
)
def test_encodings_and_line_ends_do_not_change_the_list(content: bytes, encoding: str) -> None:
    imported = read(content)

    assert lots(imported) == [("3001é", 4, 6)]
    assert imported.receipt["encoding"] == encoding


def test_blank_rows_are_counted_and_are_no_records() -> None:
    imported = read(HEADER + "\n3001,4,6,False\n,,,\n\n3002,4,1,False\n")

    assert imported.receipt["rows"] == {"header": 1, "blank": 3, "records": 2}
    assert [lot.source_line for lot in imported.lots] == ["line 3", "line 6"]


def test_a_row_with_more_cells_than_columns_is_refused_but_empty_ones_are_not_counted() -> None:
    assert lots(read(HEADER + "3001,4,6,False,,,\n")) == [("3001", 4, 6)]

    problem = refused(HEADER + "3001,4,6,False,extra\n")

    assert problem.faults[0].message == "Line 2: the row has 5 cells, but there are 4 columns."


def test_a_header_alone_has_no_parts() -> None:
    problem = refused(HEADER)

    assert (problem.faults[0].code, problem.message) == (
        "NO_PARTS_FOUND",
        "The file has column names but no parts.",
    )
