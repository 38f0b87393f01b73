"""What Alembic runs around the revisions: on the connection, and in the transaction, that it is handed."""

from __future__ import annotations

from alembic import context

from migrations.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    on_version_apply=context.config.attributes.get("on_version_apply"),
)
context.run_migrations()
