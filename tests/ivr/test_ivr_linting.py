from dataclasses import replace

import pytest
from ivr_flows import KNOWN, lint_rules, small

import ivr

PLANTED = {
    "an exit to nowhere": ("F01", ("found: told", "found: tld")),
    "a start that does not exist": ("F01", ("start: opening", "start: openning")),
    "a human that does not exist": ("F01", ("human: person", "human: persona")),
    "an option to nowhere": ("F01", ("to: number", "to: numbr")),
    "no error exit": ("F02", ("    error: person\n", "")),
    "no closed exit": ("F02", (", closed: message", "")),
    "no full exit": ("F02", ("    full: message\n", "")),
    "a step that stops": ("F03", ("    end: solved\n", "")),
    "a tag that stops": ("F03", ("intent: general}\n    then: waiting", "intent: general}")),
    "a step nobody reaches": ("F04", ("found: told", "found: unknown")),
    "a loop without a way out": ("F05", ("    end: agent\n", "    say: {en: x, zh-Hans: z}\n    then: bye\n")),
    "a loop of automatic steps": ("F06", ("    end: voicemail\n", "    then: noted\n")),
    "a full queue that tries at once again": ("F06", ("full: message", "full: person")),
    "a loop after its at_most is spent": ("F06", ("after: person", "after: unknown")),
    "a loop the caller did not choose": ("F07", ("    at_most: 1\n    after: person\n", "")),
    "a menu that a silent caller never leaves": ("F07", ("      options:\n", "      stuck: opening\n      options:\n")),
    "a prompt without Chinese": ("P01", (', zh-Hans: "已记录。"', "")),
    "a retry without English": ("P01", ('retry: {en: "It has 4 to 6 digits.", ', "retry: {")),
    "a value in one language only": ("P04", ('"订单{order.status}。"', '"订单。"')),
    "a recording without text": ("P05", ('en: "Noted."', "en: {audio: noted.wav}")),
    "an escaped control character": ("P06", ("Noted.", "Not\\bed.")),
    "a prompt of a minute": ("P02", ("Noted.", "Noted. " + "word " * 100)),
    "the key before its meaning": ("P03", ("Orders, press 1.", "Press 1 for orders.")),
    "keys with a gap": ("M02", ('"2": {means: Returns', '"3": {means: Returns')),
    "a key nobody hears of": ("M03", ("Returns, press 2.", "Returns too.")),
    "a queue key nobody hears of": ("M03", ("To stop, press 2.", "You may stop.")),
    "a key promised in vain": ("M04", ("订单按 1，退货按 2。", "订单按 1，退货按 2，投诉按 4。")),
    "a Chinese numeral promised in vain": ("M04", ("退货按 2。", "退货按 2，投诉按四。")),
    "a word of English promised in vain": ("M04", ("Returns, press 2.", "Returns, press 2. Help, press seven.")),
    "a value that may be empty": ("V01", ("missing: unknown", "missing: told")),
    "a value nobody sets": ("V01", ("It is {order.status}", "It is {parcel.status}")),
    "an unknown hook": ("R01", ("hook: find_order", "hook: find_odrer")),
    "an unknown queue": ("R02", ("skill: {returns: 3}", "skill: {refunds: 3}")),
    "an unknown default queue": ("R02", ('queue: "{skill|general}"', 'queue: "{skill|other}"')),
    "a queue name that cannot be checked": ("R02", ('name: "{skill|general}"', 'name: "{caller.country|general}"')),
    "an unknown calendar": ("R03", ("calendar: office", "calendar: ofice")),
    "one word for two options": (
        "M07",
        ("to: number}", "to: number, words: {en: [it], zh-Hans: [它]}}"),
        ("to: returns}", "to: returns, words: {en: [It], zh-Hans: [他]}}"),
    ),
    "words for one option only": ("M07", ("to: number}", "to: number, words: {en: [it]}}")),
}


@pytest.mark.parametrize("planted", PLANTED, ids=lambda name: name)
def test_a_planted_mistake_is_found(planted):
    rule, *changes = PLANTED[planted]
    assert rule in lint_rules(*changes)


def test_audio_is_looked_for_only_where_it_is_known_what_there_is():
    flow = small(('en: "Noted."', 'en: {audio: noted.wav, text: "Noted."}'))

    def found(audio: frozenset[str] | None) -> list[tuple[str, str | None]]:
        return [(one.rule, one.step) for one in ivr.lint(flow, replace(KNOWN, audio=audio)) if one.rule == "R04"]

    assert found(frozenset({"other.wav"})) == [("R04", "noted")]
    assert found(frozenset()) == [("R04", "noted")]
    assert found(frozenset({"noted.wav"})) == []
    assert found(None) == []


