"""Many groups and much churn: the indexes against plain lists, where they gather, skip, compact and sweep."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from routing_oracle import Oracle
from routing_stream import plain
from routing_world import CHANNELS, QUEUES, at, config, engine_with, enqueue, work

from routing import (
    AgentFacts,
    AgentOrder,
    AgentSignedIn,
    AgentSignedOut,
    Config,
    Engine,
    Policy,
    Requirement,
    WorkAbandoned,
    WorkEnqueued,
    WorkFacts,
)
from routing.heads import Heads, Reach
from routing.requirements import Step

SKILLS = [f"skill-{number}" for number in range(12)]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 60), st.integers(0, 80), st.integers(0, 9)), max_size=300),
    st.integers(1, (1 << 81) - 1),
    st.sets(st.integers(0, 60)),
)
def test_the_best_of_a_selection_is_the_smallest_of_its_allowed_members(puts, mask, barred):
    heads, plain_list, reach = Heads(), {}, Reach(mask)
    for put, member, group, weight in puts:
        if member in plain_list:
            heads.drop(member)
            del plain_list[member]
        if put:
            heads.put(group, (weight, member))
            plain_list[member] = (group, (weight, member))
        selected = [entry for group, entry in plain_list.values() if mask >> group & 1]
        assert heads.best(reach) == min(selected, default=None)
        allowed = [entry for entry in selected if entry[-1] not in barred]
        assert heads.best(reach, lambda member: member not in barred) == min(allowed, default=None)


def churn(order, seed, rounds):
    """Hundreds of distinct agents and requests come and go, so that unused ones are swept and their numbers used again."""
    dice = random.Random(seed)
    rules = Config(1, CHANNELS, QUEUES, Policy(agent_order=order))
    engine, oracle = Engine(rules), Oracle(rules)
    inside, waiting = [], []
    for number in range(1, rounds + 1):
        now = at(number)
        skills = {skill: dice.randint(1, 10) for skill in dice.sample(SKILLS, 3)}
        needs = tuple((skill, dice.randint(1, 8)) for skill in dice.sample(SKILLS, 2))
        common = number % 2 == 0  # a request that is always there sees all the kinds of agents pass
        requirement = Requirement.of({SKILLS[0]: 2}) if common else Requirement(needs)
        steps = () if common else (Step(at(40)),)
        events = [
            AgentSignedIn(now, AgentFacts(number, frozenset({"support"}), skills)),
            WorkEnqueued(now, WorkFacts(number, "support", "voice", now, requirement, steps)),
        ]
        inside.append(number)
        waiting.append(number)
        if len(inside) > 12:
            events.append(AgentSignedOut(now, inside.pop(dice.randrange(len(inside)))))
        if len(waiting) > 12:
            events.append(WorkAbandoned(now, waiting.pop(dice.randrange(len(waiting)))))
        for event in events:
            assert plain(engine.apply(event)) == oracle.apply(event)
    return engine


def test_decisions_stay_right_while_kinds_of_agents_and_work_come_and_go():
    engine = churn(AgentOrder.LEAST_FLEXIBLE, 1, 900)
    assert len(engine._floor.eligibility.by_index) <= 512
    assert len(engine._floor.eligibility.boards["voice"].classes) <= 512


def test_the_most_skilled_are_found_while_kinds_of_agents_and_work_come_and_go():
    churn(AgentOrder.MOST_SKILLED, 2, 700)


def test_a_newcomer_does_not_inherit_the_place_of_a_kind_of_agent_that_is_gone():
    engine = engine_with(rules=config(agent_order=AgentOrder.MOST_SKILLED))
    for number in range(1, 300):
        engine.apply(AgentSignedIn(0, AgentFacts(number, frozenset({"support"}), {"a": 5, f"own-{number}": 1})))
        engine.apply(AgentSignedOut(0, number))
        if number == 256:
            enqueue(engine, work(1, needs={"a": 5}))
            engine.apply(WorkAbandoned(0, 1))
            engine.apply(AgentSignedIn(0, AgentFacts(1000, frozenset({"support"}), {"b": 5})))
            assert enqueue(engine, work(2, needs={"a": 5})) == []
            engine.apply(WorkAbandoned(0, 2))
    assert len(engine._floor.eligibility.by_index) < 256


levels = st.dictionaries(st.sampled_from("abc"), st.integers(1, 10), max_size=3)
requirements = st.builds(Requirement.of, levels, levels)


@settings(max_examples=250, deadline=None)
@given(requirements, requirements, st.lists(levels, min_size=1, max_size=20))
def test_who_meets_a_narrower_requirement_meets_the_wider_one(wider, narrower, people):
    if wider.admits(narrower):
        assert all(wider.met_by(skills) for skills in people if narrower.met_by(skills))


@given(requirements, levels)
def test_a_requirement_admits_itself_and_everyone_is_admitted_by_none(requirement, skills):
    assert requirement.admits(requirement)
    assert Requirement().admits(requirement)
    assert Requirement().met_by(skills)
