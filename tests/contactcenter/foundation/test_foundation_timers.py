"""Timers are rows: each fires once, at its moment, whoever looks first."""

from datetime import datetime, timedelta

from races import at_once
from world import World

from contactcenter.foundation import timers
from contactcenter.foundation.timers import Due
from contactcenter.models import Timer


def arm(world: World, subject: str, seconds: float, kind: str = "expire_offer", gen: int = 0) -> None:
    world.do(lambda session, now: timers.arm(session, subject, kind, now + timedelta(seconds=seconds), gen))


def due(world: World) -> list[Due]:
    return world.do(timers.due)


def fire(world: World, timer: Due) -> bool:
    return world.do(lambda session, now: timers.fire(session, timer, now))


def test_a_timer_fires_once_although_many_look(world: World) -> None:
    for number in range(10):
        arm(world, f"offer:{number}", -1)
    for timer in due(world):
        assert sum(at_once(*[lambda timer=timer: fire(world, timer)] * 3)) == 1
    assert due(world) == []


def test_a_timer_is_not_due_a_moment_too_early(world: World) -> None:
    arm(world, "offer:1", 10)
    assert due(world) == []
    world.pass_time(9)
    assert due(world) == []
    world.pass_time(1)
    assert [timer.subject_id for timer in due(world)] == [1]


def test_a_timer_that_was_moved_meanwhile_does_not_fire(world: World) -> None:
    arm(world, "offer:1", -1)
    (seen,) = due(world)
    arm(world, "offer:1", 60)
    assert not fire(world, seen)
    world.pass_time(61)
    assert fire(world, seen)


def test_a_timer_that_was_cancelled_meanwhile_does_not_fire_and_can_be_armed_again(world: World) -> None:
    arm(world, "offer:1", -1)
    (seen,) = due(world)
    world.do(lambda session, now: timers.cancel(session, "offer:1", now))
    assert not fire(world, seen)
    assert due(world) == []
    arm(world, "offer:1", -1)
    assert [fire(world, timer) for timer in due(world)] == [True]


def test_only_the_named_kinds_are_cancelled(world: World) -> None:
    arm(world, "offer:1", -1, "expire_offer")
    arm(world, "offer:1", -1, "check_pickup")
    world.do(lambda session, now: timers.cancel(session, "offer:1", now, "check_pickup"))
    assert [timer.kind for timer in due(world)] == ["expire_offer"]


def test_a_timer_that_has_fired_is_not_armed_again_but_its_next_generation_is(world: World) -> None:
    arm(world, "sla_clock:1", -1, "break_promise")
    fire(world, due(world)[0])
    arm(world, "sla_clock:1", -1, "break_promise")
    assert due(world) == []
    arm(world, "sla_clock:1", -1, "break_promise", gen=1)
    assert [timer.gen for timer in due(world)] == [1]


def test_what_fell_due_while_everything_was_down_comes_oldest_first(world: World) -> None:
    for number, seconds in enumerate((-5, -500, -50)):
        arm(world, f"offer:{number}", seconds)
    assert [timer.subject_id for timer in due(world)] == [1, 2, 0]


def test_the_next_moment_is_that_of_a_timer_still_running(world: World) -> None:
    def next_due() -> datetime | None:
        return world.do(lambda session, _now: timers.next_due(session))

    assert next_due() is None
    arm(world, "offer:1", 30)
    arm(world, "offer:2", 60)
    arm(world, "offer:3", 90)
    world.do(lambda session, now: timers.cancel(session, "offer:1", now))
    assert next_due() == world.all(Timer, Timer.subject == "offer:2")[0].fire_at
    world.pass_time(61)
    fire(world, due(world)[0])
    assert next_due() == world.all(Timer, Timer.subject == "offer:3")[0].fire_at
