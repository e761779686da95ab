"""Reads the calendars of config/calendars.yaml, already plain data, into Calendar objects; errors name the key."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays

from contactcenter.sla.calendars import Calendar, CalendarError, Row

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY_YEARS = range(2015, 2051)
"""The years for which a country's holidays are looked up once, when the file is read."""
ROUND_THE_CLOCK: dict[int, tuple[Row, ...]] = dict.fromkeys(range(7), ((0, 1440),))

_ROW = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")


def parse_calendars(raw: object, where: str = "calendars") -> dict[str, Calendar]:
    """Every calendar of the file by its name."""
    return {_text(name, where): parse_calendar(str(name), value, where) for name, value in _mapping(raw, where).items()}


def parse_calendar(name: str, raw: object, where: str = "calendars") -> Calendar:
    """One calendar. Hours around the clock need no zone, as long as no single day is named."""
    here = f"{where}.{name}"
    keys = _known(_mapping(raw, here), {"zone", "hours", "holidays", "special"}, here)
    if "hours" not in keys:
        raise CalendarError(f'{here}.hours is missing: give rows such as mon-fri: ["09:00-18:00"], or 24x7.')
    zone_needed = keys["hours"] != "24x7" or "holidays" in keys or "special" in keys
    if zone_needed and "zone" not in keys:
        raise CalendarError(
            f"{here}.zone is missing: give a place such as Asia/Shanghai, whose clock the hours follow."
        )
    return Calendar(
        name=name,
        zone=_zone(keys.get("zone", "UTC"), f"{here}.zone"),
        hours=_week(keys["hours"], f"{here}.hours"),
        holidays=_holidays(keys.get("holidays"), f"{here}.holidays"),
        special=_special(keys.get("special"), f"{here}.special"),
    )


def _zone(raw: object, here: str) -> ZoneInfo:
    name = _text(raw, here)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CalendarError(f"{here}: {name!r} is no time zone; use a name such as Asia/Shanghai.") from None


def _week(raw: object, here: str) -> dict[int, tuple[Row, ...]]:
    if raw == "24x7":
        return dict(ROUND_THE_CLOCK)
    week: dict[int, tuple[Row, ...]] = {}
    for key, value in _mapping(raw, here).items():
        rows = _rows(value, f"{here}.{key}")
        for weekday in _weekdays(key, f"{here}.{key}"):
            week[weekday] = week.get(weekday, ()) + rows
    return week


def _weekdays(key: object, here: str) -> Iterator[int]:
    """The days a key such as `mon-fri`, `sat` or `mon, wed, fri-sun` stands for; a range may run over the weekend."""
    for part in _text(key, here).lower().split(","):
        first, dash, last = (word.strip() for word in part.partition("-"))
        last = last if dash else first
        if first not in WEEKDAYS or last not in WEEKDAYS:
            raise CalendarError(f"{here}: {part.strip()!r} is no weekday or range of them; use mon … sun or mon-fri.")
        start = WEEKDAYS.index(first)
        length = (WEEKDAYS.index(last) - start) % 7 + 1
        yield from ((start + n) % 7 for n in range(length))


def _rows(raw: object, here: str) -> tuple[Row, ...]:
    if not isinstance(raw, list):
        raise CalendarError(f'{here} must be a list of rows such as ["09:00-12:00", "13:00-18:00"], not {raw!r}.')
    return tuple(_row(value, here) for value in raw)


def _row(raw: object, here: str) -> Row:
    found = _ROW.fullmatch(raw.strip()) if isinstance(raw, str) else None
    if found is None:
        raise CalendarError(f'{here}: {raw!r} is no row of hours; write it in quotes as "09:00-18:00".')
    opens_hour, opens_minute, closes_hour, closes_minute = map(int, found.groups())
    opens, closes = opens_hour * 60 + opens_minute, closes_hour * 60 + closes_minute
    if max(opens_minute, closes_minute) > 59 or opens >= 1440 or closes > 1440:
        raise CalendarError(f"{here}: {raw!r} is not on the clock; a row opens before 24:00 and closes by 24:00.")
    if opens == closes:
        raise CalendarError(f'{here}: {raw!r} opens and closes at once; for a whole day write "00:00-24:00".')
    return opens, closes if closes > opens else closes + 1440


def _holidays(raw: object, here: str) -> dict[date, str]:
    if raw is None:
        return {}
    keys = _known(_mapping(raw, here), {"country", "subdivision", "language", "extra", "except"}, here)
    extra = {
        _date(day, f"{here}.extra"): _text(name, f"{here}.extra.{day}")
        for day, name in _mapping(keys.get("extra", {}), f"{here}.extra").items()
    }
    left_out = keys.get("except", [])
    if not isinstance(left_out, list):
        raise CalendarError(f'{here}.except must be a list of dates such as ["2026-10-02"], not {left_out!r}.')
    dropped = {_date(day, f"{here}.except") for day in left_out}
    if both := sorted(dropped & extra.keys()):
        raise CalendarError(f"{here}: {both[0]} stands in both extra and except; keep one of them.")
    return {day: name for day, name in (_country(keys, here) | extra).items() if day not in dropped}


def _country(keys: Mapping[str, Any], here: str) -> dict[date, str]:
    if "country" not in keys:
        return {}
    # Norway's code, bare in YAML, arrives as false: the sentence about quotes is for it.
    code = _text(keys["country"], f"{here}.country")
    subdivision = _text(keys["subdivision"], f"{here}.subdivision") if "subdivision" in keys else None
    language = _text(keys.get("language", "en_US"), f"{here}.language")
    try:
        found = holidays.country_holidays(
            code, subdiv=subdivision, years=HOLIDAY_YEARS, expand=False, language=language
        )
    except NotImplementedError:
        place = f"{code}, {subdivision}" if subdivision else code
        raise CalendarError(
            f"{here}.country: no holidays are known for {place!r}; "
            "use a two-letter code such as CN, or list the days under extra."
        ) from None
    return dict(found.items())


def _special(raw: object, here: str) -> dict[date, tuple[Row, ...]]:
    days = _mapping({} if raw is None else raw, here)
    return {_date(day, here): _rows(rows, f"{here}.{day}") for day, rows in days.items()}


def _date(raw: object, here: str) -> date:
    """YAML turns an unquoted 2026-12-24 into a date by itself; both spellings are welcome."""
    if type(raw) is date:
        return raw
    try:
        return date.fromisoformat(_text(raw, here))
    except ValueError:
        raise CalendarError(f"{here}: {raw!r} is no date; write it as 2026-12-24.") from None


def _mapping(raw: object, here: str) -> Mapping[Any, Any]:
    if not isinstance(raw, Mapping):
        raise CalendarError(f"{here} must hold keys and values, not {raw!r}.")
    return raw


def _known(keys: Mapping[Any, Any], known: set[str], here: str) -> Mapping[str, Any]:
    for key in keys:
        if key not in known:
            raise CalendarError(f"{here}.{key} is not known here; what may stand here is {', '.join(sorted(known))}.")
    return keys


def _text(raw: object, here: str) -> str:
    if not isinstance(raw, str) or not raw.strip():
        raise CalendarError(f"{here} must be a text, not {raw!r}; put it in quotes.")
    return raw.strip()
