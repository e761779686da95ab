"""Who is chosen for what: skills, queues, the order of work, the order of agents, and room."""

from dataclasses import replace

import pytest
from routing_world import CHANNELS, CONFIG, QUEUES, agent, at, config, engine_with, enqueue, pairs, work

from routing import (
    AgentOrder,
    AgentPresence,
    AgentProfileChanged,
    AgentSignedIn,
    AgentSignedOut,
    Config,
    ConfigChanged,
    Demand,
    ItemOrder,
    OfferAccepted,
    Queue,
    Requirement,
    Unroutable,
    WorkCompleted,
    WorkUpdated,
)


def test_work_is_offered_only_to_an_agent_who_has_every_skill_at_its_level():
    engine = engine_with(agent(1, en=4, bill=9), agent(2, en=5), agent(3, en=5, bill=3))
    assert pairs(enqueue(engine, work(10, needs={"en": 5, "bill": 3}))) == [(10, 3)]


def test_one_of_several_skills_is_enough_where_the_work_says_any_of():
    engine = engine_with(agent(1, en=5), agent(2, yue=4), agent(3, zh=7))
    facts = replace(work(10), requirement=Requirement.of(any_of={"zh": 6, "yue": 6}))
    assert pairs(enqueue(engine, facts)) == [(10, 3)]


def test_an_agent_gets_work_only_from_the_queues_they_serve():
    engine = engine_with(agent(1, "sales claims"), agent(2, "claims"))
    assert pairs(enqueue(engine, work(10, "support"))) == []
    assert pairs(enqueue(engine, work(11, "claims"))) == [(11, 2)]


def test_work_goes_by_due_time_so_a_short_target_overtakes_a_long_one():
    engine = engine_with()
    enqueue(engine, work(10, "claims"))
    enqueue(engine, work(11, "support", at_second=100))
    assert pairs(engine.apply(AgentSignedIn(at(101), agent(1, "support claims")))) == [(11, 1)]


def test_a_step_of_priority_is_worth_sixty_seconds_and_not_more():
    engine = engine_with()
    enqueue(engine, work(10))
    enqueue(engine, work(11, at_second=59, priority=1))
    enqueue(engine, work(12, at_second=61, priority=1))
    order = [engine.apply(AgentSignedIn(at(62), agent(number))) for number in (1, 2, 3)]
    assert [pairs(effects)[0][0] for effects in order] == [11, 10, 12]


def test_a_queue_lends_its_priority_to_work_that_has_none():
    engine = engine_with()
    enqueue(engine, work(10, "sales", target=at(60)))
    enqueue(engine, work(11, "sales", target=at(60), priority=0))
    offer = engine.apply(AgentSignedIn(at(1), agent(1, "sales")))[0]
    assert offer.work == 10
    assert offer.decision["work"]["parts"] == {"enqueued": 0, "target": at(60), "boost": at(60)}
    assert offer.decision["work"]["key"] == 0


def test_equal_keys_go_by_arrival_sequence():
    engine = engine_with()
    for number, seq in ((10, 3), (11, 1), (12, 2)):
        enqueue(engine, work(number, seq=seq))
    assert pairs(engine.apply(AgentSignedIn(at(1), agent(1)))) == [(11, 1)]


def test_first_in_first_out_is_an_option():
    engine = engine_with(rules=config(item_order=ItemOrder.FIFO))
    enqueue(engine, work(10, "claims"))
    enqueue(engine, work(11, "sales", at_second=1, priority=9))
    assert pairs(engine.apply(AgentSignedIn(at(2), agent(1, "sales claims")))) == [(10, 1)]


def test_the_agent_with_the_fewest_other_uses_comes_first_and_the_idlest_of_these():
    engine = engine_with(agent(1, en=5, bill=5), agent(2, idle_since=2, en=5), agent(3, idle_since=1, en=5))
    assert pairs(enqueue(engine, work(10, needs={"en": 5}, at_second=9))) == [(10, 3)]


