"""What is written can be read again: in its own scheme the same lots, in our CSV every column of any list."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mocshelf.parts.exporting import export
from mocshelf.parts.lot import Lot
from unit.parts.samples import HEADER, mpd, place, read

COLUMNS = (
    "part_number", "part_scheme", "kind", "part_name", "category", "color_id", "color_scheme", "color_name",
    "element_id", "quantity", "spare", "acquired_quantity",
)  # fmt: skip
# What a stored text can be: trimmed, and without the characters that are refused on the way in.
TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20).map(str.strip)
DANGEROUS = st.sampled_from(
    ["=1+1", "'=1", "''+x", "-4", "@a", "a,b", 'say "x"', "two\nlines", "a\rb", "a\r\nb", "'x"]
)
WORDS = st.one_of(st.none(), TEXTS, DANGEROUS).map(lambda text: text or None)
NUMBERS = st.one_of(
    TEXTS.filter(lambda text: bool(text) and text.isprintable() and "E+" not in text.upper()),
    st.sampled_from(["3001", "0930", "=3001", "970c27pr0039", "fig-001549", "'-1"]),
)
SCHEMES = ("rebrickable", "bricklink", "ldraw", "lego", "brickowl", "unknown")


@st.composite
def lots(draw: st.DrawFn) -> list[Lot]:
    """Different lots, as a list can hold them."""
    found: dict[Any, Lot] = {}
    for _ in range(draw(st.integers(1, 5))):
        quantity = draw(st.integers(1, 2_000_000))
        lot = Lot(
            len(found) + 1,
            draw(NUMBERS),
            draw(st.sampled_from((*SCHEMES, "element"))),
            draw(st.sampled_from(("part", "minifig", "gear"))),
            draw(st.one_of(st.none(), st.integers(-9_999_999_999, 9_999_999_999))),
            draw(st.sampled_from(SCHEMES)),
            draw(WORDS.filter(bool)),
            quantity,
            draw(st.booleans()),
            None,
        )
        lot.part_name, lot.category = draw(WORDS), draw(WORDS)
        lot.element_id = draw(st.one_of(st.none(), st.from_regex("[0-9]{1,20}", fullmatch=True)))
        lot.acquired_quantity = draw(st.integers(0, quantity))
        key = (lot.kind, lot.part_scheme, lot.part_number.lower(), lot.color_scheme, lot.color_id or lot.color_name)
        found.setdefault((*key, lot.spare), lot)
    return list(found.values())


def shown(found: list[Lot]) -> list[dict[str, Any]]:
    return [{name: getattr(lot, name) for name in COLUMNS} for lot in found]


@settings(max_examples=150, deadline=None)
@given(lots())
def test_any_list_written_as_our_csv_is_the_same_list_again(written: list[Lot]) -> None:
    again = read(export(written, "csv").text)

    assert shown(again.lots) == shown(written)


def test_a_rebrickable_list_comes_back() -> None:
    first = read(HEADER + "3001,4,6,False\n3001,4,1,True\n0930,9999,2,False\n973pr0001c01,-1,3,False\n")

    exported = export(first.lots, "rebrickable-csv")

    assert shown(read(exported.text).lots) == shown(first.lots)
    assert exported.report.changed == {}


def test_a_bricklink_list_comes_back() -> None:
    first = read(
        "<INVENTORY><ITEM><ITEMTYPE>P</ITEMTYPE><ITEMID>3001</ITEMID><COLOR>5</COLOR><MINQTY>4</MINQTY></ITEM>"
        "<ITEM><ITEMTYPE>M</ITEMTYPE><ITEMID>sw0001</ITEMID><MINQTY>1</MINQTY></ITEM>"
        "<ITEM><ITEMTYPE>G</ITEMTYPE><ITEMID>bag1</ITEMID><COLOR>11</COLOR><MINQTY>2</MINQTY></ITEM></INVENTORY>",
        "list.xml",
    )

    assert shown(read(export(first.lots, "bricklink-xml").text, "list.xml").lots) == shown(first.lots)


def test_a_pick_a_brick_list_comes_back() -> None:
    first = read("elementId,quantity\n300121,4\n6000001,1\n")

    assert shown(read(export(first.lots, "lego-pab-csv").text).lots) == shown(first.lots)


@pytest.mark.parametrize("dialect", ["rebrickable-csv", "bricklink-xml"])
def test_a_model_goes_out_with_as_many_pieces_as_the_report_says(dialect: str) -> None:
    model = read(mpd({"a.ldr": [place(4, "3001.dat"), place(256, "3641.dat"), place(16, "3024.dat")]}), "a.mpd")

    exported = export(model.lots, dialect)
    again = read(exported.text, "list.xml" if dialect == "bricklink-xml" else "list.csv")

    assert sum(lot.quantity for lot in again.lots) == exported.report.written.pieces + exported.report.merged.pieces
    assert exported.report.left_out.lines == 0
