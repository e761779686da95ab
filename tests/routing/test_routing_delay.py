"""Agents who help out: a queue's work reaches them after a while; and deadlines that come near."""

from dataclasses import replace

from routing_world import agent, asked, at, config, engine_with, enqueue, pairs, work

from routing import (
    AgentSignedIn,
    AgentSignedOut,
    DeadlineAtRisk,
    OfferAccepted,
    OfferDeclined,
    Preferred,
    Tick,
    WorkCompleted,
)


def helper(number, seconds, **facts):
    return replace(agent(number, **facts), delays={"support": at(seconds)})


def test_work_reaches_a_helper_only_after_the_delay():
    engine = engine_with(helper(1, 30))
    assert enqueue(engine, work(10, at_second=5)) == []
    assert engine.next_wakeup() == at(35)
    assert engine.why_not(10, 1) == {"work": 10, "agent": 1, "failed": "delay", "until": at(35)}
    assert asked(engine, Tick(at(34))) == []
    offer = engine.apply(Tick(at(35)))[0]
    assert (offer.agent, offer.decision["trigger"]) == (1, "queue_delay")


def test_a_helper_who_becomes_free_takes_the_first_work_that_has_waited_long_enough():
    engine = engine_with(helper(1, 30))
    enqueue(engine, work(9, channel="voice", at_second=0, preferred=Preferred((1,), at(5))))
    engine.apply(OfferAccepted(0, 9, 1))
    enqueue(engine, work(10, at_second=50, priority=9))
    enqueue(engine, work(11, at_second=20))
    assert pairs(engine.apply(WorkCompleted(at(55), 9))) == [(11, 1)]


def test_a_helper_who_comes_finds_work_that_waits_longer_than_the_delay_already():
    engine = engine_with()
    enqueue(engine, work(10))
    enqueue(engine, work(11, at_second=30))
    assert pairs(
        engine.apply(AgentSignedIn(at(40), replace(helper(1, 20), channel_max={"voice": 9}, capacity=900)))
    ) == [(10, 1)]
    assert engine.next_wakeup() == at(50)
    assert pairs(engine.apply(Tick(at(50)))) == [(11, 1)]


def test_helpers_with_several_delays_are_reached_one_after_the_other():
    engine = engine_with(helper(1, 30), helper(2, 10))
    enqueue(engine, work(10))
    assert pairs(engine.apply(Tick(at(10)))) == [(10, 2)]
    engine.apply(OfferDeclined(at(12), 10, 2))
    assert pairs(engine.apply(Tick(at(30)))) == [(10, 1)]


def test_work_of_the_helpers_own_reaches_them_at_once():
    engine = engine_with(helper(1, 30))
    assert pairs(enqueue(engine, work(10, preferred=Preferred((1,), at(20))))) == [(10, 1)]


def test_nobody_is_woken_for_the_delay_of_a_helper_who_has_gone():
    engine = engine_with(helper(1, 30))
    enqueue(engine, work(10))
    engine.apply(AgentSignedOut(at(1), 1))
    assert engine.next_wakeup() is None
    assert asked(engine, AgentSignedIn(at(2), helper(2, 30))) == []
    assert engine.next_wakeup() == at(30)


def test_waiting_work_is_told_to_be_at_risk_once_when_its_deadline_comes_near():
    engine = engine_with(rules=config(at_risk=at(15)))
    assert enqueue(engine, work(10, deadline=at(60))) == []
    assert engine.next_wakeup() == at(45)
    assert asked(engine, Tick(at(45))) == [DeadlineAtRisk(10, at(60))]
    assert engine.next_wakeup() is None
    assert asked(engine, Tick(at(90))) == []


def test_work_that_comes_back_to_the_line_at_risk_is_told_again():
    engine = engine_with(agent(1), rules=config(at_risk=at(15)))
    enqueue(engine, work(10, deadline=at(60)))
    assert asked(engine, Tick(at(50))) == []
    assert DeadlineAtRisk(10, at(60)) in engine.apply(OfferDeclined(at(51), 10, 1))
