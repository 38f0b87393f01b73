"""The shapes of parts lists."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from mocshelf.runtime.schemas import Instant, Output


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


def parts_list(row: Mapping[str, Any]) -> PartsList:
    """The shape of a row of `moc_parts_lists`."""
    return PartsList(
        id=str(row["id"]),
        moc_id=str(row["moc_id"]),
        file_id=None if row["file_id"] is None else str(row["file_id"]),
        title=row["title"],
        name=row["title"],
        description=row["description"],
        notes=row["notes"],
        status=row["status"],
        built=row["built"],
        purchased=row["purchased"],
        total_parts=row["total_parts"],
        completed_parts=row["completed_parts"],
        total_parts_count=row["total_parts_count"],
        acquired_parts_count=row["acquired_parts_count"],
        spare_parts_count=row["spare_parts_count"],
        inventory_percentage=percentage(row["acquired_parts_count"], row["total_parts_count"]),
        cost_estimate=_number(row["cost_estimate"]),
        actual_cost=_number(row["actual_cost"]),
        format=row["format"],
        created_at=row["created_at"],
        updated_at=row["updated_at"],
    )


def percentage(acquired: int, total: int) -> float:
    """How much of the total is there, 0 to 100 with two decimals; 0 when there is no total."""
    if total == 0:
        return 0.0
    return float((Decimal(100 * acquired) / total).quantize(Decimal("0.01"), ROUND_HALF_UP))


def _number(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
