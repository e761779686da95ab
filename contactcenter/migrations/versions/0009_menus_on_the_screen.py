"""Phone menus are drafted, tried and published on the screen; what is published can never be changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_GUARD = """
    CREATE FUNCTION keep_published_flow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'DELETE' OR (to_jsonb(NEW) - 'current') IS DISTINCT FROM (to_jsonb(OLD) - 'current') THEN
            RAISE EXCEPTION 'A published phone menu is never changed; publish a new version.'
                USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER keep_published_flow BEFORE UPDATE OR DELETE ON flow
        FOR EACH ROW EXECUTE FUNCTION keep_published_flow()
"""


def upgrade() -> None:
    op.add_column("flow", sa.Column("sha256", sa.Text(), nullable=True))
    op.execute("UPDATE flow SET sha256 = encode(sha256(convert_to(body, 'UTF8')), 'hex')")
    op.alter_column("flow", "sha256", nullable=False)
    _add_filled("origin", "files")
    _add_filled("by_name", "command line")
    op.add_column("flow", sa.Column("reason", sa.Text(), server_default="", nullable=False))
    findings = sa.Column("findings", postgresql.JSONB(), server_default="[]", nullable=False)
    op.add_column("flow", findings)
    op.add_column("flow", sa.Column("restores", sa.BigInteger(), nullable=True))
    op.create_check_constraint(op.f("ck_flow_origin_known"), "flow", "origin IN ('files', 'screen')")
    op.execute(_GUARD)
    op.create_table(
        "flow_draft",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_flow_draft")),
    )
    op.create_table(
        "flow_trial",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("pretended", postgresql.JSONB(), nullable=False),
        sa.Column("position", postgresql.JSONB(), server_default="{}", nullable=False),
        sa.Column("turn", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_trial")),
        sa.UniqueConstraint("token", name=op.f("uq_flow_trial_token")),
    )
    op.create_index(op.f("ix_flow_trial_at"), "flow_trial", ["at"])


def downgrade() -> None:
    op.drop_table("flow_trial")
    op.drop_table("flow_draft")
    op.execute("DROP TRIGGER keep_published_flow ON flow")
    op.execute("DROP FUNCTION keep_published_flow()")
    op.drop_constraint(op.f("ck_flow_origin_known"), "flow")
    for column in ("restores", "findings", "reason", "by_name", "origin", "sha256"):
        op.drop_column("flow", column)


def _add_filled(name: str, value: str) -> None:
    """A column that from now on is always given, with what is true of the rows so far."""
    op.add_column("flow", sa.Column(name, sa.Text(), server_default=value, nullable=False))
    op.alter_column("flow", name, server_default=None)
