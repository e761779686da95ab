"""A promise's due instant and state agree with a minute-by-minute count of what its clock has seen."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sla_oracle import MINUTE, Moment, moments

from contactcenter.sla.calendars import Calendar
from contactcenter.sla.deadlines import DeadlineError, DeadlineState, Segment, Target, deadline

HOUR = timedelta(hours=1)
ZERO = timedelta(0)
OFFICE = Calendar(
    "Asia/Shanghai", {"mon-fri": ["09:00-12:00", "13:00-18:00"]}, {"2026-05-01": "Labour Day"}, name="office"
)
FOUR_HOURS = Target("first_response", 4 * HOUR, (3 * HOUR,))


def at(text: str) -> datetime:
    """An instant by the clock in Shanghai."""
    return datetime.fromisoformat(text + "+08:00").astimezone(UTC)


def ran(start: str, end: str | None = None) -> Segment:
    return Segment(at(start), at(end) if end else None, running=True, reason="opened")


def waited(start: str, end: str | None = None) -> Segment:
    return Segment(at(start), at(end) if end else None, running=False, reason="waiting for customer")


@st.composite
def lives(draw: st.DrawFn):
    """A calendar and what happened to a clock: stretches of minutes by turns running and paused, and whether it ended."""
    moment = draw(moments())
    assume(moment.tick == MINUTE)
    bounds = [moment.start]
    for length in draw(st.lists(st.integers(0, 800), min_size=1, max_size=5)):
        bounds.append(bounds[-1] + length * MINUTE)
    segments = [
        Segment(bounds[n], bounds[n + 1], running=n % 2 == 0, reason=f"turn {n}") for n in range(len(bounds) - 1)
    ]
    if draw(st.booleans()):
        last = segments[-1]
        segments[-1] = Segment(last.start, None, last.running, last.reason)
    within = draw(st.integers(1, 120)) * 4 * MINUTE
    return moment, segments, Target("resolution", within, (within * 3 / 4,)), bounds[-1]


def walk(hours: Moment, segments, minutes: int, until: datetime) -> tuple[int, datetime | None]:
    """How many minutes counted, and the end of the minute in which the count reached `minutes`."""
    counted, reached, zone = 0, None, hours.zone
    for segment in segments:
        moment = segment.start
        while moment < (segment.end or until):
            counted += segment.running and hours.is_open(moment.astimezone(zone))
            moment += MINUTE
            if counted == minutes and reached is None:
                reached = moment
    return counted, reached


@settings(max_examples=150, deadline=None)
@given(lives())
def test_every_answer_agrees_with_counting_minutes(life):
    hours, segments, target, now = life
    found = deadline(Calendar(**hours.hours), target, segments, now)
    minutes = int(target.within / MINUTE)
    counted, due = walk(hours, segments, minutes, now)
    _, warn = walk(hours, segments, minutes * 3 // 4, now)
    assert found.elapsed == counted * MINUTE
    assert found.elapsed + found.remaining == target.within
    open_ended, running = segments[-1].end is None, segments[-1].running
    if counted >= minutes:
        assert (found.state, found.due) == (DeadlineState.BREACHED, due)
    elif not open_ended:
        assert found.state is DeadlineState.MET
    elif not running:
        assert (found.state, found.due) == (DeadlineState.PAUSED, None)
    else:
        assert found.state is (DeadlineState.WARNING if warn else DeadlineState.RUNNING)
        assert found.due > now
        if found.due < now + timedelta(days=9):
            assert walk(hours, segments, minutes, found.due)[1] == found.due
    if warn:
        assert found.warn == warn


@settings(max_examples=100, deadline=None)
@given(lives(), st.integers(0, 3000), st.integers(0, 3000))
def test_pausing_and_resuming_never_shortens_elapsed_time_nor_brings_the_deadline_nearer(life, ran_for, paused_for):
    hours, segments, target, _ = life
    parsed = Calendar(**hours.hours)
    start = segments[0].start
    pause, resume = start + ran_for * MINUTE, start + (ran_for + paused_for) * MINUTE
    steady = [Segment(start, None, running=True, reason="opened")]
    before = deadline(parsed, target, steady, pause)
    stopped = [Segment(start, pause, True, "opened"), Segment(pause, None, False, "waiting")]
    during = deadline(parsed, target, stopped, resume)
    after_segments = [
        Segment(start, pause, running=True, reason="opened"),
        Segment(pause, resume, running=False, reason="waiting"),
        Segment(resume, None, running=True, reason="answered"),
    ]
    after = deadline(parsed, target, after_segments, resume)
    assert before.elapsed == during.elapsed == after.elapsed
    assert after.due >= before.due
    assert deadline(parsed, target, after_segments, resume + HOUR).elapsed >= after.elapsed
    if paused_for == 0:
        assert after.due == before.due


@settings(max_examples=60, deadline=None)
@given(lives(), st.integers(0, 3000))
def test_the_due_instant_of_a_running_clock_does_not_move_as_time_passes(life, minutes):
    hours, segments, target, _ = life
    parsed = Calendar(**hours.hours)
    steady = [Segment(segments[0].start, None, running=True, reason="opened")]
    first = deadline(parsed, target, steady, segments[0].start)
    later = deadline(parsed, target, steady, segments[0].start + minutes * MINUTE)
    assert (first.due, first.warn) == (later.due, later.warn)
    assert (later.state is DeadlineState.BREACHED) == (segments[0].start + minutes * MINUTE >= first.due)


def test_a_promise_runs_warns_and_breaks_at_exactly_its_instants():
    clock = [ran("2026-03-27 09:00")]
    found = deadline(OFFICE, FOUR_HOURS, clock, at("2026-03-27 10:00"))
    assert (found.warn, found.due) == (at("2026-03-27 12:00"), at("2026-03-27 14:00"))
    states = {
        "2026-03-27 11:59:59": DeadlineState.RUNNING,
        "2026-03-27 12:00:00": DeadlineState.WARNING,
        "2026-03-27 13:59:59": DeadlineState.WARNING,
        "2026-03-27 14:00:00": DeadlineState.BREACHED,
    }
    assert {when: deadline(OFFICE, FOUR_HOURS, clock, at(when)).state for when in states} == states
    late = deadline(OFFICE, FOUR_HOURS, clock, at("2026-03-27 15:30"))
    assert (late.due, late.remaining) == (at("2026-03-27 14:00"), -1.5 * HOUR)


def test_a_promise_that_ends_at_closing_time_is_broken_then_and_not_next_morning():
    clock = [ran("2026-03-27 13:00")]
    assert deadline(OFFICE, Target("t", 5 * HOUR), clock, at("2026-03-27 13:00")).due == at("2026-03-27 18:00")
    assert deadline(OFFICE, Target("t", 5 * HOUR), clock, at("2026-03-27 18:00")).state is DeadlineState.BREACHED
    assert deadline(OFFICE, Target("t", 5 * HOUR), clock, at("2026-03-28 12:00")).remaining == ZERO


def test_a_pause_holds_the_remaining_time_and_has_no_due_instant():
    clock = [ran("2026-03-27 09:00", "2026-03-27 10:00"), waited("2026-03-27 10:00")]
    found = deadline(OFFICE, FOUR_HOURS, clock, at("2026-04-02 10:00"))
    assert (found.state, found.due, found.warn, found.remaining) == (DeadlineState.PAUSED, None, None, 3 * HOUR)
    resumed = [clock[0], waited("2026-03-27 10:00", "2026-04-02 17:00"), ran("2026-04-02 17:00")]
    assert deadline(OFFICE, FOUR_HOURS, resumed, at("2026-04-02 17:00")).due == at("2026-04-03 11:00")


def test_a_pause_after_the_warning_keeps_the_warning_instant():
    clock = [ran("2026-03-27 09:00", "2026-03-27 13:30"), waited("2026-03-27 13:30")]
    found = deadline(OFFICE, FOUR_HOURS, clock, at("2026-03-27 16:00"))
    assert (found.state, found.due, found.warn) == (DeadlineState.PAUSED, None, at("2026-03-27 12:00"))


def test_pausing_a_broken_promise_does_not_mend_it():
    clock = [ran("2026-03-27 09:00", "2026-03-27 15:00"), waited("2026-03-27 15:00")]
    found = deadline(OFFICE, FOUR_HOURS, clock, at("2026-03-27 17:00"))
    assert (found.state, found.due) == (DeadlineState.BREACHED, at("2026-03-27 14:00"))


def test_a_kept_promise_stays_kept_and_says_by_how_much():
    clock = [ran("2026-03-27 09:00", "2026-03-27 11:00")]
    found = deadline(OFFICE, FOUR_HOURS, clock, at("2026-12-01 00:00"))
    assert (found.state, found.remaining, found.due) == (DeadlineState.MET, 2 * HOUR, at("2026-03-27 14:00"))
    assert deadline(
        OFFICE, FOUR_HOURS, [ran("2026-03-27 09:00", "2026-03-27 14:00")], at("2026-12-01 00:00")
    ).state is (DeadlineState.BREACHED)


def test_a_promise_can_be_kept_during_a_pause():
    clock = [ran("2026-03-27 09:00", "2026-03-27 11:00"), waited("2026-03-27 11:00", "2026-03-27 17:00")]
    found = deadline(OFFICE, FOUR_HOURS, clock, at("2026-03-27 17:00"))
    assert (found.state, found.remaining) == (DeadlineState.MET, 2 * HOUR)


def test_a_segment_that_another_transaction_began_after_our_now_counts_nothing_and_breaks_nothing():
    clock = [ran("2026-03-27 09:00", "2026-03-27 10:00"), waited("2026-03-27 10:00")]
    assert deadline(OFFICE, FOUR_HOURS, clock, at("2026-03-27 09:59")).state is DeadlineState.PAUSED
    assert deadline(OFFICE, FOUR_HOURS, clock, at("2026-03-27 09:59")).elapsed == HOUR


def test_a_clock_resumed_after_our_now_falls_due_counted_from_its_resumption():
    clock = [
        ran("2026-03-27 09:00", "2026-03-27 10:00"),
        waited("2026-03-27 10:00", "2026-03-27 13:00"),
        ran("2026-03-27 13:00"),
    ]
    assert deadline(OFFICE, FOUR_HOURS, clock, at("2026-03-27 10:30")).due == at("2026-03-27 16:00")


def test_a_promise_may_have_no_warning():
    found = deadline(OFFICE, Target("t", 4 * HOUR), [ran("2026-03-27 09:00")], at("2026-03-27 13:59"))
    assert (found.warn, found.state) == (None, DeadlineState.RUNNING)


@pytest.mark.parametrize(
    ("segments", "sentence"),
    [
        ([], "has no segment"),
        ([ran("2026-03-27 09:00"), waited("2026-03-27 10:00")], "is told twice about"),
        ([ran("2026-03-27 09:00", "2026-03-27 11:00"), waited("2026-03-27 10:00")], "is told twice about"),
        ([ran("2026-03-27 09:00", "2026-03-27 08:00")], "ends before it starts"),
    ],
)
def test_a_life_that_makes_no_sense_is_refused(segments, sentence):
    with pytest.raises(DeadlineError, match=sentence):
        deadline(OFFICE, FOUR_HOURS, segments, at("2026-03-28 00:00"))


def test_a_target_allows_some_time_and_warns_within_it():
    with pytest.raises(DeadlineError, match="must allow some time"):
        Target("t", ZERO)
    for after in (ZERO, HOUR, 2 * HOUR, -HOUR):
        with pytest.raises(DeadlineError, match="must warn before its time is used up"):
            Target("t", HOUR, (after,))
    found = deadline(OFFICE, Target("t", 4 * HOUR, (HOUR, 3 * HOUR)), [ran("2026-03-27 09:00")], at("2026-03-27 10:30"))
    assert found.warns == (at("2026-03-27 10:00"), at("2026-03-27 12:00"))
    assert (found.warn, found.state) == (at("2026-03-27 10:00"), DeadlineState.WARNING)
