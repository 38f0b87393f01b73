"""Every dialect to the byte, what is left out of it and why, and that the sums of the report hold."""

from __future__ import annotations

import pytest

from mocshelf.parts.export_report import Report
from mocshelf.parts.exporting import Exported, all_left_out, export, file_name
from mocshelf.parts.lot import Lot

DIALECTS = ("rebrickable-csv", "bricklink-xml", "lego-pab-csv", "csv")


def lot(
    number: str = "3001",
    color: int | None = 4,
    quantity: int = 6,
    *,
    scheme: str = "rebrickable",
    color_scheme: str | None = None,
    color_name: str | None = None,
    kind: str = "part",
    spare: bool = False,
    acquired: int = 0,
    element: str | None = None,
    other: dict[str, object] | None = None,
    name: str | None = None,
) -> Lot:
    made = Lot(1, number, scheme, kind, color, color_scheme or scheme, color_name, quantity, spare, None)
    made.acquired_quantity, made.element_id, made.other, made.part_name = acquired, element, other, name
    return made


def bricklink(number: str = "3001", color: int | None = 5, quantity: int = 6, **more: object) -> Lot:
    return lot(number, color, quantity, scheme="bricklink", **more)  # type: ignore[arg-type]


def changed(exported: Exported) -> dict[str, int]:
    return {code: remark.sums.lines for code, remark in exported.report.changed.items()}


def reasons(exported: Exported) -> dict[str, int]:
    return {code: remark.sums.lines for code, remark in exported.report.reasons.items()}


def sums(report: Report) -> tuple[tuple[int, int], ...]:
    found = (report.considered, report.written, report.merged, report.complete, report.left_out)
    return tuple((one.lines, one.pieces) for one in found)


MIXED = [
    lot("3001", 4, 6, acquired=2),
    lot("3024", 15, 2, spare=True),
    bricklink("3001", 5, 4),
    bricklink("sw0001", None, 1, kind="minifig"),
    lot("3001pr0001", 4, 1, element="6000001", other={"element": ["4000001", "300121"]}),
    lot("300121", None, 3, scheme="element", color_scheme="unknown", element="300121", acquired=3),
]


def test_rebrickable_csv_to_the_byte() -> None:
    exported = export(MIXED, "rebrickable-csv")

    assert exported.text == ("Part,Color,Quantity,Is Spare\n3001,4,10,False\n3024,15,2,True\n3001pr0001,4,1,False\n")
    assert exported.content_type == "text/csv"
    assert reasons(exported) == {"kind-minifig": 1, "element-id": 1}
    assert changed(exported) == {"part-number-untranslated": 1}
    assert sums(exported.report) == ((6, 17), (3, 9), (1, 4), (0, 0), (2, 4))


def test_bricklink_xml_to_the_byte() -> None:
    exported = export(MIXED, "bricklink-xml")

    assert exported.text == (
        "<INVENTORY>"
        "<ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>5</COLOR><MINQTY>10</MINQTY></ITEM>"
        "<ITEM><ITEMTYPE>M</ITEMTYPE><ITEMID>sw0001</ITEMID><MINQTY>1</MINQTY></ITEM>"
        "</INVENTORY>\n"
    )
    assert exported.content_type == "application/xml"
    assert reasons(exported) == {"spare": 1, "print-number": 1, "element-id": 1}
    assert sums(exported.report) == ((6, 17), (2, 7), (1, 4), (0, 0), (3, 6))


def test_lego_pab_csv_to_the_byte() -> None:
    exported = export(MIXED, "lego-pab-csv")

    assert exported.text == "elementId,quantity\n6000001,1\n300121,3\n"
    assert reasons(exported) == {"no-element-id": 3, "spare": 1}
    assert changed(exported) == {"choice-of-3": 1}


