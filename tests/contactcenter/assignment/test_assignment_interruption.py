"""Mails make way for a call and go on after it; helpers are asked later; and no chat holds up a call for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from world import World

from contactcenter.assignment import interruption, line, wrap_up
from contactcenter.assignment.router import LEASE, Router
from contactcenter.foundation import leases
from contactcenter.foundation.errors import Conflict
from contactcenter.models import Agent, AgentQueue, Event, Offer, Queue, WorkItem
from contactcenter.models.states import Channel


@pytest.fixture
def queue(world: World) -> Queue:
    world.words()
    return world.queue("general", wrap_up_seconds=60)


def router(world: World) -> Router:
    held = world.do(lambda session, now: leases.acquire(session, LEASE, "test", now, timedelta(days=2)))
    return Router.rebuilt(world.db, held)


def ringing_at(world: World, item: WorkItem) -> int | None:
    offer = world.all(Offer, Offer.item_id == item.id, Offer.state == "pending")
    return offer[0].agent_id if offer else None


def units(world: World, agent: int) -> tuple[int, int]:
    row = world.get(Agent, agent)
    return row.load, row.yielding


def end(world: World, item: WorkItem, agent: int) -> None:
    words = ("solved", "", None)
    who = world.who(agent)
    world.do(lambda session, now: wrap_up.complete(session, line.load(session, item.id), who, words, now))


def on_the_phone(world: World, queue: Queue) -> tuple[Router, int, WorkItem, WorkItem]:
    """Ana had accepted a mail, and then a call."""
    ana, running = world.agent("ana", queue), router(world)
    mail = world.waiting(queue, Channel.EMAIL)
    running.step()
    world.accept(world.item(mail).current_offer)
    call = world.waiting(queue, Channel.VOICE)
    running.step()
    assert ringing_at(world, call) == ana
    assert world.item(mail).interrupted_at is None
    world.accept(world.item(call).current_offer)
    running.step()
    return running, ana, mail, call


def test_a_call_rings_at_somebody_who_writes_mails_and_the_mail_waits_once_it_is_accepted(
    world: World, queue: Queue
) -> None:
    _, ana, mail, _ = on_the_phone(world, queue)
    assert world.item(mail).interrupted_at is not None
    assert units(world, ana) == (120, 20)
    assert world.count(Event, Event.kind == "work_interrupted", Event.room == f"agent:{ana}") == 1
    assert world.violated() == []


def test_the_mail_goes_on_when_the_call_and_its_wrap_up_are_over_before_a_new_mail_comes(
    world: World, queue: Queue
) -> None:
    running, ana, mail, call = on_the_phone(world, queue)
    world.do(lambda session, now: wrap_up.start(session, line.load(session, call.id), now))
    other = world.waiting(queue, Channel.EMAIL)
    running.step()
    assert world.item(mail).interrupted_at is not None
    end(world, call, ana)
    running.step()
    assert world.item(mail).interrupted_at is None
    assert ringing_at(world, other) == ana
    assert world.violated() == []


def test_a_router_that_starts_anew_knows_what_is_interrupted(world: World, queue: Queue) -> None:
    running, ana, mail, call = on_the_phone(world, queue)
    fresh = Router.rebuilt(world.db, running.held)
    assert fresh.engine.why_waiting(mail.id)["state"] == "interrupted"
    assert fresh.engine.digest() == running.engine.digest()
    end(world, call, ana)
    fresh.step()
    assert world.item(mail).interrupted_at is None


def test_a_router_that_died_before_it_wrote_the_interruption_down_is_followed_by_one_that_does(
    world: World, queue: Queue
) -> None:
    ana = world.agent("ana", queue)
    mail, call = world.waiting(queue, Channel.EMAIL), world.waiting(queue, Channel.VOICE)
    world.give(mail, ana)
    world.give(call, ana)
    assert world.item(mail).interrupted_at is None
    router(world).step()
    assert world.item(mail).interrupted_at is not None


def test_an_interrupted_mail_can_be_finished_and_given_back(world: World, queue: Queue) -> None:
    _, ana, mail, _ = on_the_phone(world, queue)
    assert world.do(lambda session, now: line.release(session, line.load(session, mail.id), "given back", now))
    assert world.item(mail).interrupted_at is None
    assert units(world, ana) == (100, 0)
    assert world.violated() == []


def test_what_the_agent_does_not_have_any_more_is_neither_interrupted_nor_resumed(world: World, queue: Queue) -> None:
    _, ana, mail, _ = on_the_phone(world, queue)
    end(world, mail, ana)
    for verb in (interruption.interrupt_item, interruption.resume_item):
        with pytest.raises(Conflict):
            world.do(lambda session, now, verb=verb: verb(session, mail.id, ana, now))


def test_a_chat_does_not_make_way(world: World, queue: Queue) -> None:
    world.agent("ana", queue)
    running = router(world)
    chat = world.waiting(queue, Channel.CHAT)
    running.step()
    world.accept(world.item(chat).current_offer)
    call = world.waiting(queue, Channel.VOICE)
    running.step()
    assert ringing_at(world, call) is None


def test_chats_stop_coming_when_a_call_is_overdue(world: World, queue: Queue) -> None:
    ana, running = world.agent("ana", queue), router(world)
    chat = world.waiting(queue, Channel.CHAT)
    running.step()
    world.accept(world.item(chat).current_offer)
    call = world.waiting(queue, Channel.VOICE, ago=60)
    late = world.waiting(queue, Channel.CHAT)
    running.step()
    assert (ringing_at(world, call), ringing_at(world, late)) == (None, None)
    assert running.engine.why_not(late.id, ana)["failed"] == "held_up"
    end(world, chat, ana)
    running.step()
    assert ringing_at(world, call) == ana


def test_a_helper_is_asked_for_what_has_waited_long_enough(world: World, queue: Queue) -> None:
    ken = world.agent("ken", queue)
    world.do(lambda session, _now: session.execute(update(AgentQueue).values(after_seconds=30)))
    running = router(world)
    item = world.waiting(queue)
    running.step()
    assert ringing_at(world, item) is None
    assert running.wakes_at() == item.enqueued_at + timedelta(seconds=30)
    world.pass_time(30)
    running.step()
    assert ringing_at(world, item) == ken
