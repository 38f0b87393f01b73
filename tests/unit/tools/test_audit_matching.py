"""Rows, promises and objects are matched key by key, whatever of them is there."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator

from mocshelf_tools.auditing.matching import FINAL, Listed, Pair, batches, paired
from mocshelf_tools.auditing.store import Named


def row(key: str) -> Named:
    return Named(key, "moc-file", "1", "ada", None, 1, b"", "application/pdf", None, None)


def state(pair: Pair) -> str:
    return "missing" if pair.missing else "orphaned" if pair.orphaned else "fine"


def test_each_key_is_matched_with_what_there_is_under_it() -> None:
    rows = [row("a"), row("c"), row("d"), row("é")]
    promises = ["b", "d", "e", "f"]
    objects = [Listed(key, 1) for key in ("a", "b", "d", "g", "é")]

    found = {pair.key: state(pair) for pair in paired(rows, promises, objects)}

    assert found == {"a": "fine", "b": "fine", "c": "missing", "d": "fine", "g": "orphaned", "é": "fine"}


def test_a_row_whose_object_is_promised_away_and_gone_is_missing_it() -> None:
    (pair,) = paired([row("a")], ["a"], [])

    assert pair.missing
    assert pair.promised


def test_keys_are_matched_in_the_order_of_their_bytes() -> None:
    keys = sorted(
        ["mocs/a-b/x", "mocs/a/x", "mocs/A/x", "mocs/aé/x", "mocs/a\U0001f600/x", "mocs/a\uffee/x"], key=str.encode
    )

    found = list(paired([row(key) for key in keys], [], [Listed(key, 1) for key in keys]))

    assert [state(pair) for pair in found] == ["fine"] * len(keys)


def test_listing_one_prefix_after_the_other_gives_keys_in_order() -> None:
    assert list(FINAL) == sorted(FINAL)


def peak(work: Callable[[Iterator[Pair]], int]) -> int:
    """The bytes held at most while 20,000 pairs are worked through."""
    keys = [f"mocs/ada/{number:06}" for number in range(20_000)]
    tracemalloc.start()

    looked = work(paired((row(key) for key in keys), [], (Listed(key, 1) for key in keys)))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert looked == len(keys)
    return most


def test_many_objects_are_not_held_in_memory() -> None:
    in_batches = peak(lambda pairs: sum(len(batch) for batch in batches(pairs, 500)))
    at_once = peak(lambda pairs: len(list(pairs)))

    assert in_batches < at_once / 4
