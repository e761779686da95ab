"""Calendars agree with a walk over every minute, in every zone, through every change of the clocks; and by hand."""

import os
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sla_oracle import TICKS, moments

from contactcenter.sla.calendars import Calendar
from contactcenter.sla.deadlines import Segment, Target, deadline
from contactcenter.sla.windows import CalendarError

HOUR = timedelta(hours=1)
ZERO = timedelta(0)
WALKED = settings(
    max_examples=int(os.environ.get("SLA_EXAMPLES", "2000")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
LAWS = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
tick = st.integers(0, TICKS)
lengths = st.lists(st.integers(1, 1500), min_size=1, max_size=6)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def calendar(zone="Europe/Berlin", hours=None, holidays=None, special=None):
    return Calendar(zone, hours or {"mon-fri": ["09:00-12:00", "13:00-18:00"]}, holidays or {}, special, name="office")


@WALKED
@given(moments(), st.tuples(tick, tick), st.integers(1, 1200), lengths, st.integers(1, 1200))
def test_every_answer_is_what_a_walk_over_the_minutes_finds(moment, between, needed, lengths, target):
    made, start, tick, walked = Calendar(**moment.hours), moment.start, moment.tick, moment.walk()
    assert [made.is_open(start + n * tick) for n in range(0, TICKS, 97)] == walked[::97]
    first, last = sorted(between)
    assert made.elapsed(start + first * tick, start + last * tick) == sum(walked[first:last]) * tick
    used_up = reached(walked, needed)
    found = made.add(start, needed * tick)
    assert found == start + used_up * tick if used_up is not None else found > start + TICKS * tick
    openings = [n for n in range(TICKS) if walked[n] and not (n and walked[n - 1])]
    if openings:
        assert made.next_opening(start) == start + openings[0] * tick
    promise(made, moment, walked, lengths, target)


def promise(made, moment, walked, lengths, target):
    """A clock that runs and pauses in turn for so many ticks each, and goes on."""
    counts, segments, n = [], [], 0
    for place, length in enumerate(lengths):
        running, ends = place % 2 == 0, min(n + length, TICKS)
        counts += [running and one for one in walked[n:ends]]
        begins, stops = moment.start + n * moment.tick, moment.start + ends * moment.tick
        segments.append(Segment(begins, stops if place < len(lengths) - 1 else None, running, "any"))
        n = ends
    stand = deadline(made, Target("t", target * moment.tick), segments, moment.start + n * moment.tick)
    assert stand.elapsed == sum(counts) * moment.tick
    used_up = reached(counts + (walked[n:] if segments[-1].running else []), target)
    if used_up is not None:
        assert stand.due == moment.start + used_up * moment.tick
    elif segments[-1].running:
        assert stand.due > moment.start + TICKS * moment.tick
    else:
        assert stand.due is None


def reached(counts, needed):
    """After how many ticks so many of them counted; None if they never did."""
    counted = 0
    for n, one in enumerate(counts, 1):
        counted += one
        if counted == needed:
            return n
    return None


@LAWS
@given(moments(), st.integers(0, 10**13), st.integers(0, 10**13))
def test_adding_and_counting_undo_each_other(moment, first, second):
    made, start = Calendar(**moment.hours), moment.start + timedelta(microseconds=first)
    duration = timedelta(microseconds=second)
    assert made.elapsed(start, made.add(start, duration)) == duration
    assert made.add(start, made.elapsed(start, start + duration)) <= start + duration


@LAWS
@given(moments(), st.lists(st.integers(0, 10**13), min_size=3, max_size=3))
def test_stretches_of_time_add_up(moment, offsets):
    made = Calendar(**moment.hours)
    first, middle, last = (moment.start + timedelta(microseconds=offset) for offset in sorted(offsets))
    assert made.elapsed(first, middle) + made.elapsed(middle, last) == made.elapsed(first, last)
    spans = made.spans(first, last)
    assert sum((closes - opens for opens, closes in spans), ZERO) == made.elapsed(first, last)
    assert all(before[1] < after[0] for before, after in pairwise(spans))
    assert all(made.is_open(opens) and not made.is_open(closes) for opens, closes in spans if closes < last)


@LAWS
@given(moments(), st.integers(0, 10**12), st.integers(0, 10**12))
def test_more_target_is_never_an_earlier_deadline(moment, less, more):
    made = Calendar(**moment.hours)
    less, more = sorted((timedelta(microseconds=less), timedelta(microseconds=more)))
    assert made.add(moment.start, less) <= made.add(moment.start, more)


@LAWS
@given(moments(), st.lists(st.integers(1, 10**11), min_size=4, max_size=4))
def test_a_pause_told_in_two_parts_changes_nothing(moment, lengths):
    made, target = Calendar(**moment.hours), Target("t", timedelta(hours=30), (timedelta(hours=15),))
    ran, paused, longer, ran_on = (timedelta(microseconds=length) for length in lengths)
    begins = moment.start + ran
    middle, ends = begins + paused, begins + paused + longer
    first = Segment(moment.start, begins, running=True, reason="started")
    last = Segment(ends, None, running=True, reason="our_turn")
    one = [first, Segment(begins, ends, running=False, reason="waits"), last]
    two = [
        first,
        Segment(begins, middle, running=False, reason="waits"),
        Segment(middle, ends, running=False, reason="w"),
        last,
    ]
    now = ends + ran_on
    assert deadline(made, target, one, now) == deadline(made, target, two, now)


@LAWS
@given(moments(), st.integers(0, 3 * 86_400 * 10**6))
def test_openings_and_closings_are_where_open_time_begins_and_ends(moment, offset):
    made, at = Calendar(**moment.hours), moment.start + timedelta(microseconds=offset)
    opens, closes = made.next_opening(at), made.closing_after(at)
    assert opens is not None
    assert made.is_open(opens)
    assert made.elapsed(at, opens) == ZERO
    assert closes is None or (not made.is_open(closes) and made.is_open(closes - timedelta(microseconds=1)))
    assert closes is None or made.elapsed(opens, closes) == closes - opens


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
        ("what two days have in common counts once", {"thu": ["22:00-10:00"], "fri": ["09:00-15:00"]}, "2026-03-27 07:00",
         7 * HOUR, "2026-03-27 14:00"),
    ],
)  # fmt: skip
def test_a_deadline_by_hand_in_berlin(what, hours, start, amount, due):
    assert calendar(hours=hours).add(utc(start), amount) == utc(due), what


