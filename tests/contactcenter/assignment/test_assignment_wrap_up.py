"""Wrap-up: on the server, with its own end, and over exactly once."""

import pytest
from races import at_once
from world import World

from contactcenter import schedule
from contactcenter.assignment import line, wrap_up
from contactcenter.foundation.errors import BadInput, Conflict
from contactcenter.foundation.permissions import Who
from contactcenter.models import Agent, Case, Event, Interaction, Queue, TimelineEntry, WorkItem
from contactcenter.models.states import CaseStatus


@pytest.fixture
def floor(world: World) -> tuple[World, Who, WorkItem]:
    world.words()
    queue = world.queue("billing", wrap_up_seconds=60)
    ana = world.agent("ana", queue)
    item = world.waiting(queue)
    world.give(item, ana)
    return world, world.who(ana), item


def start(world: World, item: WorkItem) -> bool:
    return world.do(lambda session, now: wrap_up.start(session, line.load(session, item.id), now))


def complete(
    world: World, item: WorkItem, who: Who, disposition: str = "solved", status: CaseStatus | None = None
) -> None:
    words = (disposition, "All clear.", status)
    world.do(lambda session, now: wrap_up.complete(session, line.load(session, item.id), who, words, now))


def times_completed(world: World, item: WorkItem) -> int:
    return world.count(Event, Event.item_id == item.id, Event.kind == "work_completed", Event.room.startswith("queue:"))


def test_the_conversation_ends_once_and_the_notes_begin(floor) -> None:
    world, who, item = floor
    assert sorted(at_once(lambda: start(world, item), lambda: start(world, item))) == [False, True]
    assert world.item(item).state == "wrap_up"
    assert world.get(Interaction, item.interaction_id).state == "wrap_up"
    assert world.get(Agent, who.id).load == item.weight, "who writes notes has no room for more"
    assert world.violated() == []


def test_the_agent_ends_it_with_a_disposition_a_summary_and_the_cases_next_status(floor) -> None:
    world, who, item = floor
    start(world, item)
    before = world.get(Agent, who.id).idle_since
    world.pass_time(1)
    complete(world, item, who, status=CaseStatus.RESOLVED)
    assert world.item(item).state == "done"
    talk = world.get(Interaction, item.interaction_id)
    assert (talk.state, talk.disposition) == ("completed", "solved")
    assert world.get(Case, item.case_id).status == "resolved"
    agent = world.get(Agent, who.id)
    assert (agent.load, agent.idle_since > before) == (0, True)
    (written,) = world.all(TimelineEntry, TimelineEntry.kind == "wrap_up")
    assert written.body == {"disposition": "solved", "text": "All clear."}
    assert world.violated() == []


def test_work_can_be_completed_without_waiting_for_the_conversation_to_end(floor) -> None:
    world, who, item = floor
    complete(world, item, who)
    assert world.item(item).state == "done"
    assert not start(world, item)


def test_time_ends_the_notes_of_an_agent_who_closed_the_page(floor) -> None:
    world, who, item = floor
    start(world, item)
    world.pass_time(59)
    schedule.fire_due(world.db)
    assert world.item(item).state == "wrap_up"
    world.pass_time(2)
    schedule.fire_due(world.db)
    assert world.item(item).state == "done"
    assert world.get(Interaction, item.interaction_id).disposition is None
    assert world.get(Agent, who.id).load == 0
    with pytest.raises(Conflict, match="finished already"):
        complete(world, item, who)
    assert world.violated() == []


def test_the_agent_and_the_clock_end_it_in_the_same_instant_and_the_load_is_freed_once(floor) -> None:
    world, who, item = floor
    queue = world.get(Queue, item.queue_id)
    for number in range(8):
        if number:
            item = world.waiting(queue)
            world.give(item, who.id)
        start(world, item)
        world.pass_time(61)
        at_once(lambda item=item: complete(world, item, who), lambda: schedule.fire_due(world.db))
        schedule.fire_due(world.db)
        assert world.item(item).state == "done"
        assert times_completed(world, item) == 1
        assert world.get(Agent, who.id).load == 0
    assert world.violated() == []


def test_nobody_completes_another_agents_work_or_invents_a_disposition(floor) -> None:
    world, who, item = floor
    ken = world.who(world.agent("ken"))
    with pytest.raises(Conflict, match="somebody else"):
        complete(world, item, ken)
    with pytest.raises(BadInput, match="dispositions"):
        complete(world, item, who, disposition="made-up")
    assert world.item(item).state == "assigned"


def test_work_is_completed_once(floor) -> None:
    world, who, item = floor
    results = at_once(*[lambda: complete(world, item, who)] * 3)
    assert sorted(type(result).__name__ for result in results) == ["Conflict", "Conflict", "NoneType"]
    assert times_completed(world, item) == 1
    assert world.violated() == []
