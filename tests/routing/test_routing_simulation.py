"""The simulator against closed forms, published models, a recursion that needs no events, and its own laws."""

from dataclasses import replace
from heapq import heapreplace
from itertools import pairwise
from math import inf, isnan, nan

import pytest
import simple_msk as published
from hypothesis import given, settings
from hypothesis import strategies as st
from routing_world import at

from routing import SECOND, Channel, ItemOrder, Policy, Requirement, Step, theory
from routing.simulation import (
    AgentChoice,
    AgentGroup,
    Break,
    ByEngine,
    Constant,
    Empirical,
    Exponential,
    Gamma,
    Lognormal,
    Mixture,
    Model,
    Poisson,
    Recorded,
    Retry,
    Rules,
    Uniform,
    WorkChoice,
    WorkClass,
    replicate,
    run,
)
from routing.simulation_draws import customers, sampler, stream
from routing.simulation_estimates import estimate, t_quantile
from routing.simulation_people import Bucket

RULES = Rules()
ENGINE = ByEngine(always=True)
FIFO = ByEngine(Policy(item_order=ItemOrder.FIFO), always=True)
MINUTE = 60 * SECOND


def calls(arrivals=Poisson((4.2,)), service=Exponential(2.0), **facts):  # noqa: B008 — values that never change
    return WorkClass("calls", arrivals, (service,), **({"target": 1 / 3} | facts))


def center(*classes, agents=12, length=5000.0, **facts):
    sizes = agents if isinstance(agents, tuple) else (agents,)
    groups = (AgentGroup("agents", sizes, tuple(work.name for work in classes)),)
    return Model(**({"periods": (length,), "classes": classes, "groups": groups, "unit": MINUTE} | facts))


def recorded(*instants, service=10.0, name="calls", **facts):
    return WorkClass(name, Recorded(tuple(map(float, instants))), (Constant(service),), **facts)


def waits(result, name=None):
    return list(result.of(name).served_waits)


# Published models


@pytest.mark.parametrize(
    ("model", "rules", "measures", "figures", "runs"),
    [
        (
            published.SIMPLE_MSK,
            published.LONGEST_WAIT,
            published.simple_msk_measures(published.SIMPLE_MSK_PUBLISHED),
            published.SIMPLE_MSK_PUBLISHED,
            100,
        ),
        (
            published.REROUTING,
            published.LAST_CLASS,
            published.simple_msk_measures(published.REROUTING_PUBLISHED),
            published.REROUTING_PUBLISHED,
            60,
        ),
        (
            published.BILINGUAL,
            published.ANY_AGENT,
            published.bilingual_measures(),
            published.BILINGUAL_PUBLISHED,
            60,
        ),
    ],
    ids=["SimpleMSK", "SimpleMSK with rerouting", "Bilingual"],
)
def test_published_multi_skill_models_come_out_as_published(model, rules, measures, figures, runs):
    found = replicate(model, range(1, runs + 1), measures, rules)
    apart = {name: found[name] for name, (_, low, high) in figures.items() if not found[name].overlaps(low, high)}
    assert apart == {}
    # Intervals so wide that everything overlaps would prove nothing.
    assert all(found[name].half_width < 0.1 * found[name].mean for name in ("served", "occupancy 0") if name in found)


# Closed forms


def measured(model, measure, runs=12, routing=RULES):
    return replicate(model, range(runs), {"it": measure}, routing, confidence=0.99)["it"]


@pytest.mark.parametrize(
    ("facts", "measure", "exact"),
    [
        ({"trunks": 12}, lambda r: (r.of().blocked, r.of().offered), theory.erlang_b(12, 8.4)),
        ({}, lambda r: (sum(w > 0 for w in r.of().waits), r.of().offered), theory.erlang_c(12, 8.4)),
        ({}, lambda r: r.of().mean_wait, theory.mean_wait(12, 4.2, 2)),
        ({}, lambda r: r.of().service_level, theory.service_level(12, 4.2, 2, 1 / 3)),
        ({}, lambda r: r.occupancy(), 0.7),
        ({"trunks": 17}, lambda r: (r.of().blocked, r.of().offered), theory.finite_queue(12, 5, 4.2, 2).p_blocked),
        ({"trunks": 17}, lambda r: r.of().mean_wait, theory.finite_queue(12, 5, 4.2, 2).mean_wait),
    ],
    ids=["B blocked", "C waits", "C mean wait", "C service level", "C occupancy", "finite blocked", "finite wait"],
)
def test_erlang_b_erlang_c_and_lines_with_an_end_lie_within_the_intervals(facts, measure, exact):
    found = measured(center(calls(), warm_up=50.0, drain=False, **facts), measure)
    assert found.low < exact < found.high
    assert found.half_width < 0.2 * exact


