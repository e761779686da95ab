"""Hours of the week on a place's clock: which of them lie in a recorded time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.foundation.clock import instant
from contactcenter.reports.hours import DAY, Hours, midnight_after, midnight_before, spans

MONDAY = datetime(2030, 3, 4, tzinfo=UTC)
TUESDAYS = Hours("UTC", frozenset({1}), 600, 720)


def times(hours: Hours, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    return [(instant(one.since), instant(one.until)) for one in spans(hours, since, until)]


def test_four_weeks_have_four_tuesdays() -> None:
    found = times(TUESDAYS, MONDAY, MONDAY + timedelta(weeks=4))
    assert [begin for begin, _ in found] == [MONDAY + timedelta(days=1 + 7 * week, hours=10) for week in range(4)]
    assert {end - begin for begin, end in found} == {timedelta(hours=2)}


def test_hours_of_which_something_is_missing_do_not_count() -> None:
    tuesday = MONDAY + timedelta(days=1)
    assert times(TUESDAYS, tuesday + timedelta(hours=10, minutes=1), tuesday + timedelta(days=1)) == []
    assert times(TUESDAYS, tuesday, tuesday + timedelta(hours=11, minutes=59)) == []
    assert len(times(TUESDAYS, tuesday + timedelta(hours=10), tuesday + timedelta(hours=12))) == 1


def test_of_whole_days_what_is_there_counts() -> None:
    since, until = MONDAY + timedelta(hours=8), MONDAY + timedelta(days=1, hours=5)
    assert times(Hours(), since, until) == [(since, MONDAY + timedelta(days=1)), (MONDAY + timedelta(days=1), until)]


@given(
    st.sampled_from(["UTC", "Asia/Shanghai", "Europe/Paris", "America/New_York"]),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(180, 1200),
    st.integers(1, 200),
    st.integers(0, 400 * 24),
    st.integers(0, 60 * 24),
)
def test_each_time_begins_and_ends_on_the_clock_of_the_place(
    zone: str, days: frozenset[int], begin: int, lasts: int, after: int, hours: int
) -> None:
    asked = Hours(zone, days, begin, begin + lasts)
    since = MONDAY + timedelta(hours=after)
    until = since + timedelta(hours=hours)
    found = times(asked, since, until)
    place = ZoneInfo(zone)
    for start, end in found:
        local, last = start.astimezone(place), end.astimezone(place)
        assert local.weekday() in days
        assert (local.hour * 60 + local.minute, last.hour * 60 + last.minute) == (begin, begin + lasts)
        assert since <= start < end <= until
    whole = [
        day
        for day in (MONDAY + timedelta(hours=after + n) for n in range(hours))
        if day.astimezone(place).weekday() in days
    ]
    assert bool(whole) or not found


def test_a_day_on_which_the_clock_is_put_forward_has_23_hours() -> None:
    sunday = datetime(2030, 3, 31, tzinfo=ZoneInfo("Europe/Paris"))
    ((begin, end),) = times(Hours("Europe/Paris", frozenset({6})), sunday, sunday + timedelta(days=1))
    assert end - begin == timedelta(hours=23)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_midnights_around_an_instant(zone: str) -> None:
    noon = MONDAY + timedelta(hours=12)
    before, after = midnight_before(noon, zone), midnight_after(noon, zone)
    assert before < noon < after == before + timedelta(days=1)
    assert midnight_after(before, zone) == midnight_before(before, zone) == before


def test_hours_are_told_in_words() -> None:
    assert TUESDAYS.words() == "on tue 10:00-12:00 (UTC)"
    assert Hours("UTC", frozenset({0, 3}), 0, DAY).words() == "on mon, thu (UTC)"
    assert Hours().words() == "every day (UTC)"
