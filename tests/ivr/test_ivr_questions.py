import pytest
from ivr_flows import play, small, texts

import ivr
from ivr import HoursAnswered, KeysPressed, Silence, WordsSpoken

OPEN = HoursAnswered("open")
WRONG = KeysPressed("7")
LONG = "Orders, press 1. Returns, press 2."
SHORT = "Again: orders 1, returns 2."
HINT = "Please choose 1 or 2."


def asked(*events: ivr.Event, flow: ivr.Flow | None = None) -> list[str]:
    return texts(play(flow or small(), OPEN, *events).act.prompt)


def test_the_first_question_is_long_and_the_next_is_short():
    assert (asked(), asked(Silence())) == ([LONG], [SHORT])


def test_a_wrong_key_is_told_what_to_do_instead():
    assert asked(WRONG) == [HINT, SHORT]


def test_star_repeats_the_long_question_and_costs_nothing():
    many = [KeysPressed("*")] * 20
    turn = play(small(), OPEN, Silence(), *many)
    assert texts(turn.act.prompt) == [LONG]
    assert (turn.state.silences, turn.state.wrong, turn.state.visits["main"]) == (1, 0, 1)


@pytest.mark.parametrize("event", [Silence(), WRONG, KeysPressed(""), KeysPressed("abc")])
def test_after_three_silences_or_three_wrong_keys_a_person_takes_over(event):
    assert play(small(), OPEN, event, event).state.step == "main"
    assert play(small(), OPEN, event, event, event).state.step == "waiting"


def test_silence_and_wrong_keys_are_counted_apart():
    turn = play(small(), OPEN, Silence(), WRONG, Silence(), WRONG)
    assert (turn.state.step, turn.state.silences, turn.state.wrong) == ("main", 2, 2)
    assert ivr.advance(small(), turn.state, WRONG).state.step == "waiting"


def test_counters_begin_anew_after_a_success():
    turn = play(small(), OPEN, Silence(), WRONG, KeysPressed("1"))
    assert (turn.state.step, turn.state.silences, turn.state.wrong) == ("number", 0, 0)


def test_a_step_may_say_itself_how_often_and_where_a_stuck_caller_goes():
    flow = small(("      options:\n", "      attempts: 1\n      timeout: 9\n      stuck: bye\n      options:\n"))
    assert play(flow, OPEN).act.timeout == 9
    assert play(flow, OPEN, Silence()).act == ivr.HangUp("agent")


@pytest.mark.parametrize("digits", ["0", "0#"])
def test_a_lone_zero_reaches_a_person_even_where_a_number_is_asked_for(digits):
    assert play(small(), OPEN, KeysPressed("1"), KeysPressed(digits)).state.step == "waiting"


@pytest.mark.parametrize(
    ("digits", "step"),
    [
        ("1234", "look"),
        ("123456#", "look"),
        ("0001", "look"),
        ("123", "number"),
        ("1234567", "number"),
        ("12*4", "number"),
    ],
)
def test_a_number_has_to_have_the_right_length(digits, step):
    turn = play(small(), OPEN, KeysPressed("1"), KeysPressed(digits))
    assert turn.state.step == step
    assert turn.state.wrong == (1 if step == "number" else 0)


def test_pound_alone_is_silence():
    assert play(small(), OPEN, KeysPressed("1"), KeysPressed("#")).state.silences == 1


def test_star_repeats_while_a_number_is_asked_for():
    turn = play(small(), OPEN, KeysPressed("1"), KeysPressed("12"), KeysPressed("*"))
    assert (turn.state.step, turn.state.wrong, texts(turn.act.prompt)) == ("number", 1, ["Your number, then pound."])


def test_no_human_takes_zero_away_where_it_is_an_answer():
    flow = small(("      attempts: 2\n", "      attempts: 2\n      no_human: it may be zero\n"), ("[4, 6]", "[1, 6]"))
    turn = play(flow, OPEN, KeysPressed("1"), KeysPressed("0"))
    assert turn.state.values["order_no"] == "0"


