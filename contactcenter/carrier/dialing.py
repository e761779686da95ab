"""Dial: connects a call with a conference, with the front of a line, or with telephones that ring together."""

from collections.abc import Mapping

from contactcenter.carrier.attending import attend
from contactcenter.carrier.conference import MOST_PARTICIPANTS, ConferenceNotice, Entry, JoinRefusedError
from contactcenter.carrier.engine import Departure, Script, Wait
from contactcenter.carrier.exchange import HungUp
from contactcenter.carrier.network import Goto, Here, Outcome, Verbs
from contactcenter.carrier.people import dial_people
from contactcenter.carrier.recording import notice_of
from contactcenter.carrier.twiml import Node

Fields = Mapping[str, str]


def dial(here: Here, node: Node, music_verbs: Verbs, whisper_verbs: Verbs) -> Script[Outcome]:
    noun = node.children[0] if node.children else None
    last_word: Fields = {"DialCallStatus": "completed"}
    try:
        if noun is not None and noun.tag == "Conference":
            last_word = {"DialCallStatus": "answered"}
            fields = yield from _conference(here, noun, music_verbs)
        elif noun is not None and noun.tag == "Queue":
            fields = yield from _queue(here, node, noun)
        else:
            fields = yield from dial_people(here, node, whisper_verbs)
    except Departure as departure:
        outcome = _afterwards(here, node, {**last_word, "CallStatus": "completed"})
        if isinstance(departure, HungUp) and outcome is not None:
            here.exchange.notice(here.call, outcome.ask)
        raise
    return _afterwards(here, node, fields)


def _afterwards(here: Here, node: Node, fields: Fields) -> Goto | None:
    action = node.attributes.get("action")
    return Goto(here.ask(action, node.attributes.get("method", "POST"), fields)) if action else None


def _conference(here: Here, noun: Node, music_verbs: Verbs) -> Script[Fields]:
    conferences = here.network.conferences
    entry = entry_of(here, noun)
    here.exchange.answer(here.call)
    try:
        participant = conferences.invite(conferences.open(noun.text, entry), here.call, entry)
    except JoinRefusedError as refusal:
        here.exchange.journal.note(refusal.code, here.url, str(refusal))
        return {"DialCallStatus": "failed"}
    joined = yield from attend(here.network, participant, music_verbs)
    return {"DialCallStatus": "answered" if joined else "failed"}


def entry_of(here: Here, noun: Node) -> Entry:
    wait_url = noun.attributes.get("waitUrl", "")
    notice_url = noun.attributes.get("statusCallback", "")
    return Entry(
        label=noun.attributes.get("participantLabel", ""),
        muted=noun.flag("muted", False),
        coach_sid=noun.attributes.get("coach", ""),
        start_on_enter=noun.flag("startConferenceOnEnter", True),
        end_on_exit=noun.flag("endConferenceOnExit", False),
        beep=noun.attributes.get("beep", "true"),
        wait=here.ask(wait_url, noun.attributes.get("waitMethod", "POST")) if wait_url else None,
        most=noun.number("maxParticipants", MOST_PARTICIPANTS),
        notice=ConferenceNotice(
            here.resolve(notice_url) if notice_url else "",
            noun.attributes.get("statusCallbackMethod", "POST"),
            frozenset(noun.attributes.get("statusCallbackEvent", "").split()),
        ),
        record=noun.attributes.get("record", "do-not-record") in {"true", "record-from-start"},
        recording_notice=notice_of(here, noun),
    )


def _queue(here: Here, node: Node, noun: Node) -> Script[Fields]:
    """Take the caller who waits longest; in an empty line wait for the next one."""
    queues = here.network.queues
    line = queues.open(noun.text)
    queues.take(line, here.call)
    try:
        happening = yield Wait(float(node.number("timeout", 30)), frozenset({"bridged"}))
    finally:
        if here.call in line.hungry:
            line.hungry.remove(here.call)
    if happening.kind == "timeout":
        return {"DialCallStatus": "no-answer"}
    caller = here.call.partner
    began = here.exchange.engine.now()
    yield Wait(float(node.number("timeLimit", 14_400)), frozenset({"bridge-over"}))
    here.exchange.unbridge(here.call)
    return {
        "DialCallStatus": "completed",
        "DialCallSid": caller.sid if caller else "",
        "DialCallDuration": str(int(here.exchange.engine.now() - began)),
        "DialBridged": "true",
    }
