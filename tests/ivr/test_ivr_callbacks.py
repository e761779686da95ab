"""Callbacks, surveys, transfers and secrets, event by event."""

import pytest
from ivr_flows import texts

import ivr

HEAD = """\
flow: small
version: 1
title: {en: Small}
languages: [en]
voices: {en: {voice: A, language: en-US}}
start: first
human: person
steps:
"""
TAIL = """\
  person:
    queue: {name: general, longest: 5m, keys: {"1": {to: offer, say: {en: "To be called, press 1."}}}}
    answered: how
    waited_too_long: bye
    nobody_logged_in: bye
    full: bye
  offer:
    callback:
      confirm: {en: "We call {callback.number as digits}. Right: 1, other: 2."}
      other: {en: "Which number?"}
      retry: {en: "7 to 15 digits."}
      queue: "{skill|general}"
      skills: {calls: 2}
      within: 90m
      window: office
      tries: 2
      between_tries: 10m
      attempts: 2
    done: promised
    declined: person
  promised:
    say: {en: "By {callback.promised as time} at {callback.number}."}
    end: callback
  how:
    survey: {ask: {en: "From 1 to 3?"}, retry: {en: "1, 2 or 3."}, scale: [1, 3], save: csat, attempts: 2}
    done: bye
    skipped: sorry
  sorry:
    say: {en: "Never mind."}
    end: agent
  bye:
    say: {en: "You said {csat|nothing}."}
    end: agent
"""
START = "  first:\n    tag: {skill: {billing: 3}, intent: bill, priority: 4}\n    then: person\n"


def flow(start: str = START) -> ivr.Flow:
    return ivr.parse(HEAD + start + TAIL, "small.yaml")


def after(*events: ivr.Event, caller: str = "+14155550100", made: ivr.Flow | None = None) -> ivr.Turn:
    made = made or flow()
    turn = ivr.begin(made, ivr.Caller(caller, "+14155550199"))
    for event in events:
        turn = ivr.advance(made, turn.state, event)
    return turn


def keys(*pressed: str) -> list[ivr.Event]:
    return [ivr.KeysPressed(one) for one in pressed]


OFFER = ivr.QueueLeft("key", "1")


def test_the_number_is_read_back_and_one_key_asks_for_the_promise():
    asked = after(OFFER)
    assert texts(asked.act.prompt) == ["We call 1 4 1 5, 5 5 5 0, 1 0 0. Right: 1, other: 2."]
    wanted = after(OFFER, *keys("1")).act
    assert wanted == ivr.BookCallback(
        number="+14155550100", queue="billing", skills={"calls": 2, "billing": 3}, priority=4, intent="bill",
        keep_place=True, within=5400, window="office", tries=2, between_tries=600,
    )  # fmt: skip


def test_what_is_promised_is_told():
    told = after(OFFER, *keys("1"), ivr.CallbackAnswered("booked", "2026-01-05T14:30"))
    assert texts(told.speak) == ["By 2:30 PM at +14155550100."]
    assert told.act == ivr.HangUp("callback")


def test_another_number_is_asked_for_checked_and_read_back():
    asked = after(OFFER, *keys("2"))
    assert texts(asked.act.prompt) == ["Which number?"]
    assert (asked.act.max_digits, asked.act.finish) == (None, "#")
    assert texts(after(OFFER, *keys("2", "12#")).act.prompt) == ["7 to 15 digits.", "Which number?"]
    again = after(OFFER, *keys("2", "12#", "5551234567#"))
    assert texts(again.act.prompt) == ["We call 5 5 5 1, 2 3 4, 5 6 7. Right: 1, other: 2."]
    assert after(OFFER, *keys("2", "5551234567#", "1")).act.number == "5551234567"


@pytest.mark.parametrize("caller", ["", "anonymous", "client:ann", "+12"])
def test_a_caller_without_a_number_is_asked_for_one_at_once(caller: str):
    assert texts(after(OFFER, caller=caller).act.prompt) == ["Which number?"]


def test_a_number_that_cannot_be_called_is_asked_for_again():
    turn = after(OFFER, *keys("1"), ivr.CallbackAnswered("bad_number"))
    assert texts(turn.act.prompt) == ["7 to 15 digits.", "Which number?"]


@pytest.mark.parametrize(
    "events",
    [
        [ivr.Silence(), ivr.Silence()],
        keys("7", "8"),
        [*keys("2"), ivr.Silence(), ivr.Silence()],
        [*keys("1"), ivr.CallbackAnswered("refused")],
    ],
    ids=["silence", "other keys", "no other number", "refused"],
)
def test_whoever_is_stuck_or_refused_waits_on(events: list[ivr.Event]):
    assert isinstance(after(OFFER, *events).act, ivr.WaitInQueue)


def test_answers_out_of_place_change_nothing():
    waiting = after(OFFER, *keys("1"))
    assert after(OFFER, *keys("1", "1", "2")).act == waiting.act
    assert after(OFFER, ivr.CallbackAnswered("booked", "x")).act == after(OFFER).act


