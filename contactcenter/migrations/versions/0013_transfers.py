"""An agent may send a conversation on to another queue, with a word for whoever takes it there."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("work_item", sa.Column("transferred_by", sa.BigInteger(), nullable=True))
    op.add_column("work_item", sa.Column("transfer_note", sa.Text(), nullable=True))
    op.add_column("call_command", sa.Column("queue_id", sa.BigInteger(), nullable=True))
    op.add_column("call_command", sa.Column("note", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_call_command_queue_id"), "call_command", "queue", ["queue_id"], ["id"])
    op.add_column("step_visit", sa.Column("transferred_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    op.drop_column("step_visit", "transferred_at")
    op.drop_column("call_command", "note")
    op.drop_column("call_command", "queue_id")
    op.drop_column("work_item", "transfer_note")
    op.drop_column("work_item", "transferred_by")
