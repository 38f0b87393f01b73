"""Upload sessions and their files."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
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

_KINDS = ("instruction", "parts-list", "thumbnail", "gallery-image")
_PURPOSES = ("moc-file", "parts-list", "gallery-image", "wishlist-image", "avatar")
_RESOURCES = ("moc-file", "parts-list", "image", "wishlist-item", "user")

upload_sessions = touched(
    Table(
        "upload_sessions",
        metadata,
        identifier(),
        owner(),
        one_of("purpose", _PURPOSES),
        one_of("method", ["POST", "PUT"], default="POST"),
        Column("moc_id", Uuid),
        Column("item_id", Uuid),
        Column("album_id", Uuid),
        version(),
        moment("created_at"),
        moment("updated_at"),
        moment("expires_at", default="now() + interval '24 hours'"),
        # Set when no file is waiting, received or processing.
        moment("finished_at", default=None, nullable=True),
        belongs_to("moc_id", "moc_instructions"),
        belongs_to("item_id", "wishlist_items"),
        belongs_to("album_id", "gallery_albums", on_delete="set null (album_id)"),
        CheckConstraint("(moc_id is not null) = (purpose in ('moc-file', 'parts-list'))", name="check"),
        CheckConstraint("(item_id is not null) = (purpose = 'wishlist-image')", name="check1"),
        CheckConstraint("album_id is null or purpose = 'gallery-image'", name="check2"),
        Index(None, "user_id", "created_at"),
        Index(None, "moc_id", postgresql_where=text("moc_id is not null")),
        Index(None, "item_id", postgresql_where=text("item_id is not null")),
        Index(None, "album_id", postgresql_where=text("album_id is not null")),
        Index(None, "expires_at", postgresql_where=text("finished_at is null")),
        Index(None, "finished_at", postgresql_where=text("finished_at is not null")),
    )
)

upload_files = Table(
    "upload_files",
    metadata,
    identifier(),
    Column("session_id", Uuid, ForeignKey("upload_sessions.id", ondelete="CASCADE"), nullable=False),
    Column("position", SmallInteger, nullable=False),
    limited("name", 255, least=1, nullable=False),
    checked("size_bytes", BigInteger, "size_bytes > 0"),
    Column("content_type", Text, nullable=False),
    # If the client gave it.
    checked("sha256", LargeBinary, "octet_length(sha256) = 32", nullable=True),
    one_of("kind", _KINDS, nullable=True),
    Column("title", Text),
    Column("description", Text),
    texts("tags"),
    one_of("scheme", ["rebrickable", "bricklink", "ldraw", "lego", "unknown"], nullable=True),
    Column("partial", Boolean, nullable=False, server_default=text("false")),
    # Studio models kept as instructions give a cover and a parts list too.
    Column("derive", Boolean, nullable=False, server_default=text("true")),
    # Under `incoming/`.
    Column("object_key", Text, nullable=False, unique=True),
    moment("url_expires_at", default="now() + interval '1 hour'"),
    one_of("status", ["waiting", "received", "processing", "ready", "rejected"], default="waiting"),
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    # While it is processed.
    moment("lease_until", default=None, nullable=True),
    # {code, message, details}
    Column("reason", JSONB),
    one_of("resource_type", _RESOURCES, nullable=True),
    Column("resource_id", Text),
    # [{type, id}]
    Column("derived", JSONB, nullable=False, server_default=text("'[]'")),
    texts("notes"),
    moment("updated_at"),
    UniqueConstraint("session_id", "position"),
    UniqueConstraint("session_id", "name"),
    CheckConstraint("(status = 'rejected') = (reason is not null)", name="check"),
    CheckConstraint(
        "(status = 'ready') = (resource_id is not null) and (resource_id is null) = (resource_type is null)",
        name="check1",
    ),
    Index(None, "status", "lease_until", postgresql_where=text("status in ('received', 'processing')")),
)
