"""Menus: what answers a call, how keys and speech are gathered, and what is lost."""

import pytest
from carrier_world import BASE, CUSTOMER, HOTLINE, kinds, said

from contactcenter.carrier.speaking import speech_seconds

MENU = "<Gather numDigits='1' action='/menu'><Say>Press one for orders</Say></Gather><Say>Nothing came</Say>"


@pytest.mark.parametrize("first", ["<Pause length='3'/>", "<Redirect>/later</Redirect>"])
def test_some_first_verbs_leave_the_call_ringing(sim, app, first):
    app.pages["/voice"] = first + "<Say>hello</Say>"
    app.pages["/later"] = "<Pause length='3'/><Say>hello</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    assert call.status == "ringing"
    sim.advance(3)
    assert call.status == "in-progress"
    assert said(call) == ["hello"]


@pytest.mark.parametrize(("reason", "status"), [("busy", "busy"), ("rejected", "no-answer")])
def test_a_rejected_call_was_never_answered(sim, app, reason, status):
    app.pages["/voice"] = f"<Reject reason='{reason}'/>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    assert call.status == status
    assert call.answered is None


def test_a_rejection_after_the_greeting_comes_too_late(sim, app):
    app.pages["/voice"] = "<Say>hi</Say><Reject/><Say>still here</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(10)
    assert said(call) == ["hi", "still here"]
    assert [error.code for error in sim.errors] == [12200]
    sim.errors.clear()


def test_the_end_of_the_document_hangs_up_after_everything_was_said(sim, app):
    app.pages["/voice"] = "<Say>one two three four</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(speech_seconds("one two three four") - 0.01)
    assert call.status == "in-progress"
    sim.advance(0.02)
    assert call.status == "completed"
    assert app.asked("/status")[0]["CallDuration"] == "1"
    assert app.asked("/status")[0]["Duration"] == "1"


def test_chinese_takes_its_time_by_the_character():
    assert speech_seconds("您好，请按一") == pytest.approx(5 / 4.5)
    assert speech_seconds("ok") == 0.5


def test_a_key_stops_the_prompt_and_goes_to_the_action(sim, app):
    app.pages["/voice"] = MENU
    app.pages["/menu"] = "<Say>Orders</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.press(call, "1")
    assert app.asked("/menu")[0]["Digits"] == "1"
    assert "FinishedOnKey" not in app.asked("/menu")[0]
    assert said(call) == ["Press one for orders", "Orders"]


def test_silence_is_counted_after_the_prompt_and_then_the_document_goes_on(sim, app):
    app.pages["/voice"] = MENU
    call = sim.dial_in(CUSTOMER, HOTLINE)
    prompt = speech_seconds("Press one for orders")
    sim.advance(prompt + 4.9)
    assert "Nothing came" not in said(call)
    sim.advance(0.2)
    assert "Nothing came" in said(call)
    assert app.asked("/menu") == []


def test_silence_is_counted_from_each_key(sim, app):
    app.pages["/voice"] = "<Gather timeout='3' action='/menu'><Say>Your number</Say></Gather>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    for key in "123":
        sim.press(call, key)
        sim.advance(2.9)
    assert app.asked("/menu") == []
    sim.advance(0.2)
    assert app.asked("/menu")[0]["Digits"] == "123"


def test_the_finish_key_ends_the_input_and_is_not_part_of_it(sim, app):
    app.pages["/voice"] = "<Gather action='/menu'><Say>Your number</Say></Gather>"
    sim.press(sim.dial_in(CUSTOMER, HOTLINE), "42#")
    fields = app.asked("/menu")[0]
    assert (fields["Digits"], fields["FinishedOnKey"]) == ("42", "#")


def test_the_finish_key_first_is_no_input(sim, app):
    app.pages["/voice"] = MENU
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.press(call, "#")
    assert app.asked("/menu") == []
    assert said(call)[-1] == "Nothing came"


def test_without_a_finish_key_the_hash_is_a_key_like_others(sim, app):
    app.pages["/voice"] = "<Gather action='/menu' finishOnKey='' numDigits='2'><Say>Your number</Say></Gather>"
    sim.press(sim.dial_in(CUSTOMER, HOTLINE), "#1")
    assert app.asked("/menu")[0]["Digits"] == "#1"


def test_no_input_goes_to_the_action_when_it_was_asked_for(sim, app):
    app.pages["/voice"] = MENU.replace("<Gather ", "<Gather actionOnEmptyResult='true' ")
    sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(10)
    assert app.asked("/menu")[0]["Digits"] == ""


def test_without_an_action_the_same_document_comes_again(sim, app):
    app.pages["/voice"] = "<Gather numDigits='1'><Say>Press a key</Say></Gather>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.press(call, "5")
    assert [fields.get("Digits") for fields in app.asked("/voice")] == [None, "5"]


