"""Promises as rows: started, paused, resumed, kept, warned of and broken, each once and at its instant."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from races import at_once
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from world import StandingClock, World

from contactcenter import reactions, schedule
from contactcenter.foundation.db import Database, add
from contactcenter.models import Breach, Case, Event, SlaClock, SlaSegment, TimelineEntry, Timer
from contactcenter.models.states import ClockKind
from contactcenter.sla import clocks, promises

FIRST, NEXT, RESOLUTION, *_ = ClockKind
TARGETS = {"first_response": 600, "next_response": 900, "resolution": 3600}


@pytest.fixture
def reacting(database_url: str) -> Iterator[World]:
    """A floor on which time stands, with the house's reactions."""
    database = Database(database_url, clock=StandingClock(), react=reactions.react, idle="30s")
    yield World(database)
    database.dispose()


def start(world: World, case: Case, kind: ClockKind) -> None:
    world.do(lambda session, now: clocks.start(session, case, (kind,), now))


def pause(world: World, case: Case, reason: str = "waiting_for_customer") -> None:
    world.do(lambda session, now: clocks.pause(session, case.id, RESOLUTION, clocks.Why(reason), now))


def resume(world: World, case: Case) -> None:
    world.do(lambda session, now: clocks.resume(session, case.id, RESOLUTION, clocks.Why("our_turn"), now))


def meet(world: World, case: Case, kind: ClockKind) -> None:
    world.do(lambda session, now: clocks.meet(session, case.id, (kind,), now))


def newest(world: World, case: Case, kind: ClockKind) -> SlaClock:
    return world.all(SlaClock, SlaClock.case_id == case.id, SlaClock.kind == kind)[-1]


def running_timers(world: World, clock: SlaClock) -> dict[str, datetime]:
    rows = world.all(
        Timer, Timer.subject == f"sla_clock:{clock.id}", Timer.fired_at.is_(None), Timer.cancelled_at.is_(None)
    )
    return {row.kind: row.fire_at for row in rows}


def test_a_promise_starts_with_its_instants_its_timers_and_an_open_segment(world: World) -> None:
    world.promises(warn_at_percent=75, **TARGETS)
    case = world.case()
    clock = newest(world, case, FIRST)
    assert clock.started_at == world.now()
    assert clock.due_at == clock.started_at + timedelta(seconds=600)
    assert clock.warn_at == clock.started_at + timedelta(seconds=450)
    assert running_timers(world, clock) == {"warn_promise": clock.warn_at, "break_promise": clock.due_at}
    (segment,) = world.all(SlaSegment, SlaSegment.clock_id == clock.id)
    assert (segment.from_at, segment.to_at, segment.running) == (clock.started_at, None, True)
    assert world.count(SlaClock, SlaClock.case_id == case.id, SlaClock.kind == NEXT) == 0
    assert world.violated() == []


def test_a_promise_that_runs_is_not_started_again_and_a_kept_one_begins_a_new_round(world: World) -> None:
    world.promises(**TARGETS)
    case = world.case()
    start(world, case, FIRST)
    assert world.count(SlaClock, SlaClock.kind == FIRST) == 1
    for rounds in (1, 2):
        start(world, case, NEXT)
        start(world, case, NEXT)
        assert newest(world, case, NEXT).gen == rounds - 1
        meet(world, case, NEXT)
    assert world.count(SlaClock, SlaClock.kind == NEXT) == 2
    assert world.violated() == []


def test_two_who_start_the_same_promise_at_once_start_one(world: World) -> None:
    world.promises(**TARGETS)
    for _ in range(5):
        case = world.case()
        results = at_once(*[lambda case=case: start(world, case, NEXT)] * 2)
        assert all(one is None or isinstance(one, IntegrityError) for one in results)
        assert world.count(SlaClock, SlaClock.case_id == case.id, SlaClock.kind == NEXT) == 1
    assert world.violated() == []


def test_a_pause_takes_the_deadline_away_and_resuming_sets_it_later_by_its_length(world: World) -> None:
    world.promises(**TARGETS)
    case = world.case()
    before = newest(world, case, RESOLUTION)
    world.pass_time(1000)
    pause(world, case)
    paused = newest(world, case, RESOLUTION)
    assert (paused.state, paused.due_at, paused.warn_at) == ("paused", None, None)
    assert running_timers(world, paused) == {}
    world.pass_time(5000)
    schedule.fire_due(world.db)
    resume(world, case)
    after = newest(world, case, RESOLUTION)
    assert (after.state, after.run) == ("running", 1)
    assert after.due_at == before.due_at + timedelta(seconds=5000)
    assert running_timers(world, after) == {"warn_promise": after.warn_at, "break_promise": after.due_at}
    spans = [(s.running, s.reason) for s in world.all(SlaSegment, SlaSegment.clock_id == after.id)]
    assert spans == [(True, "started"), (False, "waiting_for_customer"), (True, "our_turn")]
    assert world.violated() == []


