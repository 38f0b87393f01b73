"""The shipped colour table and its conversions."""

from __future__ import annotations

import pytest

from mocshelf.parts import colours

NUMBERS = [("rebrickable", 0), ("bricklink", 1), ("ldraw", 2)]
SCHEMES = ("rebrickable", "bricklink", "ldraw", "lego")
RUBBER = {65: 14, 66: 46, 67: 47, 256: 0, 273: 1, 324: 4, 350: 25, 375: 7, 406: 272, 449: 22, 490: 27, 496: 71}
MORE_RUBBER = {504: 179, 511: 15, 10002: 2, 10031: 31, 10073: 73, 10226: 226, 10484: 484}


def pairs(first: str, second: str) -> int:
    return sum(
        getattr(colour, first) is not None and getattr(colour, second) is not None
        for colour in colours.table().colours
    )


def test_the_sites_share_as_many_colours_as_were_verified() -> None:
    assert pairs("rebrickable", "bricklink") == 195
    assert pairs("rebrickable", "ldraw") == 155


@pytest.mark.parametrize(("scheme", "column"), NUMBERS)
def test_a_number_stands_in_one_row_only(scheme: str, column: int) -> None:
    numbers = [colour[column] for colour in colours.table().colours if colour[column] is not None]

    assert len(numbers) == len(set(numbers))
    assert all(colours.table().by_id[scheme, number] for number in numbers if isinstance(number, int))


@pytest.mark.parametrize(
    ("rebrickable", "bricklink"),
    [(0, 11), (4, 5), (15, 1), (71, 86), (72, 85), (1095, 251), (1001, None), (1147, None), (89, 97), (1013, 123)],
)
def test_rebrickable_becomes_bricklink_by_the_table(rebrickable: int, bricklink: int | None) -> None:
    assert colours.convert("rebrickable", rebrickable, "bricklink").id == bricklink


@pytest.mark.parametrize("bricklink", [245, 247, 249])
def test_bricklink_colours_without_a_namesake_have_no_rebrickable_number(bricklink: int) -> None:
    assert colours.convert("bricklink", bricklink, "rebrickable") == ("unmapped", None)


@pytest.mark.parametrize(
    ("rebrickable", "ldraw"), [(41, 43), (43, 39), (45, 37), (57, 38), (158, 326), (326, 330), (0, 0), (503, 503)]
)
def test_ldraw_numbers_are_not_taken_for_rebrickables(rebrickable: int, ldraw: int) -> None:
    assert colours.convert("rebrickable", rebrickable, "ldraw") == ("mapped", ldraw)
    assert colours.convert("ldraw", ldraw, "rebrickable") == ("mapped", rebrickable)


@pytest.mark.parametrize(("rubber", "plain"), (RUBBER | MORE_RUBBER).items())
def test_rubber_folds_to_the_plain_colour(rubber: int, plain: int) -> None:
    plain_one = colours.convert("ldraw", plain, "rebrickable")

    assert colours.convert("ldraw", rubber, "rebrickable") == ("folded", plain_one.id)


def test_a_one_way_pair_is_reported_as_folded_and_leads_back_elsewhere() -> None:
    assert colours.convert("rebrickable", 1051, "bricklink") == ("folded", 72)
    assert colours.convert("bricklink", 72, "rebrickable") == ("mapped", 313)


def test_lilac_is_shared_by_bricklink_and_ldraw_alone() -> None:
    assert colours.convert("bricklink", 245, "ldraw") == ("mapped", 219)
    assert colours.convert("ldraw", 219, "bricklink") == ("mapped", 245)


def test_no_colour_is_the_same_at_rebrickable_and_bricklink_and_nowhere_else() -> None:
    assert colours.convert("rebrickable", 9999, "bricklink") == ("mapped", 0)
    assert colours.convert("bricklink", 0, "rebrickable") == ("mapped", 9999)
    assert colours.convert("rebrickable", 9999, "ldraw") == ("unmapped", None)
    assert colours.convert("rebrickable", -1, "bricklink") == ("unmapped", None)


def test_the_same_scheme_keeps_every_number_even_an_unknown_one() -> None:
    assert colours.convert("bricklink", 123456, "bricklink") == ("same", 123456)
    assert colours.convert("unknown", 4, "rebrickable") == ("unmapped", None)


def test_going_there_and_back_is_the_identity_wherever_it_is_mapped() -> None:
    known = [(scheme, number) for scheme in SCHEMES for number in range(-1, 11_000)]
    crossed = 0

    for scheme, number in known:
        for to in SCHEMES:
            outcome, found = colours.convert(scheme, number, to)
            if outcome == "mapped" and found is not None:
                crossed += 1
                assert colours.convert(to, found, scheme) == ("mapped", number)

    assert crossed > 1_000


def test_two_lego_colours_of_one_rebrickable_colour_do_not_both_lead_back() -> None:
    assert colours.convert("lego", 298, "rebrickable") == ("mapped", 80)
    assert colours.convert("lego", 336, "rebrickable") == ("folded", 80)
    assert colours.convert("rebrickable", 80, "lego") == ("mapped", 298)


@pytest.mark.parametrize("name", ["Light Bluish Gray", "light bluish GREY", "light_bluish_gray"])
def test_names_are_found_however_they_are_written(name: str) -> None:
    found = colours.named(name)

    assert found is not None
    assert found.rebrickable == 71


@pytest.mark.parametrize("name", ["Trans-Black", "Medium Violet"])
def test_a_name_that_means_two_colours_resolves_to_none(name: str) -> None:
    assert colours.named(name) is None
    assert colours.is_name(name)


def test_hyphens_and_legos_own_names_are_kept_apart() -> None:
    violet, green = colours.named("Blue-Violet"), colours.named("Dark Green")

    assert violet is not None
    assert violet.bricklink == 97
    assert colours.named("Blue Violet") != violet
    assert green is not None
    assert green.rebrickable == 288
    assert colours.name_of("lego", 28) == "Dark Green"
    assert colours.is_name("Bright Yellowish Orange", "lego")
    assert not colours.is_name("Bright Yellowish Orange")
    assert not colours.is_name("Light Bluish Gray", "lego")


def test_a_swatch_is_never_made_up() -> None:
    assert colours.swatch("rebrickable", 4) == colours.swatch("bricklink", 5) == "C91A09"
    assert colours.swatch("lego", 21) == "C91A09"
    assert colours.swatch("rebrickable", 9999) is None
    assert colours.swatch("ldraw", 256) is None
    assert colours.swatch("bricklink", 245) is None
