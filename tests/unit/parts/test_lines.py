"""Lines that people send: what is wrong with them, what they become, what ticking off sets."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from mocshelf.parts.inputs import LineCreate, LineUpdate, Tick
from mocshelf.parts.lines import acquired, as_lots, ids_of, line_faults, tick_faults

KNOWN = uuid.UUID("b2a7c1d0-4e5f-4a6b-8c7d-9e0f1a2b3c44")
OTHER = uuid.UUID("c3b8d2e1-5f60-4b7c-9d8e-0f1a2b3c4d55")


def row(**changes: Any) -> dict[str, dict[str, Any]]:
    """The list's one line, by its id."""
    stored = {
        "kind": "part", "part_scheme": "bricklink", "part_number": "3001", "color_scheme": "bricklink", "color_id": 5,
        "color_name": "Red", "quantity": 2_000_000, "acquired_quantity": 30, "source_line": "item 4",
        "other": {"element": ["300121"]}, "notes": ["custom-part"],
    }  # fmt: skip
    return {str(KNOWN): {**stored, **changes}}


def update(**fields: Any) -> LineUpdate:
    usual = {
        "partNumber": "3001", "partScheme": "bricklink", "colorId": 5, "colorScheme": "bricklink", "colorName": "Red",
        "quantity": 40,
    }  # fmt: skip
    return LineUpdate.model_validate({**usual, **fields})


def tick(line_id: uuid.UUID = KNOWN, **fields: Any) -> Tick:
    return Tick.model_validate({"id": str(line_id), **fields})


def test_a_line_without_an_id_is_new() -> None:
    (lot,) = as_lots([update()], row())

    assert (lot.acquired_quantity, lot.source_line, lot.other, lot.notes) == (0, None, None, [])
    assert ids_of([update()]) != ids_of([update()])


@pytest.mark.parametrize(
    ("fields", "there"),
    [
        ({}, 30),
        ({"quantity": 20}, 20),
        ({"acquiredQuantity": 1}, 1),
        ({"acquired": False}, 0),
        ({"acquired": True}, 40),
    ],
)
def test_a_known_line_keeps_what_is_there_unless_it_says(fields: dict[str, Any], there: int) -> None:
    (lot,) = as_lots([update(id=str(KNOWN), **fields)], row())

    assert (lot.acquired_quantity, lot.source_line) == (there, "item 4")
    assert ids_of([update(id=str(KNOWN))]) == [KNOWN]


@pytest.mark.parametrize("changed", [{"partNumber": "3002"}, {"colorId": 11}, {"kind": "gear"}, {"colorName": None}])
def test_what_the_file_said_belongs_to_the_same_piece_only(changed: dict[str, Any]) -> None:
    same, other = as_lots([update(id=str(KNOWN)), update(id=str(KNOWN), **changed)], row())

    assert (same.other, same.notes) == ({"element": ["300121"]}, ["custom-part"])
    assert (other.other, other.notes) == (None, [])


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (update(id=str(OTHER)), ["parts[0].id"]),
        (update(id=str(KNOWN), quantity=2_000_000), []),
        (update(id=str(KNOWN), quantity=2_000_001), ["parts[0].quantity"]),
        (update(quantity=1_000_001), ["parts[0].quantity"]),
        (update(acquiredQuantity=41), ["parts[0].acquiredQuantity"]),
        (update(acquiredQuantity=40, acquired=False), []),
    ],
)
def test_lines_out_of_their_rules_are_named(line: LineUpdate, fields: list[str]) -> None:
    assert [fault.field for fault in line_faults([line], row())] == fields


def test_ten_million_pieces_are_the_most_of_a_list() -> None:
    line = LineCreate.model_validate({"partNumber": "3001", "quantity": 1_000_000})

    assert line_faults([line] * 10, {}) == []
    assert [fault.field for fault in line_faults([line] * 11, {})] == ["parts"]


def test_the_quantity_says_more_than_the_flag() -> None:
    assert acquired(tick(acquiredQuantity=3, acquired=True), 9) == 3
    assert acquired(tick(acquired=True), 9) == 9
    assert acquired(tick(acquired=False), 9) == 0
    assert acquired(tick(), 9) is None


def test_ticks_are_judged_together() -> None:
    ticks = [tick(acquired=True), tick(acquired=True), tick(OTHER, acquired=True)]

    faults = tick_faults(ticks, {str(KNOWN): 4})

    assert [(fault.field, fault.message) for fault in faults] == [
        ("parts[1].id", "is repeated"),
        ("parts[2].id", "is no line of this list"),
    ]
    assert [fault.field for fault in tick_faults([tick()], {str(KNOWN): 4})] == ["parts[0].acquiredQuantity"]
    assert [fault.field for fault in tick_faults([tick(acquiredQuantity=5)], {str(KNOWN): 4})] == [
        "parts[0].acquiredQuantity"
    ]
