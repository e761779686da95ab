"""Leases: who of several does a piece of work that one should do. They save work; they never make a write right."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Update, select, text, update
from sqlalchemy.orm import Session

from contactcenter.foundation.guards import changed
from contactcenter.models.foundation import Lease

LIFE = timedelta(seconds=3)
_ENTER = text("INSERT INTO lease (name) VALUES (:name) ON CONFLICT DO NOTHING")


@dataclass(frozen=True, slots=True)
class Held:
    name: str
    holder: str
    epoch: int


def acquire(session: Session, name: str, holder: str, now: datetime, life: timedelta = LIFE) -> Held | None:
    """Become the holder if nobody is; the epoch grows with every change of holder."""
    session.execute(_ENTER, {"name": name})
    epoch = session.execute(
        update(Lease)
        .where(Lease.name == name, Lease.until <= now)
        .values(holder=holder, epoch=Lease.epoch + 1, until=now + life)
        .returning(Lease.epoch)
        .execution_options(synchronize_session=False)
    ).scalar()
    return None if epoch is None else Held(name, holder, epoch)


def renew(session: Session, held: Held, now: datetime, life: timedelta = LIFE) -> bool:
    """Stay the holder; False means deposed: drop everything held in memory."""
    return changed(session, _mine(held).where(Lease.until > now).values(until=now + life))


def release(session: Session, held: Held, now: datetime) -> None:
    """Let a standby follow at once."""
    session.execute(_mine(held).values(until=now).execution_options(synchronize_session=False))


def is_current(session: Session, held: Held) -> bool:
    """Whether this epoch still stands: read by a holder inside each write, so that it notices and stops."""
    return session.execute(select(Lease.epoch).where(Lease.name == held.name)).scalar() == held.epoch


def _mine(held: Held) -> Update:
    return update(Lease).where(Lease.name == held.name, Lease.holder == held.holder, Lease.epoch == held.epoch)