def test_the_small_flow_breaks_none_of_the_rules_that_mistakes_are_planted_against():
    assert set(lint_rules()) == set()


def menu_of(count: int) -> tuple[tuple[str, str], ...]:
    options = "".join(f'\n        "{key}": {{means: M, to: returns}}' for key in range(3, count + 1))
    said = "".join(f" x, press {key}." for key in range(3, count + 1))
    return (
        ("to: returns}", "to: returns}" + options),
        ("Returns, press 2.", "Returns, press 2." + said),
    )


@pytest.mark.parametrize(("count", "severity"), [(5, None), (6, "W"), (9, "W")])
def test_a_menu_with_many_options_is_doubted(count, severity):
    found = [finding for finding in ivr.lint(small(*menu_of(count)), KNOWN) if finding.rule == "M01"]
    assert [finding.severity for finding in found] == ([severity] if severity else [])


def test_a_menu_with_ten_options_is_refused():
    extra = menu_of(9)
    zero = (('"3": {means: M', '"0": {means: M, to: returns}\n        "3": {means: M'),)
    found = [finding for finding in ivr.lint(small(*extra, *zero), KNOWN) if finding.rule == "M01"]
    assert [finding.severity for finding in found] == ["E"]


def chain(length: int) -> tuple[str, str]:
    steps = "".join(
        f"  s{place}:\n    say: {{en: x, zh-Hans: z}}\n    then: {f's{place + 1}' if place < length else 'told'}\n"
        for place in range(1, length + 1)
    )
    return "  told:\n", steps + "  told:\n"


@pytest.mark.parametrize(("length", "found"), [(48, False), (49, True)])
def test_more_than_fifty_automatic_steps_are_refused(length, found):
    # look (1) + the chain + told (1)
    assert ("F09" in lint_rules(chain(length), ("found: told", "found: s1"))) is found


def test_a_bounded_loop_counts_as_often_as_it_may_be_gone_through():
    loop = (
        "  told:\n",
        "".join(
            f"  s{place}:\n    say: {{en: x, zh-Hans: z}}\n    then: s{place % 4 + 1}\n"
            + ("    at_most: 13\n    after: told\n" if place == 1 else "")
            for place in range(1, 5)
        )
        + "  told:\n",
    )
    assert "F09" in lint_rules(loop, ("found: told", "found: s1"))


def test_the_message_of_a_loop_shows_the_way_round():
    found = ivr.lint(small(("    at_most: 1\n    after: person\n", "")), KNOWN)
    assert [finding.message for finding in found if finding.rule == "F07"] == [
        "loop with no at_most: number > look > unknown > number"
    ]


def test_the_message_of_an_unset_value_shows_the_path():
    found = [one for one in ivr.lint(small(("missing: unknown", "missing: told")), KNOWN) if one.rule == "V01"]
    assert found[0].message == "{order.status} may be empty: path opening > main > number > look > told"


def test_a_default_makes_a_value_safe():
    changes = ("missing: unknown", "missing: told"), ("It is {order.status}", "It is {order.status|unknown}")
    assert "V01" not in lint_rules(*changes, ('"订单{order.status}。"', '"订单{order.status|未知}。"'))


def test_a_queue_sentence_may_not_promise_a_key_that_only_sometimes_works():
    promise = (
        "      music: calm\n",
        '      music: calm\n      say: {en: "Message: press 1.", zh-Hans: "留言按 1。"}\n',
    )
    assert "M04" in lint_rules(promise)


def test_zero_may_be_promised_where_it_works():
    assert "M04" not in lint_rules(("Returns, press 2.", "Returns, press 2. A person, press 0."))


def test_zero_may_not_be_promised_in_the_start_step_where_it_does_nothing():
    assert "M04" in lint_rules(
        ("start: opening", "start: main"), ("Returns, press 2.", "Returns, press 2. A person, press 0.")
    )


def test_a_finding_says_where_it_is():
    found = next(one for one in ivr.lint(small(("found: told", "found: tld")), KNOWN) if one.rule == "F01")
    assert (found.source, found.step) == ("small.yaml", "look")
    assert found.message == "'found' goes to 'tld', which does not exist; did you mean 'told'?"


def test_the_human_step_may_be_reached_before_anything_is_known():
    text = """\
flow: lost
version: 1
title: {en: Lost}
languages: [en]
voices: {en: {voice: A, language: en-US}}
start: number
human: told
steps:
  number: {collect: {ask: {en: "Your number."}, digits: 4, save: number, stuck: bye}, then: told}
  told: {say: {en: "It is {number}."}, then: bye}
  bye: {end: solved}
"""
    found = ivr.lint(ivr.parse(text, "lost.yaml"), KNOWN)
    assert [finding.message for finding in found] == ["{number} may be empty: path told"]
