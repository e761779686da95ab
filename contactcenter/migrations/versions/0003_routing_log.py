"""What the router's engine was told, so that it can be told again."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "routing_log",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("epoch", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("config_version", sa.BigInteger(), nullable=False),
        sa.Column("start", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("heard", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_routing_log")),
    )
    op.create_index("ix_routing_log_at", "routing_log", ["at"])


def downgrade() -> None:
    op.drop_table("routing_log")
