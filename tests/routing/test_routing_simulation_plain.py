"""Where a model is plain, rules stand in for the engine: the same day for everybody in it, customer by customer."""

from dataclasses import replace

import pytest
import simple_msk as published
from hypothesis import event, given, settings
from hypothesis import strategies as st
from test_routing_simulation import MINUTE, center, recorded, worlds

from routing import AgentOrder, Channel, Config, ItemOrder, Policy, Queue, Requirement, Step
from routing.simulation import AgentGroup, ByEngine, Constant, Model, Recorded, Retry, config_of, run
from routing.simulation_plain import in_plain_rules

FIFO = Policy(item_order=ItemOrder.FIFO)
SKILLS = st.dictionaries(st.sampled_from(["french", "chinese"]), st.integers(1, 5), max_size=2)


instants = st.one_of(
    st.just({}),
    st.builds(
        lambda at, patience, back: {
            "arrivals": Recorded(tuple(map(float, sorted(at)))),
            "service": (Constant(4.0),),
            "patience": (Constant(patience),),
            "retry": Retry(0.9, Constant(back)),
        },
        st.lists(st.integers(0, 9), max_size=4),
        st.sampled_from([2.0, 3.0]),
        st.sampled_from([1.0, 2.0]),
    ),
)
"""Often nothing; else everything happens at whole instants, so that many things happen at once."""


@st.composite
def centers(draw):
    """A world with shared queues, requirements and skills; often, but not always, a plain one."""
    model = draw(worlds())
    equal = draw(st.booleans())
    classes = tuple(
        replace(
            work,
            queue=draw(st.sampled_from([None, "shared"])),
            requirement=Requirement.of(draw(SKILLS)),
            priority=0 if equal else work.priority,
            **draw(instants),
        )
        for work in model.classes
    )
    room = st.sampled_from([100, 100, 100, 199, 200])
    groups = tuple(replace(group, skills=draw(SKILLS), capacity=draw(room)) for group in model.groups)
    return replace(model, classes=classes, groups=groups, channels=(Channel("voice", 100, 2),))


@settings(max_examples=400, deadline=None)
@given(
    centers(),
    st.integers(0, 99),
    st.sampled_from([ItemOrder.FIFO, ItemOrder.FIFO, *ItemOrder]),
    st.sampled_from([AgentOrder.LEAST_FLEXIBLE, AgentOrder.LEAST_FLEXIBLE, *AgentOrder]),
)
def test_what_happens_is_what_the_engine_makes_happen(model, seed, items, agents):
    policy = Policy(items, agents)
    event(f"plain: {in_plain_rules(model, config_of(model, policy)) is not None}")
    assert run(model, seed, ByEngine(policy)) == run(model, seed, ByEngine(policy, always=True))


def is_plain(model, policy=FIFO):
    return in_plain_rules(model, config_of(model, policy)) is not None


def test_a_published_model_is_plain():
    assert is_plain(published.SIMPLE_MSK)
    short = replace(published.SIMPLE_MSK, unit=MINUTE)
    assert run(short, 7, ByEngine(FIFO)) == run(short, 7, ByEngine(FIFO, always=True))


TWO = (recorded(0, name="a"), recorded(0, name="b"))


@pytest.mark.parametrize(
    ("model", "policy"),
    [
        (center(TWO[0], replace(TWO[1], priority=1)), Policy()),
        (center(TWO[0], replace(TWO[1], target=1.0)), Policy()),
        (center(TWO[0]), Policy(ItemOrder.STRICT)),
        (center(TWO[0]), Policy(ItemOrder.ACCELERATION)),
        (center(replace(TWO[0], steps=(Step(9),))), FIFO),
        (center(TWO[0], channels=(Channel("voice", 50, 2),)), FIFO),
        (center(TWO[0], channels=(Channel("voice", 0, 2),)), FIFO),
        (center(TWO[0], channels=(Channel("voice", interruptible=True),)), FIFO),
        (center(TWO[0], replace(TWO[1], channel="chat"), channels=(Channel("voice"), Channel("chat"))), FIFO),
    ],
)
def test_where_the_engine_has_to_weigh_it_is_asked(model, policy):
    assert not is_plain(model, policy)
    assert is_plain(center(*TWO))


def test_groups_that_are_equally_flexible_take_turns_and_only_the_engine_knows_whose_it_is():
    groups = tuple(AgentGroup(name, (1,), ("a",)) for name in ("one", "other"))
    assert not is_plain(Model((9.0,), TWO[:1], groups))
    both = (groups[0], replace(groups[1], serves=("a", "b")))
    assert is_plain(Model((9.0,), TWO, both))
    assert not is_plain(Model((9.0,), TWO, both), Policy(ItemOrder.FIFO, AgentOrder.LONGEST_IDLE))


def test_with_rules_of_ones_own_the_engine_is_asked():
    model = center(recorded(0, 1, 2), agents=1)
    config = Config(1, model.channels, (Queue("calls", reserve=1),))
    assert run(model, 1, ByEngine(config=config)).of().served == 0
    assert run(model, 1, ByEngine()).of().served == 3


def test_who_serves_one_class_of_a_queue_serves_all_of_it():
    classes = (recorded(0, 1, 2, name="a", queue="shared"), recorded(50, name="b", queue="shared"))
    model = Model((90.0,), classes, (AgentGroup("agents", (1,), ("b",)),))
    assert run(model, 1, ByEngine(FIFO)).of("a").waits == (0, 9, 18)
    assert run(model, 1, ByEngine(FIFO)) == run(model, 1, ByEngine(FIFO, always=True))


def test_of_two_who_come_at_one_instant_the_first_is_served_first():
    a = recorded(0, 10, name="a", service=12)
    b = recorded(1, name="b", patience=(Constant(5),), retry=Retry(0.99, Constant(4)))
    model = Model((60.0,), (a, b), (AgentGroup("agents", (1,), ("a", "b")),))
    by_rules, by_engine = run(model, 1, ByEngine(FIFO)), run(model, 1, ByEngine(FIFO, always=True))
    assert (by_rules.of("a").waits, by_rules.of("b").waits) == (by_engine.of("a").waits, by_engine.of("b").waits)
    assert by_engine.of("b").waits[-1] == 5, "the second time b came at the instant at which a did"


def test_a_level_that_no_agent_can_have_is_refused_however_it_is_routed():
    with pytest.raises(ValueError, match="Group 'agents' has 'x' at level 11"):
        AgentGroup("agents", (1,), ("a",), skills={"x": 11})
