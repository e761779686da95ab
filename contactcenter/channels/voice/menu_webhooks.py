"""Requests that walk the phone menu: the first ring, every key press, every message left, every way out of the line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from flask import Response, request
from sqlalchemy.orm import Session

import ivr
from contactcenter.channels.voice import audio, calls, documents, flows, menu, voicemail, waiting
from contactcenter.channels.voice.answering import Answering, sid, xml
from contactcenter.customers import identity
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right
from contactcenter.models import PhoneCall

_APOLOGY = (
    ("We are sorry, we cannot take your call at this moment. Please call again in a few minutes.",
     "Polly.Joanna-Neural", "en-US"),
    ("很抱歉，我们暂时无法接听您的来电，请几分钟后再拨。", "Polly.Zhiyu-Neural", "cmn-CN"),
)  # fmt: skip
_TRANSFERS: Mapping[str, Literal["answered", "busy", "no_answer"]] = {
    "completed": "answered",
    "answered": "answered",
    "busy": "busy",
    "no-answer": "no_answer",
}
"""How a transfer ended, in the menu's words; whatever else the provider says means that it failed."""
_LONGEST_SPEECH = 500
NOTHING_TO_DO = frozenset({"redirected", "hangup", "bridged"})
"""Ways out of the provider's queue after which no document of ours is played."""


def add(door: Door, answering: Answering) -> None:
    @door.route("", methods=["POST"], allow=Right.SIGNED)
    def begin() -> Response:
        return answering.once(f"turn:{sid()}:0", _begin)

    @door.route("/ivr/<flow>@<int:version>/<step>/<happened>", methods=["POST"], allow=Right.SIGNED)
    def advance(flow: str, version: int, step: str, happened: str) -> Response:  # noqa: ARG001 — the step is for people who read logs
        result = request.form.get("QueueResult", "")
        key = f"turn:{sid()}:{request.args.get('n', '')}:{happened}:{result}"
        return answering.once(key, lambda session, now: _advance(session, (flow, version), happened, now))

    @door.route("/fallback", methods=["GET", "POST"], allow=Right.SIGNED)
    def fallback() -> Response:
        return xml(documents.apology(_APOLOGY))

    def _begin(session: Session, now: datetime) -> str:
        called, caller = request.form.get("To", ""), request.form.get("From", "")
        flow = flows.answering(session, called)
        known = identity.find(session, identity.phone(caller))
        call, done = menu.begin(session, calls.Ring(sid(), caller, called, known, flow), now)
        return documents.turn(flow, done, menu.turn_number(call), audio.playable(session, answering.addresses))

    def _advance(session: Session, version: tuple[str, int], happened: str, now: datetime) -> str:
        call = calls.load(session, sid())
        if happened == "left" and request.form.get("QueueResult") in NOTHING_TO_DO:
            return documents.nothing()
        if happened == "waited":
            done = menu.wait_for_hook(session, call, now)
        else:
            done = menu.advance(session, call, _event(session, call, happened, now), now)
        to = audio.playable(session, answering.addresses)
        return documents.turn(flows.version(session, *version), done, menu.turn_number(call), to)


def _event(session: Session, call: PhoneCall, happened: str, now: datetime) -> ivr.Event:
    """What the caller did, in the menu's words."""
    form = request.form
    match happened:
        case "keys":
            return _answered(form.get("Digits", "")[:64], form.get("SpeechResult", "")[:_LONGEST_SPEECH])
        case "recorded":
            seconds = form.get("RecordingDuration", 0, type=int)
            recording = form.get("RecordingUrl", "").rpartition("/")[2].partition(".")[0][:40]
            message = voicemail.Message(recording, seconds, call.position.get("message_queue", ""))
            voicemail.leave(session, call, message, now)
            return ivr.MessageRecorded(seconds, hung_up=form.get("Digits") == "hangup")
        case "transferred":
            return ivr.TransferEnded(_TRANSFERS.get(form.get("DialCallStatus", ""), "failed"))
        case "left" if form.get("QueueResult") == "leave":
            return waiting.why_left(call)
        case "left":
            return ivr.QueueLeft("full")
        case _:
            return ivr.Lost()


def _answered(digits: str, words: str) -> ivr.Event:
    if digits:
        return ivr.KeysPressed(digits)
    return ivr.WordsSpoken(words) if words.strip() else ivr.Silence()
