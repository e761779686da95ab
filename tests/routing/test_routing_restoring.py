"""Rebuilding from rows, dumps, and answers that do not depend on names or hashes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from routing_world import CONFIG, agent, asked, at, config, engine_with, enqueue, pairs, work

from routing import (
    AgentOrder,
    AgentSignedIn,
    AgentSignedOut,
    Engine,
    Exclusion,
    OfferAccepted,
    OfferRefused,
    OfferTimedOut,
    Tick,
    WorkAbandoned,
    WorkCompleted,
    WorkRestored,
    WorkState,
    WrapUpEnded,
)


def test_restored_work_makes_no_offer_until_everything_is_loaded():
    engine = engine_with(agent(1))
    assert asked(engine, WorkRestored(at(9), work(11, at_second=5))) == []
    assert asked(engine, WorkRestored(at(9), work(10, at_second=1))) == []
    assert engine.next_wakeup() == at(9)
    assert pairs(engine.apply(Tick(at(9)))) == [(10, 1)]


@pytest.mark.parametrize("state", [WorkState.OFFERED, WorkState.ASSIGNED, WorkState.WRAP_UP])
def test_restored_work_takes_the_capacity_of_its_agent(state):
    engine = engine_with(agent(1))
    engine.apply(WorkRestored(at(1), work(10), state, agent=1, until=at(30)))
    assert pairs(enqueue(engine, work(11, at_second=2))) == []
    end = {
        WorkState.OFFERED: OfferTimedOut(at(30), 10, 1),
        WorkState.ASSIGNED: WorkCompleted(at(30), 10),
        WorkState.WRAP_UP: WrapUpEnded(at(30), 10),
    }[state]
    engine.apply(end)
    assert engine.why_not(11, 1)["failed"] == ("ready" if state is WorkState.OFFERED else "waiting")


def test_restored_exclusions_hold():
    engine = engine_with(agent(1), agent(2, idle_since=1))
    engine.apply(WorkRestored(at(5), work(10, excluded=(Exclusion(1, at(30)),))))
    assert pairs(engine.apply(Tick(at(5)))) == [(10, 2)]


def test_a_row_corrects_whatever_the_engine_believed():
    engine = engine_with(agent(1), agent(2))
    enqueue(engine, work(10))
    engine.apply(WorkRestored(at(1), work(10), WorkState.ASSIGNED, agent=2))
    assert engine.why_waiting(10)["agent"] == 2
    assert pairs(enqueue(engine, work(11, at_second=2))) == [(11, 1)]


def test_work_of_somebody_who_is_not_signed_in_can_be_restored():
    engine = engine_with()
    engine.apply(WorkRestored(at(1), work(10), WorkState.ASSIGNED, agent=7))
    engine.apply(AgentSignedIn(at(2), agent(7)))
    assert pairs(enqueue(engine, work(11, at_second=3))) == []
    engine.apply(AgentSignedOut(at(4), 7))
    assert asked(engine, WorkCompleted(at(5), 10)) == []
    assert pairs(engine.apply(AgentSignedIn(at(6), agent(7)))) == [(11, 7)]


def test_held_work_without_its_agent_is_refused_with_a_sentence():
    with pytest.raises(ValueError, match="Work 10 is restored as assigned: name its agent"):
        WorkRestored(0, work(10), WorkState.ASSIGNED)


def test_a_dump_of_another_format_is_refused_with_a_sentence():
    data = engine_with(agent(1)).dump() | {"format": 99}
    with pytest.raises(ValueError, match="format 99; this version reads format 3"):
        Engine.load(CONFIG, data)


def test_a_dump_read_under_new_rules_is_matched_by_them():
    engine = engine_with(agent(1, idle_since=5, en=1), agent(2, idle_since=1, en=9))
    engine.apply(WorkRestored(at(9), work(10, needs={"en": 1})))
    rules = config(agent_order=AgentOrder.LONGEST_IDLE)
    moved = Engine.load(rules, json.loads(json.dumps(engine.dump())))
    assert pairs(moved.apply(Tick(at(9)))) == [(10, 2)]
    assert pairs(engine.apply(Tick(at(9)))) == [(10, 1)]


def test_a_dump_between_a_correction_and_what_follows_forgets_neither_side():
    engine = engine_with(agent(1))
    enqueue(engine, work(10))
    enqueue(engine, work(11, at_second=1))
    engine.apply(OfferRefused(at(2), 10, 1))
    loaded = Engine.load(CONFIG, json.loads(json.dumps(engine.dump())))
    assert pairs(loaded.apply(WorkAbandoned(at(3), 10))) == [(11, 1)]


def test_the_digest_sees_what_matters_and_nothing_else():
    engine, same, other = (engine_with(agent(1), agent(2)) for _ in range(3))
    enqueue(engine, work(10))
    same.apply(Tick(at(1)))
    same.apply(WorkRestored(at(2), work(10), WorkState.OFFERED, agent=1, until=at(77)))
    enqueue(other, work(10, priority=1))
    assert engine.digest() == same.digest() != other.digest()
    engine.apply(OfferAccepted(at(3), 10, 1))
    assert engine.digest() != same.digest()


STORY = """
import hashlib, random
from routing_oracle import Oracle
from routing_stream import plain
from routing_stream import KINDS, Stream, DEMANDS, CHANNELS, QUEUES
from routing import AgentOrder, Config, Engine, ItemOrder, Policy
dice, told = random.Random(11), hashlib.sha256()
for order in AgentOrder:
    config = Config(1, CHANNELS, QUEUES, Policy(ItemOrder.DUE, order), DEMANDS[1])
    oracle, engine = Oracle(config), Engine(config)
    stream = Stream(oracle)
    for _ in range(300):
        event = stream.event((dice.choice(KINDS), *(dice.randrange(500) for _ in range(3))))
        oracle.apply(event)
        told.update(repr(engine.apply(event)).encode())
    told.update(engine.digest().encode())
print(told.hexdigest())
"""


def test_decisions_and_digest_do_not_depend_on_the_hash_seed():
    here = Path(__file__).parent
    answers = set()
    for seed in ("0", "1", "77", "4096"):
        path = os.pathsep.join([str(here), str(here.parent.parent)])
        environment = {"PYTHONHASHSEED": seed, "PYTHONPATH": path, "PATH": os.defpath}
        run = subprocess.run(
            [sys.executable, "-c", STORY], env=environment, capture_output=True, text=True, check=True, timeout=60
        )
        answers.add(run.stdout)
    assert len(answers) == 1
    assert len(answers.pop().strip()) == 64


def test_other_ids_in_the_same_order_lead_to_the_same_choices():
    def given(rename):
        engine = engine_with()
        agents = [agent(rename(n), en=1 + n % 3) for n in range(9)]
        for order, facts in enumerate(agents):
            row = {name: getattr(facts, name) for name in facts.__dataclass_fields__} | {"order": order}
            engine.apply(AgentSignedIn(0, type(facts)(**row)))
        made = [pairs(enqueue(engine, work(rename(n), channel="chat", at_second=3, seq=n))) for n in range(20)]
        return [[(rename(w), rename(a)) for w, a in one] for one in made]

    mirrored = given(lambda n: 1000 - n)
    assert mirrored == given(lambda n: n)
    assert mirrored[0]
