"""Search by words: brick sizes in one spelling, and typos looked up among the owner's own words."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None

# The columns of the first schema, by table: what is searched by its weight, and what is compared by trigrams.
_BEFORE = {
    "moc_instructions": ({"A": "title", "B": "words(tags)", "C": "coalesce(description, '')"}, "words(tags)"),
    "gallery_albums": ({"A": "title", "C": "coalesce(description, '')"}, None),
    "gallery_images": ({"A": "title", "B": "words(tags)", "C": "coalesce(description, '')"}, "words(tags)"),
    "wishlist_items": (
        {"A": "title", "B": "coalesce(category, '')", "C": "coalesce(description, '')"},
        "coalesce(category, '')",
    ),
}

_BACK = """
drop function search_score(tsvector, tsquery[], tsquery[], tsquery[], tsquery[], tsquery[]);
drop function search_terms(text, text[], integer[], text[]);
drop function words_like(text, text, integer);
drop table search_words;
drop function learn_words();
drop extension fuzzystrmatch;
create or replace function fold(value text) returns text
  language sql immutable strict parallel safe
  return lower(unaccent('unaccent'::regdictionary, value));
"""


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    connection = op.get_bind()
    for table in _BEFORE:
        connection.exec_driver_sql(f"drop trigger learn_words on {table}")
    connection.exec_driver_sql(_BACK)
    for table, (weighted, also) in _BEFORE.items():
        connection.exec_driver_sql(_columns(table, weighted, also))


def _columns(table: str, weighted: dict[str, str], also: str | None) -> str:
    vector = " || ".join(f"setweight(to_tsvector('simple', fold({what})), '{by}')" for by, what in weighted.items())
    compared = "title" if also is None else f"title || ' ' || {also}"
    return f"""
        alter table {table} drop column search,
          add column search tsvector not null generated always as ({vector}) stored,
          add column search_text text not null generated always as (fold({compared})) stored;
        create index on {table} using gin (user_id, search);
        create index on {table} using gin (user_id, search_text gin_trgm_ops);
    """
