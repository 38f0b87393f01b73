"""Which ids of a new order are wrong, and what a client is told of each."""

from __future__ import annotations

from uuid import UUID

from mocshelf.runtime.errors import Detail
from mocshelf.wishlist.service import order_faults

A, B, C = (UUID(int=number) for number in (1, 2, 3))


def test_an_order_of_own_items_has_no_faults() -> None:
    assert order_faults([A, B, C], {A, B, C}) == []


def test_what_is_not_ones_own_is_named_at_each_place() -> None:
    assert order_faults([A, B, C, B], {A, C}) == [
        Detail("items[1].id", "not found or not owned by user"),
        Detail("items[3].id", "not found or not owned by user"),
    ]


def test_a_repeated_item_is_named_where_it_comes_again() -> None:
    assert order_faults([A, B, A, A], {A, B}) == [
        Detail("items[2].id", "is repeated"),
        Detail("items[3].id", "is repeated"),
    ]
