"""Hooks of phone menus are declared by the operator, and every run of one is written down."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "hook",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("definition", postgresql.JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_hook")),
    )
    op.create_table(
        "hook_run",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("call_sid", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("visit", sa.BigInteger(), nullable=False),
        sa.Column("flow", sa.Text(), nullable=False),
        sa.Column("flow_version", sa.BigInteger(), nullable=False),
        sa.Column("hook", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("values", postgresql.JSONB(), nullable=True),
        sa.Column("secret", postgresql.JSONB(), nullable=True),
        sa.Column("took_ms", sa.BigInteger(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state IN ('running', 'found', 'missing', 'error')", name=op.f("ck_hook_run_state_known")),
        sa.CheckConstraint("source IN ('ran', 'cached', 'faked', 'refused')", name=op.f("ck_hook_run_source_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hook_run")),
        sa.UniqueConstraint("call_sid", "step", "visit", name=op.f("uq_hook_run_call_sid_step_visit")),
    )
    op.create_index(
        "ix_hook_run_failed",
        "hook_run",
        ["hook", "finished_at"],
        postgresql_where=sa.text("state = 'error' AND source = 'ran'"),
    )
    op.create_index("ix_hook_run_started_at", "hook_run", ["started_at"])
    op.create_index("ix_hook_run_running", "hook_run", ["until"], postgresql_where=sa.text("state = 'running'"))


def downgrade() -> None:
    op.drop_table("hook_run")
    op.drop_table("hook")
