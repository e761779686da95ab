import json

import pytest
from ivr_flows import play, small, spoiled, texts

import ivr
from ivr import (
    AskHours,
    AskKeys,
    AskLookup,
    HangUp,
    HoursAnswered,
    KeysPressed,
    LookupAnswered,
    Lost,
    MessageRecorded,
    QueueLeft,
    RecordMessage,
    Silence,
    WaitInQueue,
)

OPEN = HoursAnswered("open")
FOUND = LookupAnswered("found", {"status": {"en": "shipped", "zh-Hans": "已发货"}})
MISSING = LookupAnswered("missing")


def test_a_call_begins_by_asking_for_the_hours():
    turn = ivr.begin(small(), ivr.Caller("+14155550100"))
    assert turn.act == AskHours("office")
    assert turn.state.language == "en"


def test_a_remembered_language_is_spoken_from_the_first_word():
    turn = play(small(), OPEN, caller=ivr.Caller("+8613800000000", language="zh-Hans"))
    assert turn.act.prompt[0].language == "zh-Hans"


def test_a_remembered_language_the_flow_does_not_speak_is_forgotten():
    assert play(small(), caller=ivr.Caller("+14155550100", language="fr")).state.language == "en"


def test_a_caller_hears_about_their_order():
    turn = play(small(), OPEN, KeysPressed("1"), KeysPressed("12345#"))
    assert turn.act == AskLookup("find_order", {"number": "12345", "phone": "+14155550100"}, None, 3)
    turn = ivr.advance(small(), turn.state, FOUND)
    assert (texts(turn.speak), turn.act, turn.entered) == (["It is shipped."], HangUp("solved"), ("told",))


def test_a_menu_asks_for_one_key_and_a_number_is_ended_by_pound():
    menu = play(small(), OPEN).act
    number = play(small(), OPEN, KeysPressed("1")).act
    assert (menu.max_digits, menu.finish, menu.timeout) == (1, "", 5)
    assert (number.max_digits, number.finish) == (None, "#")


def test_an_option_may_set_the_language_and_a_tag_the_skill():
    act = play(small(), OPEN, KeysPressed("2")).act
    assert act == WaitInQueue(
        queue="returns",
        skills={"lang-zh": 1, "returns": 3},
        priority=2,
        intent="return",
        announce=act.announce,
        keys=("1", "2"),
        longest_seconds=600,
        music="calm",
    )
    assert act.announce.every == 30


def test_without_a_skill_the_default_queue_is_named():
    act = play(small(), OPEN, KeysPressed("0")).act
    assert (act.queue, act.skills, act.intent, act.priority) == ("general", {"lang-en": 1}, "general", 0)


def test_closed_leads_to_the_message():
    act = play(small(), HoursAnswered("closed")).act
    assert (texts(act.prompt), act.longest_seconds, act.queue) == (["Speak after the tone."], 90, "general")


def test_an_emergency_is_like_open_where_the_flow_knows_none():
    assert play(small(), HoursAnswered("emergency")).state.step == "main"


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (MessageRecorded(5), "voicemail"),
        (MessageRecorded(0), "agent"),
        (MessageRecorded(5, hung_up=True), "voicemail"),
        (MessageRecorded(0, hung_up=True), "gave_up"),
    ],
)
def test_a_recording_ends_as_it_went(event, outcome):
    assert play(small(), HoursAnswered("closed"), event).act == HangUp(outcome)


def test_nothing_is_said_to_a_caller_who_hung_up():
    assert play(small(), HoursAnswered("closed"), MessageRecorded(5, hung_up=True)).speak == ()


def test_a_missing_order_is_asked_for_once_more_and_then_a_person_helps():
    turn = play(small(), OPEN, KeysPressed("1"), KeysPressed("1111"), MISSING)
    assert (texts(turn.speak), turn.state.step) == (["No order 1 1 1 1."], "number")
    turn = ivr.advance(small(), ivr.advance(small(), turn.state, KeysPressed("2222")).state, MISSING)
    assert (turn.state.step, turn.entered) == ("waiting", ("person", "waiting"))


def test_a_failed_lookup_forgets_what_an_earlier_one_found():
    flow = small(("    end: solved\n", "    then: number\n"), ("missing: unknown", "missing: told"))
    again = [KeysPressed("1111"), FOUND, KeysPressed("2222"), MISSING]
    turn = play(flow, OPEN, KeysPressed("1"), *again)
    assert texts(turn.speak) == ["It is ."]
    assert turn.speak[0].unset == ("order.status",)


@pytest.mark.parametrize("reason", ["waited_too_long", "nobody_logged_in", "full"])
def test_a_queue_that_fails_leads_to_the_message(reason):
    assert isinstance(play(small(), OPEN, KeysPressed("0"), QueueLeft(reason)).act, RecordMessage)


def test_a_queue_key_leads_where_it_says():
    assert play(small(), OPEN, KeysPressed("0"), QueueLeft("key", "2")).act == HangUp("agent")


@pytest.mark.parametrize("key", ["9", "", None])
def test_a_queue_key_that_means_nothing_keeps_the_caller_waiting(key):
    before = play(small(), OPEN, KeysPressed("0"))
    after = ivr.advance(small(), before.state, QueueLeft("key", key))
    assert (after.act, after.state) == (before.act, before.state)


def test_a_late_event_changes_nothing():
    before = play(small(), OPEN)
    for event in (OPEN, FOUND, QueueLeft("answered"), MessageRecorded(3)):
        after = ivr.advance(small(), before.state, event)
        assert (after.state, after.speak, after.act.timeout) == (before.state, (), 5)


