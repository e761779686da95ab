"""What of one year is open, worked out once: spans of the world clock in whole microseconds, to be searched and not walked.

The rule: an instant is open exactly when the local wall clock then shows a time inside a window of its local date; a window
over midnight belongs to the date on which it starts. An hour that the clocks skip counts nothing, one they repeat counts twice.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from contactcenter.sla.windows import Windows

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_DAY = timedelta(days=1)
_EDGE = 3 * _DAY
"""Local dates this far outside the year can still touch it: an offset of 15 hours, a window that ends on the next day."""


def microseconds(at: datetime) -> int:
    """Since 1970 on the world clock."""
    gone = at - EPOCH
    return (gone.days * 86_400 + gone.seconds) * _SECOND + gone.microseconds


@dataclass(frozen=True, slots=True)
class Year:
    """The open spans of one year of the world clock in order, none touching another. `before[n]` is the open time before
    span n; one more tells all of it.
    """

    opens: list[int]
    closes: list[int]
    before: list[int]

    @property
    def total(self) -> int:
        return self.before[-1]

    def until(self, at: int) -> int:
        """The open time from the start of the year to this instant."""
        n = bisect_right(self.opens, at) - 1
        return 0 if n < 0 else self.before[n] + min(at, self.closes[n]) - self.opens[n]

    def reached(self, amount: int) -> int:
        """The first instant by which so much open time has passed, for more than nothing and at most the total."""
        n = bisect_left(self.before, amount) - 1
        return self.opens[n] + amount - self.before[n]

    def spans(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """What is open from `start` to `end`."""
        for n in range(max(bisect_right(self.opens, start) - 1, 0), bisect_left(self.opens, end)):
            if self.closes[n] > start:
                yield max(self.opens[n], start), min(self.closes[n], end)


def worked_out(year: int, zone: ZoneInfo, windows_of: Callable[[date], Windows]) -> Year:
    """The year of these hours in this zone."""
    begins, ends = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    eras = list(_eras(zone, begins - _EDGE, ends + _EDGE))
    pieces = sorted(
        piece for day in _days(begins - _EDGE, ends + _EDGE) for piece in _pieces(day, windows_of(day), eras)
    )
    opens, closes = [], []
    for opening, closing in _joined(pieces, microseconds(begins), microseconds(ends)):
        opens.append(opening)
        closes.append(closing)
    lengths = (closing - opening for opening, closing in zip(opens, closes, strict=True))
    return Year(opens, closes, [0, *accumulate(lengths)])


def _pieces(day: date, windows: Windows, eras: list[tuple[int, int, int]]) -> Iterator[tuple[int, int]]:
    """When the wall clock shows a time inside a window of the day: once, or on both sides of a change of the clocks."""
    midnight = (day.toordinal() - EPOCH.toordinal()) * 86_400 * _SECOND
    for opens, closes in windows:
        for begins, ends, offset in eras:
            opening = max(midnight + opens * _MINUTE - offset, begins)
            closing = min(midnight + closes * _MINUTE - offset, ends)
            if opening < closing:
                yield opening, closing


def _eras(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[int, int, int]]:
    """The stretches from `start` to `end` in which the zone keeps its offset.

    It is looked at once a day: since 1970 no zone has changed its clocks twice within six days.
    """
    begins, at, offset = start, start, _offset(zone, start)
    while at < end:
        after = at + _DAY
        if _offset(zone, after) != offset:
            change = _change(zone, at, after)
            yield microseconds(begins), microseconds(change), offset // timedelta(microseconds=1)
            begins, offset = change, _offset(zone, after)
        at = after
    yield microseconds(begins), microseconds(end), offset // timedelta(microseconds=1)


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
    return at.astimezone(zone).utcoffset() or timedelta(0)


def _days(start: datetime, end: datetime) -> Iterator[date]:
    for n in range((end - start).days):
        yield (start + n * _DAY).date()


def _joined(pieces: list[tuple[int, int]], first: int, last: int) -> Iterator[tuple[int, int]]:
    """What of them lies within the year, joined where they touch or overlap."""
    opens = closes = first
    for opening, closing in ((max(opening, first), min(closing, last)) for opening, closing in pieces):
        if opening >= closing:
            continue
        if opening > closes:
            if closes > opens:
                yield opens, closes
            opens = opening
        closes = max(closes, closing)
    if closes > opens:
        yield opens, closes
