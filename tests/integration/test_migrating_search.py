"""The revision that searches by words: what it does to rows that are there, and how words are learned."""

from __future__ import annotations

from uuid import uuid4

import pytest

from integration.test_migrations import ALICE, add_image, add_moc, at, run
from migrations import running
from mocshelf_tools.stack.stack import Stack


@pytest.fixture
def empty(stack: Stack) -> str:
    """The owner's address of a database of its own."""
    name = f"search_{uuid4().hex}"
    run(stack.endpoints.postgres, f"create database {name}")
    return at(stack.endpoints.postgres, database=name)


@pytest.fixture
def migrated(empty: str) -> str:
    running.upgrade(empty)
    return empty


def test_search_finds_folded_words(migrated: str) -> None:
    add_moc(migrated, ALICE, title="Château d''Été, 2 × 4")

    found = run(migrated, "select fold(title), search @@ to_tsquery('simple', 'chateau & 2x4') from moc_instructions")

    assert found == [("chateau d ete 2x4", True)]


def test_words_are_learned_once_for_each_user(migrated: str) -> None:
    moc = add_moc(migrated, ALICE, title="Castle gate 10497")
    add_moc(migrated, ALICE, title="Castle")
    run(migrated, f"update moc_instructions set title = 'Tower' where id = '{moc}'")

    assert run(migrated, f"select word from search_words where user_id = '{ALICE}' order by 1") == [
        ("castle",),
        ("gate",),
        ("tower",),
    ]


def test_search_by_words_comes_to_rows_that_are_there_and_goes_again(empty: str) -> None:
    running.upgrade(empty, "0001")
    add_moc(empty, ALICE, title="Plate 2 × 4")
    add_image(empty, ALICE, "k")
    before = run(empty, "select title, version, updated_at from moc_instructions")

    running.upgrade(empty)
    searched = run(empty, "select search @@ to_tsquery('simple', '2x4') from moc_instructions")
    words = run(empty, "select word from search_words order by 1")
    after = run(empty, "select title, version, updated_at from moc_instructions")
    running.downgrade(empty, "0001")

    assert (searched, words, after) == ([(True,)], [("2x4",), ("gate",), ("plate",)], before)
    assert run(empty, "select search_text from moc_instructions") == [("plate 2 * 4 ",)]
    assert run(empty, "select title, version, updated_at from moc_instructions") == before


def test_words_that_begin_like_numbers_become_one_word_and_two_again(empty: str) -> None:
    running.upgrade(empty, "0003")
    add_moc(empty, ALICE, title="Model 14E620dff")
    add_moc(empty, ALICE, title="Castle")
    before = run(empty, "select title, version, updated_at from moc_instructions order by 1")
    lexemes = "select tsvector_to_array(search) from moc_instructions order by title desc"

    running.upgrade(empty)
    one = run(empty, lexemes)
    after = run(empty, "select title, version, updated_at from moc_instructions order by 1")
    running.downgrade(empty, "0003")

    assert one == [(["14ee620dff", "model"],), (["castle"],)]
    assert run(empty, lexemes) == [(["14e620", "dff", "model"],), (["castle"],)]
    assert before == after == run(empty, "select title, version, updated_at from moc_instructions order by 1")


def test_only_changed_words_are_learned_again(migrated: str) -> None:
    moc = add_moc(migrated, ALICE, title="Castle")
    run(migrated, "delete from search_words")

    run(migrated, f"update moc_instructions set theme = 'City' where id = '{moc}'")

    assert run(migrated, "select word from search_words") == []


@pytest.mark.parametrize(
    ("typed", "edits", "near"),
    [
        ("castel", 1, ["castle"]),
        ("cstle", 1, ["castle"]),
        ("casttle", 1, ["castle"]),
        ("cattle", 1, ["castle"]),
        ("csatel", 1, []),
        ("csatel", 2, []),
        ("milenium", 2, ["millennium"]),
        ("milenium", 1, []),
        ("milelnium", 2, ["millennium"]),
        ("wagon", 1, []),
    ],
)
def test_near_words_are_those_of_so_many_edits(migrated: str, typed: str, edits: int, near: list[str]) -> None:
    add_moc(migrated, ALICE, title="Castle Millennium Dragon")
    add_moc(migrated, "bob", title="Castles")

    assert run(migrated, f"select array_agg(w) from words_like('{ALICE}', '{typed}', {edits}) w") == [(near or None,)]
