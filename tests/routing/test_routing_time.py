"""What waiting changes: steps that widen the request, and reservations that end."""

import pytest
from routing_world import agent, asked, at, engine_with, enqueue, pairs, work

from routing import (
    ANYONE,
    NEVER,
    AgentSignedIn,
    Exclusion,
    OfferDeclined,
    OfferMade,
    Preferred,
    Requirement,
    Step,
    StepAdvanced,
    Tick,
    WakeAt,
    narrowing_steps,
)

EXPERT, FAIR = Requirement.of({"en": 8}), Requirement.of({"en": 4})


def test_a_lower_level_is_enough_after_the_step():
    engine = engine_with(agent(1, en=4))
    assert enqueue(engine, work(10, needs={"en": 8}, steps=(Step(at(20), FAIR),))) == []
    assert engine.next_wakeup() == at(20)
    assert asked(engine, Tick(at(19))) == []
    advanced, offer = asked(engine, Tick(at(20)))
    assert advanced == StepAdvanced(10, 1)
    assert (offer.agent, offer.decision["trigger"], offer.decision["work"]["step"]) == (1, "step", 1)


def test_a_step_never_loses_the_place():
    engine = engine_with()
    enqueue(engine, work(10, needs={"en": 8}, steps=(Step(at(20), FAIR),)))
    enqueue(engine, work(11, at_second=1, needs={"en": 4}))
    engine.apply(Tick(at(30)))
    assert pairs(engine.apply(AgentSignedIn(at(31), agent(1, en=4)))) == [(10, 1)]


def test_any_event_notices_that_a_step_is_due():
    engine = engine_with(agent(1, en=4))
    enqueue(engine, work(10, needs={"en": 8}, steps=(Step(at(20)),)))
    assert pairs(enqueue(engine, work(11, at_second=40))) == [(10, 1)]


def test_steps_that_are_due_at_different_instants_are_settled_one_after_the_other():
    engine = engine_with(agent(1, en=4))
    enqueue(engine, work(10, at_second=5, needs={"en": 8}, steps=(Step(at(10), FAIR),), target=at(900)))
    enqueue(engine, work(11, at_second=6, needs={"en": 8}, steps=(Step(at(30), FAIR),)))
    assert pairs(engine.apply(Tick(at(100)))) == [(10, 1)]


def test_a_step_that_would_narrow_is_passed_by_and_can_be_found_beforehand():
    steps = (Step(at(10), EXPERT), Step(at(20)))
    assert narrowing_steps(FAIR, steps) == [steps[0]]
    engine = engine_with()
    enqueue(engine, work(10, needs={"en": 4}, steps=steps))
    engine.apply(Tick(at(10)))
    assert pairs(engine.apply(AgentSignedIn(at(11), agent(1, en=4)))) == [(10, 1)]


def test_the_preferred_agent_is_waited_for_and_then_everyone_is_asked():
    engine = engine_with(agent(1))
    assert enqueue(engine, work(10, preferred=Preferred((2,), at(15)))) == []
    assert engine.why_not(10, 1) == {"work": 10, "agent": 1, "failed": "preferred", "until": at(15)}
    assert pairs(engine.apply(Tick(at(15)))) == [(10, 1)]


def test_the_preferred_agent_who_comes_in_time_gets_it():
    engine = engine_with(agent(1))
    enqueue(engine, work(10, preferred=Preferred((2,), at(15))))
    offer = engine.apply(AgentSignedIn(at(14), agent(2)))[0]
    assert (offer.work, offer.agent, offer.decision["order"]) == (10, 2, ["preferred"])


def test_the_first_of_several_preferred_agents_comes_first():
    engine = engine_with(agent(1), agent(2, idle_since=5), agent(3, idle_since=9))
    offer = enqueue(engine, work(10, at_second=9, preferred=Preferred((3, 2), at(15))))[0]
    assert isinstance(offer, OfferMade)
    assert offer.agent == 3
    assert offer.decision["runner_up"] == {"agent": 2, "lost_by": {"rule": "preferred", "mine": 1, "theirs": 0}}


def test_preference_does_not_replace_the_requirement():
    engine = engine_with(agent(1, en=4))
    assert enqueue(engine, work(10, needs={"en": 8}, preferred=Preferred((1,), at(15)))) == []
    assert engine.why_not(10, 1)["failed"] == "level"


def test_once_the_preferred_agent_gave_it_back_the_others_do_not_wait():
    engine = engine_with(agent(1), agent(2))
    assert pairs(enqueue(engine, work(10, preferred=Preferred((2,), at(500))))) == [(10, 2)]
    assert pairs(engine.apply(OfferDeclined(at(1), 10, 2))) == [(10, 1)]


def test_work_may_arrive_with_somebody_excluded():
    engine = engine_with(agent(1))
    enqueue(engine, work(10, excluded=(Exclusion(1, NEVER),)))
    enqueue(engine, work(11, excluded=(Exclusion(1, at(8)),)))
    assert pairs(engine.apply(Tick(at(8)))) == [(11, 1)]


def test_of_several_exclusions_of_one_agent_the_longest_counts():
    engine = engine_with(agent(1))
    enqueue(engine, work(10, excluded=(Exclusion(1, at(30)), Exclusion(1, at(10)))))
    assert asked(engine, Tick(at(29))) == []
    assert pairs(engine.apply(Tick(at(30)))) == [(10, 1)]


def test_time_never_runs_backwards():
    engine = engine_with(agent(1, en=4))
    engine.apply(Tick(at(100)))
    assert pairs(engine.apply(Tick(at(50)))) == []
    late = work(10, needs={"en": 8}, at_second=70, steps=(Step(at(20)),))
    assert pairs(enqueue(engine, late, now=at(75))) == [(10, 1)]


def test_a_tick_with_a_budget_sees_to_so_much_and_says_that_it_wants_to_go_on():
    engine = engine_with()
    for number in range(10):
        enqueue(engine, work(number, needs={"en": 9}, steps=(Step(at(30), ANYONE),)))
    ticks = [engine.apply(Tick(at(31), budget=4)) for _ in range(3)]
    assert [len(steps) for *steps, _ in ticks] == [4, 4, 2]
    assert [effects[-1] for effects in ticks] == [WakeAt(at(30)), WakeAt(at(30)), WakeAt(None)], "behind, and told so"
    assert engine.next_wakeup() is None


def test_any_other_event_catches_up_whole():
    engine = engine_with()
    for number in range(10):
        enqueue(engine, work(number, needs={"en": 9}, steps=(Step(at(30), ANYONE),)))
    engine.apply(Tick(at(31), budget=4))
    effects = engine.apply(AgentSignedIn(at(31), agent(1)))
    assert sum(isinstance(effect, StepAdvanced) for effect in effects) == 6
    assert pairs(effects) == [(0, 1)]


def test_a_tick_that_may_see_to_nothing_is_refused():
    with pytest.raises(ValueError, match="budget of 1 or more"):
        Tick(0, budget=0)


@pytest.mark.parametrize("budget", [1, 3, 1000])
def test_works_that_fall_due_one_after_the_other_are_decided_alike_with_any_budget(budget):
    def played(portion):
        engine = engine_with(agent(1, en=1), agent(2, en=1), agent(3, en=1))
        for number in range(12):
            enqueue(engine, work(number, at_second=number, needs={"en": 9}, steps=(Step(at(30), ANYONE),)))
        made = []
        while (wakes := engine.next_wakeup()) is not None and wakes <= at(60):
            made += pairs(engine.apply(Tick(at(60), budget=portion)))
        return made, engine.digest()

    assert played(budget) == played(None)
