"""Presence: what the person chose, what the machine holds, and the lease that shows they are there."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from world import World

from contactcenter import schedule
from contactcenter.agents import presence, workload
from contactcenter.foundation.errors import BadInput
from contactcenter.models import Agent, AgentChannel, Audit, Event, Offer
from contactcenter.models.states import Channel


def choose(world: World, agent: int, chosen: str, reason: str | None = None) -> None:
    who = world.who(agent)
    world.do(lambda session, now: presence.choose(session, who, chosen, reason, now))


def beat(world: World, agent: int) -> None:
    world.do(lambda session, now: presence.heartbeat(session, agent, now))


def look_for_silent_pages(world: World) -> None:
    schedule.do_duties(world.db, {})


def state(world: World, agent: int) -> tuple[str, bool, str | None]:
    row = world.get(Agent, agent)
    return row.chosen, row.ready, row.not_ready_reason


def test_available_is_ready_a_break_is_not_and_each_choice_is_on_record(world: World) -> None:
    world.words()
    ana = world.agent("ana", chosen="offline", ready=False)
    choose(world, ana, "available")
    assert state(world, ana) == ("available", True, None)
    choose(world, ana, "aux", "lunch")
    assert state(world, ana) == ("aux", False, None)
    assert world.get(Agent, ana).chosen_reason == "lunch"
    choose(world, ana, "offline")
    assert state(world, ana) == ("offline", False, None)
    noted = [row.body["chosen"] for row in world.all(Audit, Audit.action == "presence")]
    assert noted == ["available", "aux", "offline"]


@pytest.mark.parametrize(("chosen", "reason"), [("busy", None), ("aux", None), ("aux", "made-up"), ("", None)])
def test_what_is_not_on_the_list_cannot_be_chosen(world: World, chosen: str, reason: str | None) -> None:
    world.words()
    ana = world.agent("ana")
    with pytest.raises(BadInput):
        choose(world, ana, chosen, reason)
    assert state(world, ana) == ("available", True, None)


def test_a_page_that_falls_silent_ends_readiness_and_its_return_restores_it(world: World) -> None:
    ana = world.agent("ana")
    choose(world, ana, "available")
    world.pass_time(presence.LEASE.total_seconds() - 1)
    look_for_silent_pages(world)
    assert state(world, ana) == ("available", True, None)
    world.pass_time(2)
    look_for_silent_pages(world)
    assert state(world, ana) == ("available", False, "lease_ended")
    beat(world, ana)
    assert state(world, ana) == ("available", True, None)
    assert world.violated() == []


def test_an_offer_to_a_silent_page_is_taken_back_and_its_chats_return_while_its_calls_stay(world: World) -> None:
    queue = world.queue("general")
    ana = world.agent("ana", queue)
    chat, ringing = world.waiting(queue), world.waiting(queue)
    ken = world.agent("ken", queue)
    call = world.waiting(queue, Channel.VOICE)
    world.give(chat, ana)
    world.ring(ringing, ana)
    world.give(call, ken)
    soon = world.now() + timedelta(seconds=1)
    world.do(lambda session, _now: session.execute(update(Agent).values(presence_until=soon)))
    world.pass_time(2)
    look_for_silent_pages(world)
    assert [world.item(item).state for item in (chat, ringing, call)] == ["waiting", "waiting", "assigned"]
    reasons = [offer.reason for offer in world.all(Offer, Offer.agent_id == ana)]
    assert reasons == ["agent_gone", "agent_gone"]
    assert world.get(Agent, ana).load == 0
    assert world.violated() == []


def test_a_heartbeat_does_not_undo_what_the_machine_or_the_person_decided(world: World) -> None:
    world.words()
    missed = world.agent("ana")
    world.do(lambda session, now: presence.set_not_ready(session, missed, presence.MISSED, now))
    at_lunch = world.agent("ken")
    choose(world, at_lunch, "aux", "lunch")
    for agent in (missed, at_lunch):
        beat(world, agent)
    assert state(world, missed) == ("available", False, "missed_offer")
    assert state(world, at_lunch) == ("aux", False, None)
    choose(world, missed, "available")
    assert state(world, missed) == ("available", True, None)


def test_who_chose_a_break_while_the_page_was_silent_does_not_come_back_by_a_heartbeat(world: World) -> None:
    world.words()
    ana = world.agent("ana")
    choose(world, ana, "available")
    world.pass_time(31)
    look_for_silent_pages(world)
    choose(world, ana, "aux", "lunch")
    beat(world, ana)
    assert state(world, ana) == ("aux", False, None)


def test_beating_on_tells_nobody_anything(world: World) -> None:
    ana = world.agent("ana")
    choose(world, ana, "available")
    told = world.count(Event)
    for _ in range(5):
        world.pass_time(10)
        beat(world, ana)
    assert world.count(Event) == told


def test_work_frees_the_agent_from_now_a_mere_offer_does_not(world: World) -> None:
    ana = world.agent("ana")
    before = world.get(Agent, ana).idle_since

    def take_and_free(*, worked: bool) -> None:
        def work(session, now):
            assert workload.take(session, ana, "chat", 33, now)
            workload.free(session, ana, "chat", 33, now, worked=worked)

        world.do(work)

    world.pass_time(1)
    take_and_free(worked=False)
    assert world.get(Agent, ana).idle_since == before
    take_and_free(worked=True)
    after = world.get(Agent, ana)
    assert after.idle_since > before
    assert (after.load, world.get(AgentChannel, (ana, "chat")).live) == (0, 0)


def test_an_agent_takes_no_more_of_a_channel_than_agreed_although_there_is_room(world: World) -> None:
    ana = world.agent("ana", capacity=1000)
    taken = [world.do(lambda s, now: workload.take(s, ana, "chat", 10, now)) for _ in range(3)]
    assert taken == [True, True, True]
    with world.db.transaction() as session:
        assert not workload.take(session, ana, "chat", 10, world.now())
        session.rollback()
    assert world.get(AgentChannel, (ana, "chat")).live == 3
