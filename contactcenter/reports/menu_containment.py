"""Containment: which share of the callers was helped by the menu alone, as it seems and as it turned out."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, exists, func, literal, select
from sqlalchemy.orm import Session, aliased

from contactcenter.customers import identity
from contactcenter.models import Interaction, PhoneCall, StepVisit
from contactcenter.reports.menu_calls import Asked, Share, calls, of_menu

SOLVED = "end solved"
CALLS_AGAIN = timedelta(days=7)
"""Whoever calls again within this time was not helped."""


def apparent_containment(session: Session, asked: Asked) -> Share:
    """Apparent containment:

        calls that the menu ended as solved ÷ calls

    A hang-up is never contained, wherever it happens; being thanked at the end counts, even if the caller hangs up
    while it is said.
    """
    those = calls(asked)
    solved = _solved(asked, those.c.id)
    return Share(*session.execute(select(func.count().filter(solved), func.count()).select_from(those)).one())


def true_containment(session: Session, asked: Asked, now: datetime) -> Share:
    """True containment:

        calls ended as solved whose number did not call again within 7 days ÷ calls

    Of calls only whose 7 days are over at `now`, and from a number that tells callers apart: who withholds theirs cannot
    be recognised. Any call from the number counts as calling again, to whichever number of ours.
    """
    those = calls(asked)
    again, later = aliased(PhoneCall), aliased(Interaction)
    called_again = (
        exists(literal(1))
        .where(again.interaction_id == later.id, again.from_number == those.c.from_number)
        .where(
            again.id != those.c.id,
            later.started_at > those.c.answered_at,
            later.started_at <= those.c.answered_at + CALLS_AGAIN,
        )
    )
    solved = and_(_solved(asked, those.c.id), ~called_again)
    told_apart = and_(those.c.from_number.like("+%"), those.c.from_number.not_in(identity.WITHHELD))
    counted = select(func.count().filter(solved), func.count()).select_from(those)
    row = session.execute(counted.where(told_apart, those.c.answered_at <= now - CALLS_AGAIN)).one()
    return Share(*row)


def _solved(asked: Asked, call_id: ColumnElement[int]) -> ColumnElement[bool]:
    return exists(literal(1)).where(of_menu(StepVisit, asked), StepVisit.call_id == call_id, StepVisit.exit == SOLVED)
