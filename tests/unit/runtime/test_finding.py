"""The words of a typed text, and the question they make."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mocshelf.runtime.finding import BRICK, BRICKS, MOST_WORDS, WINDOW, Sought, Words, edits, question, words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        *((size, "2x4") for size in ("2x4", "2 x 4", "2X4", "2 by 4", "2 BY 4", "2 × 4", "2×4", "2\u00a0x\u00a04")),
        ("1 x 2 x 5", "1x2x5"),
        ("16 by 16 baseplate", "16x16 baseplate"),
        ("x 4", "x 4"),
        ("2by4", "2by4"),
        ("mix 4 boxes", "mix 4 boxes"),
    ],
)
def test_brick_sizes_are_one_word_however_they_are_written(written: str, read: str) -> None:
    assert re.sub(BRICKS, BRICK, written) == read


@pytest.mark.parametrize(
    ("typed", "needed", "extra"),
    [
        ("Medieval  Castle", ("medieval", "castle"), ()),
        ("castle castle", ("castle",), ()),
        ("Château d'Été", ("chateau", "ete"), ("d",)),
        ("Cha\u0302teau", ("chateau",), ()),
        ("x-wing", ("wing",), ("x",)),
        ("x", ("x",), ()),
        ("7", ("7",), ()),
        ("10497-1", ("10497", "1"), ()),
        ("２ × ４", ("2x4",), ()),
        ("foo_bar", ("foo", "bar"), ()),
        ("?!… _", (), ()),
    ],
)
def test_a_text_is_its_words(typed: str, needed: tuple[str, ...], extra: tuple[str, ...]) -> None:
    assert words(typed) == Words(needed, extra)


def test_more_words_than_anyone_types_are_left_out() -> None:
    assert len(words(" ".join(f"word{n}" for n in range(60))).needed) == MOST_WORDS


@pytest.mark.parametrize(
    ("word", "forgiven"),
    [
        ("cat", 0),
        ("moon", 1),
        ("station", 1),
        ("fortress", 2),
        ("2x4", 0),
        ("10497", 0),
        ("mk2version", 0),
        ("a" * 33, 0),
    ],
)
def test_longer_words_forgive_more_and_numbers_nothing(word: str, forgiven: int) -> None:
    assert edits(word) == forgiven


def body(**changed: Any) -> dict[str, Any]:
    fields: dict[str, Any] = {"text": "stret 2 x 4", "limit": 20, "offset": 0, **changed}
    return question(Sought("moc_instructions", "alice", **fields))


def test_every_word_is_needed_and_only_ones_own_are_found() -> None:
    asked = body(filters={"theme": "City"}, without="albumId")["query"]["bool"]

    assert asked["filter"] == [{"term": {"userId": "alice"}}, {"term": {"theme": "City"}}]
    assert asked["must_not"] == [{"exists": {"field": "albumId"}}]
    assert len(asked["must"]) == 2


def test_only_words_without_digits_are_looked_for_as_nearly_typed() -> None:
    street, size = (str(word) for word in body()["query"]["bool"]["must"])

    assert "'fuzziness': 1" in street
    assert "fuzziness" not in size
    assert "2x4" in size


@pytest.mark.parametrize(("offset", "size"), [(0, 30), (9_990, 10), (WINDOW, 0), (WINDOW * 100, 0)])
def test_no_page_reaches_past_the_window(offset: int, size: int) -> None:
    asked = body(offset=offset, limit=30)

    assert asked["size"] == size
    assert asked["from"] + asked["size"] <= WINDOW


def test_matches_without_a_value_come_last_and_ids_break_ties() -> None:
    assert body(sort="partsCount", order="desc")["sort"] == [
        {"partsCount": {"order": "desc", "missing": "_last"}},
        {"id": "desc"},
    ]
    assert body()["sort"] == [{"_score": "desc"}, {"updatedAt": "desc"}, {"id": "asc"}]


@given(st.text(max_size=200))
def test_words_are_letters_and_digits_whatever_is_typed(typed: str) -> None:
    found = words(typed)

    assert all(re.fullmatch(r"[^\W_]+", word) for word in (*found.needed, *found.extra))
