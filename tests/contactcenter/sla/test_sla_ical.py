"""Closed days from published calendars: whole days only, every year anew, and never a surprise."""

from datetime import date

import pytest

from contactcenter.sla.ical import closed_days
from contactcenter.sla.windows import CalendarError


def file(*events: str) -> bytes:
    lines = [line for event in events for line in ("BEGIN:VEVENT", *event.splitlines(), "END:VEVENT")]
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test", *lines, "END:VCALENDAR", ""]).encode()


CHRISTMAS = "UID:1\nDTSTART;VALUE=DATE:20201225\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20271225\nSUMMARY:Christmas"
WEEK = "UID:2\nDTSTART;VALUE=DATE:20260803\nDTEND;VALUE=DATE:20260808\nSUMMARY:Sommerschließung"


def test_every_day_of_an_all_day_event_is_closed_every_year_anew():
    found = closed_days(file(CHRISTMAS, WEEK))
    assert found[date(2026, 12, 25)] == found[date(2049, 12, 25)] == "Christmas"
    assert date(2027, 12, 25) not in found
    assert date(2019, 12, 25) not in found
    summer = [day for day, name in found.items() if name == "Sommerschließung"]
    assert summer == [date(2026, 8, day) for day in range(3, 8)], "the end of an event is not part of it"


def test_hours_and_what_was_cancelled_close_nothing():
    meeting = "UID:3\nDTSTART:20260804T100000Z\nDTEND:20260804T110000Z\nSUMMARY:Meeting"
    cancelled = "UID:4\nDTSTART;VALUE=DATE:20260901\nSUMMARY:Outing\nSTATUS:CANCELLED"
    one_day = "UID:5\nDTSTART;VALUE=DATE:20260902\nSUMMARY:Stocktaking"
    assert closed_days(file(meeting, cancelled, one_day)) == {date(2026, 9, 2): "Stocktaking"}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "no iCalendar file"),
        (b"<html>not found</html>", "no iCalendar file"),
        (b"\xff\xfe\x00", "no iCalendar file"),
        (file(), "No all-day event"),
        (file("UID:6\nDTSTART:20260804T100000Z\nSUMMARY:Meeting"), "No all-day event"),
        (
            file("UID:7\nDTSTART;VALUE=DATE:20260101\nDTEND;VALUE=DATE:20290101\nSUMMARY:Ever"),
            "lasts longer than a year",
        ),
    ],
)
def test_what_is_no_calendar_of_closed_days_is_refused(text, sentence):
    with pytest.raises(CalendarError, match=sentence):
        closed_days(text)
