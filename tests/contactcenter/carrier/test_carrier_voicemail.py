"""Recorded messages: how they end, what the application learns, and the sound."""

import io
import wave

import pytest
from carrier_world import CUSTOMER, HOTLINE, said

RECORD = "<Record action='/recorded' recordingStatusCallback='/recording' maxLength='30'/><Say>We heard nothing</Say>"


@pytest.fixture
def box(app):
    app.pages["/voice"] = RECORD
    return app


def test_any_key_ends_a_message(sim, box):
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.say(call, "please call me back about my order")
    sim.advance(4)
    sim.press(call, "5")
    fields = box.asked("/recorded")[0]
    assert fields["Digits"] == "5"
    assert fields["RecordingDuration"] == "4"
    assert fields["RecordingUrl"].endswith(fields["RecordingSid"])


def test_only_the_named_key_ends_a_message_when_one_is_named(sim, box):
    box.pages["/voice"] = RECORD.replace("<Record ", "<Record finishOnKey='#' ")
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.press(call, "5")
    assert box.asked("/recorded") == []
    sim.press(call, "#")
    assert box.asked("/recorded")[0]["Digits"] == "#"


def test_silence_ends_a_message(sim, box):
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(4)
    sim.say(call, "hello")
    sim.advance(5.4)
    assert box.asked("/recorded") == []
    sim.advance(0.2)
    assert box.asked("/recorded")[0]["Digits"] == ""


def test_nothing_but_silence_is_no_message(sim, box):
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.advance(6)
    assert box.asked("/recorded") == []
    assert said(call) == ["We heard nothing"]


def test_the_longest_length_ends_a_message(sim, box):
    call = sim.dial_in(CUSTOMER, HOTLINE)
    for _ in range(8):
        sim.say(call, "and another thing")
        sim.advance(4)
    assert box.asked("/recorded")[0]["RecordingDuration"] == "30"


@pytest.mark.parametrize("words", [["call me"], []])
def test_hanging_up_sends_the_message_first_then_the_end_then_the_recording(sim, box, words):
    call = sim.dial_in(CUSTOMER, HOTLINE)
    for text in words:
        sim.say(call, text)
    sim.advance(3)
    sim.hangup(call)
    assert box.asked("/recorded")[0]["Digits"] == "hangup"
    assert box.asked("/recording") == []
    sim.advance(2)
    assert [one.path for one in box.requests] == ["/voice", "/recorded", "/status", "/recording"]
    assert box.asked("/recording")[0]["RecordingStatus"] == "completed"
    assert box.asked("/recording")[0]["CallSid"] == call.sid


def test_the_rest_of_the_document_is_dropped_after_a_message(sim, box):
    box.pages["/recorded"] = "<Say>Thank you</Say>"
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.say(call, "hello")
    sim.press(call, "1")
    assert said(call) == ["Thank you"]


def test_the_sound_is_as_long_as_the_message_and_comes_later(sim, box):
    call = sim.dial_in(CUSTOMER, HOTLINE)
    sim.say(call, "hello")
    sim.advance(3)
    sim.press(call, "1")
    sid = box.asked("/recorded")[0]["RecordingSid"]
    recording = sim.client().recordings(sid).fetch()
    assert recording.status == "processing"
    assert _sound(sim, sid).status == 404
    sim.advance(2)
    assert sim.client().recordings(sid).fetch().duration == "3"
    with wave.open(io.BytesIO(_sound(sim, sid).content)) as file:
        assert file.getnframes() / file.getframerate() == 3
    sim.client().recordings(sid).delete()
    assert sim.client().recordings.list() == []


def _sound(sim, sid):
    from contactcenter.carrier.rest_request import RestRequest

    account = sim.exchange.account
    path = f"/2010-04-01/Accounts/{account.sid}/Recordings/{sid}"
    return sim.rest.handle(RestRequest("GET", path, user=account.sid, password=account.token))
