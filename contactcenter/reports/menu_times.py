"""How long callers are kept: in the menu, and until they speak to a person."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Interval, cast, func, literal, select
from sqlalchemy.orm import Session

from contactcenter.channels.voice.visits import ANSWERED
from contactcenter.models import Interaction, StepVisit
from contactcenter.reports.menu_calls import Asked, calls, of_menu


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds of so many calls; None of none."""

    calls: int
    median: float | None
    most: float | None
    """The 90th percentile: what nine of ten calls did not exceed."""


def time_in_menu(session: Session, asked: Asked) -> Took:
    """Time in the menu: from the menu's answer until the caller was first put in line, or else left the menu for good.

    Median and 90th percentile over all calls.
    """
    those = calls(asked)
    gone = (
        select(func.max(StepVisit.left_at))
        .where(of_menu(StepVisit, asked), StepVisit.call_id == those.c.id)
        .correlate(those)
        .scalar_subquery()
    )
    queued = select(Interaction.queued_at).where(Interaction.id == those.c.interaction_id).scalar_subquery()
    return _took(session, those, func.least(func.coalesce(queued, gone), gone) - those.c.answered_at)


def time_to_a_person(session: Session, asked: Asked) -> Took:
    """Time to a person: from the menu's answer until an agent was joined, the first time. Median and 90th percentile over
    the calls that an agent answered.
    """
    those = calls(asked)
    joined = (
        select(func.min(StepVisit.left_at))
        .where(of_menu(StepVisit, asked), StepVisit.call_id == those.c.id, StepVisit.exit == ANSWERED)
        .correlate(those)
        .scalar_subquery()
    )
    return _took(session, those, joined - those.c.answered_at)


def _took(session: Session, those: Any, took: Any) -> Took:
    seconds = func.extract("epoch", cast(took, Interval))
    inner = select(seconds.label("seconds")).select_from(those).subquery()
    quantiles = [func.percentile_cont(literal(share)).within_group(inner.c.seconds) for share in (0.5, 0.9)]
    counted = select(func.count(inner.c.seconds), *quantiles).where(inner.c.seconds.is_not(None))
    return Took(*session.execute(counted).one())