def test_flexibility_follows_the_configured_demand():
    rare, common = Requirement.of({"en": 5}), Requirement.of({"zh": 5})
    demands = (Demand("support", rare, 100, 1), Demand("support", common, 9000, 2))
    engine = engine_with(agent(1, zh=5), agent(2, en=10, bill=10), rules=Config(1, CHANNELS, QUEUES, demands=demands))
    assert pairs(enqueue(engine, work(10))) == [(10, 2)]


def test_longest_idle_looks_at_nothing_but_idleness():
    agents = agent(1, idle_since=5), agent(2, idle_since=1, en=10, zh=10)
    engine = engine_with(*agents, rules=config(agent_order=AgentOrder.LONGEST_IDLE))
    assert pairs(enqueue(engine, work(10, at_second=9))) == [(10, 2)]


def test_an_agent_who_already_holds_something_is_less_idle_than_one_who_holds_nothing():
    agents = agent(1, idle_since=1), agent(2, idle_since=5)
    engine = engine_with(*agents, rules=config(agent_order=AgentOrder.LONGEST_IDLE))
    given = [pairs(enqueue(engine, work(10 + n, channel="chat", at_second=9))) for n in range(4)]
    assert given == [[(10, 1)], [(11, 2)], [(12, 1)], [(13, 2)]]


def test_most_skilled_adds_up_the_levels_that_the_work_asks_for():
    agents = agent(1, en=5, bill=9), agent(2, en=8, bill=5), agent(3, en=7, bill=7, zh=10)
    engine = engine_with(*agents, rules=config(agent_order=AgentOrder.MOST_SKILLED))
    assert pairs(enqueue(engine, work(10, needs={"en": 5, "bill": 5}))) == [(10, 1)]
    assert pairs(enqueue(engine, work(11, needs={"en": 5}))) == [(11, 2)]


def test_idleness_counts_from_the_end_of_the_last_accepted_work():
    engine = engine_with(agent(1, idle_since=1), agent(2, idle_since=2))
    assert pairs(enqueue(engine, work(10, at_second=10))) == [(10, 1)]
    engine.apply(OfferAccepted(at(11), 10, 1))
    engine.apply(WorkCompleted(at(20), 10))
    assert pairs(enqueue(engine, work(11, at_second=30))) == [(11, 2)]


def test_chats_fill_an_agent_up_to_the_channel_maximum():
    engine = engine_with(agent(1))
    given = [pairs(enqueue(engine, work(10 + n, channel="chat"))) for n in range(4)]
    assert given == [[(10, 1)], [(11, 1)], [(12, 1)], []]
    assert engine.why_not(13, 1)["failed"] == "channel_free"


def test_a_call_needs_the_whole_agent():
    engine = engine_with(agent(1))
    enqueue(engine, work(10, channel="chat"))
    assert pairs(enqueue(engine, work(11))) == []
    assert engine.why_not(11, 1) == {
        "work": 11,
        "agent": 1,
        "failed": "capacity",
        "has": 0,
        "max": 1,
        "load": 25,
        "cost": 100,
        "capacity": 100,
        "interruptible": 0,
        "interrupted": 0,
    }
    engine.apply(OfferAccepted(at(1), 10, 1))
    assert pairs(engine.apply(WorkCompleted(at(2), 10))) == [(11, 1)]


def test_a_freed_agent_takes_as_much_as_fits_in_the_order_of_work():
    engine = engine_with()
    for number, channel in ((10, "chat"), (11, "email"), (12, "voice"), (13, "chat")):
        enqueue(engine, work(number, channel=channel))
    assert pairs(engine.apply(AgentSignedIn(at(1), agent(1)))) == [(10, 1), (11, 1), (13, 1)]


def test_an_agent_may_be_closed_for_one_channel():
    engine = engine_with(replace(agent(1), channel_max={"voice": 0}))
    assert pairs(enqueue(engine, work(10))) == []
    assert pairs(enqueue(engine, work(11, channel="chat"))) == [(11, 1)]


