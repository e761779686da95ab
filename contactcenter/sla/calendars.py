"""A calendar: when one place works, and how much of its time lies between two instants or until a target is used up.

Instants are counted in UTC, lengths are real elapsed time. Spans of open time are half open: the opening instant is open,
the closing instant is not.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any, Self
from zoneinfo import ZoneInfo

from contactcenter.sla import years
from contactcenter.sla.windows import (
    DAY_MINUTES,
    ROUND_THE_CLOCK,
    CalendarError,
    Windows,
    closed_days,
    special_days,
    week,
)
from contactcenter.sla.years import EPOCH, Year, microseconds

Span = tuple[datetime, datetime]
LOOKS_AHEAD = 40
"""Years in which open time is looked for before it is said that there is none."""
_FIRST_YEAR, _LAST_YEAR = 1900, 9900
_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)
_ZERO = timedelta(0)


@dataclass(frozen=True, init=False, eq=False)
class Calendar:
    """When one place works. A special date replaces whatever its weekday or a closed date would say.

    `zone` is an IANA name. `weekly` holds windows by weekday ("mon" or "mon-fri"), to the minute; one may end at 24:00, and
    one that ends before it starts goes on into the next day. `closed` holds dates or ranges ("2026-12-24..2026-12-31"), with
    names if it is a mapping; `special` holds windows by date or range. Raises CalendarError for what cannot be meant; `here`
    is where it stands, for the sentence.
    """

    name: str
    zone: ZoneInfo
    weekly: Mapping[int, Windows]
    closed: Mapping[date, str]
    special: Mapping[date, Windows]
    _years: dict[int, Year] = field(repr=False)

    def __init__(
        self,
        zone: str = "UTC",
        weekly: Mapping[str, Sequence[str]] | None = None,
        closed: Iterable[object] | Mapping[Any, str] = (),
        special: Mapping[Any, Sequence[str]] | None = None,
        *,
        name: str = "",
        here: str = "calendar",
    ) -> None:
        given = {
            "name": name,
            "zone": zone_of(zone, f"{here}.zone"),
            "weekly": week(weekly or {}, f"{here}.weekly"),
            "closed": closed_days(closed, f"{here}.closed"),
            "special": special_days(special or {}, f"{here}.special"),
            "_years": {},
        }
        for key, value in given.items():
            object.__setattr__(self, key, value)
        if not any(chain(self.weekly.values(), self.special.values())):
            raise CalendarError(
                f'{here}.weekly: it never opens; write windows such as mon-fri: ["09:00-18:00"], or 24x7 in a file.'
            )

    @classmethod
    def always(cls, *, name: str = "") -> Self:
        """Every minute of every day."""
        return cls(weekly=ROUND_THE_CLOCK, name=name)

    def is_open(self, at: datetime) -> bool:
        """Whether the wall clock of the place stands inside a window."""
        wall = _instant(at).astimezone(self.zone)
        minutes = wall.hour * 60 + wall.minute
        return _covers(self.windows(wall.date()), minutes) or _covers(
            self.windows(wall.date() - _DAY), minutes + DAY_MINUTES
        )

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The open time from `start` to `end`; nothing when `end` is not later."""
        first, last = _instant(start), _instant(end)
        if last <= first:
            return _ZERO
        whole = sum(self._year(year).total for year in range(first.year, last.year))
        counted = whole + self._until(last) - self._until(first)
        return timedelta(microseconds=counted)

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first instant by which so much open time has passed; one that fits exactly ends at closing time."""
        if duration < _ZERO:
            raise CalendarError(f"Calendar {self.name!r} cannot count {duration}: a target must be more than no time.")
        at = _instant(start)
        if not duration:
            return at
        left = duration // _MICROSECOND + self._until(at)
        for year in range(at.year, min(at.year + LOOKS_AHEAD, _LAST_YEAR)):
            total = self._year(year).total
            if left <= total:
                return _datetime(self._year(year).reached(left))
            left -= total
        raise CalendarError(
            f"Calendar {self.name!r} has too little open time after {at:%Y-%m-%d %H:%M} UTC to count {duration}: "
            "check its weekly hours, closed and special dates."
        )

    def next_opening(self, at: datetime) -> datetime | None:
        """The first open instant from `at` on, which is `at` itself while it is open; None when no more comes."""
        return next((opens for opens, _ in self._from(_instant(at))), None)

    def closing_after(self, at: datetime) -> datetime | None:
        """The first instant after `at` at which open turns into closed; None when it never closes."""
        return next((closes for _, closes in self._from(_instant(at)) if closes is not None), None)

    def spans(self, start: datetime, end: datetime) -> list[Span]:
        """What is open from `start` to `end`, in order."""
        first, last = _instant(start), _instant(end)
        if last <= first:
            return []
        found: list[Span] = []
        for year in range(first.year, last.year + 1):
            for span in self._year(year).spans(microseconds(first), microseconds(last)):
                opens, closes = map(_datetime, span)
                if found and found[-1][1] == opens:  # over midnight of New Year on the world clock
                    opens = found.pop()[0]
                found.append((opens, closes))
        return found

    def closed_between(self, start: datetime, end: datetime) -> tuple[tuple[date, str], ...]:
        """The closed dates from `start` to `end` that would have had hours."""
        first, last = (_instant(at).astimezone(self.zone).date() for at in (start, end))
        return tuple(
            (day, self.closed[day])
            for day in (first + _DAY * n for n in range((last - first).days + 1))
            if day in self.closed and day not in self.special and self.weekly.get(day.weekday())
        )

    def windows(self, day: date) -> Windows:
        """The windows that start on this local date."""
        if day in self.special:
            return self.special[day]
        if day in self.closed:
            return ()
        return self.weekly.get(day.weekday(), ())

    def _from(self, at: datetime) -> Iterator[tuple[datetime, datetime | None]]:
        """What is open from `at` on; the last span has no end if it is still open when nobody looks further."""
        opens: datetime | None = None
        closes = at
        for year in range(at.year, min(at.year + LOOKS_AHEAD, _LAST_YEAR)):
            begins = datetime(year, 1, 1, tzinfo=UTC)
            for span in self._year(year).spans(
                microseconds(max(at, begins)), microseconds(begins.replace(year=year + 1))
            ):
                opening, closing = map(_datetime, span)
                if opens is not None and opening > closes:
                    yield opens, closes
                    opens = None
                opens = opening if opens is None else opens
                closes = closing
        if opens is not None:
            yield opens, None

    def _until(self, at: datetime) -> int:
        return self._year(at.year).until(microseconds(at))

    def _year(self, year: int) -> Year:
        found = self._years.get(year)
        if found is None:
            if not _FIRST_YEAR <= year < _LAST_YEAR:
                raise CalendarError(
                    f"Calendar {self.name!r} knows the years {_FIRST_YEAR} to {_LAST_YEAR}, not {year}."
                )
            found = self._years[year] = years.worked_out(year, self.zone, self.windows)
        return found


def zone_of(name: str, here: str = "zone") -> ZoneInfo:
    """The time zone of this name."""
    try:
        return ZoneInfo(name)
    except (LookupError, ValueError, OSError, TypeError):
        raise CalendarError(f"{here}: {name!r} is no time zone; use a name such as Asia/Shanghai.") from None


def _covers(windows: Windows, minutes: int) -> bool:
    return any(opens <= minutes < closes for opens, closes in windows)


def _datetime(at: int) -> datetime:
    return EPOCH + timedelta(microseconds=at)


def _instant(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise CalendarError(f"{at.isoformat()} says no time zone; calendars count instants, so give it in UTC.")
    return at.astimezone(UTC)
