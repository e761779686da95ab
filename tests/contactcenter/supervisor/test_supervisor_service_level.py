"""The service level counts what its formula says, and nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contactcenter.assignment import line
from contactcenter.foundation import clock
from contactcenter.reports.service_level import ServiceLevel, local_midnight, service_level

TARGET = 20
AGO = 300


def level(world, queue, since=timedelta(hours=1)):
    with world.db.transaction() as session:
        return service_level(session, clock.now(session) - since).get(queue, ServiceLevel())


def test_answered_in_time_and_late_and_given_up_late_make_the_figure(world):
    queue = world.queue("orders", target=TARGET)
    for after in (5, 20, 21):
        world.give(world.waiting(queue, ago=AGO), world.agent(f"Agent {after}", queue), after)
    world.leave(world.waiting(queue, ago=AGO), after=45)
    world.leave(world.waiting(queue, ago=AGO), after=8)
    found = level(world, queue)
    assert found == ServiceLevel(in_time=2, answered=3, abandoned_late=1, abandoned_soon=1)
    assert found.share == pytest.approx(2 / 4)


def test_mail_and_whoever_still_waits_are_not_counted(world):
    queue = world.queue("orders")
    world.give(world.waiting(queue, channel="email", ago=AGO), world.agent("Ana", queue), 200)
    world.waiting(queue, ago=AGO)
    assert level(world, queue).share is None


def test_an_answer_that_fell_through_counts_only_once_somebody_has_kept_it(world):
    queue = world.queue("orders")
    item = world.waiting(queue, ago=AGO)
    world.give(item, world.agent("Ana", queue), 5)
    with world.db.transaction() as session:
        line.release(session, line.load(session, item), "leg_failed", clock.now(session))
    assert level(world, queue).share is None
    world.give(item, world.agent("Ken", queue), 60)
    assert level(world, queue) == ServiceLevel(in_time=0, answered=1)


def test_ringing_is_not_answering(world):
    queue = world.queue("orders")
    ana = world.agent("Ana", queue)
    item = world.waiting(queue, channel="chat", ago=5)
    world.ring(item, ana)
    assert level(world, queue) == ServiceLevel()
    world.leave(item, after=6)
    assert level(world, queue) == ServiceLevel(abandoned_soon=1)


def test_yesterday_is_not_in_todays_figure(world):
    queue = world.queue("orders")
    world.leave(world.waiting(queue, ago=7200), after=60)
    assert level(world, queue, timedelta(hours=1)).share is None
    assert level(world, queue, timedelta(hours=3)).share == 0


@pytest.mark.parametrize(
    ("now", "zone", "midnight"),
    [
        (datetime(2026, 3, 5, 17, 30, tzinfo=UTC), "Asia/Shanghai", datetime(2026, 3, 5, 16, tzinfo=UTC)),
        (datetime(2026, 3, 5, 7, 59, tzinfo=UTC), "America/Los_Angeles", datetime(2026, 3, 4, 8, tzinfo=UTC)),
        (datetime(2026, 10, 25, 12, tzinfo=UTC), "Europe/Berlin", datetime(2026, 10, 24, 22, tzinfo=UTC)),
    ],
)
def test_a_day_begins_where_the_viewer_is(now, zone, midnight):
    assert local_midnight(now, zone) == midnight


histories = st.lists(
    st.tuples(
        st.sampled_from(["voice", "chat", "email"]), st.sampled_from(["answer", "leave", "wait"]), st.integers(0, 40)
    ),
    max_size=6,
)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(histories)
def test_any_day_gives_the_figure_that_counting_by_hand_gives(world, history):
    queue = world.queue(f"q{next(world.numbers)}", target=TARGET)
    counted = [0, 0, 0, 0]
    for channel, end, after in history:
        item = world.waiting(queue, channel=channel, ago=AGO)
        if end == "answer":
            world.give(item, world.agent(f"Agent {next(world.numbers)}", queue), after)
        elif end == "leave":
            world.leave(item, after)
        if channel == "email" or end == "wait":
            continue
        in_time = after <= TARGET
        counted[0] += end == "answer" and in_time
        counted[1] += end == "answer"
        counted[2] += end == "leave" and not in_time
        counted[3] += end == "leave" and in_time
    assert level(world, queue) == ServiceLevel(*counted)
