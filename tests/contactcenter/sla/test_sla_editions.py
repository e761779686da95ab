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


def test_an_edited_policy_moves_no_promise_and_holds_for_the_next_one(still: World) -> None:
    still.promises(first_response=600, resolution=3600)
    before = still.case()
    first, running = newest(still, before, FIRST), newest(still, before, RESOLUTION)
    meet(still, before, FIRST)
    changes(still, targets={"first_response": 60, "resolution": 120}, warnings=["50%", "90%"])
    assert newest(still, before, RESOLUTION).due_at == running.due_at
    after = still.case()
    assert newest(still, after, FIRST).due_at == still.now() + timedelta(seconds=60)
    assert newest(still, after, FIRST).warn_after == [30, 54]
    assert [one.number for one in still.all(SlaEdition)] == [1, 2]
    assert newest(still, before, FIRST).edition_id == first.edition_id != newest(still, after, FIRST).edition_id
    changes(still, targets={"first_response": 600, "resolution": 3600}, warnings=["75%"])
    assert still.count(SlaEdition) == 2, "the first one is in force again"


def test_an_edited_calendar_moves_no_promise_either(still: World) -> None:
    still.promises(resolution=3600)
    case = still.case()
    clock = newest(still, case, RESOLUTION)
    still.do(
        lambda session, _now: session.execute(
            update(CalendarText).values(definition={"zone": "UTC", "weekly": {"sun": ["00:00-00:01"]}})
        )
    )
    changes(still)
    found = still.do(lambda session, now: promises.of_case(session, case.id, now))
    assert found[0].deadline.due == clock.due_at
    still.pass_time(1800)
    pause(still, case)
    still.pass_time(60)
    resume(still, case)
    assert newest(still, case, RESOLUTION).due_at == clock.due_at + timedelta(seconds=60)


def test_running_promises_are_moved_when_asked_and_kept_ones_never(still: World) -> None:
    still.promises(first_response=600, resolution=3600)
    cases = [still.case() for _ in range(3)]
    meet(still, cases[0], FIRST)
    pause(still, cases[1])
    kept = newest(still, cases[0], FIRST)
    still.pass_time(100)
    changes(still, targets={"first_response": 1200, "resolution": 7200}, warnings=["50%"])
    assert still.do(lambda session, _now: moving.behind(session)) == 5
    assert still.do(lambda session, now: moving.move(session, "gold", "op", now)) == []
    moved = still.do(lambda session, now: moving.move(session, "standard", "op", now))
    assert [(one.case_id, one.kind) for one in moved] == [
        (cases[0].id, "resolution"),
        (cases[1].id, "first_response"), (cases[1].id, "resolution"),
        (cases[2].id, "first_response"), (cases[2].id, "resolution"),
    ]  # fmt: skip
    assert newest(still, cases[0], FIRST).edition_id == kept.edition_id
    clock = newest(still, cases[2], RESOLUTION)
    assert clock.due_at == clock.started_at + timedelta(seconds=7200)
    assert running_timers(still, clock) == {
        "warn_promise": clock.started_at + timedelta(seconds=3600),
        "break_promise": clock.due_at,
    }
    assert newest(still, cases[1], RESOLUTION).due_at is None
    resume(still, cases[1])
    assert newest(still, cases[1], RESOLUTION).due_at == clock.due_at + timedelta(seconds=100)
    assert still.do(lambda session, _now: moving.behind(session)) == 0
    assert still.do(lambda session, now: moving.move(session, None, "op", now)) == []
    assert still.violated() == []


