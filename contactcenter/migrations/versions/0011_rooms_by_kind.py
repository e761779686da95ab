"""Rooms are found by their kind: a router need not read the room of every case there ever was."""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_room_kind", "room", ["kind"])


def downgrade() -> None:
    op.drop_index("ix_room_kind", "room")
