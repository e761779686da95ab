"""The router's memory is a cache: at any moment it equals what the rows say, and two routers do no harm."""

from collections import Counter
from datetime import timedelta

import pytest
from assignment_floor import Floor
from races import at_once
from sqlalchemy import insert, update
from world import World

from contactcenter import schedule
from contactcenter.assignment import offers
from contactcenter.assignment.router import LEASE, Deposed, Router
from contactcenter.foundation import events, leases
from contactcenter.models import Agent, AgentQueue, ConfigApplied, Offer, Queue, TimelineEntry, WorkItem
from contactcenter.models.states import Channel


def router(world: World, holder: str = "test") -> Router:
    held = world.do(lambda session, now: leases.acquire(session, LEASE, holder, now, timedelta(days=2)))
    return Router.rebuilt(world.db, held)


def pairs(world: World) -> set[tuple[int, int]]:
    return {(offer.item_id, offer.agent_id) for offer in world.all(Offer, Offer.state == "pending")}


@pytest.mark.parametrize("seed", range(6))
def test_after_whatever_happened_the_running_engine_is_the_one_rebuilt_from_rows(world: World, seed: int) -> None:
    floor = Floor.furnished(world, seed)
    running = router(world)
    duties: dict = {}
    happened = []
    for _ in range(18):
        happened += [floor.something_happens() for _ in range(floor.rng.randint(1, 6))]
        schedule.fire_due(world.db)
        schedule.do_duties(world.db, duties)
        running.step()
        assert running.step() == 0
        fresh = Router.rebuilt(world.db, running.held)
        assert running.engine.digest() == fresh.engine.digest(), happened
        assert running.work == fresh.work
        assert fresh.step() == 0, "a fresh router finds nothing that the running one overlooked"
    assert world.count(Offer) > 3, Counter(happened)
    assert world.violated() == []


def test_two_routers_at_once_make_each_offer_once_and_break_nothing(world: World) -> None:
    queue = world.queue("general")
    for number in range(6):
        world.agent(f"agent{number}", queue)
    first = router(world, "first")
    second = Router.rebuilt(world.db, first.held)
    for _ in range(3):
        for _ in range(8):
            world.waiting(queue)
        made = at_once(first.step, second.step)
        assert all(isinstance(one, int) for one in made), made
        for offer in world.all(Offer, Offer.state == "pending"):
            world.accept(offer.id)
    for one in (first, second):
        one.step()
    taken = Counter(offer.item_id for offer in world.all(Offer, Offer.state.in_(["pending", "accepted"])))
    assert set(taken.values()) == {1}
    assert len(taken) == 18, "six people carry three chats each"
    assert first.engine.digest() == second.engine.digest()
    assert world.violated() == []


def test_a_deposed_router_stops_before_it_decides(world: World) -> None:
    queue = world.queue("general")
    world.agent("ana", queue)
    old = router(world, "old")
    world.pass_time(3 * 86400)
    world.do(lambda s, now: s.execute(update(Agent).values(presence_until=now + timedelta(hours=1))))
    router(world, "new")
    world.waiting(queue)
    with pytest.raises(Deposed):
        old.step()
    assert world.count(Offer) == 0


def test_a_supervisor_is_faster_than_the_router_and_the_human_wins(world: World) -> None:
    """The router has decided, but not yet committed, when the supervisor gives the work to somebody else."""
    queue = world.queue("general")
    ana, ken = world.agent("ana", queue), world.agent("ken", queue, ready=False)
    running = router(world)
    for _ in range(6):
        item = world.waiting(queue)
        at_once(
            running.step,
            lambda item=item: world.do(
                lambda s, now: offers.assign_by_hand(s, s.get_one(WorkItem, item.id), ken, ("user:9", "Eva"), now)
            ),
        )
        running.step()
        live = world.all(Offer, Offer.item_id == item.id, Offer.state.in_(["pending", "accepted"]))
        assert len(live) == 1
        if live[0].state == "pending":
            world.accept(live[0].id)
        for agent in (ana, ken):
            _all_done(world, agent)
    running.step()
    assert running.engine.digest() == Router.rebuilt(world.db, running.held).engine.digest()
    assert world.violated() == []


def _all_done(world: World, agent_id: int) -> None:
    from contactcenter.assignment import wrap_up

    for item in world.all(WorkItem, WorkItem.state == "assigned"):
        if world.get(Offer, item.current_offer).agent_id == agent_id:
            world.do(lambda s, now, item=item: wrap_up.start(s, s.get_one(WorkItem, item.id), now))
            world.do(lambda s, now, item=item: wrap_up.end_wrap_up(s, item.id, now))


def test_a_refused_proposal_is_forgotten_and_the_next_agent_is_asked(world: World) -> None:
    """An agent's row was changed by a hand that told nobody: the guard refuses, the router reads again."""
    queue = world.queue("general")
    ana, ken = world.agent("ana", queue), world.agent("ken", queue)
    running = router(world)
    with world.db.engine.begin() as connection:
        connection.execute(update(Agent).where(Agent.id == ana).values(ready=False))
    items = [world.waiting(queue, Channel.VOICE) for _ in range(2)]
    for _ in range(3):
        running.step()
    assert {agent for _, agent in pairs(world)} == {ken}
    assert sorted(world.item(item).state for item in items) == ["offered", "waiting"]
    assert running.engine.digest() == Router.rebuilt(world.db, running.held).engine.digest()


def test_the_longest_waiting_and_most_urgent_is_served_first(world: World) -> None:
    queue = world.queue("general")
    late, early = world.waiting(queue, Channel.VOICE, ago=10), world.waiting(queue, Channel.VOICE, ago=50)
    running = router(world)
    ana = world.agent("ana", queue)
    running.step()
    assert pairs(world) == {(early.id, ana)}
    assert world.item(late).state == "waiting"


