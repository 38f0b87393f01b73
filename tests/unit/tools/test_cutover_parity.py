"""Answers of two sides are compared field by field."""

from __future__ import annotations

from pathlib import Path

import pytest

from mocshelf_tools.cutover.parity import Compared, Request, differing, recorded
from mocshelf_tools.problems import CannotContinue


def test_equal_answers_do_not_differ() -> None:
    assert list(differing({"data": [{"id": "1"}]}, {"data": [{"id": "1"}]}, ())) == []


def test_each_field_that_differs_is_named() -> None:
    blue = {"data": [{"title": "Moulin", "pieces": 3}], "total": 1}
    green = {"data": [{"title": "Mill", "pieces": 3, "extra": True}], "total": "1"}

    assert list(differing(blue, green, ())) == [
        "data[0].title: 'Moulin' at blue, 'Mill' at green",
        "data[0].extra: only at green",
        "total: 1 at blue, '1' at green",
    ]


def test_true_is_not_one() -> None:
    assert list(differing({"kept": 1}, {"kept": True}, ())) == ["kept: 1 at blue, True at green"]


def test_lists_of_another_length_differ_and_are_compared_as_far_as_both_go() -> None:
    assert (
        list(differing([1, 2], [1, 3, 4], ()))
        == ["[1]: 2 at blue, 3 at green", ": 2 entries at blue, 3 at green"][::-1]
    )


def test_volatile_fields_are_ignored_anywhere_or_in_one_place() -> None:
    blue, green = {"at": 1, "data": [{"at": 2, "n": 1}]}, {"at": 3, "data": [{"at": 4, "n": 2}]}

    assert list(differing(blue, green, ("at", "data.n"))) == []
    assert len(list(differing(blue, green, ("data.at", "n")))) == 1


def test_answers_that_are_all_refusals_show_nothing() -> None:
    assert not Compared(5, 0, ()).passed
    assert Compared(5, 1, ()).passed


def test_recorded_requests_are_paths_or_objects(tmp_path: Path) -> None:
    file = tmp_path / "requests"
    file.write_text('# from the log\n/api/mocs?limit=5\n\n{"method": "GET", "path": "/health"}\n')

    assert recorded(file) == [Request("/api/mocs?limit=5"), Request("/health")]


def test_where_blue_has_no_answer_nothing_is_known() -> None:
    unknown = Compared(5, 4, (), ("/api/mocs: blue answers 502",))

    assert not unknown.passed
    assert unknown.words() == "blue is no yardstick now: /api/mocs: blue answers 502"


@pytest.mark.parametrize(
    "line", ['{"method": "POST", "path": "/api/mocs"}', "api/mocs", "{}", "# nothing", "/api/mocs?search=a b", "/ä"]
)
def test_what_is_no_read_is_refused(tmp_path: Path, line: str) -> None:
    file = tmp_path / "requests"
    file.write_text(line)

    with pytest.raises(CannotContinue):
        recorded(file)
