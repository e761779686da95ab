"""The one clock: the database's, so that no two hosts disagree about a deadline."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

_NOW = text("SELECT clock_timestamp()")
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)


@dataclass(slots=True)
class Clock:
    """The database's time plus `ahead`; only a test or a demonstration ever moves it ahead."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self, session: Session) -> datetime:
        """The present instant, in UTC."""
        return self.at(session.execute(_NOW).scalar_one())

    def at(self, told: datetime) -> datetime:
        """The present instant, when the database has just told its own."""
        return told + self.ahead


def now(session: Session) -> datetime:
    """The present instant by the clock of the database that `session` belongs to."""
    clock: Clock = session.info["clock"]
    return clock.now(session)


def microseconds(instant: datetime) -> int:
    """An instant as the routing engine counts: whole microseconds since 1970."""
    return (instant - _EPOCH) // _MICROSECOND


def instant(value: int) -> datetime:
    """The inverse of `microseconds`."""
    return _EPOCH + timedelta(microseconds=value)
