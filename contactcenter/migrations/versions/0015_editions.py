"""Clocks are bound to what was in force when they began; several warnings; narrower policies; who caused a pause.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0015"
down_revision = "0014"
KINDS = ("first_response", "next_response", "resolution", "callback")
MORE_KINDS = ("first_response", "next_response", "resolution", "periodic_update", "third_party", "callback")


def upgrade() -> None:
    op.create_table(
        "sla_edition",
        sa.Column("id", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("body", JSONB(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sla_edition")),
        sa.UniqueConstraint("name", "digest", name=op.f("uq_sla_edition_name_digest")),
    )
    op.execute(
        "INSERT INTO sla_edition (name, number, digest, body, since) SELECT 'calendar:' || name, 1, md5(definition::text), "
        "jsonb_build_object('policy', '{}'::jsonb, 'calendars', jsonb_build_object(name, definition)), now() FROM calendar"
    )
    _clocks()
    _policies()
    op.add_column("sla_segment", sa.Column("cause", sa.Text(), server_default="", nullable=False))
    _kinds(MORE_KINDS)


def _clocks() -> None:
    op.add_column("sla_clock", sa.Column("edition_id", sa.BigInteger(), nullable=True))
    op.add_column("sla_clock", sa.Column("warn_after", JSONB(), nullable=True))
    op.add_column("sla_clock", sa.Column("warned", sa.BigInteger(), server_default="0", nullable=False))
    op.execute(
        "UPDATE sla_clock SET edition_id = (SELECT e.id FROM sla_edition e WHERE e.name = 'calendar:' || calendar), "
        "warned = (warned_at IS NOT NULL)::int, warn_after = CASE WHEN warn_at_percent < 100 "
        "THEN jsonb_build_array(target_seconds * warn_at_percent / 100) ELSE '[]' END"
    )
    op.alter_column("sla_clock", "edition_id", nullable=False)
    op.alter_column("sla_clock", "warn_after", nullable=False)
    op.create_foreign_key(op.f("fk_sla_clock_edition_id"), "sla_clock", "sla_edition", ["edition_id"], ["id"])
    op.drop_column("sla_clock", "warn_at_percent")


def _policies() -> None:
    op.add_column("sla_policy", sa.Column("warnings", JSONB(), nullable=True))
    op.add_column("sla_policy", sa.Column("reopen", sa.Text(), server_default="restart", nullable=False))
    op.add_column("sla_policy", sa.Column("narrower", JSONB(), server_default="[]", nullable=False))
    op.add_column("sla_policy", sa.Column("edition_id", sa.BigInteger(), nullable=True))
    op.execute("UPDATE sla_policy SET warnings = jsonb_build_array(warn_at_percent || '%')")
    op.alter_column("sla_policy", "warnings", nullable=False)
    op.create_foreign_key(op.f("fk_sla_policy_edition_id"), "sla_policy", "sla_edition", ["edition_id"], ["id"])
    op.drop_column("sla_policy", "warn_at_percent")


def _kinds(kinds: tuple[str, ...]) -> None:
    op.drop_constraint(op.f("ck_sla_clock_kind_known"), "sla_clock")
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    op.create_check_constraint(op.f("ck_sla_clock_kind_known"), "sla_clock", f"kind IN ({listed})")


def downgrade() -> None:
    _kinds(KINDS)
    op.drop_column("sla_segment", "cause")
    op.add_column("sla_policy", sa.Column("warn_at_percent", sa.BigInteger(), server_default="75", nullable=False))
    op.alter_column("sla_policy", "warn_at_percent", server_default=None)
    for column in ("edition_id", "narrower", "reopen", "warnings"):
        op.drop_column("sla_policy", column)
    op.add_column("sla_clock", sa.Column("warn_at_percent", sa.BigInteger(), server_default="75", nullable=False))
    op.alter_column("sla_clock", "warn_at_percent", server_default=None)
    for column in ("edition_id", "warn_after", "warned"):
        op.drop_column("sla_clock", column)
    op.drop_table("sla_edition")
