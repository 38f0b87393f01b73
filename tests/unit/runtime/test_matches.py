"""What a search finds, with either engine: paging, and rows that are gone."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from mocshelf.runtime import search
from mocshelf.runtime.database import Row
from mocshelf.runtime.finding import WINDOW, Sought
from mocshelf.runtime.matches import Matches, matches


class Table:
    """A table of five matches; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[object, object]] = []

    def ask(self, values: Mapping[str, object]) -> list[Row]:
        limit, offset = values["limit"], values["offset"]
        assert isinstance(limit, int)
        assert isinstance(offset, int)
        self.asked.append((limit, offset))
        return [{"id": f"m{n}", "score": 5.0 - n, "total": 5} for n in range(5)][offset : offset + limit]


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    # No engine is linked here, whatever the environment of the tests says.
    monkeypatch.setattr(search, "find", lambda alias, query: None)
    return Table()


def sought(text: str = "castle", limit: int = 2, offset: int = 0) -> Sought:
    return Sought("moc_instructions", "alice", text, limit, offset)


def test_without_an_engine_the_database_answers(table: Table) -> None:
    assert matches(sought(), table.ask) == Matches({"m0": 5.0, "m1": 4.0}, 5)


def test_a_page_past_the_end_has_the_total(table: Table) -> None:
    assert matches(sought(offset=6), table.ask) == Matches({}, 5)
    assert table.asked == [(2, 6), (1, 0)]


def test_past_the_window_only_the_total_is_asked_for(table: Table) -> None:
    assert matches(sought(offset=WINDOW), table.ask) == Matches({}, 5)
    assert table.asked == [(1, 0)]


def test_a_text_without_a_word_asks_nobody(table: Table) -> None:
    assert matches(sought("?!"), table.ask) == Matches({}, 0)
    assert table.asked == []


def test_rows_come_in_the_order_of_the_matches_and_the_missing_are_taken_off() -> None:
    found = Matches({"a": 3.0, "b": 2.0, "c": 1.0}, 10)

    assert found.of([{"id": "c"}, {"id": "a"}]) == ([{"id": "a", "score": 3.0}, {"id": "c", "score": 1.0}], 9)
