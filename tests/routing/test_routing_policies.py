"""Orders of work and of agents, reserves, overflows, and what is refused: each rule in the smallest company that shows it."""

from dataclasses import replace

import pytest
from routing_world import CHANNELS, CONFIG, QUEUES, agent, asked, at, config, engine_with, enqueue, pairs, work

from routing import (
    AgentOrder,
    AgentSignedIn,
    Channel,
    Config,
    Demand,
    Engine,
    ItemOrder,
    OfferAccepted,
    OfferDeclined,
    Overflow,
    Overflowed,
    Policy,
    Queue,
    Requirement,
    Staff,
    Tick,
    Unroutable,
    WorkCompleted,
)


def with_queue(**changes):
    """The company with another `support` queue."""
    return replace(CONFIG, queues=(replace(QUEUES[0], **changes), *QUEUES[1:]))


def first_of(rules, *works, now):
    """Which of these waiting works the first agent to come is offered."""
    engine = Engine(rules)
    for facts in works:
        enqueue(engine, facts)
    engine.apply(Tick(at(now)))
    return pairs(engine.apply(AgentSignedIn(at(now), agent(1, "support sales"))))[0][0]


def test_strict_priority_goes_by_priority_until_work_is_late():
    strict = config(item_order=ItemOrder.STRICT)
    old, urgent = work(1, at_second=0), work(2, at_second=100, priority=5)
    assert first_of(strict, old, urgent, now=239) == 2
    assert first_of(strict, old, urgent, now=240) == 1, "four times its target of 60 s: late, so first"


def test_of_two_late_works_the_older_goes_first_whatever_its_priority():
    strict = config(item_order=ItemOrder.STRICT)
    assert first_of(strict, work(1, at_second=0), work(2, at_second=1, priority=9), now=300) == 1


def test_with_acceleration_a_quick_queue_overtakes_an_older_work_of_a_slow_one():
    quick = replace(QUEUES[1], acceleration=300, priority=0)
    rules = replace(CONFIG, queues=(QUEUES[0], quick), policy=Policy(ItemOrder.ACCELERATION))
    slow_old, quick_new = work(1, "support", at_second=0), work(2, "sales", at_second=40)
    assert first_of(rules, slow_old, quick_new, now=50) == 1, "50 s against 3 x 10 s"
    assert first_of(rules, slow_old, quick_new, now=70) == 2, "70 s against 3 x 30 s"


def test_priority_is_a_head_start_that_acceleration_can_make_up_for():
    rules = config(item_order=ItemOrder.ACCELERATION)
    assert first_of(rules, work(1, at_second=0), work(2, at_second=50, priority=1), now=60) == 2
    assert first_of(rules, work(1, at_second=0), work(2, at_second=70, priority=1), now=80) == 1, "a boost is 60 s"


def test_round_robin_goes_to_whoever_was_offered_something_longest_ago():
    engine = engine_with(*(agent(n) for n in (1, 2, 3)), rules=config(agent_order=AgentOrder.ROUND_ROBIN))
    chosen = []
    for number in range(1, 7):
        ((_, who),) = pairs(enqueue(engine, work(number, at_second=number)))
        engine.apply(OfferAccepted(at(number), number, who))
        engine.apply(WorkCompleted(at(number), number))
        chosen.append(who)
    assert chosen == [1, 2, 3, 1, 2, 3]


def test_of_two_idle_agents_round_robin_takes_the_one_asked_longer_ago():
    engine = engine_with(rules=config(agent_order=AgentOrder.ROUND_ROBIN))
    engine.apply(AgentSignedIn(at(1), replace(agent(1, idle_since=0), offered_at=at(1))))
    engine.apply(AgentSignedIn(at(1), replace(agent(2, idle_since=1), offered_at=0)))
    assert pairs(enqueue(engine, work(1, at_second=5))) == [(1, 2)], "idle for less time, but not asked so lately"


def test_least_occupied_counts_the_time_of_accepted_work():
    engine = engine_with(agent(1), agent(2), rules=config(agent_order=AgentOrder.LEAST_OCCUPIED))
    for number, lasts in ((1, 50), (2, 10)):
        ((_, who),) = pairs(enqueue(engine, work(number, at_second=0)))
        engine.apply(OfferAccepted(at(0), number, who))
        engine.apply(WorkCompleted(at(lasts), number))
    ((_, who),) = pairs(enqueue(engine, work(3, at_second=60)))
    assert who == 2
    assert engine.dump()["agents"][0]["worked"] == at(50)


def test_a_reserve_keeps_the_last_free_agents_for_other_work():
    engine = engine_with(agent(1, "support sales"), agent(2, "support sales"), rules=with_queue(reserve=1))
    assert pairs(enqueue(engine, work(1))) == [(1, 1)]
    assert pairs(enqueue(engine, work(2))) == [], "one is left, and one is kept"
    assert engine.why_not(2, 2) == {"work": 2, "agent": 2, "failed": "reserve", "reserve": 1, "free": 1}
    assert engine.why_waiting(2)["blocked_at"] == "reserve"
    assert pairs(enqueue(engine, work(3, "sales"))) == [(3, 2)]


