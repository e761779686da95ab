"""What happens when a promise is about to be broken, and when it is: noted once, told to those who can act."""

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contactcenter.foundation import events
from contactcenter.foundation.guards import changed
from contactcenter.models import Breach, Case, SlaClock
from contactcenter.models.states import ClockState
from contactcenter.sla import promises


def warn_promise(session: Session, clock_id: int, now: datetime) -> None:
    """A warning instant came: note it if the promise still runs. Those that came together are told as one."""
    clock = session.get(SlaClock, clock_id, populate_existing=True)
    if clock is None or clock.state != ClockState.RUNNING:
        return
    reached = sum(at is not None and at <= now for at in promises.stand(session, clock, now).warns)
    hit = changed(
        session,
        update(SlaClock)
        .where(SlaClock.id == clock_id, SlaClock.state == ClockState.RUNNING, SlaClock.warned < reached)
        .values(warned_at=now, warned=reached),
    )
    if hit:
        case_id, queue_id = _where(session, clock_id)
        events.record(session, events.PromiseWarned(clock_id, case_id, queue_id), now)


def break_promise(session: Session, clock_id: int, now: datetime) -> None:
    """The due instant came: note the breach, once, if the promise still runs."""
    hit = changed(
        session,
        update(SlaClock)
        .where(SlaClock.id == clock_id, SlaClock.state == ClockState.RUNNING, SlaClock.breached_at.is_(None))
        .values(breached_at=now),
    )
    if hit:
        session.execute(insert(Breach).values(clock_id=clock_id, at=now).on_conflict_do_nothing())
        case_id, queue_id = _where(session, clock_id)
        events.record(session, events.PromiseBroken(clock_id, case_id, queue_id), now)


def _where(session: Session, clock_id: int) -> tuple[int, int | None]:
    return session.execute(
        select(Case.id, Case.queue_id).join(SlaClock, SlaClock.case_id == Case.id).where(SlaClock.id == clock_id)
    ).one()
