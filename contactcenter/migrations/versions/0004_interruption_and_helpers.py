"""Accepted mails make way for a call, and agents may help out in a queue after a while."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("agent", sa.Column("yielding", sa.BigInteger(), server_default="0", nullable=False))
    # What is in people's hands while this runs would make way as well.
    op.execute("""UPDATE agent a SET yielding = held.units FROM (
        SELECT o.agent_id, sum(w.weight) AS units FROM offer o JOIN work_item w ON w.current_offer = o.id
        WHERE o.state = 'accepted' AND w.state IN ('assigned', 'wrap_up') AND w.channel IN ('email', 'messaging')
        GROUP BY o.agent_id) held WHERE held.agent_id = a.id""")
    op.drop_constraint(op.f("ck_agent_load_within_capacity"), "agent")
    op.create_check_constraint(
        op.f("ck_agent_load_within_capacity"),
        "agent",
        "yielding >= 0 AND yielding <= load AND load - yielding <= capacity",
    )
    op.add_column("work_item", sa.Column("interrupted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("agent_queue", sa.Column("after_seconds", sa.BigInteger(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("agent_queue", "after_seconds")
    op.drop_column("work_item", "interrupted_at")
    op.drop_constraint(op.f("ck_agent_load_within_capacity"), "agent")
    op.create_check_constraint(op.f("ck_agent_load_within_capacity"), "agent", "load >= 0 AND load <= capacity")
    op.drop_column("agent", "yielding")
