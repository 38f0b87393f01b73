"""Albums in the order their owners like: a place for each image in its album."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0003"
down_revision: str | None = "0002"
branch_labels: str | None = None
depends_on: str | None = None

_BACK = """
create or replace trigger touch before update on gallery_images for each row execute function touch();
create index on gallery_images (album_id, created_at, id) where album_id is not null;
alter table gallery_images drop column album_place;
"""


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    op.get_bind().exec_driver_sql(_BACK)
