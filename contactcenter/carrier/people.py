"""Dialling telephones: all of them ring together, the first to answer gets the call, the others stop ringing."""

from collections.abc import Mapping
from urllib.parse import urlencode

from contactcenter.carrier.call import Call, CallStatus, Direction, Notify
from contactcenter.carrier.documents import perform
from contactcenter.carrier.engine import Script, Wait
from contactcenter.carrier.network import Broken, HangUp, Here, Verbs
from contactcenter.carrier.recording import notice_of
from contactcenter.carrier.recordings import Recording
from contactcenter.carrier.ringing import drop, ring
from contactcenter.carrier.twiml import Node

MOST_LEGS = 10
PEOPLE = frozenset({"Number", "Client"})
LEG_EVENTS = frozenset({"leg-answered", "leg-ready", "leg-ended"})
RECORDED = frozenset({"true", "record-from-answer", "record-from-ringing"})


def dial_people(here: Here, node: Node, whisper_verbs: Verbs) -> Script[Mapping[str, str]]:
    nouns = [child for child in node.children if child.tag in PEOPLE]
    for child in node.children:
        if child.tag not in PEOPLE:
            here.unsupported(f"Dial {child.tag}")
    if not nouns and not node.children and node.text:
        nouns = [Node("Number", node.text, {}, ())]
    legs = [_leg(here, node, noun) for noun in nouns[:MOST_LEGS]]
    for leg, noun in zip(legs, nouns, strict=False):
        here.exchange.start(leg, _ring_and_talk(here, node, leg, noun, whisper_verbs))
    try:
        winner = yield from _first_ready(here, legs)
        if winner is None:
            return {"DialCallStatus": _why_nobody(legs), "DialCallSid": legs[-1].sid if legs else ""}
        return (yield from _talk(here, node, winner))
    finally:
        for leg in legs:
            drop(here.exchange, leg)


def _leg(here: Here, node: Node, noun: Node) -> Call:
    url = noun.attributes.get("statusCallback", "")
    notify = Notify(
        here.resolve(url) if url else "",
        noun.attributes.get("statusCallbackMethod", "POST"),
        frozenset(noun.attributes.get("statusCallbackEvent", "completed").split()),
    )
    shown = node.attributes.get("callerId", here.call.from_)
    leg = here.exchange.new_call(shown, _address(noun), Direction.OUTBOUND_DIAL, notify)
    leg.parent_sid = here.call.sid
    leg.fallback_url = here.call.fallback_url
    return leg


def _address(noun: Node) -> str:
    if noun.tag == "Number":
        return noun.text
    identity = next((child.text for child in noun.children if child.tag == "Identity"), noun.text)
    parameters = {
        child.attributes.get("name", ""): child.attributes.get("value", "")
        for child in noun.children
        if child.tag == "Parameter"
    }
    return f"client:{identity}" + (f"?{urlencode(parameters)}" if parameters else "")


def _ring_and_talk(here: Here, node: Node, leg: Call, noun: Node, whisper_verbs: Verbs) -> Script[None]:
    """What happens on the called side."""
    try:
        if not (yield from ring(here.network, leg, float(node.number("timeout", 30)))):
            return
        here.call.happen("leg-answered", leg)
        url = noun.attributes.get("url", "")
        if url:
            ask = here.ask(url, noun.attributes.get("method", "POST"))
            outcome = yield from perform(here.network, leg, ask, whisper_verbs)
            if isinstance(outcome, HangUp | Broken):
                return
        here.call.happen("leg-ready", leg)
        yield Wait(None, frozenset({"bridge-over"}))
    finally:
        here.call.happen("leg-ended", leg)


def _first_ready(here: Here, legs: list[Call]) -> Script[Call | None]:
    ringing = list(legs)
    while ringing:
        happening = yield Wait(None, LEG_EVENTS)
        leg = happening.value
        match happening.kind:
            case "leg-ready":
                return leg if isinstance(leg, Call) else None
            case "leg-answered":
                for loser in ringing:
                    if loser is not leg:
                        drop(here.exchange, loser)
            case _:
                ringing.remove(leg)
    return None


def _why_nobody(legs: list[Call]) -> str:
    statuses = {leg.status for leg in legs}
    if CallStatus.BUSY in statuses:
        return "busy"
    return "no-answer" if CallStatus.NO_ANSWER in statuses else "failed"


def _talk(here: Here, node: Node, leg: Call) -> Script[Mapping[str, str]]:
    exchange, recordings = here.exchange, here.network.recordings
    exchange.answer(here.call)
    exchange.bridge(here.call, leg)
    recording: Recording | None = None
    if node.attributes.get("record") in RECORDED:
        recording = recordings.begin("DialVerb", notice_of(here, node), here.call)
    try:
        yield from _until_over(here, node)
    finally:
        if recording is not None:
            recordings.finish(recording)
    drop(exchange, leg)
    return {
        "DialCallStatus": "completed",
        "DialCallSid": leg.sid,
        "DialCallDuration": str(leg.duration(exchange.engine.now())),
        "DialBridged": "true",
        **(recordings.fields(recording) if recording is not None else {}),
    }


def _until_over(here: Here, node: Node) -> Script[None]:
    """Either side hangs up, the time is over, or the caller presses the star where that is allowed."""
    star = node.flag("hangupOnStar", False)
    events = frozenset({"bridge-over", "key"}) if star else frozenset({"bridge-over"})
    engine = here.exchange.engine
    end = engine.now() + node.number("timeLimit", 14_400)
    while True:
        happening = yield Wait(end - engine.now(), events)
        if happening.kind != "key" or happening.value == "*":
            return
