"""Opening hours agree with a walk over every minute, whatever the zone, the clock changes, the holidays and the shifts."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sla_oracle import MINUTE, calendars_with_a_moment, minute_is_open, open_minutes

from contactcenter.sla.calendar_file import parse_calendar
from contactcenter.sla.calendars import (
    CalendarError,
    add_business,
    business_between,
    closing_after,
    holidays_between,
    is_open,
    next_opening,
    open_spans,
)

HOUR = timedelta(hours=1)
ZERO = timedelta(0)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def calendar(zone="Europe/Berlin", hours=None, holidays=None, special=None):
    raw = {"zone": zone, "hours": hours or {"mon-fri": ["09:00-12:00", "13:00-18:00"]}}
    if holidays:
        raw["holidays"] = {"extra": holidays}
    if special:
        raw["special"] = special
    return parse_calendar("office", raw)


@settings(max_examples=150, deadline=None)
@given(calendars_with_a_moment(), st.integers(0, 4 * 1440))
def test_open_time_is_the_number_of_open_minutes(moment, minutes):
    raw, start = moment
    parsed = parse_calendar("c", raw)
    walked = open_minutes(raw, start, minutes)
    assert business_between(parsed, start, start + minutes * MINUTE) == sum(walked) * MINUTE
    assert [is_open(parsed, start + n * MINUTE) for n in range(0, minutes, 7)] == walked[::7]


@settings(max_examples=150, deadline=None)
@given(calendars_with_a_moment(), st.integers(1, 600))
def test_a_deadline_is_the_end_of_the_minute_in_which_the_open_time_is_used_up(moment, needed):
    raw, start = moment
    raw = raw | {"hours": raw["hours"] | {"wed": ["09:00-20:00"]}}
    found = add_business(parse_calendar("c", raw), start, needed * MINUTE)
    at, counted = start, 0
    while counted < needed and at < start + timedelta(days=12):
        counted += minute_is_open(raw, at)
        at += MINUTE
    if counted == needed:
        assert found == at
    else:
        assert found > at


@settings(max_examples=120, deadline=None)
@given(calendars_with_a_moment())
def test_openings_and_closings_are_where_the_minutes_change(moment):
    raw, start = moment
    parsed = parse_calendar("c", raw)
    walked = open_minutes(raw, start, 4 * 1440)
    opening, closing = next_opening(parsed, start), closing_after(parsed, start)
    if True in walked:
        assert opening == start + walked.index(True) * MINUTE
    else:
        assert opening is None or opening >= start + 4 * 1440 * MINUTE
    closings = [n for n in range(1, len(walked)) if walked[n - 1] and not walked[n]]
    if closings:
        assert closing == start + closings[0] * MINUTE
    else:
        assert closing is None or closing >= start + 4 * 1440 * MINUTE


@settings(max_examples=150, deadline=None)
@given(calendars_with_a_moment(), st.integers(0, 5 * 86400 * 10), st.integers(0, 5 * 86400 * 10))
def test_a_deadline_undoes_the_counting_of_open_time(moment, first, second):
    raw, start = moment
    parsed = parse_calendar("c", raw | {"hours": raw["hours"] | {"tue": ["08:00-16:00"]}})
    middle = start + timedelta(milliseconds=100 * min(first, second))
    end = start + timedelta(milliseconds=100 * max(first, second))
    counted = business_between(parsed, start, end)
    assert counted == business_between(parsed, start, middle) + business_between(parsed, middle, end)
    reached = add_business(parsed, start, counted)
    assert reached <= end
    assert business_between(parsed, start, reached) == counted
    assert add_business(parsed, middle, business_between(parsed, middle, end)) in (reached, middle)


@settings(max_examples=120, deadline=None)
@given(calendars_with_a_moment(), st.integers(0, 4 * 86400 * 1000))
def test_spans_and_the_single_question_agree_at_any_millisecond(moment, offset):
    raw, start = moment
    parsed = parse_calendar("c", raw)
    at = start + timedelta(milliseconds=offset)
    spans = open_spans(parsed, start, start + timedelta(days=5))
    assert is_open(parsed, at) == any(opens <= at < closes for opens, closes in spans)
    assert all(before[1] < after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    ("what", "hours", "start", "amount", "due"),
    [
        ("ends exactly at closing time", {"fri": ["09:00-18:00"]}, "2026-03-27 15:00", 2 * HOUR, "2026-03-27 17:00"),
        ("a microsecond more waits a week", {"fri": ["09:00-18:00"]}, "2026-03-27 15:00",
         2 * HOUR + timedelta(microseconds=1), "2026-04-03 07:00:00.000001"),
        ("starts exactly at closing time", {"mon-fri": ["09:00-18:00"]}, "2026-03-26 17:00", HOUR, "2026-03-27 09:00"),
        ("starts while closed", {"mon-fri": ["09:00-18:00"]}, "2026-03-27 20:00", HOUR, "2026-03-30 08:00"),
        ("fills the morning up to lunch", {"mon-fri": ["09:00-12:00", "13:00-18:00"]}, "2026-03-27 08:00", 3 * HOUR,
         "2026-03-27 11:00"),
        ("crosses lunch", {"mon-fri": ["09:00-12:00", "13:00-18:00"]}, "2026-03-27 08:00", 4 * HOUR, "2026-03-27 13:00"),
        ("the night loses an hour", {"sat": ["22:00-06:00"]}, "2026-03-28 21:00", 7 * HOUR, "2026-03-29 04:00"),
        ("the night gains an hour", {"sat": ["22:00-06:00"]}, "2026-10-24 20:00", 9 * HOUR, "2026-10-25 05:00"),
        ("a row inside the skipped hour", {"sun": ["02:00-03:00"]}, "2026-03-29 00:00", HOUR, "2026-04-05 01:00"),
        ("a row inside the repeated hour", {"sun": ["02:00-03:00"]}, "2026-10-25 00:00", 2 * HOUR, "2026-10-25 02:00"),
        ("until midnight", {"fri": ["18:00-24:00"]}, "2026-03-27 20:00", 3 * HOUR, "2026-03-27 23:00"),
        ("over midnight", {"fri": ["22:00-02:00"]}, "2026-03-27 22:00", 3 * HOUR, "2026-03-28 01:00"),
        ("rows that overlap count once", {"fri": ["09:00-13:00", "12:00-15:00"]}, "2026-03-27 08:00", 6 * HOUR,
         "2026-03-27 14:00"),
    ],
)  # fmt: skip
def test_a_deadline_by_hand_in_berlin(what, hours, start, amount, due):
    assert add_business(calendar(hours=hours), utc(start), amount) == utc(due), what


def test_no_time_at_all_is_used_up_at_once_even_while_closed():
    assert add_business(calendar(), utc("2026-03-28 03:00"), ZERO) == utc("2026-03-28 03:00")


def test_a_holiday_is_closed_and_a_special_day_beats_it():
    closed = calendar(holidays={"2026-03-27": "Founders"})
    assert add_business(closed, utc("2026-03-26 16:00"), 2 * HOUR) == utc("2026-03-30 08:00")
    short = calendar(holidays={"2026-03-27": "Founders"}, special={"2026-03-27": ["10:00-11:00"]})
    assert add_business(short, utc("2026-03-26 16:00"), 2 * HOUR) == utc("2026-03-27 10:00")
    shut = calendar(special={"2026-03-27": []})
    assert next_opening(shut, utc("2026-03-27 09:00")) == utc("2026-03-30 07:00")


def test_a_night_shift_outlives_the_midnight_of_a_holiday_but_does_not_begin_on_one():
    nights = calendar(hours={"mon-sun": ["22:00-06:00"]}, holidays={"2026-07-15": "Founders"})
    assert is_open(nights, utc("2026-07-15 03:59"))
    assert not is_open(nights, utc("2026-07-15 21:00"))
    assert not is_open(nights, utc("2026-07-16 01:00"))
    assert next_opening(nights, utc("2026-07-15 04:00")) == utc("2026-07-16 20:00")


def test_lord_howe_changes_its_clocks_by_half_an_hour():
    sunday = calendar(zone="Australia/Lord_Howe", hours={"sun": ["00:00-24:00"]})
    assert business_between(sunday, utc("2026-04-03 00:00"), utc("2026-04-07 00:00")) == timedelta(hours=24.5)
    assert business_between(sunday, utc("2026-10-02 00:00"), utc("2026-10-06 00:00")) == timedelta(hours=23.5)


def test_a_day_that_a_zone_left_out_has_no_open_time():
    apia = calendar(zone="Pacific/Apia", hours={"fri": ["00:00-24:00"]})
    assert business_between(apia, utc("2011-12-28 00:00"), utc("2012-01-02 00:00")) == ZERO


def test_around_the_clock_never_closes_and_counts_every_second():
    always = parse_calendar("always", {"hours": "24x7"})
    start = utc("2026-01-01 00:00:01")
    assert closing_after(always, start) is None
    assert next_opening(always, start) == start
    assert add_business(always, start, timedelta(days=400)) == start + timedelta(days=400)


def test_a_calendar_without_open_time_says_so_instead_of_searching_for_ever():
    never = parse_calendar("never", {"zone": "Asia/Shanghai", "hours": {}})
    assert next_opening(never, utc("2026-01-01 00:00")) is None
    assert closing_after(never, utc("2026-01-01 00:00")) is None
    with pytest.raises(CalendarError, match="'never' has only 0:00:00 of open time in the five years"):
        add_business(never, utc("2026-01-01 00:00"), HOUR)


def test_answers_are_in_utc_whatever_zone_the_question_came_in():
    in_shanghai = datetime(2026, 3, 27, 16, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    found = add_business(calendar(), in_shanghai, HOUR)
    assert found == utc("2026-03-27 09:00")
    assert found.tzinfo is UTC
    with pytest.raises(CalendarError, match="says no time zone"):
        is_open(calendar(), datetime(2026, 3, 27, 16, 0))  # noqa: DTZ001
    with pytest.raises(CalendarError, match="negative"):
        add_business(calendar(), in_shanghai, -HOUR)


def test_only_holidays_that_cost_open_time_are_named():
    days = {
        "2026-03-27": "Founders",
        "2026-03-28": "On a Saturday",
        "2026-03-30": "Open all the same",
        "2026-04-10": "Later",
    }
    both = calendar(holidays=days, special={"2026-03-30": ["09:00-12:00"]})
    named = holidays_between(both, utc("2026-03-26 10:00"), utc("2026-03-31 10:00"))
    assert [name for _, name in named] == ["Founders"]
