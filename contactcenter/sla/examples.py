"""Example deadlines of a policy: the starts at which calendars go wrong, over the weeks to come."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from contactcenter.sla.calendars import Calendar
from contactcenter.sla.deadlines import Segment, Target, deadline
from contactcenter.sla.stretches import Stretch, folded, stretches

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_LOOK = 366 * _DAY


@dataclass(frozen=True, slots=True)
class Example:
    """A start with its reason, and the deadline that follows."""

    why: str
    start: datetime
    due: datetime
    working: list[Stretch]


def examples(calendar: Calendar, target: timedelta, now: datetime) -> list[Example]:
    """One for each way of starting that the year after `now` has."""
    return [_example(calendar, target, why, start) for why, start in _starts(calendar, now)]


def _example(calendar: Calendar, target: timedelta, why: str, start: datetime) -> Example:
    promise, clock = Target(why, target), [Segment(start, None, running=True, reason="started")]
    due = deadline(calendar, promise, clock, start).due
    assert due is not None, "a clock that runs falls due"
    return Example(why, start, due, folded(stretches(calendar, promise, clock, start)))


def _starts(calendar: Calendar, now: datetime) -> Iterator[tuple[str, datetime]]:
    yield "now", now
    opening = calendar.next_opening(now)
    if opening is not None and opening > now:
        yield "at the next opening", opening
    closing = _end_of_day(calendar, opening or now)
    if closing is not None:
        yield "half an hour before closing", closing - _HOUR / 2
        yield "at closing", closing
    for day, name in calendar.closed_between(now, now + _LOOK)[:2]:
        midnight = datetime(day.year, day.month, day.day, tzinfo=calendar.zone).astimezone(UTC)
        yield f"the day before {name or day}", calendar.next_opening(midnight - _DAY) or midnight - _DAY
    for change in _changes(calendar, now):
        yield "the day before the clocks change", calendar.next_opening(change - _DAY) or change - _DAY


def _end_of_day(calendar: Calendar, at: datetime) -> datetime | None:
    """The first closing that is no mere break of less than eight hours; None if it never closes."""
    closing = calendar.closing_after(at)
    while closing is not None and calendar.elapsed(closing, closing + _DAY / 3):
        closing = calendar.closing_after(closing)
    return closing


def _changes(calendar: Calendar, now: datetime) -> Iterator[datetime]:
    """The days of the year to come at whose end the zone has another offset."""
    for n in range(_LOOK // _DAY):
        before, after = now + n * _DAY, now + (n + 1) * _DAY
        if before.astimezone(calendar.zone).utcoffset() != after.astimezone(calendar.zone).utcoffset():
            yield before
