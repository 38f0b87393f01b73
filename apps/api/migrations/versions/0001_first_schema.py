"""The first schema: MOCs, gallery, parts lists, wishlist, uploads and what delivers their effects."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0001"
down_revision: str | None = None
branch_labels: str | None = None
depends_on: str | None = None

_BACK = """
alter table moc_instructions drop constraint moc_instructions_thumbnail_file_id_id_fkey;
alter table gallery_albums drop constraint gallery_albums_cover_image_id_user_id_fkey;
drop table object_deletions, idempotency_keys, outbox, upload_files, upload_sessions, avatars, wishlist_items,
  moc_parts, moc_parts_lists, moc_gallery_images, gallery_flags, gallery_images, gallery_albums, moc_files,
  moc_instructions;
drop function touch(), words(text[]), fold(text);
drop extension btree_gin, pg_trgm, unaccent;
alter default privileges revoke select, insert, update, delete on tables from mocshelf_app;
do $$ begin
  execute 'grant temporary on database ' || quote_ident(current_database()) || ' to public';
end $$;

-- The role stays while another database of the cluster, or another owner, has use for it.
do $$ begin
  drop role mocshelf_app;
exception when dependent_objects_still_exist or object_in_use or insufficient_privilege then
  null;
end $$;
"""


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)
    # Alembic's own table is none of the functions' business, whoever made it and when.
    op.get_bind().exec_driver_sql("revoke all on alembic_version from mocshelf_app")


def downgrade() -> None:
    op.get_bind().exec_driver_sql(_BACK)
