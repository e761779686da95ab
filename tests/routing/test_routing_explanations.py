"""What a decision says about itself, and what can be asked about work that waits."""

import json
from dataclasses import replace

from routing_world import CONFIG, agent, at, config, engine_with, enqueue, work

from routing import (
    AgentOrder,
    AgentSignedIn,
    Engine,
    Exclusion,
    OfferAccepted,
    Step,
    WorkCompleted,
    WorkEnqueued,
    WorkRestored,
    WorkState,
)

STAGES = (
    *("signed_in", "ready", "queue", "delay", "skill", "level"),
    *("channel_free", "capacity", "not_excluded", "candidates"),
)


def test_a_decision_tells_how_many_agents_each_test_left():
    engine = engine_with(
        agent(1, "sales", en=9),
        agent(2, zh=9),
        agent(3, en=4),
        agent(4, en=9),
        replace(agent(5, en=9), channel_max={"voice": 0}),
        agent(6, en=9),
        agent(7, en=9),
        replace(agent(8, en=9), ready=False),
        replace(agent(9, en=9), delays={"support": at(30)}),
    )
    engine.apply(WorkRestored(at(1), work(9, channel="chat"), WorkState.ASSIGNED, agent=4))
    facts = work(10, needs={"en": 5}, at_second=1, excluded=(Exclusion(6, at(30)),))
    assert enqueue(engine, facts)[0].decision["funnel"] == {
        "signed_in": 9,
        "ready": 8,
        "queue": 7,
        "delay": 6,
        "skill": 5,
        "level": 4,
        "channel_free": 3,
        "capacity": 2,
        "not_excluded": 1,
        "candidates": 1,
    }


def test_a_decision_tells_the_whole_comparison():
    engine = engine_with(agent(1, idle_since=1, en=6), agent(2, idle_since=3, en=6))
    record = enqueue(engine, work(10, at_second=5, needs={"en": 5}, priority=1))[0].decision
    assert record == {
        "decision": 1,
        "at": at(5),
        "seq": 3,
        "config_version": 1,
        "trigger": "arrival",
        "work": {
            "id": 10,
            "class": {"queue": "support", "channel": "voice", "requirement": {"all_of": {"en": 5}, "any_of": {}}},
            "key": at(5),
            "parts": {"enqueued": at(5), "target": at(60), "boost": at(60)},
            "step": 0,
        },
        "agent": {"id": 1, "load": 0, "idle_since": at(1), "flexibility": 7, "proficiency": {"en": 6}},
        "funnel": dict.fromkeys(STAGES, 2),
        "order": ["flexibility", "load", "idle_since", "order"],
        "runner_up": {"agent": 2, "lost_by": {"rule": "idle_since", "mine": at(3), "theirs": at(1)}},
        "policy": {"item_order": "due", "agent_order": "least_flexible"},
    }
    assert json.loads(json.dumps(record)) == record


def test_a_freed_agent_names_the_work_that_came_second():
    engine = engine_with(agent(1))
    for number in (10, 11, 12):
        enqueue(engine, work(number, at_second=number))
    engine.apply(OfferAccepted(at(13), 10, 1))
    record = engine.apply(WorkCompleted(at(14), 10))[0].decision
    assert record["trigger"] == "agent_free"
    assert record["runner_up"] == {"work": 12, "lost_by": {"rule": "key", "mine": at(72), "theirs": at(71)}}


def test_the_most_skilled_wins_by_proficiency():
    agents = agent(1, en=6), agent(2, en=9)
    engine = engine_with(*agents, rules=config(agent_order=AgentOrder.MOST_SKILLED))
    record = enqueue(engine, work(10, needs={"en": 5}))[0].decision
    assert record["runner_up"] == {"agent": 1, "lost_by": {"rule": "proficiency", "mine": 6, "theirs": 9}}


def test_why_waiting_names_the_missing_skill_and_what_would_help():
    engine = engine_with(agent(1, en=9, bill=2), agent(2, en=4))
    enqueue(engine, work(9))
    steps = (Step(at(30)),)
    enqueue(engine, work(10, needs={"en": 5, "bill": 6}, steps=steps, at_second=1))
    told = engine.why_waiting(10)
    assert told["blocked_at"] == "level"
    assert told["funnel"]["skill"] == 1
    assert told["nearest"] == [
        {"skill": "bill", "needs": 6, "best": 2},
        {"skill": "en", "needs": 5, "best": 9},
    ]
    assert told["fixes"] == [
        {"fix": "time", "at": at(31), "count": 1, "agents": [1]},
        {"fix": "without", "skill": "bill", "count": 1, "agents": [1]},
    ]
    assert told["next_change_at"] == at(31)
    assert told["ahead"] == 0


def test_why_waiting_counts_who_is_ahead_in_the_same_queue():
    engine = engine_with()
    enqueue(engine, work(10))
    enqueue(engine, work(11, "claims"))
    enqueue(engine, work(12, at_second=1))
    enqueue(engine, work(13, at_second=2, priority=2))
    enqueue(engine, work(14, at_second=1))
    assert [engine.why_waiting(number)["ahead"] for number in (10, 12, 13, 14)] == [1, 2, 0, 3]


def test_why_not_names_the_first_test_that_fails():
    engine = engine_with(agent(1, "sales"), agent(2, zh=4), agent(3, en=4))
    enqueue(engine, work(10, needs={"en": 5}))
    assert [engine.why_not(10, number)["failed"] for number in (1, 2, 3, 4)] == [
        "queue",
        "skill",
        "level",
        "signed_in",
    ]
    assert engine.why_not(10, 3)["needs"] == {"all_of": {"en": 5}, "any_of": {}}


def test_questions_about_work_that_does_not_wait_have_answers_too():
    engine = engine_with(agent(1))
    enqueue(engine, work(10))
    assert engine.why_waiting(10) == {"work": 10, "state": "offered", "agent": 1, "until": at(20)}
    assert engine.why_waiting(11) == {"work": 11, "state": "unknown"}
    assert engine.why_not(10, 1) == {"work": 10, "agent": 1, "failed": "waiting", "state": "offered"}


def test_without_explaining_the_decisions_are_the_same_and_their_records_empty():
    told, untold = (Engine(CONFIG, explain=explain) for explain in (True, False))
    for event in (AgentSignedIn(0, agent(1)), WorkEnqueued(0, work(10)), WorkEnqueued(0, work(11))):
        loud, silent = told.apply(event), untold.apply(event)
        assert [replace(offer, decision={}) for offer in loud] == silent
    assert told.digest() == untold.digest()
