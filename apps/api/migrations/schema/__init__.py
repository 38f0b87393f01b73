"""The schema as code: what the revisions add up to; `metadata.create_all` makes it in an empty database."""

from __future__ import annotations

from migrations.schema import delivery, gallery, mocs, parts, searching, uploads, wishlist
from migrations.schema.foundations import metadata

__all__ = ["delivery", "gallery", "metadata", "mocs", "parts", "searching", "uploads", "wishlist"]
