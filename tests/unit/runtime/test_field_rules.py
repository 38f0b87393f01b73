"""What each field rule accepts, refuses, and says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any

import pytest

from mocshelf.runtime.errors import Detail
from mocshelf.runtime.schemas import Flag, Id, Input, OneOf, Query, Tags, Text, TimeRule, UrlRule, Whole, iso
from mocshelf.runtime.validation import validated


class Everything(Input):
    title: Annotated[str, Text(1, 10)] = "x"
    note: Annotated[str | None, Text(0, 10)] = None
    parts_count: Annotated[int | None, Whole(1, 100)] = None
    kind: Annotated[str, OneOf("moc", "set")] = "moc"
    retired: Annotated[bool | None, Flag()] = None
    tags: Tags = []  # noqa: RUF012 - Pydantic copies defaults
    link: Annotated[str | None, UrlRule()] = None
    when: Annotated[datetime | None, TimeRule()] = None
    target: Id | None = None


class Paging(Query):
    page: Annotated[int, Whole(1, 100, in_query=True)] = 1


def faults(values: dict[str, Any]) -> list[Detail]:
    details: list[Detail] = []
    validated(Everything, values, details)
    return details


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "", "must have 1 to 10 characters"),
        ("title", "   ", "must have 1 to 10 characters"),
        ("title", "x" * 11, "must have 1 to 10 characters"),
        ("title", 7, "must be text"),
        ("title", None, "must be text"),
        ("title", "a\x00b", "must not contain the character U+0000"),
        ("title", "a\ud800b", "must not contain unpaired surrogates"),
        ("note", "x" * 11, "must have at most 10 characters"),
        ("partsCount", 0, "must be a whole number from 1 to 100"),
        ("partsCount", 10**400, "must be a whole number from 1 to 100"),
        ("partsCount", True, "must be a whole number from 1 to 100"),
        ("partsCount", 4.0, "must be a whole number from 1 to 100"),
        ("partsCount", "4", "must be a whole number from 1 to 100"),
        ("kind", "ship", "must be moc or set"),
        ("retired", 1, "must be true or false"),
        ("tags", "night", "must be a list of texts"),
        ("tags", [str(n) for n in range(21)], "must have at most 20 tags"),
        ("link", "javascript:alert(1)", "must be an absolute http or https address"),
        ("link", "/relative", "must be an absolute http or https address"),
        ("link", "https://exa mple.com", "must be an absolute http or https address"),
        ("when", "2026-03-01", "must be a date and time with an offset, such as 2026-03-01T12:00:00Z"),
        ("when", "2026-03-01T12:00:00", "must be a date and time with an offset, such as 2026-03-01T12:00:00Z"),
        ("target", "12", "must be a UUID"),
        ("colour", "red", "is not a field of this request"),
    ],
)
def test_a_bad_value_is_named_with_its_rule(field: str, value: Any, message: str) -> None:
    assert faults({field: value}) == [Detail(field, message)]


def test_every_bad_field_is_reported_at_once() -> None:
    found = faults({"title": "", "tags": ["ok", "", "x" * 51], "partsCount": -1})

    assert [detail.field for detail in found] == ["title", "partsCount", "tags[1]", "tags[2]"]


def test_text_is_trimmed_and_an_empty_optional_text_is_null() -> None:
    made = validated(Everything, {"title": "  Car ", "note": "   "}, [])

    assert made is not None
    assert (made.title, made.note) == ("Car", None)


def test_length_is_counted_in_characters_not_bytes() -> None:
    assert faults({"title": "🧱" * 10}) == []


def test_tags_keep_their_order_and_lose_exact_duplicates() -> None:
    made = validated(Everything, {"tags": ["b", " a", "b", "a", "A"]}, [])

    assert made is not None
    assert made.tags == ["b", "a", "A"]


def test_times_are_kept_in_utc() -> None:
    made = validated(Everything, {"when": "2026-03-01T13:30:00+01:00"}, [])

    assert made is not None
    assert made.when == datetime(2026, 3, 1, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize("value", ["1.5", "one", "0", "101", "9" * 5000, "1,2", "+1", "１"])
def test_a_page_that_is_no_number_in_range_is_refused(value: str) -> None:
    details: list[Detail] = []

    validated(Paging, {"page": value}, details)

    assert details == [Detail("page", "must be a whole number from 1 to 100")]


def test_times_are_written_with_milliseconds_and_z() -> None:
    east = timezone(timedelta(hours=1))

    assert iso(datetime(2026, 3, 1, 12, 0, 0, 123999, tzinfo=UTC)) == "2026-03-01T12:00:00.123Z"
    assert iso(datetime(2026, 3, 1, 12, 0, 0, tzinfo=east)) == "2026-03-01T11:00:00.000Z"
