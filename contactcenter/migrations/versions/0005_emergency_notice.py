"""A supervisor can have callers told of an emergency."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "emergency_notice",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_emergency_notice_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_notice")),
    )


def downgrade() -> None:
    op.drop_table("emergency_notice")