def test_pausing_twice_and_resuming_what_runs_change_nothing_and_another_reason_is_told_apart(world: World) -> None:
    world.promises(**TARGETS)
    case = world.case()
    resume(world, case)
    assert newest(world, case, RESOLUTION).run == 0
    for _ in range(2):
        pause(world, case)
        world.pass_time(60)
    assert world.count(SlaSegment, SlaSegment.running.is_(False)) == 1
    pause(world, case, "waiting_for_third_party")
    told = world.all(SlaSegment, SlaSegment.running.is_(False))
    assert [one.reason for one in told] == ["waiting_for_customer", "waiting_for_third_party"]
    assert told[0].to_at == told[1].from_at
    assert world.violated() == []


@pytest.mark.parametrize("seed", range(4))
def test_however_often_it_is_paused_only_running_time_counts(world: World, seed: int) -> None:
    """The oracle adds up seconds; the calendar of this promise is open day and night."""
    world.promises(resolution=3600)
    rng = random.Random(seed)
    case = world.case()
    started, paused_for, pausing = world.now(), timedelta(0), False
    for _ in range(14):
        step = rng.uniform(0, 100)
        paused_for += timedelta(seconds=step) if pausing else timedelta(0)
        world.pass_time(step)
        pausing = rng.random() < 0.5
        (pause if pausing else resume)(world, case)
        clock = newest(world, case, RESOLUTION)
        expected = None if pausing else started + paused_for + timedelta(seconds=3600)
        difference = (clock.due_at - expected) if expected and clock.due_at else timedelta(0)
        assert (clock.due_at is None) == pausing
        assert abs(difference) < timedelta(milliseconds=1)
    assert world.violated() == []


def test_a_promise_is_warned_of_and_broken_once_by_whoever_looks_first(world: World) -> None:
    world.promises(first_response=600)
    case = world.case()
    clock = newest(world, case, FIRST)
    moments = []
    for at in (clock.warn_at, clock.due_at):
        for moment in (at - timedelta(microseconds=1), at):
            world.db.clock.ahead += moment - world.now()
            at_once(*[lambda: schedule.fire_due(world.db)] * 2)
            now = newest(world, case, FIRST)
            moments.append((now.warned_at is not None, now.breached_at is not None))
    assert moments == [(False, False), (True, False), (True, False), (True, True)]
    assert [e.kind for e in world.all(Event, Event.kind.startswith("promise"))] == [
        "promises_warned",
        "promises_broken",
    ]
    assert world.count(Breach) == 1
    assert world.violated() == []


def test_a_warning_is_not_given_again_after_a_pause(world: World) -> None:
    world.promises(resolution=3600)
    case = world.case()
    world.pass_time(3000)
    schedule.fire_due(world.db)
    pause(world, case)
    resume(world, case)
    clock = newest(world, case, RESOLUTION)
    assert clock.warned_at is not None
    assert set(running_timers(world, clock)) == {"break_promise"}
    world.pass_time(601)
    schedule.fire_due(world.db)
    assert world.count(Event, Event.kind == "promises_warned") == 1
    assert newest(world, case, RESOLUTION).breached_at is not None


@pytest.mark.parametrize("ending", ["meet", "cancel"])
def test_a_promise_that_ended_is_never_broken_by_an_old_timer(world: World, ending: str) -> None:
    world.promises(**TARGETS)
    case = world.case()
    world.do(lambda session, now: getattr(clocks, ending)(session, case.id, (FIRST, RESOLUTION), now))
    world.pass_time(100_000)
    schedule.fire_due(world.db)
    assert world.count(Breach) == 0
    assert {clock.state for clock in world.all(SlaClock)} == {"met" if ending == "meet" else "cancelled"}
    assert world.violated() == []


def test_a_promise_kept_too_late_stays_broken(world: World) -> None:
    world.promises(first_response=600)
    case = world.case()
    world.pass_time(700)
    schedule.fire_due(world.db)
    meet(world, case, FIRST)
    clock = newest(world, case, FIRST)
    assert (clock.state, clock.breached_at is not None, clock.stopped_at) == ("met", True, world.now())
    assert world.do(lambda session, _now: clocks.first_response_given(session, case.id))


def test_many_promises_that_fell_due_while_everything_was_down_are_each_broken_once(world: World) -> None:
    world.promises(first_response=600)
    for _ in range(30):
        world.case()
        world.pass_time(7)
    world.pass_time(86_400)
    schedule.fire_due(world.db)
    schedule.fire_due(world.db)
    assert world.count(Breach) == 30
    told = [(e.kind, e.ref) for e in world.all(Event, Event.kind.startswith("promise"))]
    promised = [clock.id for clock in world.all(SlaClock)]
    assert sorted(ref for kind, ref in told if kind == "promises_broken") == promised
    assert sorted(ref for kind, ref in told if kind == "promises_warned") == promised
    assert world.violated() == []


