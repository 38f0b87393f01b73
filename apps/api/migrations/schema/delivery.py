"""What makes effects happen once: the outbox, idempotency keys, object deletions."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

from migrations.schema.foundations import also, checked, limited, metadata, moment, one_of, owner

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, Identity(always=True), primary_key=True),
    one_of("topic", ["index", "picture"]),
    one_of("entity", ["moc", "image", "album", "wishlist", "user"]),
    Column("entity_id", Text, nullable=False),
    owner(),
    # The row's; for a deleted row its last version + 1.
    Column("version", BigInteger, nullable=False),
    moment("created_at"),
    # When the sweep may send it.
    moment("available_at", default="now() + interval '1 minute'"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("last_error", Text),
    Index(None, "available_at"),
    Index(None, "entity", "entity_id"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    owner(),
    limited("key", 255, least=1, nullable=False),
    checked("request_hash", LargeBinary, "octet_length(request_hash) = 32"),
    Column("status", SmallInteger),
    Column("headers", JSONB),
    Column("body", Text),
    moment("created_at"),
    moment("expires_at", default="now() + interval '24 hours'"),
    PrimaryKeyConstraint("user_id", "key"),
    Index(None, "expires_at"),
)

# True when the key is this transaction's now, False when it was used before; a twin that holds it is waited for.
also(
    idempotency_keys,
    "after_create",
    """
create function claim_key(of_user text, named text, digest bytea) returns boolean
  language plpgsql set lock_timeout = '5s' as $$
begin
  delete from idempotency_keys where user_id = of_user and key = named and expires_at <= now();
  insert into idempotency_keys (user_id, key, request_hash) values (of_user, named, digest) on conflict do nothing;
  return found;
end $$
""",
)

# A row is a promise that the object will be gone once it is due.
object_deletions = Table(
    "object_deletions",
    metadata,
    Column("object_key", Text, primary_key=True),
    moment("due_at"),
    moment("created_at"),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Index(None, "due_at"),
)
