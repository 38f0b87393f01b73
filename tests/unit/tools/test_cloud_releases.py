"""Which release comes before, and how releases and differences are shown."""

from __future__ import annotations

import io

import pytest

from mocshelf_tools.cloud.differing import markdown
from mocshelf_tools.cloud.releases import Release, before, deployed_code, oldest
from mocshelf_tools.cloud.rolling_back import Move
from mocshelf_tools.commands.releases import written
from mocshelf_tools.commands.rollback import _agree
from mocshelf_tools.problems import CannotContinue
from unit.tools.cloud_places import aws


def release(code: str, **versions: str) -> Release:
    return Release("2026-01-01T00:00:00+00:00", code, versions)


FIRST = release("aaa", mocs="1", parts="1")
SECOND = release("bbb", mocs="2", parts="1")


def test_a_function_that_is_new_in_a_release_has_nothing_before_it() -> None:
    later = release("ccc", mocs="2", parts="1", wishlist="1")

    assert before([FIRST, SECOND, later], later.versions) == {"mocs": "1"}


def test_versions_are_numbers_and_not_words() -> None:
    assert before([release("a", mocs="9"), release("b", mocs="10")], {"mocs": "10"}) == {"mocs": "9"}
    assert oldest([release("a", mocs="10"), release("b", mocs="9")]) == {"mocs": "9"}


def test_a_release_that_was_taken_back_is_never_returned_to() -> None:
    again = release("aaa", mocs="1", parts="1")

    assert before([FIRST, SECOND, again], again.versions) == {}
    assert before([FIRST, SECOND, again, release("ccc", mocs="3", parts="1")], {"mocs": "3"}) == {"mocs": "1"}


def test_without_a_record_there_is_nothing_before() -> None:
    assert before([], {"mocs": "1"}) == {}
    assert before([FIRST], FIRST.versions) == {}


def test_releases_are_listed_newest_first_with_what_changed_and_what_is_live() -> None:
    lines = list(written([SECOND, FIRST], FIRST.versions))

    assert [line.split("00:00  ")[1].split() for line in lines] == [
        ["bbb", "mocs", "2"],
        ["aaa", "mocs", "1,", "parts", "1"],
    ]
    assert [line[0] for line in lines] == [" ", "*"]


def test_code_is_named_by_its_commit() -> None:
    assert deployed_code()


def test_nothing_in_a_difference_ends_the_block_it_is_shown_in() -> None:
    page = markdown("Changes", "```\n<script>\n````")

    assert page.splitlines() == ["### Changes", "", "`````diff", "```", "<script>", "````", "`````"]
    assert len(markdown("Changes", "x" * 2_000_000)) < 1_000_000


def test_only_production_asks_before_it_goes_back(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    moves = [Move("mocs", "13", "12")]

    _agree(aws("staging"), moves, [], sure=False)
    _agree(aws("production"), moves, [], sure=True)
    with pytest.raises(CannotContinue, match="Add --yes to roll back production all the same"):
        _agree(aws("production"), [], ["d-1", "d-2"], sure=False)

    shown = capsys.readouterr().err
    assert shown.count("mocs            13 → 12") == 2
    assert "2 canaries are under way" in shown
    assert shown.count("The schema stays as it is") == 3