def test_an_offer_says_why_it_was_made_and_by_which_router(world: World) -> None:
    queue = world.queue("general")
    world.agent("ana", queue)
    world.waiting(queue)
    running = router(world)
    running.step()
    (offer,) = world.all(Offer)
    assert offer.epoch == running.held.epoch
    assert offer.decision
    assert offer.expires_at - offer.made_at == timedelta(seconds=20)


def test_new_queues_reach_a_running_router_when_they_are_applied(world: World) -> None:
    ana = world.agent("ana")
    running = router(world)
    queue = world.queue("returns")

    def apply(session, now):
        session.execute(insert(AgentQueue).values(agent_id=ana, queue_id=queue.id))
        session.execute(insert(ConfigApplied).values(digest="d", summary={}, at=now))
        events.record(session, events.ConfigApplied(1), now)

    world.do(apply)
    item = world.waiting(queue)
    running.step()
    assert pairs(world) == {(item.id, ana)}
    assert running.engine.digest() == Router.rebuilt(world.db, running.held).engine.digest()


def test_a_router_that_fell_far_behind_starts_afresh_from_the_rows(world: World) -> None:
    queue = world.queue("general")
    running = router(world)
    ana = world.agent("ana", queue)
    item = world.waiting(queue)

    def a_lot_happens(session, now):
        for _ in range(600):
            events.record(session, events.PresenceChanged(ana), now)

    world.do(a_lot_happens)
    running.step()
    assert pairs(world) == {(item.id, ana)}
    assert running.engine.digest() == Router.rebuilt(world.db, running.held).engine.digest()


def test_a_router_sleeps_until_a_requirement_relaxes(world: World) -> None:
    queue = world.queue("billing", {"billing": 5}, steps=[{"after": 30, "skills": {}}])
    ana = world.agent("ana", queue)
    item = world.waiting(queue)
    running = router(world)
    running.step()
    assert pairs(world) == set()
    assert running.wakes_at() == item.enqueued_at + timedelta(seconds=30)
    world.db.clock.ahead += running.wakes_at() - world.now()
    running.step()
    assert pairs(world) == {(item.id, ana)}


def test_a_queue_that_is_switched_off_with_people_in_it_does_not_stop_the_others(world: World) -> None:
    off, on = world.queue("returns"), world.queue("general")
    ana = world.agent("ana", off, on)
    stranded = world.waiting(off)
    running = router(world)

    def switch_off(session, now):
        session.execute(update(Queue).where(Queue.id == off.id).values(enabled=False))
        events.record(session, events.ConfigApplied(1), now)

    world.do(switch_off)
    served = world.waiting(on)
    running.step()
    assert pairs(world) == {(served.id, ana)}
    assert world.item(stranded).state == "waiting"
    assert [line[:4] for line in world.violated()] == ["I-13"], "whoever is stranded is found by the nightly check"


def test_work_that_waited_too_long_is_found_in_the_next_queue_with_the_wait_it_had(world: World) -> None:
    general = world.queue("general", target_seconds=40)
    narrow = world.queue("narrow", {"elvish": 5}, overflow={"after": 60, "to": "general"}, target_seconds=20)
    ana = world.agent("ana", general)
    world.agent("elf", narrow, skills={"elvish": 9}, ready=False)
    item = world.waiting(narrow)
    running = router(world)
    assert running.step() == 0
    world.pass_time(59)
    assert running.step() == 0
    world.pass_time(1)
    assert running.step() == 1
    moved = world.get(WorkItem, item.id)
    assert moved.queue_id == general.id
    assert moved.skills == {}, "the next queue asks for what it needs itself"
    assert moved.enqueued_at == item.enqueued_at
    assert moved.order_key == item.order_key + 20_000_000
    assert pairs(world) == {(item.id, ana)}
    (entry,) = world.all(
        TimelineEntry, TimelineEntry.case_id == item.case_id, TimelineEntry.body["what"].astext == "overflowed"
    )
    assert (entry.body["from"], entry.body["queue"]) == ({"en": "Narrow"}, {"en": "General"})
    assert world.violated() == []


def test_work_that_waited_too_long_is_to_be_called_back_once_where_its_queue_says_so(world: World) -> None:
    general = world.queue("general", overflow={"after": 60, "to": "callback"})
    world.agent("ana", general, ready=False)
    item = world.waiting(general)
    running = router(world)
    world.pass_time(59)
    running.step()
    assert world.get(WorkItem, item.id).callback_due_at is None
    world.pass_time(1)
    running.step()
    due = world.get(WorkItem, item.id).callback_due_at
    assert due == world.now()
    world.pass_time(30)
    running.step()
    asked_again = world.get(WorkItem, item.id)
    assert (asked_again.callback_due_at, asked_again.state, asked_again.queue_id) == (due, "waiting", general.id)
    assert running.engine.digest() == Router.rebuilt(world.db, running.held).engine.digest()


def test_a_router_that_starts_late_sends_on_what_has_waited_too_long_meanwhile(world: World) -> None:
    general = world.queue("general")
    narrow = world.queue("narrow", overflow={"after": 60, "to": "general"})
    ana = world.agent("ana", general)
    item = world.waiting(narrow, ago=500)
    running = router(world)
    assert running.step() == 1
    assert world.get(WorkItem, item.id).queue_id == general.id
    assert pairs(world) == {(item.id, ana)}
    assert running.engine.digest() == Router.rebuilt(world.db, running.held).engine.digest()
