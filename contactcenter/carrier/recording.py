"""Record: a caller leaves a message."""

from contactcenter.carrier.engine import Departure, Script, Wait
from contactcenter.carrier.exchange import HungUp
from contactcenter.carrier.network import Goto, Here, Outcome
from contactcenter.carrier.recordings import Recording, RecordingNotice
from contactcenter.carrier.speaking import speech_seconds
from contactcenter.carrier.twiml import Node

ANY_KEY = "1234567890*#"
LONGEST_MESSAGE = 3600
_TRANSCRIBED_AFTER = 3.0


def record(here: Here, node: Node) -> Script[Outcome]:
    recordings = here.network.recordings
    if node.flag("playBeep", True):
        here.call.tell("beep")
    recording = recordings.begin("RecordVerb", notice_of(here, node), here.call)
    here.call.tell("recording")
    action = here.ask(node.attributes.get("action") or here.url, node.attributes.get("method", "POST"))
    try:
        key = yield from _listen(here, node, recording)
    except Departure as departure:
        recordings.finish(recording)
        _transcribe(here, node, recording)
        if isinstance(departure, HungUp):
            fields = recordings.fields(recording) | {"Digits": "hangup"}
            here.exchange.notice(here.call, here.ask(action.url, action.method, fields))
        raise
    recordings.finish(recording)
    _transcribe(here, node, recording)
    if not recording.words and not key:
        return None  # a message of nothing but silence is no message: the document goes on
    fields = recordings.fields(recording) | {"Digits": key}
    return Goto(here.ask(action.url, action.method, fields))


def _transcribe(here: Here, node: Node, recording: Recording) -> None:
    """What was said, told some seconds later where the document wants to know it."""
    url = node.attributes.get("transcribeCallback", "")
    if not node.flag("transcribe", False) or not url or not recording.words:
        return
    fields = {
        "RecordingSid": recording.sid,
        "TranscriptionStatus": "completed",
        "TranscriptionText": " ".join(recording.words),
    }
    exchange, ask = here.exchange, here.ask(url, "POST", fields)
    exchange.engine.at(_TRANSCRIBED_AFTER, lambda: exchange.notice(here.call, ask))


def notice_of(here: Here, node: Node) -> RecordingNotice:
    url = node.attributes.get("recordingStatusCallback", "")
    return RecordingNotice(
        here.resolve(url) if url else "",
        node.attributes.get("recordingStatusCallbackMethod", "POST"),
        frozenset(node.attributes.get("recordingStatusCallbackEvent", "completed").split()),
    )


def _listen(here: Here, node: Node, recording: Recording) -> Script[str]:
    """Until a finish key, too long a silence, or the longest length. Returns the key."""
    finish = node.attributes.get("finishOnKey", ANY_KEY)
    silence = node.number("timeout", 5)
    engine = here.exchange.engine
    end = engine.now() + node.number("maxLength", LONGEST_MESSAGE)
    quiet_from = engine.now()
    while True:
        patience = quiet_from + silence if silence else end
        happening = yield Wait(max(0.0, min(end, patience) - engine.now()), frozenset({"key", "speech"}))
        match happening.kind:
            case "key" if str(happening.value) in finish:
                return str(happening.value)
            case "key":
                quiet_from = engine.now()
            case "speech":
                recording.words.append(str(happening.value))
                quiet_from = engine.now() + speech_seconds(str(happening.value))
            case _:
                return ""
