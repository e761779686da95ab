"""The emergency notice: a supervisor switches it on, and every caller hears it before the menu until it is switched off."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contactcenter.foundation import audit, events
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.permissions import Who
from contactcenter.models import EmergencyNotice, Queue


def notice(session: Session) -> EmergencyNotice | None:
    """The notice that is on, with since when and by whom; None while all is well."""
    return session.scalar(select(EmergencyNotice).execution_options(populate_existing=True))


def switch_on(session: Session, who: Who, now: datetime) -> None:
    """Calls that come to the hours of their menu from now on take its exit `emergency`. Raises Conflict if it is on."""
    row = insert(EmergencyNotice).values(id=1, since=now, by_name=who.name).on_conflict_do_nothing()
    if session.execute(row.returning(EmergencyNotice.id)).first() is None:
        raise Conflict("The emergency notice is on already.")
    _tell(session, who, "switched_on", now)


def switch_off(session: Session, who: Who, now: datetime) -> None:
    """Raises Conflict if it is off."""
    if session.execute(delete(EmergencyNotice).returning(EmergencyNotice.id)).first() is None:
        raise Conflict("The emergency notice is off already.")
    _tell(session, who, "switched_off", now)


def _tell(session: Session, who: Who, verb: str, now: datetime) -> None:
    audit.write(session, who.actor, "emergency_notice", verb, now)
    queues = tuple(session.scalars(select(Queue.id).where(Queue.enabled).order_by(Queue.id)))
    events.record(session, events.EmergencySwitched(queues), now)
