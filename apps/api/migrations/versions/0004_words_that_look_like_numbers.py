"""Words that look like numbers: `14e620dff` is found by what it is, one word."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None

_BEFORE = r"""
create or replace function fold(value text) returns text
  language sql immutable strict parallel safe
  return lower(regexp_replace(
    unaccent('unaccent'::regdictionary, regexp_replace(
      normalize(value, nfkc),
      '(?<=[0-9])(?:[ \t\r\n\u00a0]*[xX\u00d7][ \t\r\n\u00a0]*|[ \t\r\n\u00a0]+[bB][yY][ \t\r\n\u00a0]+)(?=[0-9])',
      'x', 'g')),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf]+', ' ', 'g'));
"""

_CHANGED = "lower(unaccent(normalize({texts}, nfkc))) ~ '[0-9]e[0-9]'"

_SEARCHED = {
    "moc_instructions": ("title", "words(tags)", "description"),
    "gallery_albums": ("title", "description"),
    "gallery_images": ("title", "words(tags)", "description"),
    "wishlist_items": ("title", "category", "description"),
}


def upgrade() -> None:
    connection = op.get_bind()
    connection.exec_driver_sql(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    _search_again()


def downgrade() -> None:
    op.get_bind().exec_driver_sql(_BEFORE)
    _search_again()


def _search_again() -> None:
    """Folds anew the few rows whose words have changed; nobody touched them, so no version grows."""
    connection = op.get_bind()
    for table, columns in _SEARCHED.items():
        changed = _CHANGED.format(texts=f"concat_ws(' ', {', '.join(columns)})")
        connection.exec_driver_sql(f"alter table {table} disable trigger touch")
        connection.exec_driver_sql(f"update {table} set title = title where {changed}")  # noqa: S608 - constants of this module
        connection.exec_driver_sql(f"alter table {table} enable trigger touch")
