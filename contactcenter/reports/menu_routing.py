"""Whether the menu leads callers to the right people."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.channels.voice.visits import ANSWERED
from contactcenter.models import StepVisit
from contactcenter.reports.menu_calls import Asked, Share, stays

SENT_ON_WITHIN = timedelta(seconds=60)
"""Whoever is sent on so soon had not come to the right agent."""


def mis_routed(session: Session, asked: Asked) -> Share:
    """Mis-route rate:

        calls that an agent transferred within 60 s of answering ÷ calls that an agent answered

    A call counts once, however often it was answered or transferred.
    """
    soon = StepVisit.transferred_at <= StepVisit.left_at + SENT_ON_WITHIN
    answered = stays(asked, StepVisit.call_id, func.bool_or(func.coalesce(soon, False)).label("soon"))
    each = answered.where(StepVisit.exit == ANSWERED).group_by(StepVisit.call_id).subquery()
    return Share(*session.execute(select(func.count().filter(each.c.soon), func.count()).select_from(each)).one())