@pytest.mark.parametrize(
    ("measure", "exact"),
    [
        (lambda r: (r.of().abandoned, r.of().offered), "p_abandon"),
        (lambda r: r.of().mean_wait, "mean_wait"),
        (lambda r: (sum(w > 0 for w in r.of().waits), r.of().offered), "p_wait"),
        (lambda r: r.occupancy(), "occupancy"),
        (lambda r: (r.of().within, r.of().served + r.of().late), "service_level"),
        (lambda r: (r.of().within, r.of().offered), "served_within"),
    ],
    ids=["abandon", "mean wait", "wait", "occupancy", "service level", "served within"],
)
def test_erlang_a_lies_within_the_intervals(measure, exact):
    closed = getattr(theory.erlang_a(10, 4.2, 2, 1), exact)
    exact = closed(1 / 3) if callable(closed) else closed
    model = center(calls(patience=(Exponential(1.0),)), agents=10, warm_up=50.0, drain=False, length=3000.0)
    found = measured(model, measure)
    assert found.low < exact < found.high
    assert found.half_width < 0.08 * exact


def test_the_engine_gives_the_closed_form_too():
    model = center(calls(patience=(Exponential(1.0),)), agents=10, warm_up=50.0, drain=False, length=400.0)
    found = measured(model, lambda r: (r.of().abandoned, r.of().offered), runs=6, routing=ENGINE)
    assert found.low < theory.erlang_a(10, 4.2, 2, 1).p_abandon < found.high


# Other ways to the same answer

services = st.sampled_from([Exponential(2.0), Constant(2.0), Uniform(0.0, 4.0), Gamma(0.5, 2.0), Lognormal(2.0, 3.0)])


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1000), st.integers(1, 12), st.floats(0.5, 8.0), services)
def test_waits_are_those_of_the_recursion_for_a_line_of_patient_customers(seed, agents, rate, service):
    """Each customer takes the agent who is free first (J. Kiefer, J. Wolfowitz)."""
    model = center(calls(Poisson((rate,)), service), agents=agents, length=40.0)
    free_at = [0.0] * agents
    expected = []
    for customer in customers(model, 0, seed, [Bucket()]):
        begins = max(customer.arrived, free_at[0])
        expected.append(begins - customer.arrived)
        heapreplace(free_at, begins + customer.service)
    assert waits(run(model, seed, RULES)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"trunks": 14},
        {"periods": (60.0, 30.0, 60.0), "agents": (9, 14, 6, 2)},
        {"breaks": (Break(20.0, 30.0, 3), Break(40.0, 15.0, 4)), "drain": False},
    ],
    ids=["plain", "trunks", "shifts", "breaks"],
)
def test_the_engine_and_the_rules_agree_on_one_line(facts):
    work = calls(patience=(Exponential(1.5),), retry=Retry(0.4, Uniform(1.0, 9.0), blocked=True))
    breaks = facts.pop("breaks", ())
    model = center(work, **({"agents": 9, "length": 150.0} | facts))
    model = replace(model, groups=(replace(model.groups[0], breaks=breaks),))
    by_rules, by_engine = run(model, 3, RULES), run(model, 3, FIFO)
    assert by_rules == by_engine
    assert by_rules.of().offered > 500
    assert by_rules.of().abandoned > 20


# Laws

distributions = st.sampled_from([Exponential(1.0), Constant(0.7), Constant(0.0), Uniform(0.0, 3.0)])
patience = st.one_of(st.just(()), st.tuples(distributions))
sizes = st.lists(st.integers(0, 4), min_size=1, max_size=3).map(tuple)


