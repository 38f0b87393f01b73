"""Rows, promises and objects are matched key by key, whatever of them is there."""

from __future__ import annotations

from collections.abc import Iterator
from weakref import WeakSet

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


class Watched(Listed):
    """An object of which can be told whether anybody still holds it."""

    __slots__ = ("__weakref__",)


def test_many_objects_are_not_held_in_memory() -> None:
    alive: WeakSet[Watched] = WeakSet()

    def objects(keys: list[str]) -> Iterator[Watched]:
        for key in keys:
            one = Watched(key, 1)
            alive.add(one)
            yield one

    keys = [f"mocs/ada/{number:06}" for number in range(20_000)]
    looked, most = 0, 0
    for batch in batches(paired((row(key) for key in keys), [], objects(keys)), 500):
        looked += len(batch)
        most = max(most, len(alive))

    assert looked == len(keys)
    # The batch, the one before while it is filled, and what the merge looks ahead.
    assert most <= 1_010
