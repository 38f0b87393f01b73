"""What every table stands on: extensions, functions, the functions' role, and the recurring columns."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Column,
    Computed,
    DateTime,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    Text,
    Uuid,
    event,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, TSVECTOR
from sqlalchemy.types import BigInteger, TypeEngine

# The names PostgreSQL itself gives, so that the revisions need not spell them out.
metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "fk": "%(table_name)s_%(column_0_N_name)s_fkey",
        "ck": "%(table_name)s_%(constraint_name)s",
        "ix": "%(table_name)s_%(column_0_N_name)s_idx",
    }
)

EXTENSIONS = ("btree_gin", "fuzzystrmatch", "pg_trgm", "unaccent")

# What search compares: lower case, no accents, brick sizes as one word, nothing but blanks between words. A doubled e
# is no exponent: PostgreSQL would read the start of `14e620dff` as a number and the rest as another word.
FOLD = r"""
create function fold(value text) returns text
  language sql immutable strict parallel safe
  return regexp_replace(lower(regexp_replace(
    unaccent('unaccent'::regdictionary, regexp_replace(
      normalize(value, nfkc),
      '(?<=[0-9])(?:[ \t\r\n\u00a0]*[xX\u00d7][ \t\r\n\u00a0]*|[ \t\r\n\u00a0]+[bB][yY][ \t\r\n\u00a0]+)(?=[0-9])',
      'x', 'g')),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf]+', ' ', 'g')),
    '(?<=[0-9])e(?=[0-9])', 'ee', 'g')
"""

WORDS = """
create function words(list text[]) returns text
  language sql immutable strict parallel safe
  return array_to_string(list, ' ')
"""

# Every update of a versioned row, also one made by a foreign key's action.
TOUCH = """
create function touch() returns trigger language plpgsql as $$
begin
  new.version := old.version + 1;
  new.updated_at := now();
  return new;
end $$
"""

APP_ROLE = """
-- A role belongs to the whole cluster: another database may have made it, this very moment.
do $$ begin
  if not exists (select from pg_roles where rolname = 'mocshelf_app') then
    create role mocshelf_app login;
  end if;
exception when duplicate_object or unique_violation then
  null;
end $$;

-- What a session needs is set on the role, because RDS Proxy pins a session that issues `set`.
select show_limit();  -- loads pg_trgm; before that only a superuser may set its parameter
do $$ begin
  if (select rolconfig from pg_roles where rolname = 'mocshelf_app') is distinct from
     array['pg_trgm.word_similarity_threshold=0.5', 'statement_timeout=8s', 'idle_in_transaction_session_timeout=15s']
  then
    alter role mocshelf_app set pg_trgm.word_similarity_threshold = 0.5;
    alter role mocshelf_app set statement_timeout = '8s';
    alter role mocshelf_app set idle_in_transaction_session_timeout = '15s';
  end if;
  -- Where there is IAM authentication it is the only way in: the role has no password.
  if exists (select from pg_roles where rolname = 'rds_iam') then
    grant rds_iam to mocshelf_app;
  end if;
end $$;

-- Rows, and nothing else.
revoke create on schema public from public, mocshelf_app;
do $$ begin
  execute 'revoke temporary on database ' || quote_ident(current_database()) || ' from public';
end $$;
alter default privileges grant select, insert, update, delete on tables to mocshelf_app;
"""


def also(target: MetaData | Table, when: str, statement: str) -> None:
    """Has `create_all` run the statement too."""
    event.listen(target, when, DDL(statement))  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it without types


for _statement in (*(f"create extension if not exists {name}" for name in EXTENSIONS), FOLD, WORDS, TOUCH, APP_ROLE):
    also(metadata, "before_create", _statement)


def identifier() -> Column[Any]:
    """A random id made by the database."""
    return Column("id", Uuid, primary_key=True, server_default=text("gen_random_uuid()"))


def owner() -> Column[Any]:
    """The Cognito `sub` of whom the row belongs to; there is no users table."""
    return Column("user_id", Text, nullable=False)


def moment(name: str, *, default: str | None = "now()", nullable: bool = False) -> Column[Any]:
    """A point in time, now unless another default is named."""
    server_default = None if default is None else text(default)
    return Column(name, DateTime(timezone=True), nullable=nullable, server_default=server_default)


def version() -> Column[Any]:
    """The ETag and the search document's version; `touch` counts it up."""
    return Column("version", BigInteger, nullable=False, server_default=text("1"))


def checked(
    name: str,
    kind: TypeEngine[Any] | type[TypeEngine[Any]],
    condition: str,
    *,
    nullable: bool = False,
    default: str | None = None,
    unique: bool = False,
) -> Column[Any]:
    """A column whose every value meets the condition, which may speak of no other column."""
    return Column(
        name,
        kind,
        CheckConstraint(condition, name=f"{name}_check"),
        nullable=nullable,
        server_default=None if default is None else text(default),
        unique=unique,
    )


def limited(name: str, most: int, *, least: int = 0, nullable: bool = True) -> Column[Any]:
    """A text of so many characters."""
    length = f"char_length({name})"
    return checked(
        name, Text, f"{length} between {least} and {most}" if least else f"{length} <= {most}", nullable=nullable
    )


def one_of(name: str, values: Iterable[str], *, nullable: bool = False, default: str | None = None) -> Column[Any]:
    """A text that is one of the values."""
    listed = ", ".join(f"'{value}'" for value in values)
    return checked(
        name, Text, f"{name} in ({listed})", nullable=nullable, default=None if default is None else f"'{default}'"
    )


def texts(name: str, *, most: int | None = None) -> Column[Any]:
    """A list of texts, empty when nothing is said."""
    check = () if most is None else (CheckConstraint(f"cardinality({name}) <= {most}", name=f"{name}_check"),)
    return Column(name, ARRAY(Text), *check, nullable=False, server_default=text("'{}'"))


def searched(*weighted: tuple[str, str]) -> Column[Any]:
    """The generated column of full-text search; no statement can forget to fill it."""
    vector = " || ".join(f"setweight(to_tsvector('simple', fold({what})), '{weight}')" for what, weight in weighted)
    return Column("search", TSVECTOR, Computed(vector, persisted=True), nullable=False)


def search_index() -> Index:
    """Search within one user's rows."""
    return Index(None, "user_id", "search", postgresql_using="gin")


def belongs_to(column: str, table: str, *, also: str = "user_id", on_delete: str = "cascade") -> ForeignKeyConstraint:
    """A link to a row of the same owner, or of the same MOC: the database refuses any other."""
    return ForeignKeyConstraint([column, also], [f"{table}.id", f"{table}.{also}"], ondelete=on_delete.upper())


def touched(table: Table, *, when: str | None = None) -> Table:
    """Has every update of a row count its version up, or every one that meets the condition."""
    condition = "" if when is None else f" when ({when})"
    trigger = f"create trigger touch before update on {table.name} for each row{condition} execute function touch()"
    also(table, "after_create", trigger)
    return table
