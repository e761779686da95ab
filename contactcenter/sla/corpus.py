"""The corpus: named cases of deadlines, each whole in itself, that any system which counts open time can be tested with.

Only the past is in it: a country that changes its rules for the clocks must not make an answer wrong.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from contactcenter.sla.calendars import Calendar
from contactcenter.sla.deadlines import Segment, Target, deadline

ABOUT = (
    "A case is a calendar (zone, weekly, closed, special), a start, a target in seconds, and pauses. Its deadline is the first "
    "instant by which as much open time as the target has passed since the start, pauses left out. An instant is open exactly "
    "when its local wall clock shows a time inside a window of its local date; a window that ends before it starts goes on into "
    "the next day and belongs to the date on which it starts; a closed date has no windows, a special date has its own. Windows "
    "are half open. Instants are in UTC, ISO 8601."
)
OFFICE = {"mon-fri": ["09:00-12:30", "13:30-18:00"]}
WEEKS: Mapping[str, Mapping[str, list[str]]] = {
    "office": OFFICE,
    "nights": {"mon-sun": ["22:00-06:00"]},
    "small-hours": {"mon-sun": ["00:30-01:30", "02:00-03:00"]},
    "around-the-clock": {"mon-sun": ["00:00-24:00"]},
}
CHANGES: Mapping[str, Sequence[str]] = {
    "Africa/Casablanca": ("2023-03-19", "2023-04-23"),
    "Africa/Monrovia": ("1972-01-07",),
    "America/Caracas": ("2016-05-01",),
    "America/New_York": ("2024-03-10", "2024-11-03"),
    "America/Sao_Paulo": ("2018-02-18", "2018-11-04"),
    "America/St_Johns": ("2024-03-10", "2024-11-03"),
    "Antarctica/Troll": ("2024-03-31", "2024-10-27"),
    "Asia/Beirut": ("2022-03-27", "2022-10-30"),
    "Asia/Kathmandu": ("1986-01-01",),
    "Asia/Pyongyang": ("2015-08-15", "2018-05-05"),
    "Asia/Tehran": ("2022-03-22", "2022-09-22"),
    "Australia/Lord_Howe": ("2024-04-07", "2024-10-06"),
    "Europe/Dublin": ("2024-03-31", "2024-10-27"),
    "Europe/Paris": ("2024-03-31", "2024-10-27"),
    "Pacific/Apia": ("2011-12-30",),
    "Pacific/Chatham": ("2024-04-07", "2024-09-29"),
}
_EVERY_DAY = ("America/New_York", "Asia/Kathmandu", "Asia/Shanghai", "Europe/Paris")
_STARTS = {
    "before-opening": "2024-05-13 07:15",
    "at-opening": "2024-05-13 09:00",
    "in-the-morning": "2024-05-14 10:20",
    "just-before-the-break": "2024-05-14 12:29",
    "in-the-break": "2024-05-15 13:00",
    "a-minute-before-closing": "2024-05-16 17:59",
    "at-closing": "2024-05-16 18:00",
    "in-the-evening": "2024-05-16 21:40",
    "on-friday-afternoon": "2024-05-17 16:30",
    "on-saturday": "2024-05-18 11:00",
    "on-sunday-night": "2024-05-19 23:59",
}
_TARGETS = {"quarter-of-an-hour": 900, "four-hours": 14_400, "a-whole-day": 28_800, "a-week": 144_000}
_CLOSED_DAYS: Mapping[str, tuple[Mapping[str, Any], str, int]] = {
    "holiday-in-the-middle": ({"closed": ["2024-05-09"]}, "2024-05-08 17:00", 10_800),
    "bridge-of-closed-days": ({"closed": ["2024-05-09..2024-05-12"]}, "2024-05-08 17:30", 7200),
    "half-day": ({"special": {"2024-12-24": ["09:00-12:00"]}}, "2024-12-24 11:00", 7200),
    "half-day-ends-the-year": ({"closed": ["2024-12-25", "2025-01-01"], "special": {"2024-12-31": ["09:00-12:00"]}},
                               "2024-12-31 08:00", 14_400),
    "open-on-saturday": ({"special": {"2024-11-30": ["10:00-16:00"]}}, "2024-11-29 17:00", 14_400),
    "special-beats-closed": ({"closed": ["2024-05-09"], "special": {"2024-05-09": ["10:00-11:00"]}}, "2024-05-08 18:00", 7200),
    "closed-by-a-special-day": ({"special": {"2024-05-09": []}}, "2024-05-09 10:00", 60),
    "night-shift-before-a-holiday": ({"weekly": WEEKS["nights"], "closed": ["2024-05-09"]}, "2024-05-08 23:00", 32_400),
    "night-shift-of-a-holiday": ({"weekly": WEEKS["nights"], "closed": ["2024-05-09"]}, "2024-05-09 21:00", 3600),
    "fits-up-to-the-break": ({}, "2024-05-14 09:00", 12_600),
    "one-second-past-the-break": ({}, "2024-05-14 09:00", 12_601),
    "fits-up-to-closing": ({}, "2024-05-14 17:00", 3600),
    "until-midnight": ({"weekly": {"mon-fri": ["18:00-24:00"]}}, "2024-05-14 20:00", 14_400),
    "leap-day": ({}, "2024-02-28 17:00", 36_000),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    """One case before its deadline is worked out; `pauses` in UTC."""

    name: str
    hours: Mapping[str, Any]
    start: datetime
    target: int
    pauses: tuple[tuple[datetime, datetime], ...] = ()


@cache
def cases() -> tuple[dict[str, Any], ...]:
    """Every case as it stands in the corpus."""
    return tuple(_written(one) for one in (*_around_changes(), *_on_working_days(), *_around_closed_days()))


def document() -> str:
    """The whole corpus as JSON, a case on each line."""
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in cases())
    return f'{{"about": {json.dumps(ABOUT)},\n"cases": [\n{lines}\n]}}\n'


def _around_changes() -> Iterator[Named]:
    for zone, days in CHANGES.items():
        for day in map(date.fromisoformat, days):
            for week, weekly in WEEKS.items():
                name, hours = f"{zone}/{day}/{week}", {"zone": zone, "weekly": weekly}
                before, after = (_local(zone, day + timedelta(days=n), time(12)) for n in (-1, 1))
                begins = _local(zone, day - timedelta(days=2), time(20))
                target = 172_800 if week == "around-the-clock" else 28_800
                yield Named(f"{name}/through-the-change", hours, begins, target)
                yield Named(f"{name}/paused-over-the-change", hours, begins, target, ((before, after),))
                evening = _local(zone, day - timedelta(days=1), time(23, 45))
                yield Named(f"{name}/from-the-night-before", hours, evening, 9000)


def _on_working_days() -> Iterator[Named]:
    for zone in _EVERY_DAY:
        for begins, local in _STARTS.items():
            start = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
            noon = start + timedelta(hours=1)
            for length, target in _TARGETS.items():
                name = f"{zone}/office/{begins}/{length}"
                yield Named(name, {"zone": zone, "weekly": OFFICE}, start, target)
            pause = ((noon, noon + timedelta(hours=26)),)
            yield Named(
                f"{zone}/office/{begins}/paused-for-a-day", {"zone": zone, "weekly": OFFICE}, start, 28_800, pause
            )


def _around_closed_days() -> Iterator[Named]:
    for zone in ("Asia/Shanghai", "Europe/Paris"):
        for name, (hours, local, target) in _CLOSED_DAYS.items():
            start = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
            yield Named(f"{zone}/{name}", {"zone": zone, "weekly": OFFICE, **hours}, start, target)


def _local(zone: str, day: date, at: time) -> datetime:
    return datetime.combine(day, at, ZoneInfo(zone)).astimezone(UTC)


def _written(one: Named) -> dict[str, Any]:
    due = deadline(Calendar(**one.hours), Target(one.name, timedelta(seconds=one.target)), _life(one), one.start).due
    assert due is not None, "the clock of every case runs in the end"
    return {
        "name": one.name,
        "zone": one.hours["zone"],
        "weekly": one.hours["weekly"],
        "closed": list(one.hours.get("closed", ())),
        "special": dict(one.hours.get("special", {})),
        "start": one.start.isoformat(),
        "target_seconds": one.target,
        "pauses": [[begins.isoformat(), ends.isoformat()] for begins, ends in one.pauses],
        "deadline": due.isoformat(),
    }


def _life(one: Named) -> list[Segment]:
    """The segments of a clock that runs except in the pauses."""
    found, at = [], one.start
    for begins, ends in one.pauses:
        found += [Segment(at, begins, running=True, reason=""), Segment(begins, ends, running=False, reason="paused")]
        at = ends
    return [*found, Segment(at, None, running=True, reason="")]
