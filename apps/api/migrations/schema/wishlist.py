"""The wishlist, and which avatar is there."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, UniqueConstraint

from migrations.schema.foundations import (
    checked,
    identifier,
    limited,
    metadata,
    moment,
    owner,
    search_index,
    searched,
    touched,
    version,
)

wishlist_items = touched(
    Table(
        "wishlist_items",
        metadata,
        identifier(),
        owner(),
        limited("title", 200, least=1, nullable=False),
        limited("description", 2000),
        limited("product_link", 2048),
        limited("category", 100, least=1),
        checked("sort_order", Text(collation="C"), "char_length(sort_order) between 1 and 64"),
        limited("image_url", 2048),
        Column("image_key", Text, unique=True),
        Column("image_width", Integer),
        Column("image_height", Integer),
        version(),
        moment("created_at"),
        moment("updated_at"),
        searched(("title", "A"), ("coalesce(category, '')", "B"), ("coalesce(description, '')", "C")),
        UniqueConstraint("id", "user_id"),
        # An address the user gave, or the object we keep.
        CheckConstraint("image_url is null or image_key is null", name="check"),
        CheckConstraint(
            "(image_key is null) = (image_width is null) and (image_key is null) = (image_height is null)",
            name="check1",
        ),
        Index(None, "user_id", "sort_order", "id"),
        Index(None, "user_id", "category", "sort_order", "id"),
        search_index(),
    )
)

# So that the object can be neither lost nor orphaned; Cognito's `picture` follows through the outbox.
avatars = touched(
    Table(
        "avatars",
        metadata,
        Column("user_id", Text, primary_key=True),
        Column("object_key", Text, nullable=False, unique=True),
        version(),
        moment("updated_at"),
    )
)