def test_one_agent_more_lets_the_longest_idle_one_be_taken_from_the_reserve():
    rules = replace(with_queue(reserve=1), policy=Policy(agent_order=AgentOrder.LONGEST_IDLE))
    engine = engine_with(agent(1, idle_since=1), rules=rules)
    assert pairs(enqueue(engine, work(1))) == []
    (offer,) = engine.apply(AgentSignedIn(at(5), agent(2, idle_since=5)))
    assert (offer.work, offer.agent) == (1, 1)
    assert offer.decision["trigger"] == "reserve"


def test_work_that_waited_too_long_goes_to_the_next_queue_and_keeps_its_place_in_time():
    engine = engine_with(agent(1, "sales"), rules=with_queue(overflow=Overflow(at(30), "sales")))
    assert enqueue(engine, work(1)) == []
    assert engine.next_wakeup() == at(30)
    overflowed, offer = asked(engine, Tick(at(30)))
    assert overflowed == Overflowed(1, "support", "sales")
    assert (offer.work, offer.agent, offer.decision["trigger"]) == (1, 1, "overflow")
    assert offer.decision["work"]["parts"]["enqueued"] == 0


def test_a_call_back_is_asked_for_once_and_the_work_waits_on():
    engine = engine_with(rules=with_queue(overflow=Overflow(at(30))))
    enqueue(engine, work(1))
    assert asked(engine, Tick(at(31))) == [Overflowed(1, "support", None)]
    assert asked(engine, Tick(at(99))) == []
    again = Engine.load(with_queue(overflow=Overflow(at(30))), engine.dump())
    assert again.apply(Tick(at(200))) == []


def test_work_that_came_back_late_overflows_at_once():
    engine = engine_with(agent(1), agent(2, "sales"), rules=with_queue(overflow=Overflow(at(30), "sales")))
    assert pairs(enqueue(engine, work(1))) == [(1, 1)]
    effects = engine.apply(OfferDeclined(at(40), 1, 1))
    assert effects[0] == Overflowed(1, "support", "sales")
    assert pairs(effects) == [(1, 2)]


def test_what_nobody_of_the_staff_can_ever_do_is_said_at_once():
    staff = (Staff(frozenset({"support"}), {"en": 6}), Staff(frozenset({"sales"}), {"zh": 9}))
    engine = Engine(replace(CONFIG, staff=staff))
    (refused,) = enqueue(engine, work(1, needs={"zh": 1}))
    assert isinstance(refused, Unroutable)
    assert "Nobody of the staff" in refused.reason
    assert engine.why_waiting(1)["unroutable"] == refused.reason
    assert enqueue(engine, work(2, needs={"en": 6})) == [], "somebody can who is not signed in"


def test_a_step_or_an_overflow_that_somebody_meets_makes_work_routable():
    from routing import Step

    staff = (Staff(frozenset({"sales"}), {"en": 6}),)
    rules = replace(with_queue(overflow=Overflow(at(10), "sales")), staff=staff)
    assert enqueue(Engine(rules), work(1, needs={"en": 6})) == []
    assert len(enqueue(Engine(rules), work(2, needs={"en": 9}))) == 1
    widened = (Step(at(20), Requirement.of({"en": 3})),)
    assert enqueue(Engine(rules), work(3, needs={"en": 9}, steps=widened)) == []


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda: Channel("voice", cost=-1), "Channel 'voice'"),
        (lambda: Queue("support", reserve=-1), "Queue 'support'"),
        (lambda: Overflow(-1, "sales"), "0 or more"),
        (lambda: Policy(late_after=0), "late_after"),
        (lambda: with_queue(overflow=Overflow(1, "nowhere")), "'support' overflows to 'nowhere'"),
        (lambda: with_queue(overflow=Overflow(1, "support")), "support -> support"),
        (
            lambda: replace(
                CONFIG,
                queues=(
                    replace(QUEUES[0], overflow=Overflow(1, "sales")),
                    replace(QUEUES[1], overflow=Overflow(1, "claims")),
                    replace(QUEUES[2], overflow=Overflow(1, "support")),
                ),
            ),
            "support -> sales -> claims -> support",
        ),
        (lambda: replace(CONFIG, demands=(Demand("nowhere", Requirement(), 1, 1),)), "'nowhere'"),
        (
            lambda: Config(
                1, CHANNELS, QUEUES, demands=(Demand("sales", Requirement.of({"elvish": 1}), 1, 1),), staff=()
            ),
            "'elvish', which nobody has",
        ),
    ],
)
def test_rules_that_cannot_hold_are_refused_by_name(broken, words):
    with pytest.raises(ValueError, match=words):
        broken()
