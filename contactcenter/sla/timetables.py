"""The calendars as they are in force, by name; each text is understood once per process."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from contactcenter.foundation.remembering import Remembered
from contactcenter.models import CalendarText
from contactcenter.sla.calendar_file import parse_calendar
from contactcenter.sla.calendars import Calendar

_SEEN_WITHIN = 2.0
"""Seconds after which a changed calendar counts everywhere."""
_calendars: Remembered[Calendar] = Remembered(_SEEN_WITHIN)


def calendar(session: Session, name: str) -> Calendar:
    """The calendar of this name as it is in force."""
    return _calendars.get(session, name, lambda: understood(name, definition(session, name)))


def definition(session: Session, name: str) -> Mapping[str, Any]:
    """Its text as data."""
    found: Mapping[str, Any] | None = session.scalar(select(CalendarText.definition).where(CalendarText.name == name))
    if found is None:
        raise LookupError(f"There is no calendar {name!r}; add it to config/calendars.yaml and apply.")
    return found


def understood(name: str, definition: Mapping[str, Any]) -> Calendar:
    """The calendar that this data describes."""
    return _parsed(name, json.dumps(definition, sort_keys=True))


def read_ahead(session: Session) -> None:
    """Understand every calendar now, and not when the first caller asks for it."""
    for name, text in session.execute(select(CalendarText.name, CalendarText.definition)):
        understood(name, text)


@lru_cache(maxsize=256)
def _parsed(name: str, text: str) -> Calendar:
    return parse_calendar(name, json.loads(text))
