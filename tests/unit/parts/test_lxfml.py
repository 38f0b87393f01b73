"""Models of LEGO Digital Designer: every brick one piece, with LEGO's numbers and what makes a brick special."""

from __future__ import annotations

import pytest

from unit.parts.samples import codes, lots, read, refused, studio

PART = '<Part refID="0" designID="3001" materials="21,0,0,0" decoration="0,0,0"/>'


def brick(design: str = "3001", items: str | None = "300121", parts: str = PART) -> str:
    given = f' itemNos="{items}"' if items is not None else ""
    return f'<Brick refID="0" designID="{design}"{given}>{parts}</Brick>'


def lxfml(*bricks: str, more: str = "") -> str:
    return f'<LXFML versionMajor="5"><Bricks>{"".join(bricks)}</Bricks>{more}</LXFML>'


def part(materials: str, decoration: str = "") -> str:
    return f'<Part designID="3001" materials="{materials}" decoration="{decoration}"/>'


def test_bricks_are_counted_and_merged() -> None:
    imported = read(
        lxfml(
            brick(), brick(items="4000001"), brick("3020;L", None), more="<Configurations><Brick/></Configurations>"
        ),
        "model.lxfml",
    )

    first, second = imported.lots
    receipt = imported.receipt
    assert lots(imported) == [("3001", 21, 2), ("3020", 21, 1)]
    assert (first.part_scheme, first.color_scheme, first.color_name) == ("lego", "lego", "Bright Red")
    assert (first.element_id, first.other) == ("4000001", {"element": ["300121"]})
    assert (second.element_id, second.source_line) == (None, "item 3")
    assert receipt["records"] == {"kept": 2, "merged": 1, "spare": 0, "skipped": 0, "rejected": 0}
    assert (receipt["format"], receipt["colorScheme"], receipt["partScheme"]) == ("lxfml", "lego", "lego")


@pytest.mark.parametrize(
    ("materials", "color"), [("21,0,0,0", 21), ("23:0", 23), ("26;0;0", 26), ("194", 194), ("", None)]
)
def test_the_first_material_is_the_colour(materials: str, color: int | None) -> None:
    assert lots(read(lxfml(brick(parts=part(materials))), "model.lxfml")) == [("3001", color, 1)]


@pytest.mark.parametrize(
    ("items", "chosen", "further"),
    [
        ("302028,999", "302028", ["999"]),
        ("6000001;300121;4000001", "6000001", ["300121", "4000001"]),
        ("", None, None),
    ],
)
def test_of_several_element_ids_one_is_chosen(items: str, chosen: str | None, further: list[str] | None) -> None:
    (lot,) = read(lxfml(brick(items=items)), "model.lxfml").lots

    assert (lot.element_id, lot.other) == (chosen, {"element": further} if further else None)


def test_what_the_brick_does_not_say_its_first_part_says() -> None:
    inner = '<Part designID="3005;B" itemNos="300521" materials="21"/>'

    (lot,) = read(lxfml(f"<Brick>{inner}</Brick>"), "model.lxfml").lots

    assert (lot.part_number, lot.element_id) == ("3005", "300521")


def test_assemblies_second_colours_and_decorations_are_noted() -> None:
    imported = read(
        lxfml(
            brick("1", None, PART + PART),
            brick("2", None, part("21,26,0")),
            brick("3", None, part("21", "60001,0")),
            brick("4", None, part("999")),
        ),
        "model.lxfml",
    )

    assert codes(imported) == {"assembly": 1, "several-colours": 1, "decorated": 1, "unknown-colour": 1}
    assert [lot.quantity for lot in imported.lots] == [1, 1, 1, 1]


def test_the_archive_is_read_by_its_model() -> None:
    imported = read(studio({"IMAGE100.LXFML": lxfml(brick()), "IMAGE100.PNG": b"x"}), "model.lxf")

    assert (imported.format, lots(imported)) == ("lxf", [("3001", 21, 1)])


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        (brick("", None, part("21")).replace(' designID="3001"', ""), "partNumber"),
        (brick(parts=part("red")), "colorId"),
    ],
)
def test_one_bad_brick_refuses_the_file_and_is_named(bad: str, field: str) -> None:
    problem = refused(lxfml(brick(), bad), "model.lxfml")

    assert [(fault.at, fault.field) for fault in problem.faults] == [("item 2", field)]
    assert lots(read(lxfml(brick(), bad), "model.lxfml", partial=True)) == [("3001", 21, 1)]


def test_a_model_cut_in_the_middle_or_without_bricks_is_refused() -> None:
    assert refused(lxfml(brick())[:-20], "model.lxfml").faults[0].code == "XML_PARSE_ERROR"
    assert refused(lxfml(), "model.lxfml").faults[0].code == "NO_PARTS_FOUND"
    assert refused(studio({"IMAGE100.LXFML": lxfml(brick())[:-20]}), "model.lxf").faults[0].code == "XML_PARSE_ERROR"


def test_a_model_of_more_than_ten_thousand_bricks_may_have_few_lots() -> None:
    imported = read(lxfml(*[brick()] * 12_000), "model.lxfml")

    assert lots(imported) == [("3001", 21, 12_000)]
    assert codes(imported)["entries-shortened"] == 1_999
