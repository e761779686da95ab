"""How promises stand: a case's clocks read from their rows, each with its deadline and the working behind it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.models import SlaClock, SlaSegment
from contactcenter.models.states import ClockState
from contactcenter.sla import editions
from contactcenter.sla.calendars import Calendar
from contactcenter.sla.deadlines import Deadline, Segment, Target, deadline
from contactcenter.sla.stretches import Stretch, folded, stretches


@dataclass(frozen=True, slots=True)
class Promise:
    """A clock together with how it stands now."""

    clock: SlaClock
    deadline: Deadline


def of_case(session: Session, case_id: int, now: datetime) -> list[Promise]:
    """Every promise of the case, newest round of each kind, as it stands."""
    rows = session.scalars(
        select(SlaClock)
        .where(SlaClock.case_id == case_id, SlaClock.state != ClockState.CANCELLED)
        .order_by(SlaClock.kind, SlaClock.gen)
        .execution_options(populate_existing=True)
    )
    newest = {row.kind: row for row in rows}
    return [Promise(clock, stand(session, clock, now)) for clock in newest.values()]


def stand(session: Session, clock: SlaClock, now: datetime) -> Deadline:
    """How one of them stands."""
    return deadline(hours(session, clock), target(clock), segments(session, clock.id), now)


def working(session: Session, clock: SlaClock, now: datetime) -> list[Stretch]:
    """Why the deadline is what it is: each stretch of time and what of it counted."""
    return folded(stretches(hours(session, clock), target(clock), segments(session, clock.id), now))


def hours(session: Session, clock: SlaClock) -> Calendar:
    """The calendar as it was when the promise was made."""
    return editions.of_id(session, clock.edition_id).calendar(clock.calendar)


def target(clock: SlaClock) -> Target:
    warnings = tuple(timedelta(seconds=after) for after in clock.warn_after)
    return Target(clock.kind, timedelta(seconds=clock.target_seconds), warnings)


def segments(session: Session, clock_id: int) -> list[Segment]:
    """What the clock has seen, in order."""
    rows = session.scalars(
        select(SlaSegment)
        .where(SlaSegment.clock_id == clock_id)
        .order_by(SlaSegment.from_at, SlaSegment.id)
        .execution_options(populate_existing=True)
    )
    return [Segment(row.from_at, row.to_at, row.running, row.reason, row.cause) for row in rows]
