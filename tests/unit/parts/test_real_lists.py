"""Real exports beside the checkout give the totals that were counted by hand; skipped where they are absent."""

from __future__ import annotations

from pathlib import Path

import pytest

from mocshelf.parts import colours
from mocshelf.parts.exporting import all_left_out, export
from mocshelf.parts.lot import Lot
from mocshelf.parts.reading import Imported, read_parts
from unit.parts.samples import refused

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data"
REBRICKABLE = "rebrickable_parts_moc-257369-sherlock-holmes-baker-street.csv"
WANTED = "bricklink-wanted-razor-crest-75331.xml"

pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="the real files are not beside this checkout")


def real(name: str) -> Imported:
    return read_parts((SHARED / name).read_bytes(), name)


@pytest.mark.parametrize(
    ("name", "records", "pieces", "distinct"),
    [
        (REBRICKABLE, (405, 0, 0), 2_200, (178, 33)),
        (WANTED, (724, 0, 0), 6_175, (371, 31)),
        ("studio-simple.csv", (3, 0, 2), 7, (2, 2)),
        ("studio-simple.io", (3, 2, 0), 9, (2, 2)),
    ],
)
def test_the_totals_are_those_counted_by_hand(
    name: str, records: tuple[int, int, int], pieces: int, distinct: tuple[int, int]
) -> None:
    imported = real(name)

    receipt = imported.receipt
    kept, merged, skipped = records
    assert receipt["rows"]["records"] == sum(records)  # type: ignore[index]
    assert receipt["records"] == {"kept": kept, "merged": merged, "spare": 0, "skipped": skipped, "rejected": 0}
    assert receipt["pieces"] == {"read": pieces, "needed": pieces, "spare": 0, "skipped": 0, "rejected": 0}
    assert (len(imported.lots), receipt["distinctParts"], receipt["distinctColors"]) == (kept, *distinct)
    assert not any("unknown-colour" in lot.notes for lot in imported.lots)
    assert all(claim["agrees"] for claim in receipt["claims"])  # type: ignore[attr-defined]


def test_every_colour_of_the_rebrickable_list_has_its_numbers_elsewhere() -> None:
    imported = real(REBRICKABLE)

    found = {lot.color_id for lot in imported.lots if lot.color_id is not None}
    assert all(colours.convert("rebrickable", number, "bricklink").outcome == "mapped" for number in found)
    assert all(colours.convert("rebrickable", number, "ldraw").outcome == "mapped" for number in found)
    assert max(lot.quantity for lot in imported.lots) == 76


def test_the_same_list_under_a_lower_case_header_needs_a_scheme() -> None:
    rows = (SHARED / REBRICKABLE).read_bytes().split(b"\n", 1)[1]
    content = b"part,color,quantity,spare\n" + rows

    rebrickable = read_parts(content, "list.csv", scheme="rebrickable")
    bricklink = read_parts(content, "list.csv", scheme="bricklink")

    unknown = [lot for lot in bricklink.lots if "unknown-colour" in lot.notes]
    assert refused(content).faults[0].code == "SCHEME_REQUIRED"
    assert sum(lot.quantity for lot in rebrickable.lots) == sum(lot.quantity for lot in bricklink.lots) == 2_200
    assert len({lot.color_id for lot in unknown}) == 12
    assert (len(unknown), sum(lot.quantity for lot in unknown)) == (129, 613)


def test_the_wanted_list_has_minifigs_and_items_without_colour() -> None:
    imported = real(WANTED)

    minifigs = [lot for lot in imported.lots if lot.kind == "minifig"]
    found = {lot.color_id for lot in imported.lots if lot.color_id is not None}
    assert imported.receipt["use"] == "wanted list"
    assert (len(minifigs), sum(lot.quantity for lot in minifigs)) == (4, 4)
    assert sum(lot.color_id is None for lot in imported.lots) == 5
    assert max(lot.quantity for lot in imported.lots) == 158
    assert all(colours.convert("bricklink", number, "rebrickable").outcome == "mapped" for number in found)
    assert all(colours.convert("bricklink", number, "ldraw").outcome == "mapped" for number in found)


def test_the_studio_model_and_list_know_bricklinks_and_legos_numbers() -> None:
    model, table = real("studio-simple.io"), real("studio-simple.csv")

    assert [(lot.element_id, lot.quantity) for lot in model.lots] == [("300123", 2), ("300121", 1), ("301021", 6)]
    assert [(lot.element_id, lot.quantity) for lot in table.lots] == [("300123", 2), ("300121", 1), ("301021", 4)]
    assert [lot.other and lot.other["bricklink"] for lot in model.lots] == [
        {"part": "3001", "color": 7},
        {"part": "3001", "color": 5},
        {"part": "3010", "color": 5},
    ]


@pytest.mark.parametrize(
    ("name", "dialect", "written", "left_out"),
    [
        (REBRICKABLE, "bricklink-xml", (401, 2_195), {"print-number": (4, 5)}),
        (REBRICKABLE, "rebrickable-csv", (405, 2_200), {}),
        (REBRICKABLE, "lego-pab-csv", (0, 0), {"no-element-id": (405, 2_200)}),
        (WANTED, "bricklink-xml", (724, 6_175), {}),
        (WANTED, "rebrickable-csv", (707, 6_141), {"kind-minifig": (4, 4), "print-number": (13, 30)}),
    ],
)
def test_what_goes_out_is_what_was_counted_by_hand(
    name: str, dialect: str, written: tuple[int, int], left_out: dict[str, tuple[int, int]]
) -> None:
    exported = export(real(name).lots, dialect)

    report = exported.report
    reasons = {code: (remark.sums.lines, remark.sums.pieces) for code, remark in report.reasons.items()}
    assert (report.written.lines, report.written.pieces, report.merged.lines) == (*written, 0)
    assert reasons == left_out
    assert bool(all_left_out(report)) == (written == (0, 0))


def test_the_sticker_sheet_of_the_wanted_list_has_any_colour_at_rebrickable() -> None:
    rows = export(real(WANTED).lots, "rebrickable-csv").text.splitlines()

    assert sum(row.split(",")[1] == "9999" for row in rows) == 1


@pytest.mark.parametrize(("name", "bricks"), [("studio-simple.csv", 4), ("studio-simple.io", 6)])
def test_the_studio_files_can_be_ordered_from_lego(name: str, bricks: int) -> None:
    text = export(real(name).lots, "lego-pab-csv").text

    assert text == f"elementId,quantity\n300123,2\n300121,1\n301021,{bricks}\n"


@pytest.mark.parametrize("dialect", ["rebrickable-csv", "csv"])
def test_the_rebrickable_list_comes_back_with_the_same_lots(dialect: str) -> None:
    first = real(REBRICKABLE).lots

    again = read_parts(export(first, dialect).text.encode(), "again.csv").lots

    def shown(lot: Lot) -> tuple[object, ...]:
        return lot.part_number, lot.part_scheme, lot.color_id, lot.color_scheme, lot.color_name, lot.quantity

    assert list(map(shown, again)) == list(map(shown, first))


@pytest.mark.parametrize(
    "name",
    ["rebrickable-colors.csv", "bricklink-colors.csv", "rebrickable-themes.csv", "rebrickable-part-categories.csv"],
)
def test_catalogue_files_are_no_parts_lists(name: str) -> None:
    problem = refused((SHARED / name).read_bytes(), name)

    assert "olumn" in problem.message
