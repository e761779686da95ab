"""The prover: what it claims of the sample line, what it finds broken, and the same verdict as a plain walker."""

import random
from pathlib import Path

import pytest
from ivr_walker import holds

from ivr import parse, prove

MAIN = Path(__file__).parents[2] / "config" / "ivr" / "main.yaml"
HEAD = """flow: small
version: 1
title: {en: Small}
languages: [en]
voices: {en: {voice: Polly.Joanna-Neural, language: en-US}}
start: %(start)s
human: person
defaults: {attempts: 1}
steps:
"""
END = """  person:
    queue: {name: general, longest: 5m}
    answered: bye
    waited_too_long: message
    nobody_logged_in: message
    full: message
  message:
    voicemail: {ask: {en: After the tone.}, queue: general}
    done: bye
    empty: bye
  bye:
    say: {en: Goodbye.}
    end: agent
"""


def flow(steps, start="first", end=END):
    return parse(HEAD % {"start": start} + steps + end, "small.yaml")


def menu(name="first", to="person", more=""):
    return f'  {name}:\n    menu: {{ask: {{en: "To go on, press 1."}}, options: {{"1": {{means: More, to: {to}}}}}{more}}}\n'


def test_the_sample_line_is_proven_and_its_longest_call_is_told():
    proof = prove(parse(MAIN.read_text("utf-8"), str(MAIN)))
    assert proof.holds, proof.broken
    assert {name for name, _ in proof.ends} == {"agent", "callback", "gave_up", "solved", "voicemail"}
    assert proof.situations > 2000
    assert 0 < proof.prompts < 1000


def test_a_call_that_goes_round_without_a_choice_is_shown():
    waits = "    waited_too_long: first\n"
    around = END.replace("    waited_too_long: message\n", waits)
    proof = prove(flow("  first:\n    say: {en: Please wait.}\n    then: person\n", end=around))
    [broken] = proof.broken
    assert broken.claim == "a call goes round without end: person"
    assert not proof.holds


def test_going_round_by_pressing_a_key_each_time_is_the_callers_own_wish():
    proof = prove(flow(menu(to="second") + menu("second", to="first")))
    assert proof.holds, proof.broken


def test_a_language_that_is_spoken_to_the_wrong_caller_is_shown_with_the_way_there():
    text = HEAD.replace("[en]", "[en, zh-Hans]").replace(
        "voices: {", "voices: {zh-Hans: {voice: Polly.Zhiyu-Neural, language: cmn-CN}, "
    )
    steps = "  first:\n    say: {en: Please wait.}\n    then: person\n"
    proof = prove(parse(text % {"start": "first"} + steps + END, "small.yaml"))
    assert any("speaks en to a caller in zh-Hans" in broken.claim for broken in proof.broken)
    assert proof.broken[0].path[0] == "calls, in zh-Hans"


def test_a_menu_from_which_no_key_leads_to_a_person_is_shown():
    lonely = menu(to="end_it", more=', stuck: end_it, no_human: "a test line"')
    proof = prove(flow(menu(to="second") + lonely.replace("first", "second") + "  end_it:\n    end: solved\n"))
    assert [broken.claim for broken in proof.broken] == ["from step 'second' there is no way to a person"]
    assert proof.broken[0].path == ("calls, in en", "presses 1 (More)")


def test_a_call_that_the_machine_has_to_give_up_on_is_shown():
    text = HEAD.replace("human: person", "human: bye") % {"start": "first"}
    proof = prove(parse(text + "  first:\n    say: {en: A word.}\n    then: nowhere\n", "small.yaml"))
    assert [broken.claim for broken in proof.broken] == ["a call ends although no step ends it"]


def test_a_branch_is_walked_for_every_value_that_decides_it():
    steps = (
        "  first:\n    lookup: {hook: find_customer, with: {phone: caller.number}, save: customer}\n"
        "    found: decide\n    missing: person\n    error: person\n"
        "  decide:\n    branch: {when: [{if: customer.vip is true, to: lost}]}\n    else: person\n"
        "  lost:\n    say: {en: One moment.}\n    then: decide_again\n"
        "  decide_again:\n    branch: {when: [{if: customer.vip is true, to: lost}]}\n    else: person\n"
    )
    proof = prove(flow(steps))
    assert not proof.holds, "the two steps send a customer who is a VIP to and fro"
    assert [broken.claim for broken in proof.broken] == ["more than 50 steps run without asking the caller anything"]


