"""Any stream of events: the engine decides as the plain oracle does, and what must always hold holds."""

import json
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from routing_oracle import Oracle
from routing_stream import KINDS, Stream, configs, moves, plain, world

from routing import (
    NEVER,
    AgentSignedIn,
    DeadlineAtRisk,
    Engine,
    Exclusion,
    OfferMade,
    OfferRefused,
    Tick,
    WakeAt,
    WorkRestored,
    WorkState,
)

thorough = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
brisk = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def told(config, moves, *, ticking=False):
    """Each event of the story, with the oracle's state and effects after it; `ticking` lets time pass before each."""
    oracle = Oracle(config)
    stream = Stream(oracle)
    for move in moves:
        event = stream.event(move)
        if ticking:
            tick = Tick(event.now)
            yield tick, oracle, oracle.apply(tick)
        yield event, oracle, oracle.apply(event)


@thorough
@given(configs(), moves)
def test_every_decision_is_the_one_the_plain_oracle_makes(config, moves):
    engine = Engine(config)
    for event, _, expected in told(config, moves):
        assert plain(engine.apply(event)) == expected, event


@pytest.mark.parametrize("seed", range(20))
def test_stories_in_two_thousand_worlds_are_decided_alike(seed):
    dice = random.Random(seed)
    for _ in range(100):
        config = world(dice.choice)
        engine = Engine(config)
        story = [
            (dice.choice(KINDS), *(dice.randrange(500) for _ in range(3))) for _ in range(dice.choice((30, 40, 80)))
        ]
        for event, _, expected in told(config, story):
            assert plain(engine.apply(event)) == expected, event


@brisk
@given(configs(), moves)
def test_no_agent_ever_holds_more_than_fits(config, moves):
    engine = Engine(config)
    for event, oracle, _ in told(config, moves, ticking=True):
        for offer in engine.apply(event):
            if isinstance(offer, OfferMade):
                person, thing = oracle.people[offer.agent], oracle.things[offer.work]
                held, facts, channel = oracle.held(person), person.facts, oracle.channel(thing)
                way = 0 if channel.interruptible else oracle.units(oracle.yielding(person))
                assert oracle.units(held) - way <= facts.capacity
                pool = oracle.units(one for one in held if oracle.channel(one).interruptible)
                assert not channel.interruptible or pool <= (facts.interruptible_capacity or pool)
                same = sum(one.facts.channel == channel.name for one in oracle.held(person, *WorkState))
                assert same <= facts.channel_max.get(channel.name, channel.max_per_agent)


@brisk
@given(configs(), moves)
def test_nobody_works_on_more_than_fits_while_anything_could_make_way(config, moves):
    engine = Engine(config)
    for event, oracle, _ in told(config, moves):
        engine.apply(event)
        if not isinstance(event, WorkRestored | OfferRefused):
            for agent, person in oracle.people.items():
                ringing = [
                    one for one in oracle.held(person, WorkState.OFFERED) if not oracle.channel(one).interruptible
                ]
                working = oracle.units(oracle.held(person)) - oracle.units(ringing)
                assert working <= person.facts.capacity or not oracle.yielding(person)
                assert all(engine.why_waiting(one.id)["agent"] == agent for one in oracle.held(person, *WorkState))


@brisk
@given(configs(), moves)
def test_nobody_idles_while_work_they_could_do_waits(config, moves):
    engine = Engine(config)
    for event, oracle, _ in told(config, moves):
        engine.apply(event)
        if not isinstance(event, WorkRestored | OfferRefused):
            for work, thing in oracle.things.items():
                if thing.state is WorkState.WAITING:
                    assert engine.why_waiting(work)["funnel"]["candidates"] == 0
                    for agent in oracle.people:
                        assert engine.why_not(work, agent)["failed"] is not None


@brisk
@given(configs(), moves)
def test_the_reason_why_not_is_a_test_that_the_agent_fails(config, moves):
    engine = Engine(config)
    for event, oracle, _ in told(config, moves):
        engine.apply(event)
        for work, thing in oracle.things.items():
            for agent, person in oracle.people.items():
                if thing.state is WorkState.WAITING:
                    failed = engine.why_not(work, agent)["failed"]
                    fits, room = oracle.suits(thing, person), oracle.has_room(thing, person)
                    assert (failed is None) == (person in oracle.candidates(thing))
                    assert failed not in {"reserve", "held_up"} or (fits and room)
                    assert failed != "held_up" or oracle.kept_free(thing, person)
                    assert failed not in {"channel_free", "capacity"} or not room
                    assert failed != "ready" or not person.ready


