"""A second opinion on opening hours: walks every minute of the world clock and looks at the clock on the wall."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

MINUTE = timedelta(minutes=1)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CLOCK_CHANGES = {
    "Asia/Shanghai": ("2026-02-17",),
    "Asia/Kathmandu": ("2026-02-14",),
    "Europe/Berlin": ("2026-03-29", "2026-10-25"),
    "America/New_York": ("2026-03-08", "2026-11-01"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
}
"""Days on which the clocks change, and an ordinary one where they never do."""


def minute_is_open(raw: dict[str, Any], at: datetime) -> bool:
    wall = at.astimezone(ZoneInfo(raw["zone"]))
    clock = f"{wall:%H:%M}"
    for text in _rows(raw, wall.date()):
        opens, closes = text.split("-")
        if opens <= clock and (clock < closes or closes <= opens):
            return True
    for text in _rows(raw, wall.date() - timedelta(days=1)):
        opens, closes = text.split("-")
        if closes <= opens and clock < closes:
            return True
    return False


def _rows(raw: dict[str, Any], day: date) -> Sequence[str]:
    if day.isoformat() in raw["special"]:
        return raw["special"][day.isoformat()]
    if day.isoformat() in raw["holidays"]["extra"]:
        return ()
    return raw["hours"].get(DAYS[day.weekday()], ())


def open_minutes(raw: dict[str, Any], start: datetime, minutes: int) -> list[bool]:
    return [minute_is_open(raw, start + n * MINUTE) for n in range(minutes)]


def _time(hour: int, minute: int) -> str:
    return f"{hour:02}:{minute:02}"


_clock = st.builds(_time, st.integers(0, 23), st.sampled_from((0, 0, 15, 29, 30, 59)))
_close = st.one_of(_clock, st.just("24:00"))
_row = st.tuples(_clock, _close).filter(lambda pair: pair[0] != pair[1]).map("-".join)
_office = st.just(["09:00-12:00", "13:00-18:00"])
_night = st.sampled_from((["22:00-02:00"], ["22:00-06:00", "09:00-12:00"], ["01:30-02:30"], ["00:00-24:00"]))
_some_rows = st.one_of(_office, _night, st.lists(_row, max_size=3))


@st.composite
def calendars_with_a_moment(draw: st.DrawFn) -> tuple[dict[str, Any], datetime]:
    """A calendar as the file says it, and a whole minute close to a day on which its clocks change."""
    zone = draw(st.sampled_from(sorted(CLOCK_CHANGES)))
    around = date.fromisoformat(draw(st.sampled_from(CLOCK_CHANGES[zone])))
    near = st.integers(-3, 4).map(lambda days: (around + timedelta(days=days)).isoformat())
    raw = {
        "zone": zone,
        "hours": draw(st.dictionaries(st.sampled_from(DAYS), _some_rows, min_size=4)),
        "holidays": {"extra": draw(st.dictionaries(near, st.just("a holiday"), max_size=2))},
        "special": draw(st.dictionaries(near, _some_rows, max_size=2)),
    }
    midnight = datetime.combine(around, datetime.min.time(), UTC)
    return raw, midnight + draw(st.integers(-2 * 1440, 1440)) * MINUTE
