"""Queues may keep agents in reserve, and send on what waited too long."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("queue", sa.Column("reserve", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("queue", sa.Column("overflow", postgresql.JSONB(astext_type=sa.Text()), nullable=True))


def downgrade() -> None:
    op.drop_column("queue", "overflow")
    op.drop_column("queue", "reserve")
