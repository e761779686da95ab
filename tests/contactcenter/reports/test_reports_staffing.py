"""How many agents an hour needs: the textbook's answer for textbook traffic, and an interval that narrows with evidence."""

from datetime import UTC, datetime, timedelta
from math import inf

import pytest

import routing
from contactcenter.reports.staffing import Goal, needs
from contactcenter.reports.traffic import Contact
from routing.theory import agents_for_service_level

SECOND = routing.SECOND
MONDAY = datetime(2030, 3, 4, 9, tzinfo=UTC)
GOALS = {"orders": Goal(0.8, 20)}


def call(at: datetime, handling: float = 300, waited: float | None = 5, patience: float | None = None, **work: object):
    known = {"queue": "orders", "channel": "voice", **work}
    at_us = int(at.timestamp() * 1_000_000)
    facts = routing.WorkFacts(1, enqueued_at=at_us, **known)  # type: ignore[arg-type]
    times = (None if one is None else int(one * SECOND) for one in (patience, waited))
    return Contact(facts, "gold", int(handling * SECOND), *times)


def every_minute(days: int = 1, **facts: object) -> list[Contact]:
    """Sixty calls from nine to ten, each day."""
    return [call(MONDAY + timedelta(days=day, minutes=minute), **facts) for day in range(days) for minute in range(60)]


def test_a_call_a_minute_of_five_minutes_needs_what_erlang_says() -> None:
    (need,) = needs(every_minute(), MONDAY, MONDAY + timedelta(hours=1), GOALS, "UTC")
    assert (need.queue, need.hour, need.calls, need.per_hour, need.handling) == ("orders", 9, 60, 60, 300)
    assert need.patience == inf
    assert need.agents == agents_for_service_level(1 / 60, 300, 0.8, 20) == 8
    assert need.sure[0] < need.agents < need.sure[1]


def test_more_days_of_the_same_narrow_the_interval_and_not_the_answer() -> None:
    one = needs(every_minute(1), MONDAY, MONDAY + timedelta(days=1), GOALS, "UTC")[0]
    many = needs(every_minute(50), MONDAY, MONDAY + timedelta(days=50), GOALS, "UTC")[0]
    assert (one.per_hour, many.per_hour) == (60, 60), "an hour of the day is counted as often as it was there"
    assert one.agents == many.agents
    assert many.sure[1] - many.sure[0] < one.sure[1] - one.sure[0]


def test_impatient_customers_need_fewer_agents_and_patience_is_waiting_per_loss() -> None:
    calls = every_minute()
    calls[::10] = [call(MONDAY, waited=None, patience=30) for _ in calls[::10]]
    (need,) = needs(calls, MONDAY, MONDAY + timedelta(hours=1), GOALS, "UTC")
    assert need.patience == pytest.approx((54 * 5 + 6 * 30) / 6)
    assert need.agents < 8


def test_hours_are_those_of_the_place_asked_for() -> None:
    (need,) = needs(every_minute(), MONDAY, MONDAY + timedelta(hours=1), GOALS, "Asia/Shanghai")
    assert need.hour == 17


def test_only_calls_of_known_queues_count() -> None:
    others = [call(MONDAY, channel="chat"), call(MONDAY, queue="gone")]
    assert needs(others, MONDAY, MONDAY + timedelta(hours=1), GOALS, "UTC") == []
