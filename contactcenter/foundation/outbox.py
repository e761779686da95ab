"""The outbox: effects outside the house, written with the fact that wants them and carried out after its commit."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from contactcenter.foundation.guards import changed
from contactcenter.models.foundation import Outbox
from contactcenter.models.states import OutboxClass, OutboxState

LOCKED_FOR = timedelta(seconds=30)
MOST_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Parcel:
    """One effect: `topic` names who carries it out, `key` makes posting it twice harmless."""

    topic: str
    key: str
    payload: dict[str, Any]
    repeat_class: OutboxClass = OutboxClass.REPEATABLE


@dataclass(frozen=True, slots=True)
class Claim:
    """A parcel that this process may carry out until its lock ends."""

    id: int
    topic: str
    payload: dict[str, Any]
    repeat_class: OutboxClass
    attempt: int
    token: str
    uncertain: bool
    """An earlier attempt began and never told its end: look whether the effect happened before making it again."""


def post(session: Session, parcel: Parcel) -> int | None:
    """Write the parcel; None when one with this key was posted before."""
    row = session.execute(
        upsert(Outbox)
        .values(dedupe_key=parcel.key, topic=parcel.topic, payload=parcel.payload, repeat_class=parcel.repeat_class)
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(Outbox.id)
    ).scalar()
    if row is not None:
        session.info["posted"].append(row)
    return row


def claim(session: Session, outbox_id: int, now: datetime) -> Claim | None:
    """Take one parcel; None when it is done, or in another worker's hands."""
    return _take(session, now, Outbox.id == outbox_id)


def claim_due(session: Session, now: datetime) -> Claim | None:
    """Take the oldest parcel that nobody has in hand."""
    return _take(session, now)


def finish(session: Session, taken: Claim, state: OutboxState, error: str | None = None) -> bool:
    """Record the end of an attempt; False when the lock had passed to another worker meanwhile."""
    return changed(
        session,
        update(Outbox).where(Outbox.id == taken.id, Outbox.token == taken.token).values(state=state, error=error),
    )


def give_back(session: Session, taken: Claim, error: str, now: datetime) -> OutboxState:
    """Let the parcel be tried again later, with growing patience; after too many attempts it is dead.

    A failure does not prove that nothing happened: what must not be repeated stays in `sending`, so that the next
    attempt is uncertain and looks before it acts.
    """
    again = OutboxState.SENDING if taken.repeat_class == OutboxClass.ONCE else OutboxState.NEW
    state = OutboxState.DEAD if taken.attempt >= MOST_ATTEMPTS else again
    session.execute(
        update(Outbox)
        .where(Outbox.id == taken.id, Outbox.token == taken.token)
        .values(state=state, error=error, lock_until=now + timedelta(seconds=min(2**taken.attempt, 300)))
    )
    return state


def _take(session: Session, now: datetime, *which: Any) -> Claim | None:
    row = session.execute(
        select(Outbox.id, Outbox.topic, Outbox.payload, Outbox.repeat_class, Outbox.state, Outbox.attempts)
        .where(Outbox.state.in_([OutboxState.NEW, OutboxState.SENDING]), Outbox.lock_until < now, *which)
        .order_by(Outbox.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    token = secrets.token_hex(8)
    session.execute(
        update(Outbox)
        .where(Outbox.id == row.id)
        .values(state=OutboxState.SENDING, lock_until=now + LOCKED_FOR, token=token, attempts=Outbox.attempts + 1)
    )
    return Claim(
        row.id,
        row.topic,
        row.payload,
        OutboxClass(row.repeat_class),
        row.attempts + 1,
        token,
        uncertain=row.state == OutboxState.SENDING,
    )
