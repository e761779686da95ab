"""TwiML: what the menu wants said and done, in the provider's words. Texts go through the library's builder only."""

import json
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree as ET

from twilio.twiml import TwiML
from twilio.twiml.voice_response import Gather, Say, VoiceResponse

import ivr
from contactcenter.channels.voice.addresses import Addresses

JOIN_EVENTS = "start end join leave hold"
_MOST_HINTS = 5000
_DEFAULT_VOICE = ivr.Voice("Polly.Joanna-Neural", "en-US", "en")


def turn(flow: ivr.Flow, done: ivr.Turn, number: int, to: Addresses) -> str:
    """The document for one turn of the menu; `number` is the turn that its answer will be."""
    response = VoiceResponse()
    act = done.act
    step = done.state.step
    match act:
        case ivr.AskKeys():
            response.append(_gather(flow, done, act, number, to))
        case ivr.WaitInQueue():
            _say(response, flow, done.speak, to)
            _enqueue(response, flow, done.state, number, to)
        case ivr.TransferCall():
            _say(response, flow, (*done.speak, *act.prompt), to)
            dial = response.dial(
                action=to.turn(flow.name, flow.version, step, "transferred", number),
                timeout=act.timeout,
                caller_id=act.caller_id or None,
            )
            dial.number(act.number)
        case ivr.RecordMessage():
            _say(response, flow, (*done.speak, *act.prompt), to)
            # The provider writes down English only, and at most two minutes of it.
            written = act.transcribe and done.state.language.startswith("en")
            response.record(
                **({"transcribe": True, "transcribe_callback": to.transcript} if written else {}),
                action=to.turn(flow.name, flow.version, step, "recorded", number),
                max_length=act.longest_seconds,
                finish_on_key="#",
                play_beep=True,
                timeout=5,
            )
        case ivr.AskLookup(wait=wait_prompt):
            _say(response, flow, (*done.speak, *((wait_prompt,) if wait_prompt else ())), to)
            response.redirect(to.turn(flow.name, flow.version, step, "waited", number), method="POST")
        case _:
            _say(response, flow, done.speak, to)
            response.hangup()
    return str(response)


def line_again(flow: ivr.Flow, state: ivr.State, number: int, to: Addresses) -> str:
    """Back into the line after a leg of an agent failed; the place in it is ours and has not changed."""
    response = VoiceResponse()
    _enqueue(response, flow, state, number, to)
    return str(response)


def wait(flow: ivr.Flow, speeches: tuple[ivr.Speech, ...], keys: bool, to: Addresses) -> str:
    """What a waiting caller hears until the provider asks again: the announcement, then music."""
    response = VoiceResponse()
    if keys:
        gather = Gather(input="dtmf", num_digits=1, finish_on_key="", timeout=1, action=to.wait_key)
        _say(gather, flow, speeches, to)
        gather.play(to.music)
        response.append(gather)
    else:
        _say(response, flow, speeches, to)
        response.play(to.music)
    return str(response)


def wait_shortly(flow: ivr.Flow, speeches: tuple[ivr.Speech, ...], seconds: int, to: Addresses) -> str:
    """The same for a trial, which goes on by itself after so many seconds without a key."""
    response = VoiceResponse()
    gather = Gather(input="dtmf", num_digits=1, finish_on_key="", timeout=seconds, action=to.wait_key)
    _say(gather, flow, speeches, to)
    response.append(gather)
    return str(response)


def leave() -> str:
    response = VoiceResponse()
    response.leave()
    return str(response)


def room(name: str, to: Addresses) -> str:
    """The caller's way into the conference, where the agent already is."""
    response = VoiceResponse()
    dial = response.dial(action=to.talked)
    dial.conference(
        name,
        beep="false",
        start_conference_on_enter=True,
        end_conference_on_exit=False,
        participant_label="customer",
        status_callback=to.conference,
        status_callback_event=JOIN_EVENTS,
        wait_url="",
    )
    return str(response)


def hold(to: Addresses) -> str:
    response = VoiceResponse()
    response.play(to.music, loop=0)
    return str(response)


def hang_up() -> str:
    response = VoiceResponse()
    response.hangup()
    return str(response)


def nothing() -> str:
    return str(VoiceResponse())


def apology(lines: Iterable[tuple[str, str, str]]) -> str:
    """The last resort: said in every language, needing neither database nor menu. Lines are text, voice, language."""
    response = VoiceResponse()
    for text, voice, language in lines:
        response.say(text, voice=voice, language=language)
    response.hangup()
    return str(response)


def _gather(flow: ivr.Flow, done: ivr.Turn, act: ivr.AskKeys, number: int, to: Addresses) -> Gather:
    """A question: its prompts are inside, so that keys and words count from the first one on."""
    voice = flow.voices.get(done.state.language, _DEFAULT_VOICE)
    hints = ", ".join(act.words)[:_MOST_HINTS] or None
    spoken = {"language": voice.language, "hints": hints, "speech_timeout": "auto"} if act.listens else {}
    gather = Gather(
        input="dtmf speech" if act.listens else "dtmf",
        action=to.turn(flow.name, flow.version, done.state.step, "keys", number),
        timeout=act.timeout,
        num_digits=act.max_digits,
        finish_on_key=act.finish,
        action_on_empty_result=True,
        **spoken,
    )
    _say(gather, flow, (*done.speak, *act.prompt), to)
    return gather


def _enqueue(response: VoiceResponse, flow: ivr.Flow, state: ivr.State, number: int, to: Addresses) -> None:
    response.enqueue(
        "contactcenter", wait_url=to.wait, action=to.turn(flow.name, flow.version, state.step, "left", number)
    )


def _say(parent: TwiML, flow: ivr.Flow, speeches: tuple[ivr.Speech, ...], to: Addresses) -> None:
    """Play what is recorded, and say the rest: an audio file that was taken away must not leave the call silent."""
    for speech in speeches:
        voice = flow.voices.get(speech.language, _DEFAULT_VOICE)
        if played := to.audio_file(speech.audio) if speech.audio else None:
            parent.append(_Caption(speech.text))
            parent.play(played)
        elif speech.text:
            plain = None if speech.marked else speech.text
            said = parent.say(plain, voice=voice.voice, language=voice.language)
            if speech.marked:
                _mark(said, speech.marked)


def _mark(said: Say, parts: tuple[str | ivr.Mark, ...]) -> None:
    """The parts one after another, each as the text of its mark: what a value brings along stays text."""
    text = ""  # what stands between two marks, in one piece: of two the library keeps the second
    for part in parts:
        match part:
            case str():
                text += part
                continue
            case ivr.Mark("break", time):
                said.append(text)
                said.break_(time=time)
            case ivr.Mark(_, _, words) if not words.strip():
                continue  # its value was not there
            case ivr.Mark("say-as", kind, words):
                said.append(text)
                said.say_as(words, interpret_as=kind)
            case ivr.Mark("sub", alias, words):
                said.append(text)
                said.sub(words, alias=alias)
            case ivr.Mark(_, rate, words):
                said.append(text)
                said.prosody(words, rate=rate)
        text = ""
    said.append(text)


class _Caption(TwiML):  # type: ignore[misc]  # the library ships no types
    """The text of the audio file that follows, as a comment: a phone network does not look at it, the simulator shows it.

    A comment cannot be escaped. Without `-` no text can end it, and JSON writes that and every other character in ASCII.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = json.dumps(text).replace("-", "\\u002d")

    def xml(self) -> Any:
        return ET.Comment(f"caption {self._text}")
