"""MOCs and their files."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from migrations.schema.foundations import (
    belongs_to,
    checked,
    identifier,
    limited,
    metadata,
    moment,
    one_of,
    owner,
    search_index,
    searched,
    texts,
    touched,
    version,
)

# The upper bound of the year moves with the calendar and is checked by the service.
moc_instructions = touched(
    Table(
        "moc_instructions",
        metadata,
        identifier(),
        owner(),
        one_of("type", ["moc", "set"]),
        limited("title", 255, least=1, nullable=False),
        limited("description", 5000),
        limited("author", 255, least=1),
        checked("parts_count", Integer, "parts_count between 1 and 1000000", nullable=True),
        limited("theme", 100, least=1),
        limited("subtheme", 100, least=1),
        moment("uploaded_date", default=None, nullable=True),
        limited("brand", 255, least=1),
        limited("set_number", 50, least=1),
        checked("release_year", SmallInteger, "release_year >= 1950", nullable=True),
        Column("retired", Boolean),
        texts("tags", most=20),
        limited("thumbnail_url", 2048),
        Column("thumbnail_file_id", Uuid),
        # Null: the MOC has no parts list.
        checked("total_piece_count", BigInteger, "total_piece_count >= 0", nullable=True),
        version(),
        moment("created_at"),
        moment("updated_at"),
        searched(("title", "A"), ("words(tags)", "B"), ("coalesce(description, '')", "C")),
        UniqueConstraint("user_id", "title"),
        UniqueConstraint("id", "user_id"),
        ForeignKeyConstraint(
            ["thumbnail_file_id", "id"],
            ["moc_files.id", "moc_files.moc_id"],
            ondelete="SET NULL (thumbnail_file_id)",
            use_alter=True,
        ),
        # An address the user gave, or one of the MOC's image files.
        CheckConstraint("thumbnail_url is null or thumbnail_file_id is null", name="check"),
        CheckConstraint(
            "case type"
            " when 'moc' then author is not null and parts_count is not null"
            " and brand is null and release_year is null and retired is null"
            " else brand is not null and set_number is not null and retired is not null"
            " and author is null and uploaded_date is null end",
            name="check1",
        ),
        Index(None, "user_id", "updated_at", "id"),
        Index(None, "user_id", "created_at", "id"),
        # The order by title must not depend on a server's locale.
        Index("moc_instructions_user_id_lower_id_idx", "user_id", text('(lower(title)) collate "C"'), "id"),
        Index(None, "user_id", "tags", postgresql_using="gin"),
        search_index(),
    )
)

moc_files = Table(
    "moc_files",
    metadata,
    identifier(),
    Column("moc_id", Uuid, nullable=False),
    owner(),
    one_of("file_type", ["instruction", "parts-list", "thumbnail", "gallery-image"]),
    limited("original_filename", 255, least=1, nullable=False),
    # The type found, not the one declared.
    Column("mime_type", Text, nullable=False),
    checked("size_bytes", BigInteger, "size_bytes > 0"),
    checked("sha256", LargeBinary, "octet_length(sha256) = 32"),
    Column("object_key", Text, nullable=False, unique=True),
    moment("created_at"),
    UniqueConstraint("moc_id", "original_filename"),
    UniqueConstraint("id", "moc_id"),
    belongs_to("moc_id", "moc_instructions"),
    Index(None, "moc_id", "created_at", "id"),
)
