"""Whether we are open, in the words of a menu's `hours` step."""

from datetime import datetime

from sqlalchemy.orm import Session

import ivr
from contactcenter.channels.voice import emergency
from contactcenter.sla import timetables


def answer(session: Session, calendar: str, now: datetime) -> ivr.HoursAnswered:
    """Whether we are open now. Who calls after hours hears that we are closed, emergency or not."""
    if not timetables.calendar(session, calendar).is_open(now):
        return ivr.HoursAnswered("closed")
    return ivr.HoursAnswered("open" if emergency.notice(session) is None else "emergency")