def test_an_ended_call_stays_ended():
    ended = play(small(), OPEN, KeysPressed("0"), QueueLeft("answered"))
    for event in (KeysPressed("1"), Lost(), Silence()):
        assert ivr.advance(small(), ended.state, event).act == HangUp("agent")


def test_a_lost_call_reaches_a_person_in_its_own_language():
    turn = play(small(), OPEN, KeysPressed("2"), Lost())
    assert (turn.state.step, turn.state.language, turn.act.skills["lang-zh"]) == ("waiting", "zh-Hans", 1)


def test_a_call_of_another_version_or_an_unknown_step_is_lost():
    state = play(small(), OPEN).state
    newer = small(("version: 3", "version: 4"))
    without = ivr.parse(spoiled().replace("main", "principal"), "small.yaml")
    for flow in (newer, without):
        turn = ivr.advance(flow, state, KeysPressed("1"))
        assert isinstance(turn.act, WaitInQueue)
        assert turn.state.version == flow.version


def test_state_is_the_same_after_json():
    state = play(small(), OPEN, KeysPressed("1"), KeysPressed("1234"), FOUND).state
    assert ivr.State.from_json(state.to_json()) == state
    assert json.loads(state.to_json())["values"]["order_no"] == "1234"


def test_values_are_cleaned_before_they_are_kept():
    nasty = {"status": "ok\x00\x08\u202e\ud800\n<Hangup/>", "long": "x" * 500, "deep": {"a": {"b": "c"}}, "odd": [1]}
    values = play(small(), OPEN, KeysPressed("1"), KeysPressed("1234"), LookupAnswered("found", nasty)).state.values
    assert values["order"] == {"status": "ok <Hangup/>", "long": "x" * 200, "deep": {}}


def test_braces_in_a_value_are_spoken_not_filled():
    events = OPEN, KeysPressed("1"), KeysPressed("1234"), LookupAnswered("found", {"status": "{caller.number}"})
    assert texts(play(small(), *events).speak) == ["It is {caller.number}."]


def test_a_value_in_another_language_only_is_not_spoken():
    events = OPEN, KeysPressed("1"), KeysPressed("1234"), LookupAnswered("found", {"status": {"zh-Hans": "已发货"}})
    assert play(small(), *events).speak[0].unset == ("order.status",)


def test_a_flow_that_runs_in_circles_still_waits_for_somebody():
    circle = small(("    end: voicemail\n", "    then: noted\n"))
    turn = play(circle, HoursAnswered("closed"), MessageRecorded(4))
    assert isinstance(turn.act, WaitInQueue)
    assert turn.entered.count("noted") == 50


def test_a_human_step_that_only_runs_in_circles_ends_the_call_rather_than_raising():
    text = """\
flow: circle
version: 1
title: {en: Circle}
languages: [en]
voices: {en: {voice: A, language: en-US}}
start: a
human: a
steps:
  a: {say: {en: Round}, then: b}
  b: {say: {en: and round}, then: a}
"""
    turn = ivr.begin(ivr.parse(text, "circle.yaml"), ivr.Caller(""))
    assert (turn.act, len(turn.entered)) == (HangUp("gave_up"), 50)


def test_fifty_steps_are_allowed_and_then_a_step_that_waits():
    steps = "".join(f"  s{n}: {{say: {{en: word}}, then: s{n + 1}}}\n" for n in range(1, 51))
    text = f"""\
flow: chain
version: 1
title: {{en: Chain}}
languages: [en]
voices: {{en: {{voice: A, language: en-US}}}}
start: s1
human: s51
steps:
{steps}  s51: {{menu: {{ask: {{en: "End, press 1."}}, options: {{"1": {{means: End, to: bye}}}}, stuck: bye}}}}
  bye: {{end: solved}}
"""
    turn = ivr.begin(ivr.parse(text, "chain.yaml"), ivr.Caller(""))
    assert (len(turn.speak), turn.state.step) == (50, "s51")
    assert isinstance(turn.act, AskKeys)


def test_two_identical_calls_take_identical_turns():
    events = OPEN, KeysPressed("1"), KeysPressed("1234"), FOUND
    assert play(small(), *events) == play(small(), *events)


def test_a_state_is_never_changed_in_place():
    before = play(small(), OPEN, KeysPressed("1"))
    kept = before.state.to_json()
    ivr.advance(small(), before.state, KeysPressed("1234"))
    ivr.advance(small(), before.state, Silence())
    assert before.state.to_json() == kept


def test_what_comes_with_a_missing_answer_is_not_kept():
    turn = play(small(), OPEN, KeysPressed("1"), KeysPressed("1234"), LookupAnswered("missing", {"status": "old"}))
    assert "order" not in turn.state.values


def test_a_number_that_json_cannot_hold_is_dropped():
    odd = LookupAnswered("found", {"a": float("nan"), "b": float("inf"), "c": 10**30, "d": 1.5})
    state = play(small(), OPEN, KeysPressed("1"), KeysPressed("1234"), odd).state
    assert state.values["order"] == {"d": 1.5}
    assert ivr.State.from_json(state.to_json()) == state


def test_a_lost_call_is_asked_with_fresh_counters():
    flow = small(("human: person", "human: main"))
    turn = play(flow, OPEN, KeysPressed("7"), Silence(), Lost())
    assert (turn.state.step, turn.state.wrong, turn.state.silences) == ("main", 0, 0)
