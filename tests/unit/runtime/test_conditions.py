"""If-Match and Idempotency-Key as they are read from headers."""

from __future__ import annotations

import pytest

from mocshelf.runtime.conditions import idempotency_key, if_match
from mocshelf.runtime.errors import Detail, PreconditionFailed


@pytest.mark.parametrize("header", [None, "*", '"3"', '"1", "3"', 'W/"1","3"'])
def test_a_matching_or_absent_condition_lets_the_change_through(header: str | None) -> None:
    details: list[Detail] = []

    if_match(header, details).check(3)

    assert details == []


@pytest.mark.parametrize("header", ['"2"', 'W/"3"', '"03"', '""'])
def test_another_or_a_weak_tag_stops_the_change(header: str) -> None:
    condition = if_match(header, [])

    with pytest.raises(PreconditionFailed):
        condition.check(3)


@pytest.mark.parametrize("header", ["3", '"3', '"3" "4"', "", ",", '"3",'])
def test_a_malformed_condition_is_a_fault_of_the_request(header: str) -> None:
    details: list[Detail] = []

    if_match(header, details)

    assert [detail.field for detail in details] == ["If-Match"]


@pytest.mark.parametrize(
    ("key", "good"), [("a", True), ("x" * 255, True), ("", False), ("x" * 256, False), ("é", False)]
)
def test_an_idempotency_key_is_short_printable_ascii(key: str, good: bool) -> None:
    details: list[Detail] = []

    idempotency_key(key, details)

    assert (details == []) is good
