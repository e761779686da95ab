"""The routing log's starts are kept as text: nobody looks inside them, and they are large."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.alter_column("routing_log", "start", type_=sa.JSON(), existing_type=postgresql.JSONB())


def downgrade() -> None:
    op.alter_column("routing_log", "start", type_=postgresql.JSONB(), existing_type=sa.JSON())
