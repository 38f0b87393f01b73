"""The receipt: every record has one outcome, and the sums balance or nothing is stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import pytest

from mocshelf.parts.collect import Collector, Details
from mocshelf.parts.lot import Other
from mocshelf.parts.receipt import OutOfBalance, Rows, Source, write_receipt
from unit.parts.samples import HEADER, codes, lots, read, refused

MIXED = HEADER + "3001,4,6,False\n\n3001,4,2,False\n,4,4,False\n3002,4,x,False\n3003,4,1,True\n"


def balanced() -> tuple[Source, Collector]:
    """A source and a collector that agree: one record of each outcome."""
    collector = Collector()
    collector.add("line 2", 6, "3001", "rebrickable", 4, "rebrickable")
    collector.add("line 3", 2, "3001", "rebrickable", 4, "rebrickable")
    collector.add("line 4", 1, "3001", "rebrickable", 4, "rebrickable", None, True)
    collector.skip("line 5", "total-line", 3)
    collector.reject("line 6", "partNumber", "Line 6: the part number is empty.", pieces=5, line=6)
    source = Source("csv", "list.csv", "0" * 64, is_table=True, rows=Rows(header=1, blank=1, records=5, total=7))
    return source, collector


def break_records(source: Source, collector: Collector) -> None:
    collector.records["kept"] += 1


def break_rows(source: Source, collector: Collector) -> None:
    source.rows.total += 1


def break_read(source: Source, collector: Collector) -> None:
    collector.pieces["read"] += 1


def break_needed(source: Source, collector: Collector) -> None:
    collector.lots[0].quantity += 1


def break_spare(source: Source, collector: Collector) -> None:
    collector.lots[1].quantity += 1


def break_kept(source: Source, collector: Collector) -> None:
    collector.records["kept"] -= 1
    collector.records["merged"] += 1


def break_place(source: Source, collector: Collector) -> None:
    collector.entries[0]["at"] = collector.lots[0].source_line


def break_list_of_places(source: Source, collector: Collector) -> None:
    collector.entries.pop()


BREAKS = [
    break_records,
    break_rows,
    break_read,
    break_needed,
    break_spare,
    break_kept,
    break_place,
    break_list_of_places,
]


def test_sums_that_balance_become_a_receipt() -> None:
    receipt = write_receipt(*balanced())

    assert receipt["records"] == {"kept": 1, "merged": 1, "spare": 1, "skipped": 1, "rejected": 1}
    assert receipt["pieces"] == {"read": 17, "needed": 8, "spare": 1, "skipped": 3, "rejected": 5}
    assert receipt["lots"] == {"needed": 1, "spare": 1}


@pytest.mark.parametrize("damage", BREAKS)
def test_each_sum_that_does_not_hold_is_our_bug(damage: Callable[[Source, Collector], None]) -> None:
    source, collector = balanced()

    damage(source, collector)

    with pytest.raises(OutOfBalance):
        write_receipt(source, collector)


def test_one_rejected_record_refuses_the_whole_file() -> None:
    problem = refused(MIXED)

    assert (problem.count, [fault.line for fault in problem.faults]) == (2, [5, 6])
    assert problem.message == "2 records cannot be read; nothing was stored."


def test_partial_keeps_the_good_records_and_shows_the_rest() -> None:
    imported = read(MIXED, partial=True)

    receipt = imported.receipt
    assert lots(imported) == [("3001", 4, 8), ("3003", 4, 1)]
    assert receipt["rows"] == {"header": 1, "blank": 1, "records": 5}
    assert receipt["records"] == {"kept": 1, "merged": 1, "spare": 1, "skipped": 0, "rejected": 2}
    assert receipt["pieces"] == {"read": 13, "needed": 8, "spare": 1, "skipped": 0, "rejected": 4}
    assert receipt["entries"] == [
        {"at": "line 4", "outcome": "merged", "pieces": 2, "into": "line 2"},
        {
            "at": "line 5",
            "outcome": "rejected",
            "code": "part-number",
            "message": "Line 5: the part number is empty.",
            "cells": ["", "4", "4", "False"],
        },
        {
            "at": "line 6",
            "outcome": "rejected",
            "code": "quantity",
            "message": 'Line 6: the quantity is "x". It must be a whole number from 1 to 1,000,000.',
            "cells": ["3002", "4", "x", "False"],
        },
    ]


def test_partial_does_not_keep_a_list_without_one_good_record() -> None:
    problem = refused(HEADER + ",4,1,False\n,4,1,False\n", partial=True)

    assert [fault.code for fault in problem.faults] == ["NO_PARTS_FOUND", "VALIDATION_ERROR", "VALIDATION_ERROR"]
    assert problem.message == "None of the 2 records can be used."


def test_the_first_fifty_faults_are_shown_and_all_are_counted() -> None:
    problem = refused(HEADER + "3001,4,x,False\n" * 60)

    assert (len(problem.faults), problem.count) == (50, 60)
    assert problem.message == "60 records cannot be read; nothing was stored."


def test_raw_cells_are_cut() -> None:
    imported = read(HEADER + f"3001,4,1,False\n{'p' * 300},4,1,False\n", partial=True)

    assert len(imported.receipt["entries"][0]["cells"][0]) == 200  # type: ignore[index]


def test_the_receipt_says_which_bytes_were_read_and_is_json() -> None:
    content = HEADER + "3001,4,6,False\n"

    receipt = read(content, "my list.csv").receipt

    assert receipt["sha256"] == hashlib.sha256(content.encode()).hexdigest()
    assert (receipt["fileName"], receipt["encoding"], receipt["delimiter"]) == ("my list.csv", "utf-8", ",")
    assert json.loads(json.dumps(receipt)) == receipt
    assert list(receipt) == [
        *("format", "use", "fileName", "sha256", "encoding", "delimiter", "colorScheme", "partScheme", "schemeFrom"),
        *("rows", "records", "pieces", "lots", "distinctParts", "distinctColors", "claims", "notes", "entries"),
    ]


@pytest.mark.parametrize(
    ("name", "notes"), [("list.txt", {}), ("LIST.CSV", {}), ("list.xml", {"unusual-extension": 1})]
)
def test_an_extension_that_is_unusual_for_the_content_is_noted(name: str, notes: dict[str, int]) -> None:
    assert codes(read(HEADER + "3001,4,6,False\n", name)) == notes


def test_ten_thousand_records_are_accepted_and_one_more_is_not() -> None:
    rows = "".join(f"p{number},4,1,False\n" for number in range(10_000))

    assert len(read(HEADER + rows + "\n\n").lots) == 10_000
    assert refused(HEADER + rows + "3001,4,1,False\n").message == "The list has more than 10,000 rows. Split it."
    assert refused(HEADER + rows + "3001,4,1,False\n").faults[0].code == "TOO_MANY_ROWS"


def test_totals_at_the_end_do_not_count_as_rows() -> None:
    rows = "".join(f"p{number},1,a,1\n" for number in range(10_000))

    imported = read("BLItemNo,BLColorId,PartName,Qty\n" + rows + "Total qty,Total Weight\n10000,1\n")

    assert imported.receipt["rows"] == {"header": 1, "blank": 0, "records": 10_002}


def test_ten_million_pieces_are_accepted_and_one_more_is_not() -> None:
    rows = "3001,4,1000000,False\n" * 9 + "3001,4,1000000,True\n"

    assert sum(lot.quantity for lot in read(HEADER + rows).lots) == 10_000_000
    assert "10,000,001 pieces" in refused(HEADER + rows + "3001,4,1,False\n").message


def test_merging_unites_what_agrees() -> None:
    collector = Collector()
    same: Other = {"bricklink": {"part": "3001"}}
    first: Other = {**same, "lego": {"part": "3"}}
    collector.add("line 2", 1, "3001.A", "ldraw", 4, "ldraw", None, False, Details(other=first, acquired=1))
    collector.add(
        "line 3", 2, "3001.a", "ldraw", 4, "ldraw", None, False, Details(other=same, elements=("12345678",))
    )
    collector.add(
        "line 4", 2, "3001.a", "ldraw", 4, "ldraw", None, False, Details(name="Brick", elements=("1234567",))
    )

    (lot,) = collector.finish()

    assert (lot.part_number, lot.quantity, lot.acquired_quantity, lot.part_name) == ("3001.A", 5, 1, "Brick")
    assert lot.element_id == "1234567"
    assert lot.other == {"bricklink": {"part": "3001"}, "element": ["12345678"]}


@pytest.mark.parametrize("change", ["kind", "scheme", "number", "color scheme", "color", "name", "spare"])
def test_what_differs_in_anything_that_matters_stays_apart(change: str) -> None:
    collector = Collector()
    collector.add("line 2", 1, "3001", "bricklink", 4, "bricklink", None)

    collector.add(
        "line 3",
        1,
        "3001A" if change == "number" else "3001",
        "lego" if change == "scheme" else "bricklink",
        None if change == "name" else 5 if change == "color" else 4,
        "lego" if change == "color scheme" else "bricklink",
        "Red" if change == "name" else None,
        change == "spare",
        Details(kind="gear") if change == "kind" else None,
    )

    assert len(collector.lots) == 2
