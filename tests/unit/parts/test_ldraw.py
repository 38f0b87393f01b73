"""LDraw models: submodels, colours, and what is a part."""

from __future__ import annotations

import time

import pytest

from unit.parts.samples import codes, lots, mpd, place, read, refused

CAR = mpd(
    {
        "Car.ldr": [place(4, "3001.dat"), place(14, "two wheels.ldr"), place(14, "Two Wheels.ldr")],
        "Two Wheels.ldr": [place(16, "4624.dat"), place(0, "3641.dat")],
    }
)


def chain(levels: int) -> str:
    """A model of so many files, each the only submodel of the one before."""
    files = {f"m{level}.ldr": [place(16, f"m{level + 1}.ldr")] for level in range(levels - 1)}
    return mpd({**files, f"m{levels - 1}.ldr": [place(4, "3001.dat")]})


def doubling(levels: int) -> str:
    """A model whose pieces double with each of its levels."""
    files = {f"m{level}.ldr": [place(16, f"m{level + 1}.ldr")] * 2 for level in range(levels)}
    return mpd({**files, f"m{levels}.ldr": [place(4, "3001.dat")]})


def test_a_submodel_counts_as_often_as_it_is_placed() -> None:
    imported = read(CAR, "car.mpd")

    assert (imported.format, lots(imported)) == ("ldraw", [("3001", 4, 1), ("4624", 14, 2), ("3641", 0, 2)])
    assert imported.receipt["records"] == {"kept": 3, "merged": 0, "spare": 0, "skipped": 0, "rejected": 0}
    assert [lot.source_line for lot in imported.lots] == [
        "Car.ldr:2, colour 4",
        "Two Wheels.ldr:7, colour 14",
        "Two Wheels.ldr:8, colour 0",
    ]


def test_a_text_without_files_is_one_model() -> None:
    imported = read(
        "0 Untitled\n" + place(4, "3001.dat") + "\n0 STEP\n" + place(4, "3001.DAT") + "\n0 STEP\n", "a.ldr"
    )

    assert lots(imported) == [("3001", 4, 2)]
    assert imported.receipt["records"] == {"kept": 1, "merged": 1, "spare": 0, "skipped": 0, "rejected": 0}
    assert codes(imported) == {"steps": 2}


def test_colour_16_is_inherited_across_levels_and_each_colour_is_a_record() -> None:
    model = mpd(
        {
            "top.ldr": [place(4, "a.ldr"), place(1, "a.ldr"), place(1, "a.ldr")],
            "a.ldr": [place(16, "b.ldr"), place(24, "3002.dat")],
            "b.ldr": [place(16, "3001.dat"), place(15, "3003.dat")],
        }
    )

    imported = read(model, "top.mpd")

    assert sorted(lots(imported)) == [
        ("3001", 1, 2),
        ("3001", 4, 1),
        ("3002", 1, 2),
        ("3002", 4, 1),
        ("3003", 15, 3),
    ]


@pytest.mark.parametrize("color", [16, 24])
def test_a_colour_that_nothing_states_is_none(color: int) -> None:
    imported = read("0\n" + place(color, "3001.dat"), "a.ldr")

    assert lots(imported) == [("3001", None, 1)]
    assert codes(imported) == {"no-colour": 1}


@pytest.mark.parametrize("color", ["0x2FF0080", "50266240", str(0x2FF0080)])
def test_direct_colours_are_kept_and_mapped_to_nothing(color: str) -> None:
    lot = read("0\n" + place(color, "3001.dat"), "a.ldr").lots[0]

    assert lot.color_id == int(color, 0)
    assert lot.color_name == f"0x{int(color, 0):07X}"
    assert lot.notes == ["direct-colour"]


@pytest.mark.parametrize("color", ["-1", "red", "0x5000000"])
def test_a_colour_that_is_no_number_of_ldraw_is_refused(color: str) -> None:
    problem = refused(f"0 x\n{place(4, '3001.dat')}\n{place(color, '3001.dat')}\n", "a.ldr")

    assert (problem.faults[0].line, problem.count) == (3, 1)


@pytest.mark.parametrize(
    "head",
    [
        ["0 !LDRAW_ORG Unofficial_Part UPDATE 2003-01"],
        ["0 !LDRAW_ORG Shortcut"],
        ["0 IsSubModel False"],
        ["4 16 0 0 0 1 0 0 1 1 0 0 1 0"],
    ],
)
def test_an_inlined_part_counts_as_one_and_is_not_entered(head: list[str]) -> None:
    model = mpd({"a.ldr": [place(4, "x1.dat")], "x1.dat": [*head, place(16, "3001.dat"), place(16, "stud.dat")]})

    imported = read(model, "a.mpd")

    assert lots(imported) == [("x1", 4, 1)]
    assert imported.lots[0].notes[0] == "inlined-part"
    assert imported.receipt["rows"] == {"records": 1}


