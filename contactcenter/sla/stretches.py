"""A deadline's working, hour by hour: what of a clock's life counted, when it was closed and why, when it stood still."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from contactcenter.sla.calendars import Calendar
from contactcenter.sla.deadlines import Segment, Target, deadline

MOST = 30
"""Stretches that are told one by one; of more, the ones in the middle become one."""
_FIRST = 10
_ZERO = timedelta(0)


class Kind(StrEnum):
    COUNTED = "counted"
    PAUSED = "paused"
    BREAK = "break"
    NIGHT = "night"
    CLOSED_DAYS = "closed_days"
    HOLIDAY = "holiday"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Stretch:
    """`why`: the reason of a pause, the name of a holiday; `cause`: who or what a pause comes from. `left` of the target at its
    end; `ahead`: it has not come yet.
    """

    start: datetime
    end: datetime
    kind: Kind
    why: str
    counted: timedelta
    left: timedelta
    ahead: bool
    cause: str = ""


def stretches(calendar: Calendar, target: Target, segments: Sequence[Segment], now: datetime) -> list[Stretch]:
    """Without gaps from the start of the clock to now, or to the instant at which it falls due if that is still to come."""
    due = deadline(calendar, target, segments, now).due
    last = segments[-1]
    ends = last.end or max(now, last.start, due or now if last.running else now)
    left, found = target.within, []
    for segment in segments:
        for one in _split(_of(calendar, segment, ends), now):
            left -= one.counted
            found.append(replace(one, left=left))
    return found


def folded(told: list[Stretch]) -> list[Stretch]:
    """At most so many as a person reads."""
    if len(told) <= MOST:
        return told
    first, middle, last = told[:_FIRST], told[_FIRST : _FIRST - MOST + 1], told[_FIRST - MOST + 1 :]
    counted = sum((one.counted for one in middle), _ZERO)
    whole = replace(middle[-1], start=middle[0].start, kind=Kind.SKIPPED, why=str(len(middle)), counted=counted)
    return [*first, whole, *last]


def _of(calendar: Calendar, segment: Segment, ends: datetime) -> Iterator[Stretch]:
    end = segment.end or ends
    if not segment.running:
        yield replace(_stretch(segment.start, end, Kind.PAUSED, segment.reason), cause=segment.cause)
        return
    at = segment.start
    for opens, closes in calendar.spans(segment.start, end):
        if opens > at:
            yield _closed(calendar, at, opens)
        yield replace(_stretch(opens, closes, Kind.COUNTED), counted=closes - opens)
        at = closes
    if at < end:
        yield _closed(calendar, at, end)


def _closed(calendar: Calendar, start: datetime, end: datetime) -> Stretch:
    holidays = [name for _, name in calendar.closed_between(start, end) if name]
    if holidays:
        return _stretch(start, end, Kind.HOLIDAY, ", ".join(dict.fromkeys(holidays)))
    return _stretch(start, end, _kind_of_gap(calendar, start, calendar.next_opening(start) or end))


def _kind_of_gap(calendar: Calendar, start: datetime, opening: datetime) -> Kind:
    wall = start.astimezone(calendar.zone)
    windows, nights = calendar.windows(wall.date()), (opening.astimezone(calendar.zone).date() - wall.date()).days
    if nights > 1 or not windows:
        return Kind.CLOSED_DAYS
    was_open = any(opens < wall.hour * 60 + wall.minute for opens, _ in windows)
    return Kind.NIGHT if nights or not was_open else Kind.BREAK


def _stretch(start: datetime, end: datetime, kind: Kind, why: str = "") -> Stretch:
    return Stretch(start, end, kind, why, _ZERO, _ZERO, ahead=False)


def _split(told: Iterator[Stretch], now: datetime) -> Iterator[Stretch]:
    """What now lies within is told in two parts."""
    for one in told:
        if one.start >= now:
            yield replace(one, ahead=True)
        elif one.end <= now:
            yield one
        else:
            counts = one.kind is Kind.COUNTED
            yield replace(one, end=now, counted=now - one.start if counts else _ZERO)
            yield replace(one, start=now, counted=one.end - now if counts else _ZERO, ahead=True)
