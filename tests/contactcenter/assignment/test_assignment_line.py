"""The waiting line: entered once, left in order, and returned to at the old place."""

import pytest
from races import at_once
from sqlalchemy.exc import IntegrityError
from world import World

from contactcenter.assignment import line
from contactcenter.assignment.line import Request
from contactcenter.cases import interactions
from contactcenter.foundation.clock import microseconds
from contactcenter.models import Agent, Case, Interaction, Offer, Queue, WorkItem
from contactcenter.models.states import Channel


def place(world: World, item: WorkItem) -> int:
    return world.do(lambda session, _now: line.place(session, line.load(session, item.id)))


def enqueue_again(world: World, item: WorkItem) -> int:
    def work(session, now):
        talk = interactions.load(session, item.interaction_id)
        return line.enqueue(session, talk, session.get_one(Queue, item.queue_id), Request(), now)

    return world.do(work)


def test_a_conversation_that_is_in_line_already_keeps_its_item(world: World) -> None:
    item = world.waiting(world.queue("billing"))
    assert enqueue_again(world, item) == item.id
    assert world.count(WorkItem) == 1


def test_a_conversation_enqueued_twice_at_once_has_one_live_item(world: World) -> None:
    queue = world.queue("billing")
    for _ in range(5):
        item = world.waiting(queue)
        world.do(lambda session, now, item=item: line.abandon(session, item.interaction_id, "left", now))
        results = at_once(*[lambda item=item: enqueue_again(world, item)] * 2)
        assert all(isinstance(result, int | IntegrityError) for result in results)
        live = world.all(WorkItem, WorkItem.interaction_id == item.interaction_id, WorkItem.state == "waiting")
        assert len(live) == 1
    assert world.violated() == []


def test_the_place_follows_arrival_target_and_bounded_priority(world: World) -> None:
    queue = world.queue("billing", target_seconds=30, priority=1)
    ordinary = world.waiting(queue, ago=100)
    urgent = world.waiting(queue, request=Request(priority=2), ago=50)
    late = world.waiting(queue, ago=10)
    assert ordinary.order_key == microseconds(ordinary.enqueued_at) + 30_000_000 - 60_000_000
    assert urgent.order_key == microseconds(urgent.enqueued_at) + 30_000_000 - 180_000_000
    assert [place(world, item) for item in (urgent, ordinary, late)] == [1, 2, 3]


def test_a_work_item_needs_what_queue_and_caller_ask_for_and_the_language_is_never_given_up(world: World) -> None:
    queue = world.queue("billing", {"billing": 4}, steps=[{"after": 60, "skills": {"billing": 1}}, {"after": 120}])
    item = world.waiting(queue, request=Request({"lang-zh": 1, "refunds": 2}))
    assert item.skills == {"billing": 4, "lang-zh": 1, "refunds": 2}
    assert item.steps == [
        {"after": 60, "skills": {"billing": 1, "lang-zh": 1}},
        {"after": 120, "skills": {"lang-zh": 1}},
    ]


def test_a_voicemail_of_a_call_is_work_for_the_eyes_not_for_the_whole_person(world: World) -> None:
    queue = world.queue("billing")
    assert world.waiting(queue, Channel.VOICE).weight == 100
    message = world.waiting(queue, Channel.VOICE, Request(channel=Channel.MESSAGING))
    assert (message.channel, message.weight < 100) == ("messaging", True)


def test_who_leaves_while_waiting_is_abandoned_once(world: World) -> None:
    item = world.waiting(world.queue("billing"))

    def leave() -> bool:
        return world.do(lambda session, now: line.abandon(session, item.interaction_id, "caller_left", now))

    assert sorted(at_once(leave, leave)) == [False, True]
    assert not leave()
    talk = world.get(Interaction, item.interaction_id)
    assert (world.item(item).state, talk.state, talk.outcome) == ("abandoned", "abandoned", "caller_left")
    assert world.item(item).ended_at is not None
    assert world.violated() == []


def test_who_leaves_while_it_rings_takes_the_offer_back_and_frees_the_agent(world: World) -> None:
    queue = world.queue("billing")
    ana = world.agent("ana", queue)
    idle_since = world.get(Agent, ana).idle_since
    item = world.waiting(queue, Channel.VOICE)
    offer_id = world.ring(item, ana)
    world.do(lambda session, now: line.abandon(session, item.interaction_id, "caller_left", now))
    offer, agent = world.get(Offer, offer_id), world.get(Agent, ana)
    assert (offer.state, offer.reason) == ("withdrawn", "caller_left")
    assert (agent.load, agent.ready, agent.idle_since) == (0, True, idle_since)
    assert world.violated() == []


def test_who_talks_to_an_agent_does_not_abandon(world: World) -> None:
    queue = world.queue("billing")
    item = world.waiting(queue)
    world.give(item, world.agent("ana", queue))
    assert not world.do(lambda session, now: line.abandon(session, item.interaction_id, "left", now))
    assert not world.do(lambda session, now: line.leave(session, item.interaction_id, now))
    assert world.item(item).state == "assigned"


def test_a_caller_who_steps_out_of_the_line_is_back_in_the_menu(world: World) -> None:
    queue = world.queue("billing")
    item = world.waiting(queue, Channel.VOICE)
    offer_id = world.ring(item, world.agent("ana", queue))
    assert world.do(lambda session, now: line.leave(session, item.interaction_id, now))
    assert world.item(item).state == "cancelled"
    assert world.get(Offer, offer_id).state == "withdrawn"
    assert world.get(Interaction, item.interaction_id).state == "in_ivr"


def test_released_work_is_where_it_was_and_its_agent_is_free(world: World) -> None:
    queue = world.queue("billing")
    ana = world.agent("ana", queue)
    first, second = world.waiting(queue, ago=60), world.waiting(queue, ago=30)
    offer_id = world.give(first, ana)

    def release() -> bool:
        return world.do(lambda session, now: line.release(session, world.item(first), "leg failed", now))

    assert sorted(at_once(release, release)) == [False, True]
    after = world.item(first)
    assert (after.state, after.current_offer, after.order_key) == ("waiting", None, first.order_key)
    assert [place(world, item) for item in (first, second)] == [1, 2]
    assert world.get(Offer, offer_id).state == "released"
    assert world.get(Agent, ana).load == 0
    assert world.get(Interaction, first.interaction_id).agent_id is None
    assert world.violated() == []


def test_the_case_follows_its_conversation_into_the_queue(world: World) -> None:
    queue = world.queue("billing")
    item = world.waiting(queue)
    assert world.get(Case, item.case_id).queue_id == queue.id


def test_a_queue_without_people_says_so(world: World) -> None:
    staffed, empty = world.queue("billing"), world.queue("orders")
    world.agent("ana", staffed)
    served = [world.do(lambda s, _now, q=queue: line.has_agents(s, q.id)) for queue in (staffed, empty)]
    assert served == [True, False]


def test_work_that_does_not_exist_is_not_found(world: World) -> None:
    with pytest.raises(line.NotFound):
        world.do(lambda session, _now: line.load(session, 4711))
