"""Why you: the sentences come from the decision's own record, and say nothing that is not in it."""

import pytest
from flask import Flask, g

import routing
from contactcenter.console.why_you import Names, sentence

SECOND = 1_000_000
NAMES = Names({"billing": "Billing"}, {2: "Leo Park"})


@pytest.fixture(autouse=True)
def english():
    with Flask("words").app_context():
        g.language = "en"
        yield


def record(**changes) -> dict:
    known = {
        "trigger": "arrival",
        "work": {"class": {"requirement": {"all_of": {"billing": 5}, "any_of": {}}}},
        "agent": {"proficiency": {"billing": 8}},
        "funnel": {"signed_in": 6, "candidates": 2},
        "order": ["load", "idle_since"],
        "runner_up": {"agent": 2, "lost_by": {"rule": "idle_since", "mine": 95 * SECOND, "theirs": 5 * SECOND}},
    }
    return {**known, **changes}


def test_the_whole_reason_in_four_sentences() -> None:
    assert sentence(record(), NAMES) == (
        "It has just come in and you were free. You have what it needs: Billing 8 (needs 5). "
        "2 of the 6 signed in could take it now. "
        "You came before Leo Park: you have been free longer, by 1 min 30 sec."
    )


@pytest.mark.parametrize(
    ("lost_by", "said"),
    [
        ({"rule": "load", "mine": 40, "theirs": 20}, "you have less in hand (20 against 40)."),
        ({"rule": "proficiency", "mine": 6, "theirs": 9}, "your skills for it add up to 9 against 6."),
        ({"rule": "flexibility", "mine": 9, "theirs": 2}, "you serve fewer kinds of work, which keeps the others free"),
        ({"rule": "id", "mine": 0, "theirs": 0}, "all else was equal, and you signed in first."),
    ],
)
def test_each_rule_is_told_with_the_winner_first(lost_by: dict, said: str) -> None:
    assert f"You came before Leo Park: {said}" in sentence(record(runner_up={"agent": 2, "lost_by": lost_by}), NAMES)


def test_somebody_who_knows_the_customer_is_told_that_and_no_comparison() -> None:
    told = sentence(record(order=["preferred"]), NAMES)
    assert "You know this customer, so you were asked first." in told
    assert "Leo" not in told


def test_a_supervisors_choice_needs_no_more_reasons() -> None:
    assert (
        sentence({"trigger": "by_hand", "by": "user:1", "policy": "supervisor"}, NAMES)
        == "A supervisor gave it to you."
    )


def test_an_empty_record_says_nothing() -> None:
    assert sentence({}, NAMES) == ""


def test_the_engines_own_record_is_understood() -> None:
    config = routing.Config(
        version=1,
        channels=(routing.Channel("voice", cost=100, max_per_agent=1),),
        queues=(routing.Queue("billing", 60 * SECOND, 0, 20 * SECOND),),
    )
    engine = routing.Engine(config)
    for agent, idle_since in ((1, 10), (2, 40)):
        facts = routing.AgentFacts(
            id=agent, queues=frozenset({"billing"}), skills={"billing": 8}, ready=True, reason="", capacity=100,
            channel_max={"voice": 1}, idle_since=idle_since * SECOND,
        )  # fmt: skip
        engine.apply(routing.AgentSignedIn(50 * SECOND, facts))
    work = routing.WorkFacts(
        id=7,
        queue="billing",
        channel="voice",
        enqueued_at=60 * SECOND,
        requirement=routing.Requirement.of({"billing": 5}),
    )
    (made,) = [e for e in engine.apply(routing.WorkEnqueued(60 * SECOND, work)) if isinstance(e, routing.OfferMade)]
    assert made.agent == 1
    told = sentence(made.decision, NAMES)
    assert "It has just come in and you were free." in told
    assert "2 of the 2 signed in could take it now." in told
    assert "You came before Leo Park: you have been free longer, by 30 sec." in told
