"""Mail that came in today by what became of it, and the mails that were put aside, to be looked at and tried again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from contactcenter.channels.email import keeping
from contactcenter.foundation import audit, clock, realtime, rooms
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.permissions import Who
from contactcenter.models import RawMail
from contactcenter.models.states import MailState
from contactcenter.reports.service_level import local_midnight

MOST = 100
HEAD = 2048
"""Bytes of a raw mail that are shown."""


@dataclass(frozen=True, slots=True)
class Aside:
    """A mail that was put aside, with its beginning as plain text."""

    id: int
    door: str
    at: datetime
    size: int
    problem: str
    head: str

    @property
    def cut(self) -> bool:
        return self.size > HEAD


@dataclass(frozen=True, slots=True)
class Quarantine:
    """`seq` is where the room of put-aside mails stood; `today` counts mails by state, `count` all that are aside."""

    now: datetime
    room: str
    seq: int
    received: int
    today: Mapping[str, int]
    mails: tuple[Aside, ...]
    count: int


def quarantine(session: Session, zone: str) -> Quarantine:
    """What came in since midnight where the viewer is, and everything that is aside, the newest first."""
    seq = rooms.counters(session, [realtime.MAIL])[realtime.MAIL]
    now = clock.now(session)
    counted = session.execute(
        select(RawMail.state, func.count())
        .where(RawMail.received_at >= local_midnight(now, zone))
        .group_by(RawMail.state)
    )
    today: dict[str, int] = {**dict.fromkeys(MailState, 0), **dict(counted.all())}
    rows = session.execute(
        select(
            RawMail.id,
            RawMail.door,
            RawMail.received_at,
            RawMail.size,
            RawMail.problem,
            func.substring(RawMail.raw, 1, HEAD),
            func.count().over(),
        )
        .where(RawMail.state == MailState.QUARANTINED)
        .order_by(RawMail.id.desc())
        .limit(MOST)
    )
    mails, count = [], 0
    for mail_id, door, at, size, problem, head, all_of_them in rows:
        mails.append(Aside(mail_id, door, at, size, problem or "", as_text(head)))
        count = all_of_them
    return Quarantine(now, realtime.MAIL, seq, sum(today.values()), today, tuple(mails), count)


def replay(session: Session, raw_id: int, who: Who, now: datetime) -> None:
    """Have a mail that was put aside taken in again."""
    if not keeping.replay(session, raw_id, now):
        raise Conflict("This mail is not in quarantine any more.")
    audit.write(session, who.actor, f"raw_mail:{raw_id}", "replayed", now)


def as_text(raw: bytes) -> str:
    """Bytes as a person can read them: what is no text is shown as a sign, and nothing can move the text about."""
    text = raw.decode("utf-8", errors="replace").replace("\r\n", "\n")
    return "".join(char if char in "\n\t" or char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)
