"""Every warning instant stands with its clock, so that many clocks are warned of in one statement.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    instants = ARRAY(sa.DateTime(timezone=True))
    op.add_column("sla_clock", sa.Column("warns_at", instants, server_default="{}", nullable=False))
    op.execute("UPDATE sla_clock SET warns_at = ARRAY[warn_at] WHERE warn_at IS NOT NULL")


def downgrade() -> None:
    op.drop_column("sla_clock", "warns_at")
