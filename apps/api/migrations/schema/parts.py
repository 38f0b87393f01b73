"""Parts lists and their lines."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from migrations.schema.foundations import (
    belongs_to,
    checked,
    identifier,
    limited,
    metadata,
    moment,
    one_of,
    owner,
    texts,
    touched,
    version,
)

_COLOR_SCHEMES = ("rebrickable", "bricklink", "ldraw", "lego", "brickowl", "unknown")
_PART_SCHEMES = ("rebrickable", "bricklink", "ldraw", "lego", "element", "brickowl", "unknown")

moc_parts_lists = touched(
    Table(
        "moc_parts_lists",
        metadata,
        identifier(),
        Column("moc_id", Uuid, nullable=False),
        owner(),
        Column("file_id", Uuid),
        limited("title", 255, least=1, nullable=False),
        limited("description", 5000),
        limited("notes", 5000),
        one_of("status", ["planning", "in_progress", "completed"], default="planning"),
        Column("built", Boolean, nullable=False, server_default=text("false")),
        Column("purchased", Boolean, nullable=False, server_default=text("false")),
        Column("format", Text, nullable=False, server_default=text("'manual'")),
        # Null when the list was written by hand.
        Column("receipt", JSONB),
        # Lines that are no spares.
        checked("total_parts", Integer, "total_parts >= 0", default="0"),
        Column("completed_parts", Integer, nullable=False, server_default=text("0")),
        # Pieces.
        checked("total_parts_count", BigInteger, "total_parts_count between 0 and 10000000", default="0"),
        Column("acquired_parts_count", BigInteger, nullable=False, server_default=text("0")),
        checked("spare_parts_count", BigInteger, "spare_parts_count >= 0", default="0"),
        checked("cost_estimate", Numeric(12, 2), "cost_estimate >= 0", nullable=True),
        checked("actual_cost", Numeric(12, 2), "actual_cost >= 0", nullable=True),
        version(),
        moment("created_at"),
        moment("updated_at"),
        CheckConstraint("completed_parts between 0 and total_parts", name="check"),
        CheckConstraint("acquired_parts_count between 0 and total_parts_count", name="check1"),
        belongs_to("moc_id", "moc_instructions"),
        belongs_to("file_id", "moc_files", also="moc_id", on_delete="set null (file_id)"),
        Index(None, "moc_id", "created_at", "id"),
        Index(None, "user_id"),
        Index(None, "file_id", postgresql_where=text("file_id is not null")),
    )
)

moc_parts = Table(
    "moc_parts",
    metadata,
    identifier(),
    Column("parts_list_id", Uuid, ForeignKey("moc_parts_lists.id", ondelete="CASCADE"), nullable=False),
    checked("line", Integer, "line > 0"),
    limited("part_number", 64, least=1, nullable=False),
    one_of("part_scheme", _PART_SCHEMES, default="unknown"),
    one_of("kind", ["part", "minifig", "gear"], default="part"),
    limited("part_name", 255),
    limited("category", 255),
    checked("color_id", BigInteger, "color_id between -9999999999 and 9999999999", nullable=True),
    one_of("color_scheme", _COLOR_SCHEMES, default="unknown"),
    limited("color_name", 100),
    limited("element_id", 20, least=1),
    # One record has up to 1,000,000; lines of the same lot are added up.
    checked("quantity", Integer, "quantity between 1 and 10000000"),
    Column("spare", Boolean, nullable=False, server_default=text("false")),
    Column("acquired_quantity", Integer, nullable=False, server_default=text("0")),
    # Ids the file gave in further schemes.
    Column("other", JSONB),
    Column("source_line", Text),
    texts("notes"),
    CheckConstraint("acquired_quantity between 0 and quantity", name="check"),
    UniqueConstraint("parts_list_id", "line"),
)
