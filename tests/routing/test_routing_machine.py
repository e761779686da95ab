"""Hypothesis plays the floor: any agent, work, offer or rule may move at any time, and the engine decides as the oracle does.

Two thousand worlds in each run; `test_routing_against_oracle` adds longer stories.
"""

import json

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from routing_oracle import Oracle
from routing_stream import Stream, configs, plain

from routing import Engine, OfferRefused, WorkRestored, WorkState

number = st.integers(0, 500)
AGENTS = ("sign_in", "sign_in", "sign_out", "present", "profile")
ARRIVALS = ("enqueue", "enqueue", "enqueue", "update", "abandon", "requeue")
ANSWERS = ("accept", "accept", "accept", "decline", "time_out", "withdraw", "refuse")
ENDS = ("complete", "complete", "wrap_up_end", "interrupt", "resume")


class Floor(RuleBasedStateMachine):
    @initialize(config=configs())
    def open(self, config):
        self.engine, self.oracle = Engine(config), Oracle(config)
        self.stream = Stream(self.oracle)
        self.settled = True

    @rule(kind=st.sampled_from(AGENTS), a=number, b=number, c=number)
    def an_agent_moves(self, kind, a, b, c):
        self.happen(kind, a, b, c)

    @rule(kind=st.sampled_from(ARRIVALS), a=number, b=number, c=number)
    def work_comes_or_goes(self, kind, a, b, c):
        self.happen(kind, a, b, c)

    @rule(kind=st.sampled_from(ANSWERS), a=number, b=number, c=number)
    def an_offer_is_answered(self, kind, a, b, c):
        self.happen(kind, a, b, c)

    @rule(kind=st.sampled_from(ENDS), a=number, b=number, c=number)
    def accepted_work_moves(self, kind, a, b, c):
        self.happen(kind, a, b, c)

    @rule(kind=st.sampled_from(("tick", "configure", "restore")), a=number, b=number, c=number)
    def time_or_the_rules_change(self, kind, a, b, c):
        self.happen(kind, a, b, c)

    @rule()
    def the_engine_is_dumped_and_loaded(self):
        dump = json.loads(json.dumps(self.engine.dump()))
        loaded = Engine.load(self.oracle.config, dump)
        assert loaded.digest() == self.engine.digest()
        self.engine = loaded

    @invariant()
    def nothing_waits_for_somebody_who_could_take_it(self):
        for thing in self.oracle.things.values() if self.settled else ():
            if thing.state is WorkState.WAITING:
                assert self.engine.why_waiting(thing.id)["funnel"]["candidates"] == 0

    @invariant()
    def both_know_the_same_of_every_work(self):
        for thing in self.oracle.things.values():
            known = self.engine.why_waiting(thing.id)
            assert (known["state"], known.get("agent")) == (thing.state, thing.agent)

    def happen(self, kind, a, b, c):
        event = self.stream.event((kind, a, b, c))
        assert plain(self.engine.apply(event)) == self.oracle.apply(event), event
        self.settled = not isinstance(event, WorkRestored | OfferRefused)


TestFloor = Floor.TestCase
TestFloor.settings = settings(
    max_examples=2000, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
