"""TwiML: what the menu wants said and done, in the provider's words. Texts go through the library's builder only."""

from collections.abc import Iterable

from twilio.twiml import TwiML
from twilio.twiml.voice_response import Gather, VoiceResponse

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
            response.append(_gather(flow, done, act, to.turn(flow.name, flow.version, step, "keys", number)))
        case ivr.WaitInQueue():
            _say(response, flow, done.speak)
            _enqueue(response, flow, done.state, number, to)
        case ivr.TransferCall():
            _say(response, flow, (*done.speak, *act.prompt))
            dial = response.dial(
                action=to.turn(flow.name, flow.version, step, "transferred", number),
                timeout=act.timeout,
                caller_id=act.caller_id or None,
            )
            dial.number(act.number)
        case ivr.RecordMessage():
            _say(response, flow, (*done.speak, *act.prompt))
            response.record(
                action=to.turn(flow.name, flow.version, step, "recorded", number),
                max_length=act.longest_seconds,
                finish_on_key="#",
                play_beep=True,
                timeout=5,
            )
        case ivr.AskLookup(wait=wait_prompt):
            _say(response, flow, (*done.speak, *((wait_prompt,) if wait_prompt else ())))
            response.redirect(to.turn(flow.name, flow.version, step, "waited", number), method="POST")
        case _:
            _say(response, flow, done.speak)
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
        _say(gather, flow, speeches)
        gather.play(to.music)
        response.append(gather)
    else:
        _say(response, flow, speeches)
        response.play(to.music)
    return str(response)


def wait_shortly(flow: ivr.Flow, speeches: tuple[ivr.Speech, ...], seconds: int, to: Addresses) -> str:
    """The same for a trial, which goes on by itself after so many seconds without a key."""
    response = VoiceResponse()
    gather = Gather(input="dtmf", num_digits=1, finish_on_key="", timeout=seconds, action=to.wait_key)
    _say(gather, flow, speeches)
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


def _gather(flow: ivr.Flow, done: ivr.Turn, act: ivr.AskKeys, action: str) -> Gather:
    """A question: its prompts are inside, so that keys and words count from the first one on."""
    voice = flow.voices.get(done.state.language, _DEFAULT_VOICE)
    hints = ", ".join(act.words)[:_MOST_HINTS] or None
    spoken = {"language": voice.language, "hints": hints, "speech_timeout": "auto"} if act.listens else {}
    gather = Gather(
        input="dtmf speech" if act.listens else "dtmf",
        action=action,
        timeout=act.timeout,
        num_digits=act.max_digits,
        finish_on_key=act.finish,
        action_on_empty_result=True,
        **spoken,
    )
    _say(gather, flow, (*done.speak, *act.prompt))
    return gather


def _enqueue(response: VoiceResponse, flow: ivr.Flow, state: ivr.State, number: int, to: Addresses) -> None:
    response.enqueue(
        "contactcenter", wait_url=to.wait, action=to.turn(flow.name, flow.version, state.step, "left", number)
    )


def _say(parent: TwiML, flow: ivr.Flow, speeches: tuple[ivr.Speech, ...]) -> None:
    for speech in speeches:
        voice = flow.voices.get(speech.language, _DEFAULT_VOICE)
        if speech.audio:
            parent.play(speech.audio)
        elif speech.text:
            parent.say(speech.text, voice=voice.voice, language=voice.language)
