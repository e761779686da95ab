"""The words of a calendar: `weekly` for what were hours, `closed` for the extra holidays.

Revision ID: 0014
Revises: 0013
"""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute(
        "UPDATE calendar SET definition = (definition - 'hours') || jsonb_build_object('weekly', definition -> 'hours') "
        "WHERE definition ? 'hours'"
    )
    op.execute(
        "UPDATE calendar SET definition = definition #- '{holidays,extra}' "
        "|| jsonb_build_object('closed', definition #> '{holidays,extra}') WHERE definition #> '{holidays,extra}' IS NOT NULL"
    )


def downgrade() -> None:
    op.execute(
        "UPDATE calendar SET definition = jsonb_set(definition - 'closed', '{holidays}', "
        "coalesce(definition -> 'holidays', '{}') || jsonb_build_object('extra', definition -> 'closed')) "
        "WHERE definition ? 'closed'"
    )
    op.execute(
        "UPDATE calendar SET definition = (definition - 'weekly') || jsonb_build_object('hours', definition -> 'weekly') "
        "WHERE definition ? 'weekly'"
    )
