"""Lists made to do harm: they are refused, quickly and without much memory."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from unit.parts.samples import HEADER, codes, mpd, place, read, refused

MEGABYTE = 1_048_576
ITEM = "<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><QTY>1</QTY></ITEM>"


@pytest.mark.parametrize(
    "content",
    [
        '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><INVENTORY>&b;' + ITEM + "</INVENTORY>",
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><INVENTORY><ITEM><ITEMID>&a;</ITEMID></ITEM></INVENTORY>',
    ],
)
def test_entities_are_refused(content: str) -> None:
    problem = refused(content, "list.xml")

    assert problem.faults[0].code == "XML_PARSE_ERROR"
    assert "DOCTYPE" in problem.message


def test_deep_xml_is_refused() -> None:
    content = "<INVENTORY>" + ITEM + "<a>" * 40 + "</a>" * 40 + "</INVENTORY>"

    assert refused(content, "list.xml").faults[0].code == "XML_PARSE_ERROR"


def test_too_many_items_are_refused() -> None:
    assert refused("<INVENTORY>" + ITEM * 10_001 + "</INVENTORY>", "list.xml").faults[0].code == "TOO_MANY_ROWS"


def test_an_unclosed_quote_is_refused_where_it_was_opened() -> None:
    problem = refused(HEADER + '3001,4,1,False\n"3002,4,1,False\n3003,4,1,False\n')

    assert (problem.faults[0].code, problem.faults[0].line) == ("CSV_PARSE_ERROR", 3)
    assert "never closed" in problem.message


def test_text_after_a_closing_quote_is_refused() -> None:
    problem = refused('Part,Name,Quantity\n3001,Brick,1\n3001,"2" plate,1\n')

    assert (problem.faults[0].code, problem.faults[0].line) == ("CSV_PARSE_ERROR", 3)


def test_a_row_with_too_many_columns_and_a_cell_that_is_too_long_are_refused() -> None:
    assert refused("Part,Quantity\n" + "," * 64 + "x\n").message == "Line 2: there are more than 64 columns."
    assert (
        refused("Part,Quantity,Name\n3001,1," + "x" * 4_097).message
        == "Line 2: a cell has more than 4,096 characters."
    )
    assert read("Part,Quantity,Name\n3001,1," + "x" * 4_096).lots[0].part_name == "x" * 255


def test_a_list_over_ten_megabytes_is_refused_unread() -> None:
    problem = refused(HEADER.encode() + b"x" * 10 * MEGABYTE)

    assert problem.kind == "too_large"


LARGE = {
    "an unclosed quote": HEADER + '"' + "x,\n" * 3_400_000,
    "one long line": HEADER + "x" * 10_000_000,
    "commas": HEADER + "," * 10_000_000,
    "commas in a list whose rows nobody looks at before": "elementId,quantity\n" + "," * 10_000_000,
    "blank rows": HEADER + "\n" * 1_200_000,
    "blank lines of a model": "0\n" * 2 + "\n" * 3_000_000,
    "files": "".join(f"0 FILE {number}\n" for number in range(10_002)) + place(4, "3001.dat"),
}


@pytest.mark.parametrize("what", LARGE)
def test_large_files_are_refused_soon_and_in_bounded_memory(what: str) -> None:
    content = LARGE[what].encode()[: 10 * MEGABYTE]
    name = "list.ldr" if what in ("files", "blank lines of a model") else "list.csv"
    begun = time.process_time()

    refused(content, name)
    seconds = time.process_time() - begun
    # Watching memory makes everything slower, and blank rows are the same from the first to the last.
    tracemalloc.start()
    try:
        refused(content[:100_000] if what == "blank rows" else content, name)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert seconds < 20
    assert peak < 150 * MEGABYTE


def test_a_model_with_very_many_references_is_read_in_bounded_memory() -> None:
    content = (place(4, "3001.dat") + "\n" + f"1 4 {'0 ' * 12}a.dat\n" * 20_000).encode()
    tracemalloc.start()

    try:
        imported = read(content, "list.ldr")
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()

    assert imported.receipt["rows"] == {"records": 20_001}
    assert len(imported.receipt["entries"]) == 10_000  # type: ignore[arg-type]
    assert codes(imported) == {"entries-shortened": 9_999}
    # Two hundred thousand references fill ten megabytes.
    assert peak < 14 * MEGABYTE


def test_colours_that_multiply_are_refused() -> None:
    colours = "\n".join(place(number, "b.ldr") for number in range(100, 1_300))
    model = mpd({"a.ldr": [colours], "b.ldr": [place(16, "3001.dat")] * 1_000})

    problem = refused(model, "a.mpd")

    assert problem.faults[0].code == "LDRAW_PARSE_ERROR"


def test_too_many_different_lots_in_a_model_are_refused() -> None:
    model = "0 x\n" + "\n".join(place(4, f"{number}.dat") for number in range(10_001))

    assert refused(model, "a.ldr").faults[0].code == "TOO_MANY_ROWS"