@st.composite
def worlds(draw):
    names = ["a", "b", "c"][: draw(st.integers(1, 3))]
    retry = st.sampled_from([None, Retry(0.5, Constant(1.0)), Retry(0.8, Exponential(2.0), blocked=True)])
    classes = tuple(
        WorkClass(
            name,
            Poisson(tuple(draw(st.lists(st.floats(0, 4), min_size=1, max_size=2)))),
            (draw(distributions),),
            draw(patience),
            target=0.5,
            retry=draw(retry),
            priority=draw(st.integers(0, 1)),
        )
        for name in names
    )
    rest = st.builds(Break, st.floats(0, 12), st.floats(0, 12), st.integers(0, 3))
    groups = tuple(
        AgentGroup(
            f"group {number}",
            draw(sizes),
            tuple(draw(st.permutations(draw(st.lists(st.sampled_from(names), unique=True))))),
            breaks=tuple(draw(st.lists(rest, max_size=2))),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    trunks, drain = draw(st.sampled_from([None, 0, 3])), draw(st.booleans())
    return Model((5.0, 5.0), classes, groups, trunks, draw(st.sampled_from([0.0, 3.0])), drain, unit=MINUTE)


@settings(max_examples=300, deadline=None)
@given(
    worlds(),
    st.integers(0, 99),
    st.sampled_from([ENGINE, FIFO, ByEngine(), *(Rules(work, agent) for work in WorkChoice for agent in AgentChoice)]),
)
def test_nobody_is_lost_and_the_same_seed_gives_the_same_day(model, seed, routing):
    result = run(model, seed, routing)
    for kind, row in enumerate(result.tallies):
        for tally in row:
            assert tally.offered == tally.served + tally.abandoned + tally.blocked + tally.waiting
            assert tally.within + tally.late <= tally.offered
            assert all(wait >= 0 for wait in tally.waits)
            if not model.classes[kind].patience:
                assert tally.abandoned == 0
    for row in result.presences:
        assert all(-1e-9 <= one.busy <= one.there + 1e-9 for one in row)
    assert run(model, seed, routing) == result


@settings(max_examples=60, deadline=None)
@given(worlds(), st.integers(0, 99))
def test_routing_does_not_change_who_comes(model, seed):
    once = replace(model, warm_up=0.0, classes=tuple(replace(work, retry=None) for work in model.classes))
    offered = [[tally.offered for tally in row] for row in run(once, seed, RULES).tallies]
    assert [[tally.offered for tally in row] for row in run(once, seed, ENGINE).tallies] == offered
    fewer = replace(once, groups=())
    assert [[tally.offered for tally in row] for row in run(fewer, seed, RULES).tallies] == offered
    alone = replace(once, classes=once.classes[:1], groups=())
    assert [tally.offered for tally in run(alone, seed, RULES).tallies[0]] == offered[0]


def test_a_seed_means_the_same_on_every_machine():
    found = run(published.SIMPLE_MSK, 1, RULES).of()
    assert (found.offered, found.served, found.abandoned, found.within) == (5372, 4462, 910, 2400)


# Small days, hour by hour


def test_a_shrinking_group_finishes_what_it_has_and_is_there_until_then():
    model = center(recorded(0, 1, 6, service=10), agents=(2, 1), periods=(5.0, 5.0), unit=SECOND)
    for routing in (RULES, FIFO):
        result = run(model, 1, routing)
        # One of two leaves at 5 and is busy until 10; the other takes the third customer at 11.
        assert waits(result) == [0, 0, 5]
        assert [(one.busy, one.there) for one in result.presences[0]] == [(9, 10), (10, 10), (11, 11)]
        assert result.occupancy() == pytest.approx(30 / 31)
        assert result.occupancy("agents", 0) == pytest.approx(0.9)


def test_a_break_takes_agents_away_and_gives_them_back():
    group = AgentGroup("agents", (1,), ("calls",), breaks=(Break(5.0, 20.0),))
    model = Model((60.0,), (recorded(10, service=3),), (group,))
    assert waits(run(model, 1, RULES)) == waits(run(model, 1, FIFO)) == [15]


def test_nobody_there_leaves_everybody_waiting_and_that_counts():
    tally = run(center(recorded(0, 10, target=20.0), agents=0, length=100.0), 1, RULES).of("calls")
    assert (tally.offered, tally.waiting, tally.late, tally.service_level) == (2, 2, 2, 0)
    assert (tally.mean_wait, tally.max_wait) == (95, 100)
    assert isnan(tally.mean_answer)


def test_who_gives_up_early_does_not_count_against_the_service_level():
    patience = (Constant(4.0),)
    model = center(recorded(0, 2, 3, service=4, target=2.0, patience=patience), agents=1, length=50.0)
    tally = run(model, 1, RULES).of()
    assert (tally.served_waits, tally.lost_waits) == ((0, 2), (4,))
    assert (tally.within, tally.late, tally.service_level) == (2, 1, 2 / 3)
    assert (tally.wait_percentile(0.5), tally.wait_percentile(1), tally.max_wait) == (2, 4, 4)
    assert (tally.mean_wait, tally.mean_answer) == (2, 1)
    lenient = replace(model, classes=(replace(model.classes[0], target=4.0),))
    assert run(lenient, 1, RULES).of().service_level == 1


def test_the_warm_up_is_not_counted():
    result = run(center(recorded(0, 10, 25, service=20), agents=1, length=60.0, warm_up=5.0), 1, RULES)
    assert (result.of().offered, result.of().served_waits) == (2, (10, 15))
    assert (result.presences[0][0].busy, result.presences[0][0].there) == (55, 55)


def test_who_gives_up_or_is_refused_may_come_back():
    gone = (Constant(1.0),)
    back = Retry(0.99, Constant(20.0))
    model = center(recorded(0, 2, service=15, patience=gone, retry=back), agents=1, length=60.0)
    tally = run(model, 2, RULES).of()
    assert (tally.offered, tally.repeated, tally.abandoned, tally.served) == (3, 1, 1, 2)
    refused = center(recorded(0, 2, service=15, retry=replace(back, blocked=True)), agents=1, trunks=1, length=60.0)
    tally = run(refused, 2, RULES).of()
    assert (tally.offered, tally.repeated, tally.blocked, tally.served) == (3, 1, 1, 2)
    discouraged = replace(refused, classes=(replace(refused.classes[0], retry=back),))
    assert run(discouraged, 2, RULES).of().offered == 2


def test_another_group_may_take_another_time():
    slow = recorded(0, 1, 2, service=5, service_by={"juniors": Constant(30.0)})
    groups = (AgentGroup("seniors", (1,), ("calls",)), AgentGroup("juniors", (1,), ("calls",)))
    for routing in (RULES, FIFO):
        result = run(Model((10.0,), (slow,), groups), 1, routing)
        assert waits(result) == [0, 0, 3]
        assert [sum(one.busy for one in row) for row in result.presences] == [10, 30]


def test_rules_choose_by_wait_or_by_list():
    classes = (recorded(0, 1, name="a"), recorded(2, name="b"))
    groups = (AgentGroup("agents", (1,), ("b", "a")),)
    by_wait = run(Model((60.0,), classes, groups), 1, RULES)
    by_list = run(Model((60.0,), classes, groups), 1, Rules(WorkChoice.FIRST_LISTED))
    assert (waits(by_wait, "a"), waits(by_wait, "b")) == ([0, 9], [18])
    assert (waits(by_list, "a"), waits(by_list, "b")) == ([0, 19], [8])


def test_a_class_may_be_open_to_a_group_after_a_wait_only():
    patient = recorded(0, 1, service=100, groups=(("first", 0.0), ("second", 8.0)))
    groups = (AgentGroup("first", (1,), ("calls",)), AgentGroup("second", (1,), ("calls",)))
    assert waits(run(Model((60.0,), (patient,), groups), 1, RULES)) == [0, 8]


def test_any_free_agent_is_chosen_in_proportion():
    groups = (AgentGroup("small", (1,), ("calls",)), AgentGroup("large", (3,), ("calls",)))
    model = Model((9000.0,), (recorded(*range(9000), service=0.5),), groups)
    small, large = (sum(one.busy for one in row) for row in run(model, 1, published.ANY_AGENT).presences)
    assert small / (small + large) == pytest.approx(0.25, abs=0.02)


def test_the_engine_relaxes_while_customers_wait():
    french = Requirement.of({"french": 5})
    work = recorded(0, requirement=french, steps=(Step(at(12)),))
    model = Model((60.0,), (work,), (AgentGroup("agents", (1,), ("calls",), skills={"french": 2}),))
    assert waits(run(model, 1, ENGINE)) == [12]
    skilled = replace(model, groups=(replace(model.groups[0], skills={"french": 5}),))
    assert waits(run(skilled, 1, ENGINE)) == [0]


def test_an_agent_of_the_engine_may_have_several_chats():
    chats = recorded(0, 1, 2, 3, service=10, channel="chat")
    model = center(chats, agents=1, length=30.0, channels=(Channel("chat", 25, 3),), unit=SECOND)
    result = run(model, 1, ENGINE)
    assert waits(result) == [0, 0, 0, 7]
    # Busy from 0 to 20, whether with one chat or with three.
    assert result.presences[0][0].busy == 20


def test_the_engine_goes_by_priority_where_its_policy_says_so():
    classes = (recorded(0, 1, name="a"), recorded(2, name="b", priority=3))
    model = Model((60.0,), classes, (AgentGroup("agents", (1,), ("a", "b")),))
    assert waits(run(model, 1, ENGINE), "b") == [8]
    assert waits(run(model, 1, FIFO), "b") == [18]


# Chance


@pytest.mark.parametrize(
    ("distribution", "deviation"),
    [
        (Exponential(3.0), 3.0),
        (Constant(3.0), 0.0),
        (Uniform(2.0, 8.0), 3**0.5),
        (Gamma(4.0, 3.0), 1.5),
        (Lognormal(3.0, 2.0), 2.0),
        (Empirical((1.0, 2.0, 6.0)), 4.6666667**0.5),
        (Mixture(((0.25, Constant(0.0)), (0.75, Constant(4.0)))), 3**0.5),
    ],
    ids=lambda value: type(value).__name__,
)
def test_draws_have_the_mean_and_the_deviation_that_were_asked_for(distribution, deviation):
    draw = sampler(distribution, stream(5, "test"))
    values = [draw() for _ in range(20_000)]
    mean = sum(values) / len(values)
    assert mean == pytest.approx(distribution.mean, abs=4.5 * deviation / 20_000**0.5)
    spread = (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5
    assert spread == pytest.approx(deviation, rel=0.06)


def test_arrivals_follow_the_rates_of_their_periods_and_the_busyness_of_the_day():
    model = center(calls(Poisson((2.0, 0.0, 6.0)), Constant(0.0)), periods=(500.0, 100.0, 500.0))
    counts = [tally.offered for tally in run(model, 2, RULES).tallies[0]]
    assert counts == [pytest.approx(1000, abs=130), 0, pytest.approx(3000, abs=230)]
    busy = replace(model, busyness=Constant(2.0))
    assert run(busy, 2, RULES).of().offered == pytest.approx(8000, abs=360)
    seen = [c.arrived for c in customers(model, 0, 2, [Bucket(), Bucket(), Bucket()])]
    assert all(earlier < later for earlier, later in pairwise(seen))


def test_error_bars_are_students():
    assert [t_quantile(0.975, freedom) for freedom in (1, 2, 3, 10, 999)] == pytest.approx(
        [12.7062047, 4.3026527, 3.1824463, 2.2281389, 1.9623415], abs=1e-6
    )
    found = estimate([(1.0, 1.0), (2.0, 1.0), (3.0, 1.0)])
    assert (found.mean, found.half_width) == pytest.approx((2, 4.3026527 / 3**0.5))
    ratio = estimate([(1.0, 2.0), (3.0, 6.0)])
    assert (ratio.mean, ratio.half_width) == pytest.approx((0.5, 0))
    assert estimate([(4.0, 1.0)]).half_width == inf


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda: center(calls(), calls()), "class 'calls' is there twice"),
        (lambda: Model((1.0,), (calls(),), (AgentGroup("a", (1,), ("chats",)),)), "serves the class 'chats'"),
        (lambda: center(calls(groups=(("b", 0.0),))), "names the group 'b'"),
        (lambda: center(calls(), agents=(1, 2, 3)), "sizes for 3 periods"),
        (lambda: center(calls(Poisson((1.0, 2.0)))), "for 2 periods; the model has 1 at most"),
        (lambda: center(calls(), warm_up=5000.0), "must end within the horizon"),
        (lambda: center(calls(), trunks=-1), "cannot be -1 trunks"),
        (lambda: center(calls(), periods=()), "needs periods"),
        (lambda: center(calls(), agents=-1), "none below 0"),
        (lambda: Poisson((-1.0,)), "must be 0 or more"),
        (lambda: Recorded((2.0, 1.0)), "in order of time"),
        (lambda: Retry(1.0, Constant(1.0)), "from 0 to below 1"),
        (lambda: Exponential(0.0), "mean above 0"),
        (lambda: Constant(nan), "cannot be nan"),
        (lambda: Uniform(3.0, 2.0), "between 3.0 and 2.0"),
        (lambda: Gamma(0.0, 1.0), "above 0"),
        (lambda: Lognormal(-1.0, 1.0), "cannot have mean -1.0"),
        (lambda: Empirical(()), "needs values"),
        (lambda: Mixture(((0.5, Constant(1.0)),)), "must add up to 1"),
        (lambda: calls(target=-1.0), "the target -1.0"),
        (lambda: estimate([]), "at least one run"),
    ],
)
def test_a_model_that_makes_no_sense_is_refused(wrong, why):
    with pytest.raises(ValueError, match=why):
        wrong()


def test_asking_for_somebody_unknown_is_an_error():
    with pytest.raises(KeyError, match="'chats'"):
        run(center(recorded(0), length=5.0), 1, RULES).of("chats")