def test_promises_made_before_texts_were_kept_are_moved_as_well_and_callbacks_never(still: World) -> None:
    still.promises(first_response=600, resolution=3600)
    case = still.case()

    def as_before(session, now) -> None:
        bound = editions.of_calendar(session, "calendar of standard", now)
        session.execute(update(SlaClock).values(edition_id=bound.id, calendar="calendar of standard"))
        own = clocks.Own(ClockKind.CALLBACK, "calendar of standard", 900, ())
        clocks.promise(session, case.id, own, now)

    still.do(as_before)
    changes(still, targets={"first_response": 1200, "resolution": 3600})
    assert still.do(lambda session, _now: moving.behind(session)) == 2
    assert still.do(lambda session, now: moving.move(session, "gold", "op", now)) == []
    moved = still.do(lambda session, now: moving.move(session, "standard", "op", now))
    assert [(one.kind, one.seconds) for one in moved] == [("first_response", 1200), ("resolution", 3600)]
    assert still.do(lambda session, _now: moving.behind(session)) == 0


def test_a_case_is_promised_what_another_tier_is_promised(still: World) -> None:
    still.promises(first_response=600, resolution=3600)
    case = still.case()
    meet(still, case, FIRST)

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

    assert still.do(gold)
    assert newest(still, case, RESOLUTION).target_seconds == 1800
    assert newest(still, case, FIRST).target_seconds == 600, "what was kept is never touched"
    fresh = still.do(lambda session, _now: session.get_one(Case, case.id, populate_existing=True))
    assert not still.do(lambda session, now: moving.change_tier(session, fresh, "gold", "rule:x/y", now))


def test_a_promise_that_is_made_no_more_stays_as_it_was(still: World) -> None:
    still.promises(first_response=600, resolution=3600)
    case = still.case()
    changes(still, targets={"first_response": 60})
    assert [one.kind for one in still.do(lambda session, now: moving.move(session, None, "op", now))] == [
        "first_response"
    ]
    assert newest(still, case, RESOLUTION).target_seconds == 3600


def test_each_warning_comes_once_at_its_instant_and_none_again_after_a_pause(still: World) -> None:
    still.promises(resolution=3600)
    changes(still, warnings=["50%", "75%", "5m"])
    case = still.case()
    told = []
    for seconds in (1799, 1, 899, 1, 599, 1, 299, 1):
        still.pass_time(seconds)
        for _ in range(2):
            schedule.fire_due(still.db)
        if seconds == 899:
            pause(still, case)
            resume(still, case)
        told.append(
            (still.count(Event, Event.kind == "promises_warned"), still.count(Event, Event.kind == "promises_broken"))
        )
    assert told == [(0, 0), (1, 0), (1, 0), (2, 0), (2, 0), (3, 0), (3, 0), (3, 1)]
    assert newest(still, case, RESOLUTION).warned == 3
    assert still.violated() == []


def test_warnings_that_fell_due_together_are_told_as_one(still: World) -> None:
    still.promises(resolution=3600)
    changes(still, warnings=["50%", "75%"])
    case = still.case()
    still.pass_time(3000)
    schedule.fire_due(still.db)
    schedule.fire_due(still.db)
    assert still.count(Event, Event.kind == "promises_warned") == 1
    assert newest(still, case, RESOLUTION).warned == 2


def become(world: World, case, wanted: CaseStatus, by=("user:1", "Ana Lim")) -> None:
    world.do(lambda session, now: status.change_status(session, status.load(session, case.id), wanted, by, now))


def test_a_kept_resolution_goes_on_with_what_was_left_where_the_policy_says_so(still: World) -> None:
    still.promises(resolution=3600)
    changes(still, reopen="continue")
    case = still.case()
    still.pass_time(1000)
    become(still, case, CaseStatus.RESOLVED)
    still.pass_time(86_400)
    become(still, case, CaseStatus.OPEN)
    clock = newest(still, case, RESOLUTION)
    assert (clock.state, clock.gen, clock.stopped_at) == ("running", 0, None)
    assert clock.due_at == still.now() + timedelta(seconds=2600)
    told = still.do(lambda session, now: promises.working(session, clock, now))
    assert [(one.kind, one.why) for one in told] == [("counted", ""), ("paused", "resolved"), ("counted", "")]
    still.pass_time(2600)
    schedule.fire_due(still.db)
    assert newest(still, case, RESOLUTION).breached_at is not None
    assert still.violated() == []