def test_a_walk_that_is_cut_short_proves_nothing():
    proof = prove(parse(MAIN.read_text("utf-8"), str(MAIN)), most=100)
    assert not proof.holds
    assert "more than 100 situations" in proof.unfinished


def generated(seed):
    """A flow of a few steps that lead anywhere: some of these are sound, some are not."""
    dice = random.Random(seed)
    names = [f"step{number}" for number in range(dice.randint(2, 5))]
    targets = [*names, *names, "person", "message", "bye"]
    steps = "".join(made(name, dice, targets) for name in names)
    return parse(HEAD % {"start": "step0"} + steps + END, f"seed {seed}")


def made(name, dice, targets):
    def to():
        return dice.choice(targets)

    bound = f"    at_most: {dice.randint(1, 3)}\n    after: {to()}\n" if dice.random() < 0.4 else ""
    more = ("callback", "survey", "transfer", "secret", "answer", "question")
    kind = dice.choice(("say", "menu", "menu", "collect", "hours", "lookup", "branch", "tag", *more))
    match kind:
        case "say":
            body = f"    say: {{en: A word.}}\n    then: {to()}\n"
        case "menu":
            stuck = f", stuck: {to()}" if dice.random() < 0.5 else ""
            body = menu("x", to(), stuck).split("\n", 1)[1]
        case "collect":
            body = f"    collect: {{ask: {{en: A number.}}, digits: [2, 8], save: no}}\n    then: {to()}\n"
            body = body.replace("save: no", "save: number")
        case "secret":
            body = (
                "    collect: {ask: {en: A card.}, digits: [2, 8], save: card, secret: true}\n" + f"    then: {to()}\n"
            )
        case "answer" | "question":
            about = "article: hours" if kind == "answer" else "ask: {en: What is it about.}"
            body = f"    answer: {{{about}, helped: {{en: Did it help.}}, attempts: {dice.randint(1, 2)}}}\n"
            body += f"    helped: {to()}\n    more: {to()}\n    missing: {to()}\n"
        case "callback":
            asks = "confirm: {en: May we.}, other: {en: Which number.}"
            body = f"    callback: {{{asks}, queue: general, within: 1h, window: office, attempts: {dice.randint(1, 2)}}}\n"
            body += f"    done: {to()}\n    declined: {to()}\n"
        case "survey":
            body = "    survey: {ask: {en: How was it.}, scale: [2, 3], save: csat}\n"
            body += f"    done: {to()}\n    skipped: {to()}\n"
        case "transfer":
            body = '    transfer: {to: "+14155550190"}\n'
            body += f"    answered: {to()}\n    busy: {to()}\n    no_answer: {to()}\n    failed: {to()}\n"
        case "hours":
            body = f"    hours: {{calendar: office, open: {to()}, closed: {to()}}}\n"
        case "lookup":
            body = (
                f"    lookup: {{hook: h, save: customer}}\n    found: {to()}\n    missing: {to()}\n    error: {to()}\n"
            )
        case "branch":
            body = f"    branch: {{when: [{{if: customer.vip is true, to: {to()}}}]}}\n    else: {to()}\n"
        case _:
            body = f"    tag: {{intent: a}}\n    then: {to()}\n"
    return f"  {name}:\n{body}{bound}"


@pytest.mark.parametrize("block", range(5))
def test_the_prover_and_a_plain_walker_come_to_the_same_verdict(block):
    verdicts = set()
    for seed in range(100 * block, 100 * block + 100):
        made_up = generated(seed)
        verdict = prove(made_up)
        assert verdict.unfinished is None
        assert verdict.holds == holds(made_up), (seed, verdict.broken)
        verdicts.add(verdict.holds)
    assert verdicts == {True, False}, "flows of both kinds were among them"
