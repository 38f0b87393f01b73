"""The parts list that Studio writes as CSV."""

from __future__ import annotations

import pytest

from unit.parts.samples import codes, lots, read, refused

FULL = "BLItemNo,ElementId,LdrawId,PartName,BLColorId,LDrawColorId,ColorName,ColorCategory,Qty,Weight\n"
ROWS = (
    '3024,302401,3024.dat,"Plate 1 x 1, round",1,15,White,Solid Colors,5,0.2\n'
    "3070b,none,3070b.dat,Tile 1 x 1,5,4,Red,Solid Colors,2,0.25\n"
)
TRAILER = ",,,,,,,,,\nTotal qty,Total Weight,,,,,,,,\n{},{},,,,,,,,\n"


def test_the_full_list_keeps_everything_it_says() -> None:
    imported = read(FULL + ROWS + TRAILER.format(7, "1.50"))

    plate, tile = imported.lots
    assert (imported.format, lots(imported)) == ("studio-csv", [("3024", 1, 5), ("3070b", 5, 2)])
    assert (plate.part_name, plate.element_id, plate.color_name) == ("Plate 1 x 1, round", "302401", "White")
    assert plate.other == {"ldraw": {"part": "3024", "color": 15}}
    assert (tile.element_id, tile.part_scheme, tile.color_scheme) == (None, "bricklink", "bricklink")
    assert imported.receipt["rows"] == {"header": 1, "blank": 1, "records": 4}
    assert imported.receipt["records"] == {"kept": 2, "merged": 0, "spare": 0, "skipped": 2, "rejected": 0}
    assert [entry["reason"] for entry in imported.receipt["entries"]] == ["total-line"] * 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("quantity", "weight", "agree"),
    [("7", "1.50", [True, True]), ("8", "1.51", [False, True]), ("7", "1.60", [True, False]), ("x", "y", [False])],
)
def test_the_totals_are_compared(quantity: str, weight: str, agree: list[bool]) -> None:
    imported = read(FULL + ROWS + TRAILER.format(quantity, weight))

    assert [claim["agrees"] for claim in imported.receipt["claims"]] == agree  # type: ignore[attr-defined]
    assert len(imported.lots) == 2


def test_a_list_without_totals_or_with_half_of_them_is_read() -> None:
    assert read(FULL + ROWS).receipt["claims"] == []
    assert read(FULL + ROWS + "Total qty,Total Weight\n").receipt["claims"] == []


def test_a_short_header_is_enough() -> None:
    imported = read("BLItemNo,ElementId,PartName,Qty\n3001,300121,Brick,4\n")

    assert lots(imported) == [("3001", None, 4)]
    assert codes(imported) == {"no-colour": 1}


def test_the_only_colour_column_decides_the_scheme() -> None:
    imported = read("BLItemNo,LDrawColorId,PartName,Qty\n3001,4,Brick,4\n")

    assert (imported.lots[0].color_scheme, imported.lots[0].color_name) == ("ldraw", "Red")
    assert imported.receipt["colorScheme"] == "ldraw"


def test_colour_numbers_that_differ_are_a_failed_claim() -> None:
    imported = read(FULL + ROWS.replace(",5,4,Red", ",5,14,Red"))

    assert imported.receipt["claims"] == [{"claim": "colour numbers", "file": "2", "counted": "1", "agrees": False}]


def test_what_follows_the_totals_is_a_record_again() -> None:
    problem = refused(FULL + ROWS + TRAILER.format(7, "1.50") + "Total qty,Total Weight\n")

    assert problem.faults[0].line == 7
