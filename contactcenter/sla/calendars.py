"""Opening hours as arithmetic: is it open, how much open time lies between two instants, when is an amount used up.

Rows of hours are wall-clock times of one place; everything counted is real elapsed time. An hour that the clocks skip
in spring counts nothing, an hour that they repeat in autumn counts twice. A row belongs to the day on which it begins:
the part after midnight of a night shift stays open when the next day is a holiday.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Row = tuple[int, int]
"""Minutes after midnight at which a row opens and closes; the second exceeds 1440 when the row ends on the next day."""
Span = tuple[datetime, datetime]

HORIZON = timedelta(days=5 * 366)
_DAY = timedelta(days=1)
_STRIDE = timedelta(days=7)
_ZERO = timedelta(0)


class CalendarError(ValueError):
    """A calendar that cannot be read, or a question it has no answer to."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When one place works. A special day replaces whatever its weekday or a holiday would say; weekday 0 is Monday."""

    name: str
    zone: ZoneInfo
    hours: Mapping[int, tuple[Row, ...]]
    holidays: Mapping[date, str] = field(default_factory=dict)
    special: Mapping[date, tuple[Row, ...]] = field(default_factory=dict)


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Whether the wall clock of the place stands inside a row: the opening instant does, the closing instant does not."""
    wall = _utc(at).astimezone(calendar.zone)
    since_midnight = wall.replace(tzinfo=None) - datetime.combine(wall.date(), datetime.min.time())
    return _covers(_rows(calendar, wall.date()), since_midnight) or _covers(
        _rows(calendar, wall.date() - _DAY), since_midnight + _DAY
    )


def business_between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """The open time from `start` to `end`; nothing when `end` is not later."""
    return sum((closes - opens for opens, closes in open_spans(calendar, start, end)), _ZERO)


def add_business(calendar: Calendar, start: datetime, amount: timedelta) -> datetime:
    """The first instant by which `amount` of open time has passed, so one that fits exactly ends at closing time."""
    if amount < _ZERO:
        raise CalendarError(f"Calendar {calendar.name!r} cannot count a negative amount of open time: {amount}.")
    left, at = amount, _utc(start)
    if not left:
        return at
    for opens, closes in _pieces_after(calendar, at):
        if left <= closes - opens:
            return opens + left
        left -= closes - opens
    raise CalendarError(
        f"Calendar {calendar.name!r} has only {amount - left} of open time in the five years after "
        f"{at:%Y-%m-%d %H:%M} UTC, and {amount} is needed: check its hours, holidays and special days."
    )


def next_opening(calendar: Calendar, at: datetime) -> datetime | None:
    """The first open instant from `at` on, which is `at` itself while it is open; None when five years bring none."""
    return next((opens for opens, _ in _pieces_after(calendar, at)), None)


def closing_after(calendar: Calendar, at: datetime) -> datetime | None:
    """The first instant after `at` at which open turns into closed; None when five years bring none."""
    closing: datetime | None = None
    for opens, closes in _pieces_after(calendar, at):
        if closing is not None and opens > closing:
            return closing
        closing = closes
    return closing if closing is not None and closing < _utc(at) + HORIZON else None


def open_spans(calendar: Calendar, start: datetime, end: datetime) -> list[Span]:
    """What is open from `start` to `end`, in order, joined where rows touch or overlap."""
    first, last = _utc(start), _utc(end)
    if last <= first:
        return []
    pieces = sorted(
        (max(opens, first), min(closes, last))
        for day in _days(calendar, first, last)
        for row in _rows(calendar, day)
        for opens, closes in _instants(calendar.zone, day, row)
        if opens < last and closes > first
    )
    return _joined(pieces)


def holidays_between(calendar: Calendar, start: datetime, end: datetime) -> tuple[tuple[date, str], ...]:
    """The holidays from `start` to `end` that kept a day closed which would have had hours."""
    first, last = (_utc(at).astimezone(calendar.zone).date() for at in (start, end))
    return tuple(
        (day, calendar.holidays[day])
        for day in (first + _DAY * n for n in range((last - first).days + 1))
        if day in calendar.holidays and day not in calendar.special and calendar.hours.get(day.weekday())
    )


def _pieces_after(calendar: Calendar, at: datetime) -> Iterator[Span]:
    start = _utc(at)
    end = start + HORIZON
    while start < end:
        yield from open_spans(calendar, start, min(start + _STRIDE, end))
        start += _STRIDE


def _rows(calendar: Calendar, day: date) -> tuple[Row, ...]:
    if day in calendar.special:
        return calendar.special[day]
    if day in calendar.holidays:
        return ()
    return calendar.hours.get(day.weekday(), ())


def _covers(rows: tuple[Row, ...], since_midnight: timedelta) -> bool:
    return any(timedelta(minutes=opens) <= since_midnight < timedelta(minutes=closes) for opens, closes in rows)


def _days(calendar: Calendar, first: datetime, last: datetime) -> Iterator[date]:
    """The local days whose rows may touch the instants; one more on each side, as clocks set back can repeat a midnight."""
    day = first.astimezone(calendar.zone).date() - 2 * _DAY
    end = last.astimezone(calendar.zone).date() + _DAY
    while day <= end:
        yield day
        day += _DAY


def _instants(zone: ZoneInfo, day: date, row: Row) -> Iterator[Span]:
    """When the wall clock shows a time inside the row: once, or on two sides of a moment when the clocks are changed.

    The search looks four days wide; no zone has changed its clocks twice within a week since 1990.
    """
    midnight = datetime.combine(day, datetime.min.time(), UTC)
    opens, closes = (midnight + timedelta(minutes=minutes) for minutes in row)
    before, after = _offset(zone, opens - _DAY), _offset(zone, closes + _DAY)
    if before == after:
        yield opens - before, closes - before
        return
    change = _change(zone, opens - _DAY, closes + _DAY)
    if opens - before < change:
        yield opens - before, min(closes - before, change)
    if closes - after > change:
        yield max(opens - after, change), closes - after


def _change(zone: ZoneInfo, start: datetime, end: datetime) -> datetime:
    """The second at which the offset that holds at `start` gives way to another."""
    same, other = 0, int((end - start).total_seconds())
    offset = _offset(zone, start)
    while other - same > 1:
        middle = (same + other) // 2
        if _offset(zone, start + timedelta(seconds=middle)) == offset:
            same = middle
        else:
            other = middle
    return start + timedelta(seconds=other)


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or _ZERO


def _joined(pieces: list[Span]) -> list[Span]:
    spans: list[Span] = []
    for opens, closes in pieces:
        if spans and opens <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], closes))
        else:
            spans.append((opens, closes))
    return spans


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise CalendarError(f"{at.isoformat()} says no time zone; calendars count instants, so give it in UTC.")
    return at.astimezone(UTC)
