"""The schema read from Twilio's library, and what the simulator complains about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from contactcenter.carrier.schema import builder_tags, voice_schema
from contactcenter.carrier.twiml import NotTwimlError, complaints, parse


def _complaints(inner):
    return [(one.code, one.message) for one in complaints(parse(f"<Response>{inner}</Response>".encode()))]


@pytest.mark.parametrize(
    ("parent", "children"),
    [
        (
            "Response",
            (
                "Connect Dial Echo Enqueue Gather Hangup Leave Pause Pay Play Prompt Queue Record "
                "Redirect Refer Reject Say Sms Start Stop"
            ),
        ),
        ("Gather", "Say Play Pause"),
        ("Dial", "Application Client Conference Number Queue Sim Sip WhatsApp"),
        ("Client", "Identity Parameter"),
        ("Enqueue", "Task"),
        ("Prompt", "Say Play Pause"),
        ("Say", "break emphasis lang p phoneme prosody s say-as sub w"),
    ],
)
def test_nesting_is_what_the_library_builds(parent, children):
    assert voice_schema().children[parent] == frozenset(children.split())


@pytest.mark.parametrize(
    ("tag", "attributes"),
    [
        (
            "Gather",
            (
                "action actionOnEmptyResult bargeIn debug enhanced finishOnKey hints input language maxSpeechTime method"
                " numDigits partialResultCallback partialResultCallbackMethod profanityFilter speechModel speechTimeout timeout"
            ),
        ),
        ("Enqueue", "action maxQueueSize method waitUrl waitUrlMethod workflowSid"),
        ("Play", "loop digits"),
        ("Redirect", "method"),
        ("Hangup", ""),
    ],
)
def test_attributes_are_what_the_library_builds(tag, attributes):
    assert voice_schema().attributes["Response", tag] == frozenset(attributes.split())


def test_every_tag_of_the_library_is_known():
    assert {"Response", "Say", "Dial", "Conference", "say-as", "break"} <= voice_schema().children.keys()
    assert len(voice_schema().children) >= len(builder_tags()) - 5


def test_what_the_builder_builds_is_accepted():
    response = VoiceResponse()
    gather = Gather(num_digits=1, action="/menu", action_on_empty_result=True, input="dtmf speech")
    said = gather.say("Press one", language="en-US")
    said.break_(time="500ms")
    said.say_as("4711", interpret_as="digits")
    said.sub("ASAP", alias="as soon as possible")
    said.prosody("please", rate="slow")
    response.append(gather)
    dial = Dial(action="/after", time_limit=60)
    dial.conference("room", start_conference_on_enter=True, status_callback_event="start end", beep="false")
    response.append(dial)
    assert list(complaints(parse(str(response).encode()))) == []


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        ("<Gather><Dial>+14155550123</Dial></Gather>", 13320),
        ("<Sing>la</Sing>", 12200),
        ("<say>small</say>", 12200),
        ("<Say volume='11'>loud</Say>", 12200),
        ("<Say Voice='alice'>case matters</Say>", 12200),
        ("<Gather numDigits='one'/>", 12200),
        ("<Gather input='keys'/>", 12200),
        ("<Gather actionOnEmptyResult='yes'/>", 12200),
        ("<Redirect method='PUT'>/x</Redirect>", 12200),
        ("<Enqueue>" + "q" * 65 + "</Enqueue>", 12200),
        ("<Say></Say>", 12200),
        ("<Dial><Say>no</Say></Dial>", 12200),
        ("<Say>a<break time='soon'/></Say>", 12200),
        ("<Say>a<blink/></Say>", 12200),
        ("<Say>a <say-as interpret-as='joke'>b</say-as></Say>", 12200),
        ("<Say>a <prosody rate='quick'>b</prosody></Say>", 12200),
        ("<Play>/two words.wav</Play>", 11100),
        ("<Gather input='speech' speechModel='phone_call' speechTimeout='auto'><Say>x</Say></Gather>", 12200),
    ],
)
def test_what_twilio_does_not_know_is_complained_about(inner, code):
    assert [one for one, _ in _complaints(inner)] == [code]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 12100),
        (b"<Response>", 12100),
        (b"<Answer/>", 12100),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><Response>&a;</Response>", 12100),
        (b"<Response><Say>" + b"x" * 65_536 + b"</Say></Response>", 11750),
    ],
)
def test_what_is_no_document_is_refused(body, code):
    with pytest.raises(NotTwimlError) as refusal:
        parse(body)
    assert refusal.value.code == code


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1))
def test_every_speakable_text_survives_the_builder_and_the_reader(text):
    if any(character in "\ufffe\uffff" for character in text):
        return
    response = VoiceResponse()
    response.say(text)
    assert parse(str(response).encode()).children[0].text == text
