"""What was promised stays as it was made: editions, narrower policies, several warnings, and moving only when asked."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, update
from test_sla_clocks import FIRST, RESOLUTION, meet, newest, pause, resume, running_timers
from world import World

from contactcenter import schedule
from contactcenter.cases import opening, status
from contactcenter.models import CalendarText, Case, Event, SlaClock, SlaEdition, SlaPolicy, SlaSegment
from contactcenter.models.states import CaseStatus, Channel, ClockKind
from contactcenter.sla import clocks, editions, moving, policies, promises
from contactcenter.sla.policies import About, Reopen

PERIODIC, THIRD = ClockKind.PERIODIC_UPDATE, ClockKind.THIRD_PARTY
POLICY = {
    "calendar": "office",
    "targets": {"first_response": 3600, "resolution": 7200},
    "warnings": ["75%"],
    "reopen": "restart",
    "narrower": [
        {
            "for": {"channel": ["chat"], "priority": [1, 2]},
            "targets": {"first_response": 60},
            "warnings": ["50%", "10s"],
        },
        {"for": {"queue": ["billing"]}, "calendar": "always", "reopen": "continue"},
        {"for": {"channel": ["chat"]}, "targets": {"next_response": 300}},
    ],
}


def changes(world: World, **values: object) -> None:
    """The policy is edited and put in force, as applying the configuration does."""

    def work(session, now):
        if values:
            session.execute(update(SlaPolicy).values(**values))
        editions.put_in_force(session, now)

    world.do(work)
    editions._policies._known.clear()  # what a process remembers for two seconds is forgotten now


@pytest.mark.parametrize(
    ("about", "calendar", "targets", "warnings", "reopen"),
    [
        (About("email", "", 0), "office", {"first_response": 3600, "resolution": 7200}, ("75%",), "restart"),
        (About("chat", "billing", 2), "office", {"first_response": 60, "resolution": 7200}, ("50%", "10s"), "restart"),
        (About("chat", "billing", 0), "always", {"first_response": 3600, "resolution": 7200}, ("75%",), "continue"),
        (About("chat", "orders", 0), "office", {"first_response": 3600, "resolution": 7200, "next_response": 300}, ("75%",),
         "restart"),
        (About("voice", "billing", 9), "always", {"first_response": 3600, "resolution": 7200}, ("75%",), "continue"),
    ],
)  # fmt: skip
def test_the_first_narrower_part_that_fits_holds(about, calendar, targets, warnings, reopen):
    rules = policies.fitting(POLICY, about)
    assert (rules.calendar, rules.targets, rules.warnings, rules.reopen) == (
        calendar,
        targets,
        warnings,
        Reopen(reopen),
    )


@pytest.mark.parametrize(
    ("warnings", "seconds", "after"),
    [
        (["75%"], 3600, [2700]),
        (["30m", "50%", "90%"], 3600, [1800, 3240]),
        (["1h30m", "1s"], 7200, [1800, 7199]),
        (["2h", "1%"], 3600, [36]),
        (["1%"], 60, []),
        ([], 3600, []),
    ],
)
def test_a_warning_is_a_share_of_the_target_or_so_long_before_its_end(warnings, seconds, after):
    assert policies.warn_after(warnings, seconds) == after


def test_an_edited_policy_moves_no_promise_and_holds_for_the_next_one(world: World) -> None:
    world.promises(first_response=600, resolution=3600)
    before = world.case()
    first, running = newest(world, before, FIRST), newest(world, before, RESOLUTION)
    meet(world, before, FIRST)
    changes(world, targets={"first_response": 60, "resolution": 120}, warnings=["50%", "90%"])
    assert newest(world, before, RESOLUTION).due_at == running.due_at
    after = world.case()
    assert newest(world, after, FIRST).due_at == world.now() + timedelta(seconds=60)
    assert newest(world, after, FIRST).warn_after == [30, 54]
    assert [one.number for one in world.all(SlaEdition)] == [1, 2]
    assert newest(world, before, FIRST).edition_id == first.edition_id != newest(world, after, FIRST).edition_id
    changes(world, targets={"first_response": 600, "resolution": 3600}, warnings=["75%"])
    assert world.count(SlaEdition) == 2, "the first one is in force again"


def test_an_edited_calendar_moves_no_promise_either(world: World) -> None:
    world.promises(resolution=3600)
    case = world.case()
    clock = newest(world, case, RESOLUTION)
    world.do(
        lambda session, _now: session.execute(
            update(CalendarText).values(definition={"zone": "UTC", "weekly": {"sun": ["00:00-00:01"]}})
        )
    )
    changes(world)
    found = world.do(lambda session, now: promises.of_case(session, case.id, now))
    assert found[0].deadline.due == clock.due_at
    world.pass_time(1800)
    pause(world, case)
    world.pass_time(60)
    resume(world, case)
    assert newest(world, case, RESOLUTION).due_at == clock.due_at + timedelta(seconds=60)


def test_running_promises_are_moved_when_asked_and_kept_ones_never(world: World) -> None:
    world.promises(first_response=600, resolution=3600)
    cases = [world.case() for _ in range(3)]
    meet(world, cases[0], FIRST)
    pause(world, cases[1])
    kept = newest(world, cases[0], FIRST)
    world.pass_time(100)
    changes(world, targets={"first_response": 1200, "resolution": 7200}, warnings=["50%"])
    assert world.do(lambda session, _now: moving.behind(session)) == 5
    assert world.do(lambda session, now: moving.move(session, "gold", "op", now)) == []
    moved = world.do(lambda session, now: moving.move(session, "standard", "op", now))
    assert [(one.case_id, one.kind) for one in moved] == [
        (cases[0].id, "resolution"),
        (cases[1].id, "first_response"), (cases[1].id, "resolution"),
        (cases[2].id, "first_response"), (cases[2].id, "resolution"),
    ]  # fmt: skip
    assert newest(world, cases[0], FIRST).edition_id == kept.edition_id
    clock = newest(world, cases[2], RESOLUTION)
    assert clock.due_at == clock.started_at + timedelta(seconds=7200)
    assert running_timers(world, clock) == {
        "warn_promise": clock.started_at + timedelta(seconds=3600),
        "break_promise": clock.due_at,
    }
    assert newest(world, cases[1], RESOLUTION).due_at is None
    resume(world, cases[1])
    assert newest(world, cases[1], RESOLUTION).due_at == clock.due_at + timedelta(seconds=100)
    assert world.do(lambda session, _now: moving.behind(session)) == 0
    assert world.do(lambda session, now: moving.move(session, None, "op", now)) == []
    assert world.violated() == []


def test_promises_made_before_texts_were_kept_are_moved_as_well_and_callbacks_never(world: World) -> None:
    world.promises(first_response=600, resolution=3600)
    case = world.case()

    def as_before(session, now) -> None:
        bound = editions.of_calendar(session, "calendar of standard", now)
        session.execute(update(SlaClock).values(edition_id=bound.id, calendar="calendar of standard"))
        own = clocks.Own(ClockKind.CALLBACK, "calendar of standard", 900, ())
        clocks.promise(session, case.id, own, now)

    world.do(as_before)
    changes(world, targets={"first_response": 1200, "resolution": 3600})
    assert world.do(lambda session, _now: moving.behind(session)) == 2
    assert world.do(lambda session, now: moving.move(session, "gold", "op", now)) == []
    moved = world.do(lambda session, now: moving.move(session, "standard", "op", now))
    assert [(one.kind, one.seconds) for one in moved] == [("first_response", 1200), ("resolution", 3600)]
    assert world.do(lambda session, _now: moving.behind(session)) == 0


def test_a_case_is_promised_what_another_tier_is_promised(world: World) -> None:
    world.promises(first_response=600, resolution=3600)
    case = world.case()
    meet(world, case, FIRST)

    def gold(session, now) -> bool:
        values = {
            "tier": "gold",
            "titles": {"en": "Gold"},
            "calendar": "calendar of standard",
            "warnings": [],
            "priority": 2,
        }
        session.execute(insert(SlaPolicy).values(**values, targets={"first_response": 60, "resolution": 1800}))
        editions.put_in_force(session, now)
        return moving.change_tier(session, case, "gold", "rule:x/y", now)

    assert world.do(gold)
    assert newest(world, case, RESOLUTION).target_seconds == 1800
    assert newest(world, case, FIRST).target_seconds == 600, "what was kept is never touched"
    fresh = world.do(lambda session, _now: session.get_one(Case, case.id, populate_existing=True))
    assert not world.do(lambda session, now: moving.change_tier(session, fresh, "gold", "rule:x/y", now))


def test_a_promise_that_is_made_no_more_stays_as_it_was(world: World) -> None:
    world.promises(first_response=600, resolution=3600)
    case = world.case()
    changes(world, targets={"first_response": 60})
    assert [one.kind for one in world.do(lambda session, now: moving.move(session, None, "op", now))] == [
        "first_response"
    ]
    assert newest(world, case, RESOLUTION).target_seconds == 3600


def test_each_warning_comes_once_at_its_instant_and_none_again_after_a_pause(world: World) -> None:
    world.promises(resolution=3600)
    changes(world, warnings=["50%", "75%", "5m"])
    case = world.case()
    told = []
    for seconds in (1799, 1, 899, 1, 599, 1, 299, 1):
        world.pass_time(seconds)
        for _ in range(2):
            schedule.fire_due(world.db)
        if seconds == 899:
            pause(world, case)
            resume(world, case)
        told.append(
            (world.count(Event, Event.kind == "promises_warned"), world.count(Event, Event.kind == "promises_broken"))
        )
    assert told == [(0, 0), (1, 0), (1, 0), (2, 0), (2, 0), (3, 0), (3, 0), (3, 1)]
    assert newest(world, case, RESOLUTION).warned == 3
    assert world.violated() == []


def test_warnings_that_fell_due_together_are_told_as_one(world: World) -> None:
    world.promises(resolution=3600)
    changes(world, warnings=["50%", "75%"])
    case = world.case()
    world.pass_time(3000)
    schedule.fire_due(world.db)
    schedule.fire_due(world.db)
    assert world.count(Event, Event.kind == "promises_warned") == 1
    assert newest(world, case, RESOLUTION).warned == 2


def become(world: World, case, wanted: CaseStatus, by=("user:1", "Ana Lim")) -> None:
    world.do(lambda session, now: status.change_status(session, status.load(session, case.id), wanted, by, now))


def test_a_kept_resolution_goes_on_with_what_was_left_where_the_policy_says_so(world: World) -> None:
    world.promises(resolution=3600)
    changes(world, reopen="continue")
    case = world.case()
    world.pass_time(1000)
    become(world, case, CaseStatus.RESOLVED)
    world.pass_time(86_400)
    become(world, case, CaseStatus.OPEN)
    clock = newest(world, case, RESOLUTION)
    assert (clock.state, clock.gen, clock.stopped_at) == ("running", 0, None)
    assert clock.due_at == world.now() + timedelta(seconds=2600)
    told = world.do(lambda session, now: promises.working(session, clock, now))
    assert [(one.kind, one.why) for one in told] == [("counted", ""), ("paused", "resolved"), ("counted", "")]
    world.pass_time(2600)
    schedule.fire_due(world.db)
    assert newest(world, case, RESOLUTION).breached_at is not None
    assert world.violated() == []


def test_a_kept_resolution_begins_anew_where_the_policy_says_nothing(world: World) -> None:
    world.promises(resolution=3600)
    case = world.case()
    world.pass_time(1000)
    become(world, case, CaseStatus.RESOLVED)
    become(world, case, CaseStatus.OPEN)
    clock = newest(world, case, RESOLUTION)
    assert (clock.gen, clock.due_at) == (1, world.now() + timedelta(seconds=3600))
    assert world.count(SlaClock, SlaClock.kind == RESOLUTION) == 2


def test_time_with_a_third_party_is_a_promise_of_its_own(world: World) -> None:
    world.promises(resolution=3600, third_party=7200)
    case = world.case()
    become(world, case, CaseStatus.ON_HOLD)
    clock = newest(world, case, THIRD)
    assert (clock.state, clock.due_at) == ("running", world.now() + timedelta(seconds=7200))
    assert newest(world, case, RESOLUTION).state == "paused"
    world.pass_time(60)
    become(world, case, CaseStatus.PENDING)
    assert newest(world, case, THIRD).state == "met"
    pauses = world.all(SlaSegment, SlaSegment.running.is_(False))
    assert [(one.reason, one.cause) for one in pauses] == [
        ("waiting_for_third_party", "Ana Lim"), ("waiting_for_customer", "Ana Lim"),
    ]  # fmt: skip
    become(world, case, CaseStatus.ON_HOLD)
    assert newest(world, case, THIRD).gen == 1
    assert world.violated() == []


def test_the_customer_hears_from_us_every_so_often_until_it_is_over(world: World) -> None:
    world.promises(resolution=36_000, periodic_update=3600)
    case = world.case()
    first = newest(world, case, PERIODIC)
    assert first.due_at == world.now() + timedelta(seconds=3600)
    world.pass_time(1000)
    world.do(lambda session, now: opening.we_answered(session, status.load(session, case.id), now))
    again = newest(world, case, PERIODIC)
    assert (again.gen, again.due_at) == (1, world.now() + timedelta(seconds=3600))
    become(world, case, CaseStatus.PENDING)
    assert newest(world, case, PERIODIC).state == "paused", "it is the customer's turn"
    become(world, case, CaseStatus.ON_HOLD)
    assert newest(world, case, PERIODIC).state == "running", "a customer wants to know while others keep us waiting"
    become(world, case, CaseStatus.RESOLVED)
    assert newest(world, case, PERIODIC).state == "cancelled"
    become(world, case, CaseStatus.OPEN)
    assert (newest(world, case, PERIODIC).gen, newest(world, case, PERIODIC).state) == (2, "running")
    assert world.violated() == []


def test_the_cause_of_a_pause_is_the_customer_when_it_is(world: World) -> None:
    world.promises(resolution=3600)
    case = world.case()
    become(world, case, CaseStatus.PENDING)
    world.do(lambda session, now: opening.customer_spoke(session, status.load(session, case.id), now))
    told = world.all(SlaSegment)
    assert [(one.reason, one.cause) for one in told] == [
        ("started", ""), ("waiting_for_customer", "Ana Lim"), ("our_turn", "customer"),
    ]  # fmt: skip


def test_a_chat_of_a_queue_has_its_own_promises(world: World) -> None:
    world.promises(first_response=3600)
    billing, orders = world.queue("billing"), world.queue("orders")
    changes(world, narrower=[{"for": {"channel": ["chat"], "queue": ["billing"]}, "targets": {"first_response": 60}}])
    seconds = {}
    for channel in (Channel.CHAT, Channel.EMAIL):
        for queue in (billing, orders, None):
            contact, asks = opening.Contact(channel, "Why?", "en", queue), world.customer()
            case = world.do(lambda session, now, c=contact, a=asks: opening.open_case(session, a, c, now))
            seconds[channel, queue.name if queue else ""] = newest(world, case, FIRST).target_seconds
    assert [pair for pair, target in seconds.items() if target == 60] == [("chat", "billing")]
    assert set(seconds.values()) == {60, 3600}
