"""Timers are rows: armed with the fact that needs them, fired once by whoever comes first, lost by nobody."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contactcenter.foundation.db import add_all, table_of
from contactcenter.foundation.guards import changed, made_change
from contactcenter.models.foundation import Timer


@dataclass(frozen=True, slots=True)
class Due:
    """A timer whose moment has come. `subject` is kind-of-thing:id, for example offer:17."""

    id: int
    subject: str
    kind: str
    gen: int
    fire_at: datetime

    @property
    def subject_id(self) -> int:
        return int(self.subject.rpartition(":")[2])


_TIMER = table_of(Timer)
_NEW = insert(_TIMER)
_ARM = _NEW.on_conflict_do_update(
    index_elements=["subject", "kind", "gen"],
    set_={"fire_at": _NEW.excluded.fire_at, "cancelled_at": None},
    where=_TIMER.c.fired_at.is_(None),
)
_CANCEL = (
    update(_TIMER)
    .where(_TIMER.c.subject == bindparam("what"), _TIMER.c.fired_at.is_(None), _TIMER.c.cancelled_at.is_(None))
    .values(cancelled_at=bindparam("at"))
)


def arm(session: Session, subject: str, kind: str, fire_at: datetime, gen: int = 0) -> None:
    """Set a timer; setting the same one again moves it, unless it has fired."""
    given = {"subject": subject, "kind": kind, "gen": gen, "fire_at": fire_at}
    session.connection().execute(_ARM, given)


@dataclass(frozen=True, slots=True)
class Alarm:
    """A timer to be set."""

    subject: str
    kind: str
    fire_at: datetime
    gen: int = 0


def arm_new(session: Session, alarms: list[Alarm]) -> None:
    """Set timers of subjects that have just come into being, all at once."""
    rows = [{"subject": a.subject, "kind": a.kind, "gen": a.gen, "fire_at": a.fire_at} for a in alarms]
    add_all(session, Timer, rows)


def cancel(session: Session, subject: str, now: datetime, *kinds: str) -> None:
    """Put out the subject's running timers, of the given kinds or all."""
    statement = _CANCEL.where(_TIMER.c.kind.in_(kinds)) if kinds else _CANCEL
    made_change(session, statement, {"what": subject, "at": now})


def due(session: Session, now: datetime, without: Collection[str] = (), most: int = 200) -> list[Due]:
    """Timers whose moment has come, oldest first; those of the kinds in `without` are somebody else's matter."""
    rows = session.execute(
        select(Timer.id, Timer.subject, Timer.kind, Timer.gen, Timer.fire_at)
        .where(Timer.fired_at.is_(None), Timer.cancelled_at.is_(None), Timer.fire_at <= now, Timer.kind.not_in(without))
        .order_by(Timer.fire_at, Timer.id)
        .limit(most)
    )
    return [Due(*row) for row in rows]


def fire(session: Session, timer: Due, now: datetime) -> bool:
    """Mark the timer fired; True for the one caller who may act on it, in this same transaction."""
    return changed(
        session,
        update(Timer)
        .where(Timer.id == timer.id, Timer.fired_at.is_(None), Timer.cancelled_at.is_(None), Timer.fire_at <= now)
        .values(fired_at=now),
    )


_TAKE = text("""
    SELECT id, subject, kind, gen, fire_at FROM timer
     WHERE kind = :kind AND fire_at <= :now AND fired_at IS NULL AND cancelled_at IS NULL
     ORDER BY fire_at, id LIMIT :most FOR UPDATE SKIP LOCKED
""")
_FIRED = text("UPDATE timer SET fired_at = :now WHERE id = ANY(:ids)")


def take(session: Session, kind: str, now: datetime, most: int) -> list[Due]:
    """Due timers of this kind, oldest first, of which nobody else has hold; what is seen to is told by `fire_all`."""
    return [Due(*row) for row in session.execute(_TAKE, {"kind": kind, "now": now, "most": most})]


def fire_all(session: Session, taken: Iterable[Due], now: datetime) -> None:
    """Mark timers fired that this transaction has taken and acted on."""
    session.execute(_FIRED, {"ids": [timer.id for timer in taken], "now": now})


def next_due(session: Session) -> datetime | None:
    """When the next timer fires, or None."""
    return session.execute(
        select(func.min(Timer.fire_at)).where(Timer.fired_at.is_(None), Timer.cancelled_at.is_(None))
    ).scalar()