def test_our_own_csv_to_the_byte() -> None:
    exported = export([*MIXED[:2], lot(name='=HYPERLINK("x"), "y"', color=None, color_name="Red")], "csv")

    assert exported.text == (
        "Part,Part Scheme,Kind,Name,Category,Color,Color ID,Color Scheme,Quantity,Acquired,Spare,Element ID\n"
        "3001,rebrickable,part,,,,4,rebrickable,6,2,False,\n"
        "3024,rebrickable,part,,,,15,rebrickable,2,0,True,\n"
        '3001,rebrickable,part,"\'=HYPERLINK(""x""), ""y""",,Red,,rebrickable,6,0,False,\n'
    )
    assert sums(exported.report) == ((3, 14), (3, 14), (0, 0), (0, 0), (0, 0))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "'=", "''@"])
def test_no_text_of_our_csv_is_run_by_a_spreadsheet(start: str) -> None:
    exported = export([lot(f"{start}1", name=f"{start}cmd", color_name=f"{start}A1")], "csv")

    cells = exported.text.splitlines()[1].split(",")
    assert (cells[0], cells[3], cells[5]) == (f"'{start}1", f"'{start}cmd", f"'{start}A1")


@pytest.mark.parametrize("dialect", ["rebrickable-csv", "bricklink-xml", "lego-pab-csv"])
@pytest.mark.parametrize("number", ["=1+1", "-3001", "@x", "+4", "30 01", "a&b", "<x>", 'a"b', "a,b"])
def test_no_number_that_needs_escaping_reaches_a_machine_dialect(dialect: str, number: str) -> None:
    exported = export([lot(number, element=number), lot("3001", element="300121")], dialect)

    assert exported.report.left_out.lines == 1
    assert number not in exported.text


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("missing", [False, True])
def test_the_four_sums_are_what_was_considered(dialect: str, missing: bool) -> None:
    considered, *rest = sums(export(MIXED, dialect, missing=missing).report)

    assert considered == tuple(map(sum, zip(*rest, strict=True)))
    assert considered == ((5, 10) if missing else (6, 17))


def test_missing_pieces_only() -> None:
    lots = [lot("3001", 4, 6, acquired=2), lot("3002", 4, 3, acquired=3), lot("3003", 4, 1), lot("3004", spare=True)]

    exported = export(lots, "rebrickable-csv", missing=True)

    assert exported.text == "Part,Color,Quantity,Is Spare\n3001,4,4,False\n3003,4,1,False\n"
    assert sums(exported.report) == ((3, 5), (2, 5), (0, 0), (1, 0), (0, 0))
    assert lots[0].quantity == 6


@pytest.mark.parametrize(
    ("dialect", "empty"),
    [
        ("rebrickable-csv", "Part,Color,Quantity,Is Spare\n"),
        ("bricklink-xml", "<INVENTORY></INVENTORY>\n"),
        ("lego-pab-csv", "elementId,quantity\n"),
        (
            "csv",
            "Part,Part Scheme,Kind,Name,Category,Color,Color ID,Color Scheme,Quantity,Acquired,Spare,Element ID\n",
        ),
    ],
)
def test_nothing_missing_is_an_empty_file_of_the_format(dialect: str, empty: str) -> None:
    exported = export([lot(acquired=6, element="300121")], dialect, missing=True)

    assert exported.text == empty
    assert all_left_out(exported.report) is None


def test_a_list_whose_every_line_is_left_out_says_why() -> None:
    exported = export([lot(), lot(spare=True)], "lego-pab-csv")

    assert all_left_out(exported.report) == (
        "Nothing of the list can be written in this format. The list has no element id for it. (1 line) "
        "The format has no spares. (1 line)"
    )


