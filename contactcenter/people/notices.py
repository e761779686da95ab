"""Notices: what one person is told on whatever page they have open, until they have seen it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contactcenter.foundation import events
from contactcenter.foundation.db import add_all
from contactcenter.foundation.errors import NotFound
from contactcenter.foundation.guards import change_one
from contactcenter.foundation.permissions import Who
from contactcenter.models import Notice

MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Told:
    """`words` is language → text."""

    case_id: int
    words: Mapping[str, str]
    escalation_id: int | None = None


def give(session: Session, user_ids: Collection[int], told: Told, now: datetime) -> None:
    """Tell each of these people."""
    values = {"case_id": told.case_id, "words": dict(told.words), "escalation_id": told.escalation_id, "at": now}
    add_all(session, Notice, [{"user_id": user_id, **values} for user_id in sorted(user_ids)])
    for user_id in sorted(user_ids):
        events.record(session, events.NoticeGiven(user_id), now)


def unseen(session: Session, user_id: int) -> Sequence[Notice]:
    """What this person has not seen yet, the newest first."""
    wanted = select(Notice).where(Notice.user_id == user_id, Notice.seen_at.is_(None))
    return session.scalars(wanted.order_by(Notice.id.desc()).limit(MOST_SHOWN)).all()


def see(session: Session, notice_id: int, who: Who, now: datetime) -> None:
    """Whoever asks has seen it; raises NotFound where it is not theirs or was seen before."""
    own = update(Notice).where(Notice.id == notice_id, Notice.user_id == who.id, Notice.seen_at.is_(None))
    change_one(session, own.values(seen_at=now), NotFound("This notice is gone already."))
    events.record(session, events.NoticeGiven(who.id), now)


def see_all(session: Session, escalation_id: int, now: datetime) -> None:
    """Nobody needs to look at this escalation any more."""
    gone = update(Notice).where(Notice.escalation_id == escalation_id, Notice.seen_at.is_(None)).values(seen_at=now)
    for user_id in sorted(set(session.scalars(gone.returning(Notice.user_id)))):
        events.record(session, events.NoticeGiven(user_id), now)
