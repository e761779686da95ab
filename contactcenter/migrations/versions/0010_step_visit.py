"""What callers did at each step of a phone menu is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "step_visit",
        sa.Column("call_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("exit", sa.Text(), nullable=False),
        sa.Column("silences", sa.BigInteger(), nullable=False),
        sa.Column("wrong_keys", sa.BigInteger(), nullable=False),
        sa.Column("keyed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["phone_call.id"], name=op.f("fk_step_visit_call_id")),
        sa.PrimaryKeyConstraint("call_id", "number", name=op.f("pk_step_visit")),
    )
    op.create_index("ix_step_visit_flow", "step_visit", ["flow", "version", "entered_at"])


def downgrade() -> None:
    op.drop_table("step_visit")
