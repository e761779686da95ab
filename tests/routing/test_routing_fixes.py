"""What would help work that waits, and whom it takes: each answer is tried out on the engine itself."""

from dataclasses import replace

from routing_world import CHANNELS, QUEUES, agent, at, config, engine_with, enqueue, pairs, work

from routing import (
    ANYONE,
    AgentPresence,
    Exclusion,
    ItemOrder,
    OfferAccepted,
    Overflow,
    Preferred,
    Requirement,
    Step,
    Tick,
    WorkCompleted,
    WorkUpdated,
)


def fixes(engine, number):
    return engine.why_waiting(number)["fixes"]


def test_those_who_fit_but_are_on_a_break_are_named_with_their_reasons():
    away = replace(agent(2, en=6), ready=False, reason="lunch")
    engine = engine_with(agent(1, en=3), away, replace(agent(3, "sales", en=9), ready=False))
    enqueue(engine, work(10, needs={"en": 5}))
    assert fixes(engine, 10)[0] == {"fix": "ready", "count": 1, "agents": [2], "reasons": ["lunch"]}
    assert pairs(engine.apply(AgentPresence(at(1), 2, ready=True))) == [(10, 2)]


def test_those_who_fit_and_are_busy_come_first():
    engine = engine_with(agent(1), replace(agent(2), ready=False))
    enqueue(engine, work(9))
    engine.apply(OfferAccepted(0, 9, 1))
    enqueue(engine, work(10, at_second=1))
    assert [(fix["fix"], fix["agents"]) for fix in fixes(engine, 10)] == [("free", [1]), ("ready", [2])]
    assert pairs(engine.apply(WorkCompleted(at(2), 9))) == [(10, 1)]


def test_a_step_says_when_and_who_is_free_for_it():
    engine = engine_with(agent(3, en=3), agent(4, en=2))
    steps = (Step(at(30), Requirement.of({"en": 4})), Step(at(60), Requirement.of({"en": 3})))
    enqueue(engine, work(10, needs={"en": 5}, steps=steps))
    assert fixes(engine, 10)[0] == {"fix": "time", "at": at(60), "count": 1, "agents": [3]}
    assert pairs(engine.apply(Tick(at(60)))) == [(10, 3)]


def test_a_helper_a_cool_off_and_a_reservation_end_by_time_too():
    helper = replace(agent(1), delays={"support": at(40)})
    engine = engine_with(helper, agent(2))
    enqueue(engine, work(10, excluded=(Exclusion(2, at(90)),)))
    assert fixes(engine, 10) == [{"fix": "time", "at": at(40), "count": 1, "agents": [1]}]
    engine = engine_with(agent(2))
    enqueue(engine, work(10, preferred=Preferred((7,), at(20))))
    assert fixes(engine, 10) == [{"fix": "time", "at": at(20), "count": 1, "agents": [2]}]


def test_a_single_skill_that_keeps_everybody_away_is_named():
    engine = engine_with(agent(1, en=9))
    enqueue(engine, work(10, needs={"en": 5, "bill": 6}))
    assert fixes(engine, 10) == [{"fix": "without", "skill": "bill", "count": 1, "agents": [1]}]
    assert pairs(engine.apply(WorkUpdated(at(1), 10, requirement=Requirement.of({"en": 5})))) == [(10, 1)]


def test_the_queue_it_goes_to_is_named():
    queues = (replace(QUEUES[0], overflow=Overflow(at(50), "sales")), *QUEUES[1:])
    engine = engine_with(rules=replace(config(), queues=queues))
    enqueue(engine, work(10))
    assert fixes(engine, 10) == [{"fix": "overflow", "at": at(50), "to": "sales"}]


def test_agents_kept_free_for_overdue_work_are_named():
    engine = engine_with(agent(1), rules=config(hold_up=0, item_order=ItemOrder.FIFO))
    enqueue(engine, work(9, channel="chat"))
    engine.apply(OfferAccepted(0, 9, 1))
    enqueue(engine, work(10, at_second=1))
    enqueue(engine, work(11, channel="chat", at_second=2))
    assert fixes(engine, 11) == [{"fix": "kept_free", "count": 1, "agents": [1]}]


def test_nobody_is_promised_who_is_kept_free_for_overdue_work():
    channels = (replace(CHANNELS[0], cost=200), replace(CHANNELS[2], cost=100))
    engine = engine_with(replace(agent(1), capacity=300), rules=replace(config(hold_up=at(10)), channels=channels))
    for number in (1, 2):
        enqueue(engine, work(number, channel="chat"))
        engine.apply(OfferAccepted(0, number, 1))
    enqueue(engine, work(3))
    late = work(4, channel="chat", at_second=100, needs={"de": 5}, steps=(Step(at(30), ANYONE),))
    assert enqueue(engine, late) == []
    assert fixes(engine, 4) == []
    assert pairs(engine.apply(Tick(at(130)))) == []


def test_of_many_who_would_do_five_are_named():
    engine = engine_with(*(replace(agent(number), ready=False) for number in range(1, 10)))
    enqueue(engine, work(10))
    [fix] = fixes(engine, 10)
    assert (fix["count"], fix["agents"]) == (9, [1, 2, 3, 4, 5])


def test_nothing_helps_work_that_nobody_knows_the_queue_of():
    engine = engine_with(agent(1))
    enqueue(engine, work(10, "nowhere"))
    assert fixes(engine, 10) == []
