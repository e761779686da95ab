"""The working of a deadline: without gaps, in words, and adding up to the answer."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from test_sla_deadlines import lives

from contactcenter.sla.calendars import Calendar
from contactcenter.sla.deadlines import Segment, Target, deadline
from contactcenter.sla.stretches import MOST, Kind, folded, stretches

HOUR = timedelta(hours=1)
OFFICE = Calendar(
    "Asia/Shanghai", {"mon-fri": ["09:00-12:00", "13:00-18:00"]}, {"2026-05-01": "Labour Day", "2026-05-05": ""}
)


def at(text: str) -> datetime:
    """An instant by the clock in Shanghai."""
    return datetime.fromisoformat(text + "+08:00").astimezone(UTC)


@settings(max_examples=150, deadline=None)
@given(lives())
def test_the_stretches_have_no_gaps_and_add_up_to_the_answer(life):
    hours, segments, target, now = life
    made = Calendar(**hours.hours)
    told, stand = stretches(made, target, segments, now), deadline(made, target, segments, now)
    told = [one for one in told if one.start < one.end]
    assert all(before.end == after.start for before, after in pairwise(told))
    assert sum((one.counted for one in told if not one.ahead), timedelta(0)) == stand.elapsed
    for one in told:
        assert one.counted == (made.elapsed(one.start, one.end) if one.kind is Kind.COUNTED else timedelta(0))
        assert one.counted == (one.end - one.start if one.kind is Kind.COUNTED else timedelta(0))
    if told and told[-1].ahead:
        assert (told[-1].end, told[-1].left) == (stand.due, timedelta(0))
    short = folded(told)
    assert len(short) <= MOST
    assert sum((one.counted for one in short), timedelta(0)) == sum((one.counted for one in told), timedelta(0))
    assert all(before.end == after.start for before, after in pairwise(short))


def test_a_week_is_told_as_a_person_would():
    clock = [
        Segment(at("2026-04-30 17:00"), at("2026-05-04 10:00"), running=True, reason="started"),
        Segment(at("2026-05-04 10:00"), at("2026-05-04 15:00"), running=False, reason="waiting_for_customer"),
        Segment(at("2026-05-04 15:00"), None, running=True, reason="our_turn"),
    ]
    told = stretches(OFFICE, Target("resolution", 13 * HOUR), clock, at("2026-05-04 16:00"))
    assert [(f"{one.start + 8 * HOUR:%a %H:%M}", one.kind, one.why, one.counted / HOUR, one.ahead) for one in told] == [
        ("Thu 17:00", "counted", "", 1, False),
        ("Thu 18:00", "holiday", "Labour Day", 0, False),
        ("Mon 09:00", "counted", "", 1, False),
        ("Mon 10:00", "paused", "waiting_for_customer", 0, False),
        ("Mon 15:00", "counted", "", 1, False),
        ("Mon 16:00", "counted", "", 2, True),
        ("Mon 18:00", "closed_days", "", 0, True),
        ("Wed 09:00", "counted", "", 3, True),
        ("Wed 12:00", "break", "", 0, True),
        ("Wed 13:00", "counted", "", 5, True),
    ]
    overnight = stretches(
        OFFICE, Target("t", 2 * HOUR), [Segment(at("2026-04-29 17:00"), None, True, "s")], at("2026-04-29 17:30")
    )
    assert [one.kind for one in overnight] == ["counted", "counted", "night", "counted"]


def test_what_is_closed_is_told_by_what_surrounds_it():
    def first(start: str) -> str:
        return stretches(OFFICE, Target("t", HOUR), [Segment(at(start), None, running=True, reason="s")], at(start))[
            0
        ].kind

    assert first("2026-04-28 12:30") == Kind.BREAK
    assert first("2026-04-28 07:00") == Kind.NIGHT
    assert first("2026-04-28 18:00") == Kind.NIGHT
    assert first("2026-04-25 12:00") == first("2026-04-26 23:00") == first("2026-04-24 18:00") == Kind.CLOSED_DAYS
    assert first("2026-05-01 12:30") == Kind.HOLIDAY
    assert first("2026-05-05 12:30") == Kind.CLOSED_DAYS, "a closed day without a name"


def test_a_long_life_is_folded_in_the_middle():
    clock = [Segment(at("2026-01-05 09:00"), None, running=True, reason="started")]
    told = stretches(OFFICE, Target("resolution", 400 * HOUR), clock, at("2026-01-05 09:00"))
    short = folded(told)
    assert (len(short), short[10].kind, short[10].why) == (MOST, Kind.SKIPPED, str(len(told) - MOST + 1))
    assert (short[0], short[-1]) == (told[0], told[-1])