def test_no_time_at_all_is_used_up_at_once_even_while_closed():
    assert calendar().add(utc("2026-03-28 03:00"), ZERO) == utc("2026-03-28 03:00")


def test_a_holiday_is_closed_and_a_special_day_beats_it():
    closed = calendar(holidays={"2026-03-27": "Founders"})
    assert closed.add(utc("2026-03-26 16:00"), 2 * HOUR) == utc("2026-03-30 08:00")
    short = calendar(holidays={"2026-03-27": "Founders"}, special={"2026-03-27": ["10:00-11:00"]})
    assert short.add(utc("2026-03-26 16:00"), 2 * HOUR) == utc("2026-03-27 10:00")
    shut = calendar(special={"2026-03-27": []})
    assert shut.next_opening(utc("2026-03-27 09:00")) == utc("2026-03-30 07:00")


def test_a_night_shift_outlives_the_midnight_of_a_holiday_but_does_not_begin_on_one():
    nights = calendar(hours={"mon-sun": ["22:00-06:00"]}, holidays={"2026-07-15": "Founders"})
    assert nights.is_open(utc("2026-07-15 03:59"))
    assert not nights.is_open(utc("2026-07-15 21:00"))
    assert not nights.is_open(utc("2026-07-16 01:00"))
    assert nights.next_opening(utc("2026-07-15 04:00")) == utc("2026-07-16 20:00")


def test_lord_howe_changes_its_clocks_by_half_an_hour():
    sunday = calendar(zone="Australia/Lord_Howe", hours={"sun": ["00:00-24:00"]})
    assert sunday.elapsed(utc("2026-04-03 00:00"), utc("2026-04-07 00:00")) == timedelta(hours=24.5)
    assert sunday.elapsed(utc("2026-10-02 00:00"), utc("2026-10-06 00:00")) == timedelta(hours=23.5)


def test_a_day_that_a_zone_left_out_has_no_open_time():
    apia = calendar(zone="Pacific/Apia", hours={"fri": ["00:00-24:00"]})
    assert apia.elapsed(utc("2011-12-28 00:00"), utc("2012-01-02 00:00")) == ZERO


def test_around_the_clock_never_closes_and_counts_every_second():
    always = Calendar.always()
    start = utc("2026-01-01 00:00:01")
    assert always.closing_after(start) is None
    assert always.next_opening(start) == start
    assert always.add(start, timedelta(days=400)) == start + timedelta(days=400)