def test_zero_does_nothing_in_the_start_step():
    flow = small(("start: opening", "start: main"))
    turn = ivr.advance(flow, ivr.begin(flow, ivr.Caller("")).state, KeysPressed("0"))
    assert (turn.state.step, turn.state.wrong) == ("main", 1)


def test_zero_works_in_the_start_step_where_the_flow_says_so():
    flow = small(
        ("start: opening", "start: main"), ('"1": {means', '"0": {means: A person, to: person}\n        "1": {means')
    )
    turn = ivr.advance(flow, ivr.begin(flow, ivr.Caller("")).state, KeysPressed("0"))
    assert turn.state.step == "waiting"


def test_a_house_key_added_by_the_flow_works_in_menus_and_not_inside_numbers():
    flow = small(("human: person\n", 'human: person\ndefaults: {keys: {"9": bye}}\n'), ("[4, 6]", "[1, 6]"))
    assert play(flow, OPEN, KeysPressed("9")).act == ivr.HangUp("agent")
    assert play(flow, OPEN, KeysPressed("1"), KeysPressed("9")).state.step == "look"


LUHN = ("digits: [4, 6]", "digits: [2, 20]\n      check: luhn")


@pytest.mark.parametrize(
    ("digits", "good"), [("79927398713", True), ("79927398710", False), ("18", True), ("19", False)]
)
def test_a_check_digit_is_checked(digits, good):
    assert (play(small(LUHN), OPEN, KeysPressed("1"), KeysPressed(digits)).state.step == "look") is good


@pytest.mark.parametrize(("digits", "good"), [("20240229", True), ("20230229", False), ("20241301", False)])
def test_a_date_has_to_exist(digits, good):
    flow = small(("digits: [4, 6]", "digits: 8\n      check: date"))
    assert (play(flow, OPEN, KeysPressed("1"), KeysPressed(digits)).state.step == "look") is good


WORDS = (
    ("to: number}", "to: number, words: {en: [order, parcel], zh-Hans: [订单]}}"),
    ("to: returns}", "to: returns, words: {en: [return], zh-Hans: [退货]}}"),
)


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("Where is my ORDER please", "number"),
        ("return", "waiting"),
        ("return my order", "main"),
        ("hello", "main"),
        ("", "main"),
    ],
)
def test_a_spoken_word_picks_its_option_and_two_words_pick_none(said, step):
    turn = play(small(*WORDS), OPEN, WordsSpoken(said))
    assert turn.state.step == step


def test_the_words_are_given_to_the_recogniser_in_the_callers_language():
    assert play(small(*WORDS), OPEN).act.words == ("order", "parcel", "return")


def test_a_menu_may_ask_in_each_language():
    flow = small(("      ask: {en", "      ask_in_each_language: {en"))
    prompt = play(flow, OPEN).act.prompt
    assert [said.language for said in prompt] == ["en", "zh-Hans"]
    assert [said.language for said in play(flow, OPEN, WRONG).act.prompt] == ["en", "zh-Hans"] * 2


def test_a_recording_is_played_with_its_text_beside_it():
    flow = small(('en: "Noted."', 'en: {audio: noted.wav, text: "Noted."}'))
    said = play(flow, HoursAnswered("closed"), ivr.MessageRecorded(4)).speak
    assert said == (ivr.Speech("en", "Noted.", "noted.wav"),)


def test_a_language_without_a_line_hears_the_first_that_has_one():
    flow = small((', zh-Hans: "已记录。"', ""))
    caller = ivr.Caller("", language="zh-Hans")
    said = play(flow, HoursAnswered("closed"), ivr.MessageRecorded(4), caller=caller).speak
    assert said == (ivr.Speech("en", "Noted."),)


def test_a_lone_zero_reaches_a_person_where_one_digit_would_do_and_no_reason_is_given():
    flow = small(("[4, 6]", "[1, 6]"))
    assert play(flow, OPEN, KeysPressed("1"), KeysPressed("0")).state.step == "waiting"
