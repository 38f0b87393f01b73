"""The shapes of parts lists and their lines, as they are answered; what a client sends is in `inputs`.

A MOC's answer has its parts lists in it, so its function starts with this module, and without the other one.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mocshelf.runtime.schemas import Instant, Output

MOST_LINES = 10_000
MOST_PIECES = 10_000_000
MOST_OF_A_LINE = 1_000_000
EXPORTS = ("rebrickable-csv", "bricklink-xml", "lego-pab-csv", "csv")

CENT = Decimal("0.01")


class PartsList(Output):
    """A list; `total_parts` counts its lines that are not spares, `total_parts_count` their pieces. `name` is
    the title under its older name."""

    id: str
    moc_id: str
    file_id: str | None
    title: str
    name: str
    description: str | None
    notes: str | None
    status: str
    built: bool
    purchased: bool
    total_parts: int
    completed_parts: int
    total_parts_count: int
    acquired_parts_count: int
    spare_parts_count: int
    inventory_percentage: float
    cost_estimate: float | None
    actual_cost: float | None
    format: str
    created_at: Instant
    updated_at: Instant


class PartsListDetail(PartsList):
    """With what became of every record of the file; null when the list was written by hand."""

    receipt: dict[str, Any] | None


class Line(Output):
    """A line; `other` holds ids the file gave in further schemes, `source_line` its place in the file."""

    id: str
    line: int
    part_number: str
    part_scheme: str
    kind: str
    part_name: str | None
    category: str | None
    color_id: int | None
    color_scheme: str
    color_name: str | None
    element_id: str | None
    quantity: int
    spare: bool
    acquired_quantity: int
    acquired: bool
    other: dict[str, Any] | None
    source_line: str | None
    notes: list[str]


def parts_list(row: Mapping[str, Any]) -> PartsList:
    """The shape of a row of `moc_parts_lists`."""
    return PartsList.model_validate(_counted(row))


def parts_list_detail(row: Mapping[str, Any], receipt: dict[str, object] | None) -> PartsListDetail:
    return PartsListDetail.model_validate({**_counted(row), "receipt": receipt})


def line(row: Mapping[str, Any]) -> Line:
    """The shape of a row of `moc_parts`."""
    return Line.model_validate({**row, "acquired": row["acquired_quantity"] == row["quantity"]})


def percentage(acquired: int, total: int, places: Decimal = CENT) -> float:
    """How much of the total is there, 0 to 100 with two decimals; 0 when there is no total."""
    if total == 0:
        return 0.0
    return float((Decimal(100 * acquired) / total).quantize(places, ROUND_HALF_UP))


def _counted(row: Mapping[str, Any]) -> dict[str, Any]:
    there = percentage(row["acquired_parts_count"], row["total_parts_count"])
    return {**row, "name": row["title"], "inventory_percentage": there}
