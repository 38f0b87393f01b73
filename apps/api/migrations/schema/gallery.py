"""The gallery: albums, images, flags, and images linked to MOCs."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
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
    owner,
    search_index,
    searched,
    texts,
    touched,
    version,
)

gallery_albums = touched(
    Table(
        "gallery_albums",
        metadata,
        identifier(),
        owner(),
        limited("title", 200, least=1, nullable=False),
        limited("description", 2000),
        Column("cover_image_id", Uuid),
        version(),
        moment("created_at"),
        moment("updated_at"),
        searched(("title", "A"), ("coalesce(description, '')", "C")),
        UniqueConstraint("id", "user_id"),
        ForeignKeyConstraint(
            ["cover_image_id", "user_id"],
            ["gallery_images.id", "gallery_images.user_id"],
            ondelete="SET NULL (cover_image_id)",
            use_alter=True,
        ),
        Index(None, "user_id", "created_at", "id"),
        search_index(),
        Index(None, "cover_image_id", postgresql_where=text("cover_image_id is not null")),
    )
)

gallery_images = touched(
    Table(
        "gallery_images",
        metadata,
        identifier(),
        owner(),
        limited("title", 200, least=1, nullable=False),
        limited("description", 2000),
        texts("tags", most=20),
        Column("album_id", Uuid),
        Column("image_key", Text, nullable=False, unique=True),
        Column("thumbnail_key", Text, nullable=False, unique=True),
        checked("width", Integer, "width > 0"),
        checked("height", Integer, "height > 0"),
        checked("size_bytes", BigInteger, "size_bytes > 0"),
        # Of the bytes that were uploaded, not of the picture made from them.
        checked("sha256", LargeBinary, "octet_length(sha256) = 32"),
        Column("flagged", Boolean, nullable=False, server_default=text("false")),
        version(),
        moment("created_at"),
        moment("updated_at"),
        searched(("title", "A"), ("words(tags)", "B"), ("coalesce(description, '')", "C")),
        # Where it stands in its album: as if it had been added then. Without one it stands by its age.
        moment("album_place", default=None, nullable=True),
        UniqueConstraint("id", "user_id"),
        belongs_to("album_id", "gallery_albums", on_delete="set null (album_id)"),
        Index(None, "user_id", "created_at", "id"),
        Index(
            "gallery_images_user_id_created_at_id_idx1",
            *("user_id", "created_at", "id"),
            postgresql_where=text("album_id is null"),
        ),
        Index(
            "gallery_images_album_id_coalesce_id_idx",
            *("album_id", text("coalesce(album_place, created_at)"), "id"),
            postgresql_where=text("album_id is not null"),
        ),
        search_index(),
    ),
    # The order of an album's images is the album's: moving one changes neither it nor its search document.
    when="old.album_place is not distinct from new.album_place or old.album_id is distinct from new.album_id",
)

gallery_flags = Table(
    "gallery_flags",
    metadata,
    identifier(),
    Column("image_id", Uuid, ForeignKey("gallery_images.id", ondelete="CASCADE"), nullable=False),
    # Who flagged, not who owns the image.
    owner(),
    limited("reason", 500),
    moment("created_at"),
    moment("updated_at"),
    UniqueConstraint("image_id", "user_id"),
)

moc_gallery_images = Table(
    "moc_gallery_images",
    metadata,
    identifier(),
    owner(),
    Column("moc_id", Uuid, nullable=False),
    Column("gallery_image_id", Uuid, nullable=False),
    moment("created_at"),
    UniqueConstraint("moc_id", "gallery_image_id"),
    belongs_to("moc_id", "moc_instructions"),
    belongs_to("gallery_image_id", "gallery_images"),
    Index(None, "gallery_image_id"),
)
