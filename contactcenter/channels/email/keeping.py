"""Keeping: a mail is stored exactly as it came, and only then acknowledged, before anything looks inside."""

from datetime import datetime
from hashlib import sha256

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from contactcenter.foundation import events, outbox
from contactcenter.foundation.clock import microseconds
from contactcenter.foundation.db import add
from contactcenter.models import RawMail
from contactcenter.models.states import MailState

MOST_KEPT = 64 * 1024 * 1024
"""Bytes; what is larger than the parser reads is kept all the same, up to here."""
MOST_ATTEMPTS = 3


def keep(session: Session, raw: bytes, door: str, now: datetime) -> int:
    """Store the mail and have it taken in; returns its id."""
    raw_id = add(
        session,
        RawMail,
        {"door": door, "sha256": sha256(raw).hexdigest(), "size": len(raw), "raw": raw, "received_at": now},
    )
    outbox.post(session, outbox.Parcel("email.take_in", f"mail:{raw_id}", {"raw_mail_id": raw_id}))
    return raw_id


def claim(session: Session, raw_id: int) -> RawMail | None:
    """The mail, locked, if nobody has taken it in yet."""
    return session.scalar(
        select(RawMail)
        .where(RawMail.id == raw_id, RawMail.state == MailState.STORED)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def settle(session: Session, raw_id: int, state: MailState, case_id: int | None = None) -> None:
    session.execute(update(RawMail).where(RawMail.id == raw_id).values(state=state, case_id=case_id))


def quarantine(session: Session, raw_id: int, problem: str, now: datetime) -> None:
    """Put aside for a person what cannot be understood; the raw mail stays, with the reason."""
    session.execute(
        update(RawMail)
        .where(RawMail.id == raw_id, RawMail.state == MailState.STORED)
        .values(state=MailState.QUARANTINED, problem=problem[:500])
    )
    events.record(session, events.MailQuarantined(raw_id), now)


def failed(session: Session, raw_id: int, problem: str, now: datetime) -> None:
    """Taking it in broke down: after three times the mail is put aside, so that it cannot hold up the others."""
    attempts = session.execute(
        update(RawMail)
        .where(RawMail.id == raw_id)
        .values(attempts=RawMail.attempts + 1, problem=problem[:500])
        .returning(RawMail.attempts)
        .execution_options(synchronize_session=False)
    ).scalar_one()
    if attempts >= MOST_ATTEMPTS:
        quarantine(session, raw_id, problem, now)


def replay(session: Session, raw_id: int, now: datetime) -> bool:
    """Have a quarantined mail taken in again, after a repair; False when it is not in quarantine.

    The parcel needs a key of its own: the one that first brought the mail in has been used.
    """
    row = session.execute(
        update(RawMail)
        .where(RawMail.id == raw_id, RawMail.state == MailState.QUARANTINED)
        .values(state=MailState.STORED, attempts=0, problem=None)
        .returning(RawMail.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if row is None:
        return False
    key = f"mail:{raw_id}:replay:{microseconds(now)}"
    outbox.post(session, outbox.Parcel("email.take_in", key, {"raw_mail_id": raw_id}))
    return True
