"""Callers may be promised a call at their old place in line, and are asked how it was."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KINDS = "kind IN ('first_response', 'next_response', 'resolution'{more})"


def upgrade() -> None:
    _clock_kinds(", 'callback'")
    op.add_column("phone_call", sa.Column("callback_id", sa.BigInteger(), nullable=True))
    op.add_column("work_item", sa.Column("callback_due_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "callback",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("queue_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("booked_by", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="resting", nullable=False),
        sa.Column("item_id", sa.BigInteger(), nullable=True),
        sa.Column("clock_id", sa.BigInteger(), nullable=False),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("skills", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("priority", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.BigInteger(), nullable=False),
        sa.Column("tries_made", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("between_seconds", sa.BigInteger(), nullable=False),
        sa.Column("enqueued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("order_key", sa.BigInteger(), nullable=True),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("promised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "state IN ('resting', 'waiting', 'calling', 'done', 'given_up', 'cancelled')",
            name=op.f("ck_callback_state_known"),
        ),
        sa.ForeignKeyConstraint(["booked_by"], ["phone_call.id"], name=op.f("fk_callback_booked_by_phone_call")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_callback_case_id_cases")),
        sa.ForeignKeyConstraint(["clock_id"], ["sla_clock.id"], name=op.f("fk_callback_clock_id_sla_clock")),
        sa.ForeignKeyConstraint(["item_id"], ["work_item.id"], name=op.f("fk_callback_item_id_work_item")),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_callback_queue_id_queue")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
    )
    live = sa.text("state IN ('resting','waiting','calling')")
    op.create_index("uq_callback_live", "callback", ["number", "queue_id"], unique=True, postgresql_where=live)
    op.create_index("ix_callback_item", "callback", ["item_id"])
    op.create_index("ix_callback_case", "callback", ["case_id"])
    op.create_table(
        "survey_answer",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=False), nullable=False),
        sa.Column("interaction_id", sa.BigInteger(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer", sa.BigInteger(), nullable=False),
        sa.Column("lowest", sa.BigInteger(), nullable=False),
        sa.Column("highest", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_survey_answer_interaction_id_interaction")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_answer")),
        sa.UniqueConstraint("interaction_id", "question", name=op.f("uq_survey_answer_interaction_id_question")),
    )


def downgrade() -> None:
    op.drop_table("survey_answer")
    op.drop_table("callback")
    op.drop_column("work_item", "callback_due_at")
    op.drop_column("phone_call", "callback_id")
    op.execute("DELETE FROM breach USING sla_clock c WHERE breach.clock_id = c.id AND c.kind = 'callback'")
    op.execute("DELETE FROM sla_segment USING sla_clock c WHERE sla_segment.clock_id = c.id AND c.kind = 'callback'")
    op.execute("DELETE FROM sla_clock WHERE kind = 'callback'")
    _clock_kinds("")


def _clock_kinds(more: str) -> None:
    op.drop_constraint(op.f("ck_sla_clock_kind_known"), "sla_clock")
    op.create_check_constraint(op.f("ck_sla_clock_kind_known"), "sla_clock", _KINDS.format(more=more))
