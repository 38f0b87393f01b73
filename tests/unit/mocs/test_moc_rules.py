"""Which fields a MOC and a set have, as pure rules."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mocshelf.mocs.service import field_faults
from mocshelf.runtime.errors import Detail

TODAY = datetime(2026, 3, 1, tzinfo=UTC)
EMPTY: dict[str, Any] = dict.fromkeys(
    ["author", "parts_count", "brand", "set_number", "release_year", "retired", "uploaded_date"]
)


def test_a_complete_moc_and_a_complete_set_have_no_faults() -> None:
    moc = {**EMPTY, "type": "moc", "author": "Ada", "parts_count": 9, "set_number": "MOC-172552"}
    bought = {**EMPTY, "type": "set", "brand": "LEGO", "set_number": "10278-1", "release_year": 2028}

    assert field_faults(moc, TODAY) == []
    assert field_faults(bought, TODAY) == []


def test_the_latest_year_moves_with_the_calendar() -> None:
    bought = {**EMPTY, "type": "set", "brand": "LEGO", "set_number": "1", "release_year": 2029}

    assert field_faults(bought, TODAY) == [Detail("releaseYear", "must be a year from 1950 to 2028")]
    assert field_faults(bought, TODAY.replace(year=2027)) == []


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [("moc", "brand", "LEGO"), ("moc", "retired", False), ("set", "author", "Ada"), ("set", "uploaded_date", TODAY)],
)
def test_a_field_of_the_other_type_is_refused(kind: str, field: str, value: object) -> None:
    complete = {**EMPTY, "type": kind, "author": None, field: value}

    assert any("is not a field of a" in fault.message for fault in field_faults(complete, TODAY))
