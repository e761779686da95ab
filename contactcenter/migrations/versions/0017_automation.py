"""Rules with their log, escalations and notices; tags of cases, leads of queues, and where people are reached."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_GUARD = """
    CREATE FUNCTION keep_published_rules() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'current') IS DISTINCT FROM (to_jsonb(OLD) - 'current') THEN
            RAISE EXCEPTION 'Published rules are never changed; publish a new version.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_published_rules BEFORE UPDATE OR DELETE ON rule_text
        FOR EACH ROW EXECUTE FUNCTION keep_published_rules()
"""
_NAMED = {"macro": "actions", "letter": "definition", "rota": "definition", "escalation_plan": "definition"}


def upgrade() -> None:
    op.add_column("cases", sa.Column("tags", ARRAY(sa.Text()), server_default="{}", nullable=False))
    op.add_column("queue", sa.Column("lead", sa.Text(), nullable=True))
    op.add_column("users", sa.Column("reach", JSONB(), server_default="{}", nullable=False))
    _texts()
    for name, column in _NAMED.items():
        op.create_table(
            name,
            sa.Column("name", sa.Text(), nullable=False),
            sa.Column(column, JSONB(), nullable=False),
            sa.PrimaryKeyConstraint("name", name=op.f(f"pk_{name}")),
        )
    _moments()
    _escalations()


def _texts() -> None:
    op.create_table(
        "rule_text",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        _instant("published_at"),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("findings", JSONB(), server_default="[]", nullable=False),
        sa.Column("restores", sa.BigInteger(), nullable=True),
        sa.Column("rules", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("name", "version", name=op.f("pk_rule_text")),
        sa.CheckConstraint("origin IN ('files', 'screen')", name=op.f("ck_rule_text_origin_known")),
    )
    current = sa.text("current")
    op.create_index("ix_rule_text_current", "rule_text", ["name"], unique=True, postgresql_where=current)
    op.execute(_GUARD)
    op.create_table(
        "rule_draft",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        _instant("at"),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_rule_draft")),
    )


def _moments() -> None:
    op.create_table(
        "moment",
        _key(),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        _instant("at"),
        sa.Column("trigger", sa.Text(), nullable=False),
        sa.Column("detail", JSONB(), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("entry_id", sa.BigInteger(), nullable=True),
        sa.Column("interaction_id", sa.BigInteger(), nullable=True),
        sa.Column("depth", sa.BigInteger(), server_default="0", nullable=False),
        _instant("judged_at", nullable=True),
        _foreign("moment", "case_id", "cases"),
        _foreign("moment", "entry_id", "timeline_entry"),
        _foreign("moment", "interaction_id", "interaction"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moment")),
    )
    op.create_index("ix_moment_at", "moment", ["at"])
    op.create_index("ix_moment_case", "moment", ["case_id", "id"])
    op.create_table(
        "rule_run",
        _key(),
        sa.Column("moment_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        _instant("at"),
        sa.Column("rule_set", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("why", JSONB(), nullable=False),
        sa.Column("actions", JSONB(), nullable=False),
        _foreign("rule_run", "moment_id", "moment", ondelete="CASCADE"),
        _foreign("rule_run", "case_id", "cases"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_run")),
        sa.UniqueConstraint("moment_id", "rule_set", "rule", name=op.f("uq_rule_run_moment_id_rule_set_rule")),
        sa.CheckConstraint(
            "outcome IN ('acted', 'not_matched', 'failed', 'stopped')", name=op.f("ck_rule_run_outcome_known")
        ),
    )
    op.create_index("ix_rule_run_case", "rule_run", ["case_id", "id"])
    op.create_index("ix_rule_run_rule", "rule_run", ["rule_set", "rule", "id"])
    op.create_table(
        "rule_wait",
        _key(),
        sa.Column("moment_id", sa.BigInteger(), nullable=False),
        sa.Column("rule_set", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        _instant("due_at"),
        _foreign("rule_wait", "moment_id", "moment", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_wait")),
        sa.UniqueConstraint("moment_id", "rule_set", "rule", name=op.f("uq_rule_wait_moment_id_rule_set_rule")),
    )


def _escalations() -> None:
    op.create_table(
        "escalation",
        _key(),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("plan", JSONB(), nullable=False),
        sa.Column("clock_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), server_default="running", nullable=False),
        sa.Column("step", sa.BigInteger(), server_default="0", nullable=False),
        _instant("started_at"),
        _instant("ended_at", nullable=True),
        sa.Column("acknowledged_by", sa.BigInteger(), nullable=True),
        _foreign("escalation", "case_id", "cases"),
        _foreign("escalation", "clock_id", "sla_clock"),
        _foreign("escalation", "acknowledged_by", "users"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.CheckConstraint(
            "state IN ('running', 'acknowledged', 'ended', 'exhausted')", name=op.f("ck_escalation_state_known")
        ),
    )
    running = sa.text("state = 'running'")
    op.create_index("uq_escalation_running", "escalation", ["case_id", "name"], unique=True, postgresql_where=running)
    op.create_table(
        "notice",
        _key(),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("escalation_id", sa.BigInteger(), nullable=True),
        _instant("at"),
        sa.Column("words", JSONB(), nullable=False),
        _instant("seen_at", nullable=True),
        _foreign("notice", "user_id", "users"),
        _foreign("notice", "case_id", "cases"),
        _foreign("notice", "escalation_id", "escalation"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_unseen", "notice", ["user_id", "id"], postgresql_where=sa.text("seen_at IS NULL"))


def downgrade() -> None:
    for name in ("notice", "escalation", "rule_wait", "rule_run", "moment", *_NAMED, "rule_draft", "rule_text"):
        op.drop_table(name)
    op.execute("DROP FUNCTION keep_published_rules()")
    op.drop_column("users", "reach")
    op.drop_column("queue", "lead")
    op.drop_column("cases", "tags")


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False)


def _instant(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _foreign(table: str, column: str, other: str, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{other}")
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=name, ondelete=ondelete)