def test_a_calendar_that_never_opens_is_refused_and_one_that_closes_for_good_says_so():
    for never in ({}, {"mon": []}):
        with pytest.raises(CalendarError, match="weekly: it never opens; write windows"):
            Calendar("Asia/Shanghai", never, name="never")
    once = Calendar("UTC", special={"2026-01-02": ["09:00-10:00"]}, name="once")
    assert once.next_opening(utc("2026-01-01 00:00")) == utc("2026-01-02 09:00")
    assert once.next_opening(utc("2026-01-02 10:00")) is None
    assert once.closing_after(utc("2026-01-02 10:00")) is None
    assert once.add(utc("2026-01-01 00:00"), HOUR) == utc("2026-01-02 10:00")
    with pytest.raises(CalendarError, match="'once' has too little open time after 2026-01-01 00:00 UTC"):
        once.add(utc("2026-01-01 00:00"), HOUR + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"zone": "Mars/Olympus"}, "'Mars/Olympus' is no time zone; use a name such as Asia/Shanghai"),
        ({"weekly": {"mon": ["09:00-12:00", "11:59-15:00"]}}, "weekly.mon: '09:00-12:00' and '11:59-15:00' overlap"),
        (
            {"weekly": {"mon-fri": ["09:00-12:00"], "tue": ["08:00-09:01"]}},
            "weekly.tue: '08:00-09:01' and '09:00-12:00' overlap",
        ),
        ({"weekly": {"mon": ["22:00-06:00", "23:00-24:00"]}}, "overlap; write one window, or end the first earlier"),
        ({"weekly": {"mon": ["09:00-25:00"]}}, "'09:00-25:00' is not on the clock; a window opens before 24:00"),
        ({"weekly": {"mon": ["24:00-02:00"]}}, "'24:00-02:00' is not on the clock"),
        ({"weekly": {"mon": ["09:00-09:00"]}}, 'for a whole day write "00:00-24:00"'),
        ({"weekly": {"mon": "09:00-17:00"}}, "must be a list of windows"),
        ({"weekly": {"monday": ["09:00-17:00"]}}, "'monday' is no weekday"),
        ({"closed": ["2026-12-25", "2026-12-25"]}, "closed: 2026-12-25 stands here twice; leave one of them out"),
        ({"closed": ["2026-12-24..2026-12-26", "2026-12-25"]}, "closed: 2026-12-25 stands here twice"),
        ({"closed": ["2026-12-28..2026-12-24"]}, "ends before it starts; write the earlier date first"),
        ({"closed": ["2026-01-01..2027-01-02"]}, "is longer than a year"),
        ({"closed": ["25.12.2026"]}, "'25.12.2026' is no date; write it as 2026-12-24"),
        ({"closed": [20261225]}, "20261225 is no date"),
        ({"special": {"2026-12-24": ["9-12"]}}, "special.2026-12-24: '9-12' is no window of hours"),
        ({"special": {"2026-12-24": [], "2026-12-23..2026-12-25": []}}, "special: 2026-12-24 stands here twice"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_write_instead(given, sentence):
    with pytest.raises(CalendarError) as refused:
        Calendar(**{"zone": "Europe/Paris", "weekly": {"mon": ["09:00-17:00"]}} | given)
    assert sentence in str(refused.value)


def test_what_touches_is_one_span_also_over_new_year():
    made = Calendar("UTC", {"mon-sun": ["00:00-12:00", "12:00-15:00", "20:00-24:00"]})
    assert made.spans(utc("2026-12-31 01:00"), utc("2027-01-01 14:00")) == [
        (utc("2026-12-31 01:00"), utc("2026-12-31 15:00")),
        (utc("2026-12-31 20:00"), utc("2027-01-01 14:00")),
    ]
    assert made.closing_after(utc("2026-12-31 21:00")) == utc("2027-01-01 15:00")


def test_a_range_of_dates_is_closed_or_special_as_a_whole():
    made = Calendar(
        "Europe/Paris",
        {"mon-sun": ["09:00-17:00"]},
        closed=["2026-12-25..2026-12-27"],
        special={"2026-12-23..2026-12-24": ["09:00-12:00"]},
    )
    hours = [made.elapsed(utc(f"2026-12-{day} 00:00"), utc(f"2026-12-{day} 23:00")) / HOUR for day in range(22, 29)]
    assert hours == [8, 3, 3, 0, 0, 0, 8]


def test_a_target_far_beyond_any_promise_is_still_counted():
    rare = Calendar("Europe/Paris", {"sun": ["02:00-03:00"]})
    assert rare.add(utc("2026-01-01 00:00"), 1500 * HOUR) > utc("2054-01-01 00:00")
    with pytest.raises(CalendarError, match="knows the years 1900 to 9900"):
        rare.is_open(utc("1700-01-01 00:00")) or rare.elapsed(utc("1700-01-01 00:00"), utc("1700-01-02 00:00"))


def test_answers_are_in_utc_whatever_zone_the_question_came_in():
    in_shanghai = datetime(2026, 3, 27, 16, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
    found = calendar().add(in_shanghai, HOUR)
    assert found == utc("2026-03-27 09:00")
    assert found.tzinfo is UTC
    with pytest.raises(CalendarError, match="says no time zone"):
        calendar().is_open(datetime(2026, 3, 27, 16, 0))  # noqa: DTZ001
    with pytest.raises(CalendarError, match="a target must be more than no time"):
        calendar().add(in_shanghai, -HOUR)


def test_only_holidays_that_cost_open_time_are_named():
    days = {
        "2026-03-27": "Founders",
        "2026-03-28": "On a Saturday",
        "2026-03-30": "Open all the same",
        "2026-04-10": "Later",
    }
    both = calendar(holidays=days, special={"2026-03-30": ["09:00-12:00"]})
    named = both.closed_between(utc("2026-03-26 10:00"), utc("2026-03-31 10:00"))
    assert [name for _, name in named] == ["Founders"]