@pytest.mark.parametrize(
    ("made", "rebrickable", "bricklink_color"),
    [
        (lot(color=4), 4, 5),
        (lot(color=None), 9999, None),
        (lot(color=9999), 9999, None),
        (lot(color=-1), -1, "left out"),
        (lot(color=1051), 1051, 72),
        (bricklink(color=0), 9999, None),
        (bricklink(color=245), "left out", 245),
        (lot(scheme="ldraw", color=256), 0, 11),
        (lot(scheme="ldraw", color=0x2FF0000), "left out", "left out"),
        (lot(scheme="ldraw", color=256, other={"bricklink": {"part": "3001", "color": 11}}), 0, 11),
        (lot(scheme="lego", color=21), 4, 5),
        (lot(scheme="lego", color=None, color_name="dark  GREEN"), 2, 6),
        (lot(scheme="unknown", color=None, color_name="Dark Green"), 288, 80),
        (lot(scheme="unknown", color=None, color_name="Trans-Black"), "left out", "left out"),
        (lot(scheme="unknown", color=4), "left out", "left out"),
        (lot(scheme="brickowl", color=38), "left out", "left out"),
    ],
)
def test_colours_are_converted_or_the_line_left_out(
    made: Lot, rebrickable: int | str, bricklink_color: int | str | None
) -> None:
    csv, xml = export([made], "rebrickable-csv"), export([made], "bricklink-xml")

    rows = csv.text.splitlines()[1:]
    assert (int(rows[0].split(",")[1]) if rows else "left out") == rebrickable
    if bricklink_color == "left out":
        assert reasons(xml) == {"colour-unmapped": 1}
    else:
        tag = "" if bricklink_color is None else f"<COLOR>{bricklink_color}</COLOR>"
        assert f"<ITEMID>3001</ITEMID>{tag}<MINQTY>" in xml.text


def test_folded_colours_are_reported_but_not_those_the_file_gave() -> None:
    rubber = lot(scheme="ldraw", color=256)
    known = lot(scheme="ldraw", color=256, other={"bricklink": {"part": "3001", "color": 11}})

    assert changed(export([rubber], "bricklink-xml")) == {"colour-folded": 1, "part-number-untranslated": 1}
    assert changed(export([known], "bricklink-xml")) == {}


def test_a_number_that_the_file_gave_for_the_site_is_used() -> None:
    made = lot("3024-f1", 15, scheme="ldraw", other={"bricklink": {"part": "3024", "color": 1}})

    assert "<ITEMID>3024</ITEMID><COLOR>1</COLOR>" in export([made], "bricklink-xml").text


@pytest.mark.parametrize(
    ("made", "dialect", "kept"),
    [
        (lot("973pr1234c01"), "bricklink-xml", False),
        (lot("973pr1"), "bricklink-xml", True),
        (bricklink("973pr1234c01"), "bricklink-xml", True),
        (bricklink("3001pb01"), "rebrickable-csv", False),
        (bricklink("3001px12"), "rebrickable-csv", False),
        (lot("3001pb01"), "rebrickable-csv", True),
        (lot("3001pr01"), "rebrickable-csv", True),
    ],
)
def test_print_numbers_of_the_other_site_are_left_out(made: Lot, dialect: str, kept: bool) -> None:
    assert export([made], dialect).report.written.lines == kept


@pytest.mark.parametrize(
    ("moc", "title", "dialect", "missing", "name"),
    [
        ("Sherlock Holmes", "Baker Street!", "bricklink-xml", True, "sherlock-holmes-baker-street-missing.xml"),
        ("Castle", "castle", "csv", False, "castle.csv"),
        ("Castle", "Castle gate", "csv", False, "castle-gate.csv"),
        ("Château fort", "", "lego-pab-csv", False, "chateau-fort.csv"),
        ("城", '"; x="\r\n', "csv", False, "x.csv"),
        ("城", "城", "rebrickable-csv", True, "parts-list-missing.csv"),
        ("a" * 255, "b" * 255, "csv", False, "a" * 120 + ".csv"),
    ],
)
def test_a_download_is_named_after_moc_and_list(moc: str, title: str, dialect: str, missing: bool, name: str) -> None:
    assert file_name(moc, title, dialect, missing=missing) == name
