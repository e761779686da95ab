"""Closed days out of an iCalendar file, as offices and schools publish them: every day of every all-day event, with its name."""

from datetime import date, datetime, timedelta

import icalendar
import recurring_ical_events

from contactcenter.sla.calendar_file import HOLIDAY_YEARS
from contactcenter.sla.windows import CalendarError

_DAY = timedelta(days=1)
_LONGEST = 366
"""Days of one event: what lasts longer closes nothing, it is a life."""


def closed_days(text: bytes) -> dict[date, str]:
    """The days in the years for which holidays are looked up; events of some hours only are left out. Raises CalendarError."""
    try:
        events = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(
            date(HOLIDAY_YEARS.start, 1, 1), date(HOLIDAY_YEARS.stop, 1, 1)
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise CalendarError(
            f"This is no iCalendar file that can be read: {str(error)[:200] or type(error).__name__}"
        ) from error
    found: dict[date, str] = {}
    for event in events:
        start, end = event.start, event.end
        if isinstance(start, datetime) or str(event.get("STATUS", "")).upper() == "CANCELLED":
            continue
        if (end - start).days > _LONGEST:
            raise CalendarError(f"“{event.get('SUMMARY', '')}” of {start} lasts longer than a year; leave it out.")
        for n in range(max((end - start).days, 1)):
            found.setdefault(start + n * _DAY, str(event.get("SUMMARY", "")))
    if not found:
        raise CalendarError("No all-day event stands in this file, so no day is closed by it.")
    return dict(sorted(found.items()))
