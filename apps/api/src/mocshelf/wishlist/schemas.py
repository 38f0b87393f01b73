"""The shapes of wishlist items: what a client sends and what it gets."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mocshelf.runtime.schemas import Id, Input, Instant, Output, Query, Text, UrlRule, Whole

MOST_REORDERED = 1000

Title = Text(1, 200)
SortOrder = Text(1, 64)


class WishlistItemCreate(Input):
    """`sortOrder` left out is the present time, so that a new item comes last."""

    title: Annotated[str, Title]
    description: Annotated[str | None, Text(0, 2000)] = None
    product_link: Annotated[str | None, UrlRule()] = None
    image_url: Annotated[str | None, UrlRule()] = None
    category: Annotated[str | None, Text(0, 100)] = None
    sort_order: Annotated[str | None, Text(0, 64)] = None


class WishlistItemUpdate(WishlistItemCreate):
    """Only the fields that are given change."""

    # The defaults say that a field was not given; what they are is never looked at.

    title: Annotated[str, Title] = ""
    sort_order: Annotated[str, SortOrder] = ""


class Place(Input):
    """Where an item goes in the order."""

    id: Id
    sort_order: Annotated[str, SortOrder]


class Reorder(Input):
    items: Annotated[list[Place], Field(min_length=1, max_length=MOST_REORDERED)]


class WishlistQuery(Query):
    page: Annotated[int, Whole(1, 10_000, in_query=True)] = 1
    limit: Annotated[int, Whole(1, 500, in_query=True)] = 100
    search: Annotated[str | None, Text(1, 200)] = None
    category: Annotated[str | None, Text(1, 100)] = None


class WishlistSearch(WishlistQuery):
    search: Annotated[str, Text(1, 200)]


class WishlistItem(Output):
    """A wishlist item; width and height are of an uploaded image, in pixels."""

    id: str
    user_id: str
    title: str
    description: str | None
    product_link: str | None
    image_url: str | None
    image_width: int | None
    image_height: int | None
    category: str | None
    sort_order: str
    created_at: Instant
    updated_at: Instant


class WishlistItemFound(WishlistItem):
    """A match of a search; scores compare within one answer only."""

    score: float


class Reordered(Output):
    """How many items were given a place."""

    updated: int
