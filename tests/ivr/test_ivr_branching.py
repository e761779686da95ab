"""Branches: the first case that holds decides, values that are not known decide for none, and mistakes are found."""

import pytest

from ivr import Caller, FlowError, Known, LookupAnswered, WaitInQueue, advance, begin, lint, parse

TEXT = """flow: small
version: 1
title: {en: Small}
languages: [en]
voices: {en: {voice: Polly.Joanna-Neural, language: en-US}}
start: who
human: person
steps:
  who:
    lookup: {hook: find_customer, with: {phone: caller.number}, save: customer}
    found: decide
    missing: decide
    error: decide
  decide:
    branch:
      when:
      - {if: customer.tier is "gold" and caller.known is true, to: gold}
      - {if: customer.orders >= 3, to: regular}
    else: person
  gold:
    tag: {priority: 5}
    then: person
  regular:
    tag: {priority: 2}
    then: person
  person:
    queue: {name: general, longest: 5m}
    answered: bye
    waited_too_long: bye
    nobody_logged_in: bye
    full: bye
  bye:
    say: {en: Goodbye.}
    end: agent
"""
AROUND = Known(frozenset({"general"}), frozenset(), frozenset({"find_customer"}))


def priority(known, values):
    """With what priority the caller ends up in the queue; None for values means that nothing was found."""
    flow = parse(TEXT, "small.yaml")
    turn = begin(flow, Caller("+14155550100", known=known))
    answer = LookupAnswered("missing") if values is None else LookupAnswered("found", values)
    turn = advance(flow, turn.state, answer)
    assert isinstance(turn.act, WaitInQueue)
    return turn.act.priority


@pytest.mark.parametrize(
    ("known", "values", "expected"),
    [
        (True, {"tier": "gold", "orders": 9}, 5),
        (False, {"tier": "gold", "orders": 9}, 2),
        (True, {"tier": "silver", "orders": 3}, 2),
        (True, {"tier": "silver", "orders": 2}, 0),
        (True, {}, 0),
        (True, None, 0),
    ],
)
def test_the_first_case_that_holds_decides(known, values, expected):
    assert priority(known, values) == expected


def findings(old, new):
    text = TEXT.replace(old, new, 1)
    assert text != TEXT
    try:
        return [(one.rule, one.message) for one in lint(parse(text, "small.yaml"), AROUND)]
    except FlowError as error:
        return [(one.rule, one.message) for one in error.findings]


@pytest.mark.parametrize(
    ("old", "new", "rule", "said"),
    [
        ("    else: person\n", "", "F02", "no 'else' exit"),
        ("to: regular}", "to: regulars}", "F01", "'case 2' goes to 'regulars', which does not exist"),
        ("customer.orders >= 3", "order.count >= 3", "V01", "nothing sets order.count, so this case never holds"),
        ("customer.orders >= 3", "customer.orders >= many", "Y03", "should be true, false, empty, a number or quoted"),
        ("{if: customer.orders >= 3, to: regular}", "{to: regular}", "Y03", "a case needs 'if:'"),
    ],
)
def test_a_mistake_in_a_branch_is_found(old, new, rule, said):
    assert any(found == rule and said in message for found, message in findings(old, new)), findings(old, new)


def test_a_branch_that_goes_round_without_asking_anybody_is_found():
    found = findings("    tag: {priority: 2}\n    then: person\n", "    tag: {priority: 2}\n    then: decide\n")
    assert any(rule == "F06" for rule, _ in found)


def test_the_sound_flow_has_no_finding_about_its_branch():
    assert [one for one in lint(parse(TEXT, "small.yaml"), AROUND) if one.step == "decide"] == []