def test_a_kept_resolution_begins_anew_where_the_policy_says_nothing(still: World) -> None:
    still.promises(resolution=3600)
    case = still.case()
    still.pass_time(1000)
    become(still, case, CaseStatus.RESOLVED)
    become(still, case, CaseStatus.OPEN)
    clock = newest(still, case, RESOLUTION)
    assert (clock.gen, clock.due_at) == (1, still.now() + timedelta(seconds=3600))
    assert still.count(SlaClock, SlaClock.kind == RESOLUTION) == 2


def test_time_with_a_third_party_is_a_promise_of_its_own(still: World) -> None:
    still.promises(resolution=3600, third_party=7200)
    case = still.case()
    become(still, case, CaseStatus.ON_HOLD)
    clock = newest(still, case, THIRD)
    assert (clock.state, clock.due_at) == ("running", still.now() + timedelta(seconds=7200))
    assert newest(still, case, RESOLUTION).state == "paused"
    still.pass_time(60)
    become(still, case, CaseStatus.PENDING)
    assert newest(still, case, THIRD).state == "met"
    pauses = still.all(SlaSegment, SlaSegment.running.is_(False))
    assert [(one.reason, one.cause) for one in pauses] == [
        ("waiting_for_third_party", "Ana Lim"), ("waiting_for_customer", "Ana Lim"),
    ]  # fmt: skip
    become(still, case, CaseStatus.ON_HOLD)
    assert newest(still, case, THIRD).gen == 1
    assert still.violated() == []


def test_the_customer_hears_from_us_every_so_often_until_it_is_over(still: World) -> None:
    still.promises(resolution=36_000, periodic_update=3600)
    case = still.case()
    first = newest(still, case, PERIODIC)
    assert first.due_at == still.now() + timedelta(seconds=3600)
    still.pass_time(1000)
    still.do(lambda session, now: opening.we_answered(session, status.load(session, case.id), now))
    again = newest(still, case, PERIODIC)
    assert (again.gen, again.due_at) == (1, still.now() + timedelta(seconds=3600))
    become(still, case, CaseStatus.PENDING)
    assert newest(still, case, PERIODIC).state == "paused", "it is the customer's turn"
    become(still, case, CaseStatus.ON_HOLD)
    assert newest(still, case, PERIODIC).state == "running", "a customer wants to know while others keep us waiting"
    become(still, case, CaseStatus.RESOLVED)
    assert newest(still, case, PERIODIC).state == "cancelled"
    become(still, case, CaseStatus.OPEN)
    assert (newest(still, case, PERIODIC).gen, newest(still, case, PERIODIC).state) == (2, "running")
    assert still.violated() == []


def test_the_cause_of_a_pause_is_the_customer_when_it_is(still: World) -> None:
    still.promises(resolution=3600)
    case = still.case()
    become(still, case, CaseStatus.PENDING)
    still.do(lambda session, now: opening.customer_spoke(session, status.load(session, case.id), now))
    told = still.all(SlaSegment)
    assert [(one.reason, one.cause) for one in told] == [
        ("started", ""), ("waiting_for_customer", "Ana Lim"), ("our_turn", "customer"),
    ]  # fmt: skip


def test_a_chat_of_a_queue_has_its_own_promises(still: World) -> None:
    still.promises(first_response=3600)
    billing, orders = still.queue("billing"), still.queue("orders")
    changes(still, narrower=[{"for": {"channel": ["chat"], "queue": ["billing"]}, "targets": {"first_response": 60}}])
    seconds = {}
    for channel in (Channel.CHAT, Channel.EMAIL):
        for queue in (billing, orders, None):
            contact, asks = opening.Contact(channel, "Why?", "en", queue), still.customer()
            case = still.do(lambda session, now, c=contact, a=asks: opening.open_case(session, a, c, now))
            seconds[channel, queue.name if queue else ""] = newest(still, case, FIRST).target_seconds
    assert [pair for pair, target in seconds.items() if target == 60] == [("chat", "billing")]
    assert set(seconds.values()) == {60, 3600}
