"""Reads the calendars of config/calendars.yaml, already plain data, into Calendar objects; errors name the key."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import holidays

from contactcenter.sla.calendars import Calendar
from contactcenter.sla.windows import ROUND_THE_CLOCK, CalendarError, closed_days

HOLIDAY_YEARS = range(2015, 2051)
"""The years for which a country's holidays are looked up once, when the file is read."""


def parse_calendars(raw: object, where: str = "calendars") -> dict[str, Calendar]:
    """Every calendar of the file by its name."""
    return {_text(name, where): parse_calendar(str(name), value, where) for name, value in _mapping(raw, where).items()}


def parse_calendar(name: str, raw: object, where: str = "calendars") -> Calendar:
    """One calendar. Hours around the clock need no zone, as long as no single day is named."""
    here = f"{where}.{name}"
    keys = _known(_mapping(raw, here), {"zone", "weekly", "holidays", "closed", "special"}, here)
    if "weekly" not in keys:
        raise CalendarError(f'{here}.weekly is missing: give windows such as mon-fri: ["09:00-18:00"], or 24x7.')
    if "zone" not in keys and (keys["weekly"] != "24x7" or keys.keys() & {"holidays", "closed", "special"}):
        raise CalendarError(
            f"{here}.zone is missing: give a place such as Asia/Shanghai, whose clock the hours follow."
        )
    return Calendar(
        _text(keys.get("zone", "UTC"), f"{here}.zone"),
        ROUND_THE_CLOCK if keys["weekly"] == "24x7" else _mapping(keys["weekly"], f"{here}.weekly"),
        _closed(keys, here),
        _mapping(keys.get("special") or {}, f"{here}.special"),
        name=name,
        here=here,
    )


def _closed(keys: Mapping[str, Any], here: str) -> Mapping[date, str]:
    """Holidays and the company's own days; its own name for a day is told."""
    closed = keys.get("closed") or []
    if not isinstance(closed, list | Mapping):
        raise CalendarError(f'{here}.closed must be a list of dates such as ["2026-12-24"], not {closed!r}.')
    own = closed_days(closed, f"{here}.closed")
    found = _holidays(keys.get("holidays"), f"{here}.holidays", own)
    return found | own


def _holidays(raw: object, here: str, own: Mapping[date, str]) -> dict[date, str]:
    if raw is None:
        return {}
    keys = _known(_mapping(raw, here), {"country", "subdivision", "language", "except"}, here)
    left_out = keys.get("except", [])
    if not isinstance(left_out, list):
        raise CalendarError(f'{here}.except must be a list of dates such as ["2026-10-02"], not {left_out!r}.')
    dropped = closed_days(left_out, f"{here}.except")
    if both := sorted(dropped.keys() & own.keys()):
        raise CalendarError(f"{here}.except: {both[0]} stands in closed as well; keep one of them.")
    return {day: name for day, name in _country(keys, here).items() if day not in dropped}


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
            "use a two-letter code such as CN, or list the days under closed."
        ) from None
    return dict(found.items())


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
