"""A second opinion on opening hours: walks the world clock tick by tick and looks at the clock on the wall.

It knows nothing of spans, years or changes of the clocks: a tick is open when the local time at its start lies in a window.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

ZONES = tuple(sorted(available_timezones() - {"localtime", "posixrules", "Factory"}))
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HALF_MINUTE, MINUTE, DAY = timedelta(seconds=30), timedelta(minutes=1), timedelta(days=1)
TICKS = 3 * 1440
"""Three days, where a tick is a minute."""


@dataclass(frozen=True)
class Moment:
    """A calendar as its constructor takes it, and an instant at the start of a tick."""

    hours: dict[str, Any]
    start: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.hours["zone"])

    @property
    def tick(self) -> timedelta:
        """Half a minute for the one zone that was seconds away from the others until 1972; a minute for all others."""
        around = (self.start + n * DAY for n in range(-1, 5))
        seconds = any((at.astimezone(self.zone).utcoffset() or DAY).seconds % 60 for at in around)
        return HALF_MINUTE if seconds else MINUTE

    def walk(self, ticks: int = TICKS) -> list[bool]:
        zone, tick = self.zone, self.tick
        return [self.is_open((self.start + n * tick).astimezone(zone)) for n in range(ticks)]

    def is_open(self, wall: datetime) -> bool:
        minutes = wall.hour * 60 + wall.minute
        today = (
            opens <= minutes < closes if opens < closes else opens <= minutes for opens, closes in self.of(wall.date())
        )
        tonight = (closes < opens and minutes < closes for opens, closes in self.of(wall.date() - DAY))
        return any(today) or any(tonight)

    def of(self, day: date) -> list[tuple[int, int]]:
        if day.isoformat() in self.hours["special"]:
            rows = self.hours["special"][day.isoformat()]
        elif day.isoformat() in self.hours["closed"]:
            rows = []
        else:
            rows = self.hours["weekly"].get(DAYS[day.weekday()], [])
        return [_minutes(row) for row in rows]


@cache
def _minutes(row: str) -> tuple[int, int]:
    opens, closes = ([int(part) for part in text.split(":")] for text in row.split("-"))
    return opens[0] * 60 + opens[1], closes[0] * 60 + closes[1]


@cache
def changes(zone: str, year: int) -> tuple[date, ...]:
    """The days of the year on which the zone's clocks change."""
    noons = [datetime(year, 1, 1, 12, tzinfo=UTC) + n * DAY for n in range(366)]
    offsets = [noon.astimezone(ZoneInfo(zone)).utcoffset() for noon in noons]
    return tuple(noons[n].date() for n in range(1, 366) if offsets[n] != offsets[n - 1])


_TIMES = (0, 0, 1, 15, 29, 30, 45, 59)
_clock = st.tuples(st.integers(0, 23), st.sampled_from(_TIMES))
_rows = st.one_of(
    st.just(["09:00-12:00", "13:00-18:00"]),
    st.sampled_from(
        (["22:00-06:00"], ["09:00-12:00", "22:00-02:00"], ["01:30-02:30"], ["00:00-24:00"], ["09:00-12:30"])
    ),
    st.sampled_from((["00:00-02:00", "02:30-04:00"], ["23:00-24:00"], ["23:59-00:01"], [])),
    st.lists(_clock, min_size=2, max_size=6, unique=True).map(lambda times: _windows(sorted(times))),
)


def _windows(times: list[tuple[int, int]]) -> list[str]:
    """Windows between every other two of these times; none touches another."""
    texts = [f"{hour:02}:{minute:02}" for hour, minute in times]
    return [f"{opens}-{closes}" for opens, closes in zip(texts[::2], texts[1::2], strict=False)]


@st.composite
def moments(draw: st.DrawFn) -> Moment:
    """Any hours in any zone of any year from 1970 to 2099, mostly around a day on which the clocks change."""
    zone, year = draw(st.sampled_from(ZONES)), draw(st.integers(1970, 2099))
    change = changes(zone, year)
    around = draw(st.sampled_from(change)) if change else date(year, 1, 1) + draw(st.integers(0, 364)) * DAY
    near = st.integers(-2, 3).map(lambda days: (around + days * DAY).isoformat())
    hours = {
        "zone": zone,
        "weekly": draw(st.dictionaries(st.sampled_from(DAYS), _rows, min_size=5)) | {"wed": ["08:00-16:00"]},
        "closed": sorted(draw(st.sets(near, max_size=2))),
        "special": draw(st.dictionaries(near, _rows, max_size=2)),
    }
    midnight = datetime.combine(around, datetime.min.time(), UTC)
    return Moment(hours, midnight + draw(st.integers(-3 * 1440, 1440)) * MINUTE)