def test_who_is_not_ready_gets_nothing_until_ready_again():
    engine = engine_with(agent(1))
    engine.apply(AgentPresence(at(1), 1, ready=False, reason="lunch"))
    assert pairs(enqueue(engine, work(10, at_second=2))) == []
    assert engine.why_not(10, 1) == {"work": 10, "agent": 1, "failed": "ready", "reason": "lunch"}
    assert pairs(engine.apply(AgentPresence(at(3), 1, ready=True))) == [(10, 1)]


def test_a_new_skill_counts_at_once():
    engine = engine_with(agent(1, en=3))
    enqueue(engine, work(10, needs={"en": 5}))
    assert pairs(engine.apply(AgentProfileChanged(at(1), agent(1, en=5)))) == [(10, 1)]


def test_work_that_moves_to_another_queue_finds_the_agents_there():
    engine = engine_with(agent(1, "claims"))
    enqueue(engine, work(10, "support"))
    assert pairs(engine.apply(WorkUpdated(at(1), 10, queue="claims"))) == [(10, 1)]


def test_a_raised_priority_moves_waiting_work_forward():
    engine = engine_with()
    enqueue(engine, work(10))
    enqueue(engine, work(11, at_second=5))
    engine.apply(WorkUpdated(at(6), 11, priority=1))
    assert pairs(engine.apply(AgentSignedIn(at(7), agent(1)))) == [(11, 1)]


def test_a_lower_requirement_finds_agents_at_once():
    engine = engine_with(agent(1, en=3))
    enqueue(engine, work(10, needs={"en": 5}))
    assert pairs(engine.apply(WorkUpdated(at(1), 10, requirement=Requirement.of({"en": 2})))) == [(10, 1)]


def test_new_targets_reorder_what_waits():
    engine = engine_with()
    enqueue(engine, work(10, "support"))
    enqueue(engine, work(11, "claims", at_second=1))
    queues = (Queue("support", at(60)), Queue("claims", at(10)))
    engine.apply(ConfigChanged(at(2), Config(2, CHANNELS, queues)))
    assert pairs(engine.apply(AgentSignedIn(at(3), agent(1, "support claims")))) == [(11, 1)]


def test_work_for_an_unknown_queue_is_reported_and_found_when_the_queue_is_configured():
    engine = engine_with(agent(1, "repairs"))
    assert enqueue(engine, work(10, "repairs")) == [Unroutable(10, "No queue 'repairs' is configured.")]
    assert engine.why_waiting(10)["unroutable"] == "No queue 'repairs' is configured."
    later = Config(2, CHANNELS, (*QUEUES, Queue("repairs")))
    assert pairs(engine.apply(ConfigChanged(at(1), later))) == [(10, 1)]


def test_work_on_a_channel_that_is_gone_still_fills_its_agent():
    engine = engine_with(agent(1))
    enqueue(engine, work(10, channel="chat"))
    engine.apply(ConfigChanged(at(1), Config(2, CHANNELS[:2], QUEUES)))
    assert pairs(enqueue(engine, work(11, channel="email"))) == []
    engine.apply(OfferAccepted(at(2), 10, 1))
    assert pairs(engine.apply(WorkCompleted(at(3), 10))) == [(11, 1)]


def test_names_that_would_be_ambiguous_are_refused_with_a_sentence():
    with pytest.raises(ValueError, match="The queue 'support' is configured twice"):
        Config(1, CHANNELS, (*QUEUES, Queue("support")))
    with pytest.raises(ValueError, match="levels run from 1 to 10"):
        agent(1, en=11)


def test_somebody_who_signs_out_leaves_no_trace():
    engine, fresh = engine_with(agent(1)), engine_with()
    engine.apply(AgentSignedOut(at(1), 1))
    assert engine.digest() == fresh.digest()
    assert pairs(enqueue(engine, work(10, at_second=2))) == []
    assert CONFIG.version == 1
