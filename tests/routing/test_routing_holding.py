"""No chat holds up a call for longer than the policy says."""

from dataclasses import replace

import pytest
from routing_world import agent, asked, at, config, engine_with, enqueue, pairs, work

from routing import (
    AgentSignedIn,
    ItemOrder,
    OfferAccepted,
    Policy,
    Preferred,
    Tick,
    WorkAbandoned,
    WorkCompleted,
    WorkEnqueued,
)

HELD = config(hold_up=at(10), item_order=ItemOrder.FIFO)


def chatting(rules=HELD, **facts):
    """An engine with one agent in a chat, while call 20 has waited since 1 s."""
    engine = engine_with(replace(agent(1), **facts), rules=rules)
    enqueue(engine, work(10, channel="chat"))
    engine.apply(OfferAccepted(0, 10, 1))
    assert pairs(enqueue(engine, work(20, at_second=1))) == []
    return engine


def test_chats_go_on_being_given_until_the_call_is_overdue_and_not_after_it():
    engine = chatting()
    assert pairs(enqueue(engine, work(11, channel="chat", at_second=10))) == [(11, 1)]
    engine.apply(OfferAccepted(at(10), 11, 1))
    assert pairs(enqueue(engine, work(12, channel="chat", at_second=11))) == []
    assert engine.why_not(12, 1) == {"work": 12, "agent": 1, "failed": "held_up", "for": 20}
    assert engine.why_waiting(12)["blocked_at"] == "held_up"


def test_the_call_gets_the_agent_as_soon_as_the_chats_are_over():
    engine = chatting()
    enqueue(engine, work(12, channel="chat", at_second=20))
    assert pairs(engine.apply(WorkCompleted(at(30), 10))) == [(20, 1)]


def test_without_the_policy_chats_hold_up_the_call_for_ever():
    engine = chatting(config(item_order=ItemOrder.FIFO))
    assert pairs(enqueue(engine, work(12, channel="chat", at_second=1000))) == [(12, 1)]


def test_when_the_caller_hangs_up_the_chats_that_were_held_up_are_given():
    engine = chatting()
    enqueue(engine, work(12, channel="chat", at_second=20))
    offer = engine.apply(WorkAbandoned(at(21), 20))[0]
    assert (offer.work, offer.agent, offer.decision["trigger"]) == (12, 1, "released")


def test_when_a_colleague_takes_the_call_the_chats_that_were_held_up_are_given():
    engine = chatting()
    enqueue(engine, work(12, channel="chat", at_second=20))
    engine.apply(Tick(at(25)))
    assert pairs(engine.apply(AgentSignedIn(at(30), agent(2)))) == [(20, 2), (12, 1)]


def test_another_call_that_is_overdue_goes_on_holding():
    engine = chatting()
    enqueue(engine, work(21, at_second=2))
    enqueue(engine, work(12, channel="chat", at_second=20))
    assert asked(engine, WorkAbandoned(at(21), 20)) == []
    assert engine.why_not(12, 1)["for"] == 21


def test_a_chat_that_is_more_urgent_than_the_call_is_not_held_up():
    engine = chatting(config(hold_up=at(10)))
    assert pairs(enqueue(engine, work(12, channel="chat", at_second=100, priority=5))) == [(12, 1)]


def test_a_call_for_others_holds_nobody():
    engine = chatting()
    engine.apply(WorkAbandoned(at(2), 20))
    enqueue(engine, work(21, "sales", at_second=2))
    assert pairs(enqueue(engine, work(12, channel="chat", at_second=100))) == [(12, 1)]


def test_a_chat_for_its_own_agent_is_held_up_too():
    engine = chatting()
    own = work(12, channel="chat", at_second=20, preferred=Preferred((1,), at(60)))
    assert asked(engine, WorkEnqueued(at(20), own)) == []


def test_somebody_on_the_phone_is_not_kept_free_for_another_call():
    engine = engine_with(replace(agent(1), capacity=130), rules=HELD)
    enqueue(engine, work(20))
    engine.apply(OfferAccepted(0, 20, 1))
    enqueue(engine, work(21, at_second=1))
    assert pairs(enqueue(engine, work(12, channel="chat", at_second=100))) == [(12, 1)]


def test_with_acceleration_the_policy_is_refused():
    with pytest.raises(ValueError, match="`hold_up` cannot be kept"):
        Policy(ItemOrder.ACCELERATION, hold_up=at(10))
