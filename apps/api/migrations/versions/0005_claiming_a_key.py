"""Claiming an Idempotency-Key, and how long to wait for a twin, as a function of the database."""

from __future__ import annotations

from pathlib import Path

from alembic import op

revision = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    statements = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    op.get_bind().exec_driver_sql(statements)


def downgrade() -> None:
    op.get_bind().exec_driver_sql("drop function claim_key(text, text, bytea)")