def test_zero_and_star_work_in_every_question_of_a_callback():
    assert isinstance(after(OFFER, *keys("0")).act, ivr.WaitInQueue)
    assert isinstance(after(OFFER, *keys("2", "0#")).act, ivr.WaitInQueue)
    assert after(OFFER, *keys("*")).act == after(OFFER).act
    assert texts(after(OFFER, *keys("2", "*")).act.prompt) == ["Which number?"]


def test_a_callback_asked_for_once_more_begins_anew():
    turn = after(OFFER, *keys("2", "0"), OFFER)
    assert texts(turn.act.prompt)[0].startswith("We call 1 4 1 5")


ANSWERED = ivr.QueueLeft("answered")


@pytest.mark.parametrize("key", ["1", "2", "3"])
def test_a_survey_keeps_the_key(key: str):
    assert texts(after(ANSWERED, *keys(key)).speak) == [f"You said {key}."]


@pytest.mark.parametrize("events", [[ivr.Silence(), ivr.Silence()], keys("4", "5"), keys("#", "#")])
def test_a_survey_that_is_not_answered_is_skipped(events: list[ivr.Event]):
    assert texts(after(ANSWERED, *events).speak) == ["Never mind."]


def test_a_survey_asks_again_and_zero_reaches_a_person():
    assert texts(after(ANSWERED, *keys("7")).act.prompt) == ["1, 2 or 3.", "From 1 to 3?"]
    assert isinstance(after(ANSWERED, *keys("0")).act, ivr.WaitInQueue)


@pytest.mark.parametrize(("shown", "number"), [("caller", ""), ("called", "+14155550199")])
def test_a_transfer_calls_and_goes_on_by_how_it_ended(shown: str, number: str):
    first = f"""\
  first:
    transfer: {{to: "+14155550190", say: {{en: Hold on.}}, timeout: 9, caller_id: {shown}}}
    answered: how
    busy: person
    no_answer: bye
    failed: sorry
"""
    made = flow(first)
    turn = after(made=made)
    assert (texts(turn.act.prompt), turn.act.number, turn.act.timeout, turn.act.caller_id) == (
        ["Hold on."], "+14155550190", 9, number,
    )  # fmt: skip
    ends = {result: after(ivr.TransferEnded(result), made=made) for result in ("busy", "no_answer", "failed")}
    assert isinstance(ends["busy"].act, ivr.WaitInQueue)
    assert texts(ends["no_answer"].speak) == ["You said nothing."]
    assert texts(ends["failed"].speak) == ["Never mind."]
    assert texts(after(ivr.TransferEnded("answered"), made=made).act.prompt) == ["From 1 to 3?"]


SECRET = """\
  first:
    collect: {ask: {en: "Your card."}, digits: [13, 19], check: luhn, save: card, secret: true}
    then: charge
  charge:
    lookup: {hook: charge, with: {card: card}, save: receipt}
    found: thanks
    missing: person
    error: person
  thanks:
    say: {en: "Paid with {card|a card}."}
    end: solved
"""
CARD = "4111111111111111"


def test_a_secret_goes_to_the_hook_and_nowhere_else():
    made = flow(SECRET)
    asked = after(*keys(f"{CARD}#"), made=made)
    assert asked.act.with_ == {"card": CARD}
    assert asked.state.secrets == ("card",)
    for result in ("found", "missing"):
        turn = after(*keys(f"{CARD}#"), ivr.LookupAnswered(result, {"amount": 1}), made=made)
        assert CARD not in turn.state.to_json()
        assert turn.state.secrets == ()


def test_a_secret_survives_the_trip_through_storage_only_while_its_hook_runs():
    made = flow(SECRET)
    asked = after(*keys(f"{CARD}#"), made=made)
    stored = ivr.State.from_json(asked.state.to_json())
    turn = ivr.advance(made, stored, ivr.LookupAnswered("error"))
    assert isinstance(turn.act, ivr.WaitInQueue)
    assert CARD not in turn.state.to_json()


def test_the_time_of_day_is_spoken_as_people_say_it():
    from ivr.spoken import spoken

    said = {
        at: [spoken(f"2026-01-05T{at}", "time", tag) for tag in ("en", "zh-Hans", "zh-Hant")]
        for at in ("00:05", "09:00", "12:00", "14:30", "23:59")
    }
    assert said == {
        "00:05": ["12:05 AM", "凌晨 0 点 5 分", "凌晨 0 點 5 分"],
        "09:00": ["9 AM", "上午 9 点整", "上午 9 點整"],
        "12:00": ["12 PM", "下午 12 点整", "下午 12 點整"],
        "14:30": ["2:30 PM", "下午 2 点 30 分", "下午 2 點 30 分"],
        "23:59": ["11:59 PM", "晚上 11 点 59 分", "晚上 11 點 59 分"],
    }
    assert spoken("soon", "time", "en") == "soon"
