"""What a supervisor does to the line: move, give, cancel; only what still waits, and never unseen."""

import pytest
from races import at_once
from world import World

from contactcenter.assignment import line, moving
from contactcenter.assignment.line import Request
from contactcenter.foundation.errors import BadInput, Conflict
from contactcenter.foundation.permissions import Who
from contactcenter.models import Audit, Case, Interaction, Offer, Queue, TimelineEntry, WorkItem


@pytest.fixture
def eva(world: World) -> Who:
    return world.who(world.agent("eva"))


def move(world: World, item: WorkItem, queue: Queue, who: Who) -> None:
    world.do(lambda session, now: moving.move_item(session, line.load(session, item.id), queue, who, now))


def cancel(world: World, item: WorkItem, who: Who) -> None:
    world.do(lambda session, now: moving.cancel_item(session, line.load(session, item.id), who, now))


def test_moved_work_keeps_the_waiting_time_it_has_earned(world: World, eva: Who) -> None:
    slow = world.queue("orders", {"orders": 4}, target_seconds=300)
    quick = world.queue("billing", {"billing": 4}, steps=[{"after": 30, "skills": {}}], target_seconds=20)
    item = world.waiting(slow, request=Request({"lang-zh": 1}), ago=120)
    resident = world.waiting(quick, ago=60)
    move(world, item, quick, eva)
    after = world.item(item)
    assert (after.queue_id, after.enqueued_at) == (quick.id, item.enqueued_at)
    assert after.order_key == item.order_key - 280_000_000
    assert after.skills == {"billing": 4, "lang-zh": 1}
    assert after.steps == [{"after": 30, "skills": {"lang-zh": 1}}]
    places = [world.do(lambda s, _now, i=i: line.place(s, line.load(s, i.id))) for i in (item, resident)]
    assert places == [1, 2]
    assert world.get(Case, item.case_id).queue_id == quick.id
    assert world.get(Interaction, item.interaction_id).queue_id == quick.id
    assert [(row.actor, row.body["queue"]) for row in world.all(Audit, Audit.action == "moved")] == [
        (eva.actor, "billing")
    ]
    assert world.violated() == []


def test_moving_work_to_where_it_is_changes_nothing(world: World, eva: Who) -> None:
    queue = world.queue("billing")
    item = world.waiting(queue)
    move(world, item, queue, eva)
    assert world.item(item).version == item.version
    assert world.count(Audit, Audit.action == "moved") == 0


def test_work_that_rings_or_is_in_hand_is_not_moved_or_cancelled(world: World, eva: Who) -> None:
    queue, other = world.queue("billing"), world.queue("orders")
    ana = world.agent("ana", queue)
    item = world.waiting(queue)
    offer_id = world.ring(item, ana)
    for state in ("offered", "assigned"):
        if state == "assigned":
            world.accept(offer_id)
        with pytest.raises(Conflict, match="not waiting any more"):
            move(world, item, other, eva)
        with pytest.raises(Conflict, match=f"this is {state}"):
            cancel(world, item, eva)
        assert (world.item(item).state, world.item(item).queue_id) == (state, queue.id)
    assert world.violated() == []


def test_moving_against_an_offer_in_the_same_instant_has_one_winner(world: World, eva: Who) -> None:
    queue, other = world.queue("billing"), world.queue("orders")
    for number in range(8):
        agent = world.agent(f"agent{number}", queue)
        item = world.waiting(queue)
        results = at_once(lambda: world.ring(item, agent), lambda: move(world, item, other, eva))
        after = world.item(item)
        if isinstance(results[1], Conflict):
            assert (after.state, after.queue_id) == ("offered", queue.id)
        else:
            # The item was moved first; an offer made right afterwards from what the router believed is legal.
            assert after.queue_id == other.id
    assert world.violated() == []


def test_cancelled_work_is_gone_for_good_and_on_the_record(world: World, eva: Who) -> None:
    item = world.waiting(world.queue("billing"))
    cancel(world, item, eva)
    with pytest.raises(Conflict, match="cancelled"):
        cancel(world, item, eva)
    assert world.item(item).state == "cancelled"
    assert world.get(Interaction, item.interaction_id).outcome == "cancelled"
    assert world.count(Audit, Audit.action == "cancelled") == 1
    assert world.violated() == []


def test_a_case_gets_another_owner_while_its_conversation_stays_where_it_is(world: World, eva: Who) -> None:
    queue = world.queue("billing")
    ana, ken = world.agent("ana", queue), world.agent("ken", queue)
    item = world.waiting(queue)
    offer_id = world.give(item, ana)

    def reassign(agent_id: int) -> None:
        world.do(lambda s, now: moving.reassign_case(s, s.get_one(Case, item.case_id), agent_id, eva, now))

    reassign(ken)
    reassign(ken)
    assert world.get(Case, item.case_id).assignee_id == ken
    assert world.get(Offer, offer_id).agent_id == ana
    told = world.all(TimelineEntry, TimelineEntry.case_id == item.case_id, TimelineEntry.kind == "routing")
    assert [entry.body for entry in told] == [{"what": "case_reassigned", "agent": "Ken"}]
    assert world.count(Audit, Audit.action == "reassigned") == 1
    with pytest.raises(BadInput):
        reassign(4711)