@pytest.mark.parametrize("head", [["0 !LDRAW_ORG Model"], ["0 IsSubModel True", "4 16 0 0 0 1 0 0 1 1 0 0 1 0"], []])
def test_a_submodel_is_entered_even_when_it_is_called_a_part(head: list[str]) -> None:
    model = mpd({"a.ldr": [place(4, "x1.dat")], "x1.dat": [*head, place(16, "3001.dat")]})

    assert lots(read(model, "a.mpd")) == [("3001", 4, 1)]


@pytest.mark.parametrize("name", ["wheels.ldr", "wheels.mpd", "two wheels"])
def test_a_missing_submodel_is_refused_by_its_name(name: str) -> None:
    problem = refused("0 x\n" + place(4, "3001.dat") + "\n" + place(4, name), "a.ldr")

    assert (
        problem.faults[0].message
        == f'Line 3: submodel "{name}" is missing. Save the model with its submodels in one file.'
    )
    assert read("0 x\n" + place(4, "3001.dat") + "\n" + place(4, name), "a.ldr", partial=True).receipt["pieces"] == {
        "read": 1,
        "needed": 1,
        "spare": 0,
        "skipped": 0,
        "rejected": 0,
    }


def test_a_loop_is_refused_by_its_name() -> None:
    model = mpd({"a.ldr": [place(4, "wheel")], "wheel": [place(4, "hub")], "hub": [place(4, "WHEEL")]})

    problem = refused(model, "a.mpd")

    assert (problem.message, problem.faults[0].code) == ('Submodel "wheel" contains itself.', "LDRAW_PARSE_ERROR")


def test_files_that_are_never_reached_are_skipped() -> None:
    model = mpd({"a.ldr": [place(4, "3001.dat")], "old.ldr": [place(4, "3002.dat")], "empty.ldr": ["0 nothing"]})

    imported = read(model, "a.mpd")

    assert imported.receipt["entries"] == [
        {"at": "old.ldr:4", "outcome": "skipped", "reason": "not-in-model", "pieces": 0}
    ]


def test_text_outside_the_files_is_ignored() -> None:
    model = place(4, "9999.dat") + "\n" + mpd({"a.ldr": [place(4, "3001.dat")]}) + place(4, "9999.dat")

    assert lots(read(model, "a.mpd")) == [("3001", 4, 1)]


def test_names_compare_without_case_slashes_and_blanks_at_the_end() -> None:
    model = mpd(
        {
            "a.ldr": [place(4, "SUB\\Left Arm.LDR  ")],
            "sub/left arm.ldr": [place(16, "U9001.DAT"), place(16, "u9001.dat")],
        }
    )

    assert lots(read(model, "a.mpd")) == [("U9001", 4, 2)]


@pytest.mark.parametrize("name", ["s/3001s01.dat", "s\\3001s01.dat", "8/stud.dat", "48/4-4cyli.dat"])
def test_pieces_of_drawings_are_no_parts(name: str) -> None:
    imported = read("0 x\n" + place(4, "3001.dat") + "\n" + place(4, name), "a.ldr")

    assert lots(imported) == [("3001", 4, 1)]
    assert imported.receipt["pieces"] == {"read": 2, "needed": 1, "spare": 0, "skipped": 1, "rejected": 0}


def test_an_incomplete_reference_is_refused_with_its_line() -> None:
    problem = refused("0 x\n" + place(4, "3001.dat") + "\n1 4 0 0 0 1 0 0 3001.dat\n", "a.ldr")

    assert problem.faults[0].message == "Line 3: the reference is incomplete. Save the model again."


def test_sixty_four_levels_are_accepted_and_one_more_is_not() -> None:
    assert lots(read(chain(64), "a.mpd")) == [("3001", 4, 1)]
    assert refused(chain(65), "a.mpd").faults[0].code == "LDRAW_PARSE_ERROR"


def test_pieces_that_double_are_counted_without_placing_them() -> None:
    begun = time.process_time()

    assert lots(read(doubling(19), "a.mpd")) == [("3001", 4, 524_288)]
    assert refused(doubling(20), "a.mpd").faults[0].code == "LDRAW_PARSE_ERROR"
    assert refused(doubling(60), "a.mpd").faults[0].code == "LDRAW_PARSE_ERROR"

    assert time.process_time() - begun < 1


def test_a_model_without_parts_has_no_parts() -> None:
    assert (
        refused(mpd({"a.ldr": ["0 x"], "b.ldr": [place(4, "3001.dat")]}), "a.mpd").faults[0].code == "NO_PARTS_FOUND"
    )
