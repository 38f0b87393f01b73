"""What column names mean."""

from __future__ import annotations

import pytest

from file_validator.columns import CSV_MEANINGS, is_basic_colour, is_whole_number, meaning, named_scheme


@pytest.mark.parametrize(
    ("expected", "names"),
    [
        (
            "part",
            "part|Part ID|part_no|Part Num.|PART-NUMBER|item|Item No|item number|id|Design ID|BLItemNo|LDraw Id",
        ),
        ("element", "Element ID|element"),
        ("quantity", "Quantity|QTY|count|amount|Pieces|num|Min Qty"),
        ("color", "Color|colour|Part Color|part colour|Color Name|Colour Name"),
        ("color_id", "Color ID|colour_id|Color Code|colour code|Color Number|colour number"),
        ("name", "Part Name|item name|Element Name|name|Description|desc|Part Description"),
        ("spare", "Is Spare|spare|Extra"),
        ("category", "Category|Category Name|cat|Type|Part Category"),
    ],
)
def test_every_alias_has_its_meaning_however_it_is_spelled(expected: str, names: str) -> None:
    assert {name: meaning(name) for name in names.split("|")} == dict.fromkeys(names.split("|"), expected)
    assert expected in CSV_MEANINGS


def test_full_width_letters_and_hard_blanks_are_the_same_name() -> None:
    assert meaning("Ｐａｒｔ\u00a0ＩＤ") == "part"


@pytest.mark.parametrize("name", ["", "price", "rgb", "quantity ordered", "x" * 1_000, "lego", "blname"])
def test_other_names_have_no_meaning(name: str) -> None:
    assert meaning(name) is None


@pytest.mark.parametrize(
    ("name", "means", "scheme"),
    [
        ("BL Color ID", "color_id", "bricklink"),
        ("rebrickable_color", "color", "rebrickable"),
        ("LDraw Colour Code", "color_id", "ldraw"),
        ("Lego Part No", "part", "lego"),
        ("BLItemNo", "part", "bricklink"),
        ("LdrawId", "part", "ldraw"),
        ("Color", "color", None),
    ],
)
def test_a_column_can_be_named_for_a_site(name: str, means: str, scheme: str | None) -> None:
    assert (meaning(name), named_scheme(name)) == (means, scheme)


def test_whole_numbers_are_ascii_digits_of_bounded_length() -> None:
    assert all(map(is_whole_number, ("0", "-1", "0930", "9" * 10)))
    assert not any(map(is_whole_number, ("", "-", "+1", "1.0", "٣", "²", "1 ", "9" * 11, "9" * 100_000)))


def test_the_commonest_colours_are_known_in_both_spellings() -> None:
    assert all(map(is_basic_colour, ("Red", "Light Bluish Grey", "dark_tan", "Trans-Clear", "Reddish  Brown")))
    assert not any(map(is_basic_colour, ("Brick 2 x 4", "", "Red Brick")))
