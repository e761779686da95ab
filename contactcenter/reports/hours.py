"""The hours of the week that a question is about, and when they were."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from contactcenter.foundation.clock import instant, microseconds

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Hours:
    """From `begin` up to `end`, in minutes after midnight, on these days (Monday is 0) by the clock of `zone`."""

    zone: str = "UTC"
    weekdays: frozenset[int] = frozenset(range(7))
    begin: int = 0
    end: int = DAY

    @property
    def whole(self) -> bool:
        return (self.begin, self.end) == (0, DAY)

    def words(self) -> str:
        days = ", ".join(WEEKDAYS[day] for day in sorted(self.weekdays))
        on = "every day" if len(self.weekdays) == len(WEEKDAYS) else f"on {days}"
        times = "" if self.whole else f" {clock_time(self.begin)}-{clock_time(self.end)}"
        return f"{on}{times} ({self.zone})"


@dataclass(frozen=True, slots=True)
class Span:
    """From the one instant up to the other, in microseconds."""

    since: int
    until: int

    def holds(self, at: int) -> bool:
        return self.since <= at < self.until

    def date(self, zone: str) -> str:
        """On which day it began there."""
        return f"{instant(self.since).astimezone(ZoneInfo(zone)):%Y-%m-%d}"


def spans(hours: Hours, since: datetime, until: datetime) -> list[Span]:
    """When these hours were between the instants. Of whole days their part counts; hours count only when none is missing."""
    found = []
    for begin, end in _each(hours, since, until):
        if hours.whole:
            begin, end = max(begin, since), min(end, until)  # noqa: PLW2901 — what of the day there is
        if since <= begin < end <= until:
            found.append(Span(microseconds(begin), microseconds(end)))
    return found


def _each(hours: Hours, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime]]:
    place = ZoneInfo(hours.zone)
    midnight = datetime.combine(since.astimezone(place).date(), time(), place)
    while midnight < until:
        if midnight.weekday() in hours.weekdays:
            # Adding to a time with a zone moves the hands of its clock, also on a day with 23 or 25 hours.
            yield midnight + timedelta(minutes=hours.begin), midnight + timedelta(minutes=hours.end)
        midnight += _A_DAY


def midnight_before(at: datetime, zone: str) -> datetime:
    """The newest midnight that is not after the instant."""
    place = ZoneInfo(zone)
    return datetime.combine(at.astimezone(place).date(), time(), place)


def midnight_after(at: datetime, zone: str) -> datetime:
    """The first midnight that is not before the instant."""
    before = midnight_before(at, zone)
    return before if before == at else before + _A_DAY


def clock_time(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