def test_after_a_gather_with_input_the_rest_of_the_document_is_not_reached(sim, app):
    app.pages["/voice"] = MENU
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.press(call, "1")
    sim.advance(20)
    assert call.status == "completed"
    assert "Nothing came" not in said(call)


def test_the_first_kind_of_input_wins(sim, app):
    app.pages["/voice"] = "<Gather input='dtmf speech' numDigits='3' action='/menu'><Say>Tell me</Say></Gather>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.press(call, "1")
    sim.say(call, "an order")
    sim.press(call, "23")
    assert app.asked("/menu")[0]["Digits"] == "123"
    assert "SpeechResult" not in app.asked("/menu")[0]
    assert "lost-speech" in kinds(call)


def test_speech_is_told_first_in_part_and_then_as_the_result(sim, app):
    app.pages["/voice"] = (
        "<Gather input='speech' action='/menu' partialResultCallback='/partial'><Say>Tell me</Say></Gather>"
    )
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.press(call, "1")
    sim.say(call, "where is my parcel")
    assert app.asked("/partial")[0]["UnstableSpeechResult"] == "where is my parcel"
    assert app.asked("/menu")[0]["SpeechResult"] == "where is my parcel"
    assert call.lost == ["1"]


def test_keys_that_nobody_asked_for_are_lost_and_shown(sim, app):
    app.pages["/voice"] = "<Say>a long welcome to everybody who calls</Say>" + MENU
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.press(call, "1")
    sim.advance(3)
    assert call.lost == ["1"]
    assert "lost-key" in kinds(call)
    assert app.asked("/menu") == []


def test_the_star_and_letters(sim, app):
    app.pages["/voice"] = MENU
    call = sim.dial_in(CUSTOMER, HOTLINE)
    with pytest.raises(ValueError, match="no key"):
        sim.press(call, "A")
    sim.press(call, "*")
    assert app.asked("/menu")[0]["Digits"] == "*"


def test_relative_urls_belong_to_the_document_they_stand_in(sim, app):
    app.pages["/voice"] = "<Redirect>/ivr/flow/start?x=1</Redirect>"
    app.pages["/ivr/flow/start"] = "<Gather numDigits='1' action='next'><Say>hello</Say></Gather>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.press(call, "1")
    assert len(app.asked("/ivr/flow/next")) == 1


def test_documents_in_a_circle_cost_time_and_are_noted(sim, app):
    app.pages["/voice"] = "<Redirect>/voice</Redirect>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(5)
    assert len(app.asked("/voice")) < 130
    assert "without taking any time" in sim.errors[0].message
    sim.hangup(call)
    sim.errors.clear()


def test_a_sound_of_the_application_is_loaded_and_plays_as_long_as_it_is(sim, app):
    import io
    import wave

    from flask import Response

    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * 8000 * 3)
    app.pages["/hello.wav"] = lambda _: Response(target.getvalue(), content_type="audio/wav")
    app.pages["/voice"] = "<Play>/hello.wav</Play>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(2.9)
    assert call.live
    sim.advance(0.2)
    assert call.over


def test_a_sound_with_a_caption_is_read_instead_of_being_taken_for_music(sim, app):
    app.pages["/voice"] = (
        '<Gather><!--caption "A \\u002d B"--><Play>https://s.example.com/a.wav</Play></Gather>'
        "<!--just a remark--><Play>https://s.example.com/b.wav</Play><!-- caption of nothing --><Say>C</Say>"
    )
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(30)
    assert said(call) == ["A - B", "C"]
    assert kinds(call).count("music") == 1


def test_a_sound_that_is_not_there_is_noted(sim, app):
    from flask import Response

    app.pages["/voice"] = "<Play>/missing.wav</Play><Say>after</Say>"
    app.pages["/missing.wav"] = lambda _: Response("", 404)
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(1)
    assert said(call) == ["after"]
    assert [(error.code, error.place) for error in sim.errors] == [(11200, f"{BASE}/missing.wav")]
    sim.errors.clear()


def test_a_verb_that_is_not_simulated_is_recorded_and_the_call_goes_on(sim, app):
    app.pages["/voice"] = "<Pay/><Say>after</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    assert said(call) == ["after"]
    assert sim.journal.unsupported == ["Pay"]


def test_a_caller_who_gives_up_before_the_answer_has_a_canceled_call(sim, app):
    app.pages["/voice"] = "<Pause length='10'/><Say>hello</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(1)
    sim.hangup(call)
    assert call.status == "canceled"
    sim.advance(20)
    assert said(call) == []


def test_a_call_ends_after_four_hours_at_the_latest(sim, app):
    app.pages["/voice"] = "<Play loop='0'>https://sounds.example.com/music.wav</Play>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(4 * 3600 - 1)
    assert call.live
    sim.advance(2)
    assert call.over


def test_nobody_can_dial_a_number_that_is_not_there(sim):
    with pytest.raises(LookupError, match="numbers"):
        sim.dial_in(CUSTOMER, "+14155550199")