@brisk
@given(configs(), moves, st.integers(0, 60))
def test_a_dump_loaded_in_the_middle_goes_on_as_if_nothing_had_happened(config, moves, middle):
    engine, twin = Engine(config), None
    for number, (event, oracle, _) in enumerate(told(config, moves)):
        effects = engine.apply(event)
        if twin is not None:
            assert twin.apply(event) == effects
            assert twin.digest() == engine.digest()
            assert twin.next_wakeup() == engine.next_wakeup()
        elif number >= middle:
            twin = Engine.load(oracle.config, json.loads(json.dumps(engine.dump())))
            assert twin.dump() == engine.dump()


def rebuilt(oracle, now):
    """A new engine from what the application keeps in rows: agents, work, live offers, ended offers."""
    engine = Engine(oracle.config)
    for person in reversed(oracle.people.values()):
        stamps = {"idle_since": person.idle_since, "worked": person.worked, "offered_at": person.offered_at}
        row = replace(person.facts, ready=person.ready, **stamps)
        assert plain(engine.apply(AgentSignedIn(now, row))) == []
    for thing in reversed(oracle.things.values()):
        ended = tuple(Exclusion(agent, until) for agent, until in thing.excluded.items())
        facts = replace(thing.facts, excluded=ended)
        restored = WorkRestored(now, facts, thing.state, thing.agent, until=now, since=thing.since)
        assert all(isinstance(effect, DeadlineAtRisk | WakeAt) for effect in engine.apply(restored))
    return engine


@brisk
@given(configs(), moves, st.integers(0, 60))
def test_an_engine_rebuilt_from_rows_equals_the_running_one(config, moves, middle):
    engine, twin = Engine(config), None
    for number, (event, oracle, expected) in enumerate(told(config, moves)):
        engine.apply(event)
        if twin is not None:
            assert plain(twin.apply(event)) == expected
            assert twin.digest() == engine.digest()
        elif number >= middle and not isinstance(event, WorkRestored | OfferRefused):
            twin = rebuilt(oracle, oracle.clock)
            assert plain(twin.apply(Tick(oracle.clock))) == []
            assert twin.digest() == engine.digest()
            assert twin.next_wakeup() == engine.next_wakeup()


@brisk
@given(configs(), moves, st.integers(1, 7))
def test_few_ticks_and_many_lead_to_the_same_decisions(config, moves, seconds):
    engine, ticked, before = Engine(config), Engine(config), 0
    for event, _, _ in told(config, moves):
        between = []
        if not engine.dump()["corrected"] and not isinstance(event, WorkRestored | OfferRefused):
            for now in range(before + seconds * 1_000_000, event.now, seconds * 1_000_000):
                between += ticked.apply(Tick(now))
        before = event.now
        assert names(between + ticked.apply(event)) == names(engine.apply(event))
        assert ticked.digest() == engine.digest()


def names(effects):
    """Without what tells when: `expires_at` follows the instant at which the tick came."""
    told = (effect for effect in effects if not isinstance(effect, WakeAt))
    return [(type(effect).__name__, effect.work, getattr(effect, "agent", None)) for effect in told]


@brisk
@given(configs(), moves)
def test_the_engine_asks_to_be_woken_exactly_when_time_alone_changes_something(config, moves):
    engine, told_last = Engine(config), None
    for event, oracle, _ in told(config, moves):
        wakes = [effect.at for effect in engine.apply(event) if isinstance(effect, WakeAt)]
        waiting = [thing for thing in oracle.things.values() if thing.state is WorkState.WAITING]
        instants = [instant for thing in waiting for instant in oracle.instants(thing)]
        expected = oracle.clock if oracle.corrected else min(instants, default=None)
        assert engine.next_wakeup() == expected
        assert wakes == ([expected] if expected != told_last or oracle.corrected else [])
        assert NEVER not in instants
        told_last = expected