def test_one_promise_that_cannot_be_told_holds_up_no_other(reacting: World) -> None:
    world = reacting
    world.promises(warn_at_percent=99, first_response=600)
    cases = [world.case() for _ in range(4)]
    in_the_way = {"case_id": cases[1].id, "seq": cases[1].entry_seq + 1, "at": world.now(), "kind": "note", "body": {}}
    world.do(lambda session, _now: add(session, TimelineEntry, in_the_way))
    world.pass_time(600)
    schedule.fire_due(world.db)
    assert {one.case_id for one in world.all(SlaClock) if one.breached_at} == {case.id for case in cases} - {
        cases[1].id
    }
    world.do(lambda session, _now: session.execute(delete(TimelineEntry).where(TimelineEntry.kind == "note")))
    world.pass_time(3601)
    schedule.fire_due(world.db)
    assert world.count(Breach) == 4, "it is tried again in an hour"


@pytest.mark.parametrize("model", [Case, SlaClock, Timer])
def test_what_somebody_holds_is_not_waited_for_and_comes_when_it_is_let_go(reacting: World, model: type) -> None:
    reacting.promises(warn_at_percent=99, first_response=600)
    cases = [reacting.case() for _ in range(3)]
    reacting.pass_time(600)
    with reacting.db.transaction() as session:
        where = Case.id == cases[1].id if model is Case else SlaClock.case_id == cases[1].id
        if model is Timer:
            where = Timer.subject == f"sla_clock:{newest(reacting, cases[1], FIRST).id}"
        session.execute(select(model.id).where(where).with_for_update())
        schedule.fire_due(reacting.db)
        assert {one.case_id for one in reacting.all(SlaClock) if one.breached_at} == {cases[0].id, cases[2].id}
    schedule.fire_due(reacting.db)
    assert reacting.count(Breach) == 3
    assert reacting.violated() == []


def test_many_fall_due_at_once_and_two_routers_tell_each_once(reacting: World) -> None:
    world = reacting
    world.promises(first_response=600, resolution=600)
    for _ in range(40):
        world.case()
    world.pass_time(601)
    at_once(*[lambda: [schedule.fire_due(world.db) for _ in range(3)]] * 4)
    assert world.count(Breach) == 80
    for kind in ("warned", "broken"):
        told = [one for one in world.all(TimelineEntry) if one.body.get("what") == kind]
        assert len({(one.case_id, one.body["kind"]) for one in told}) == len(told) == 80
    assert world.violated() == []


def test_a_tier_without_promises_of_its_own_gets_the_standard_ones_and_without_any_there_are_none(
    world: World,
) -> None:
    without = world.case()
    assert world.do(lambda session, now: promises.of_case(session, without.id, now)) == []
    with_standard = World(Database(world.db.engine.url.render_as_string(hide_password=False)))
    with_standard.promises(first_response=600)
    with_standard.promises(tier="gold", first_response=60)
    targets = [
        newest(with_standard, with_standard.case(with_standard.customer(tier=tier)), FIRST).target_seconds
        for tier in ("gold", "silver")
    ]
    with_standard.db.dispose()
    assert targets == [60, 600]


def test_the_working_adds_up_to_the_deadline(world: World) -> None:
    world.promises(**TARGETS)
    case = world.case()
    world.pass_time(100)
    pause(world, case)
    world.pass_time(50)
    resume(world, case)
    world.pass_time(10)
    clock = newest(world, case, RESOLUTION)
    told = world.do(lambda session, now: promises.working(session, clock, now))
    assert [(one.kind, one.counted.total_seconds(), one.ahead) for one in told] == [
        ("counted", 100, False),
        ("paused", 0, False),
        ("counted", 10, False),
        ("counted", clock.target_seconds - 110, True),
    ]
    assert told[-1].end == clock.due_at
    found = world.do(lambda session, now: promises.of_case(session, case.id, now))
    assert [promise.clock.kind for promise in found] == ["first_response", "resolution"]
    assert found[1].deadline.due == clock.due_at


def test_a_promise_that_is_kept_while_somebody_pauses_it_has_no_open_end(world: World) -> None:
    world.promises(**TARGETS)
    for _ in range(8):
        case = world.case()
        at_once(lambda case=case: pause(world, case), lambda case=case: meet(world, case, RESOLUTION))
        clock = newest(world, case, RESOLUTION)
        assert clock.state == "met"
        assert world.count(SlaSegment, SlaSegment.clock_id == clock.id, SlaSegment.to_at.is_(None)) == 0
    assert world.violated() == []
