"""What is done because time passes: every timer somebody arms is answered, and a broken one harms nobody but itself."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from races import at_once
from world import World

from contactcenter import schedule
from contactcenter.foundation import timers
from contactcenter.models import Timer

CODE = Path(schedule.__file__).parent


def armed_in_the_code() -> set[str]:
    """The kinds that any call of `timers.arm` names, and those written down as pairs for several at once."""
    found = set()
    for path in CODE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "arm":
                found |= {
                    arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
                }
    return found


def arm(world: World, kind: str, number: int, seconds: float = -1) -> None:
    world.do(lambda s, now: timers.arm(s, f"work_item:{number}", kind, now + timedelta(seconds=seconds)))


def test_every_timer_that_is_armed_has_somebody_who_answers() -> None:
    armed = armed_in_the_code()
    assert {"expire_offer", "end_wrap_up", "check_pickup"} <= armed
    assert armed <= set(schedule.TIMERS)


@pytest.mark.parametrize("kind", sorted(schedule.TIMERS))
def test_a_timer_whose_subject_is_gone_fires_and_does_nothing(world: World, kind: str) -> None:
    arm(world, kind, 4711)
    assert schedule.fire_due(world.db) == 1
    assert schedule.fire_due(world.db) == 0


def test_many_timers_are_fired_once_by_two_processes_at_once(world: World) -> None:
    for number in range(40):
        arm(world, "end_wrap_up", number)
    fired = at_once(*[lambda: schedule.fire_due(world.db)] * 2)
    assert sum(fired) == 40
    assert world.count(Timer, Timer.fired_at.is_(None)) == 0


def test_a_timer_whose_deed_breaks_is_put_off_and_the_others_fire(world: World) -> None:
    arm(world, "nobody_knows_this", 1, seconds=-10)
    arm(world, "end_wrap_up", 2)
    assert schedule.fire_due(world.db) == 1
    (broken,) = world.all(Timer, Timer.fired_at.is_(None))
    assert timedelta(minutes=59) < broken.fire_at - world.now() <= timedelta(hours=1)
    assert schedule.fire_due(world.db) == 0


def test_duties_are_done_no_more_often_than_they_need(world: World) -> None:
    done: dict = {}
    schedule.do_duties(world.db, done)
    first = dict(done)
    schedule.do_duties(world.db, done)
    assert done == first
    for name, (every, _duty) in schedule.DUTIES.items():
        world.pass_time(every.total_seconds())
        schedule.do_duties(world.db, done)
        assert done[name] > first[name]
