"""The provider's door: every request is signed, every document is answered in one transaction, repetitions alike."""

from collections.abc import Callable
from datetime import datetime

import ivr
from flask import Response, request
from sqlalchemy.orm import Session

from contactcenter.channels.voice import (
    calls,
    commands,
    documents,
    flows,
    menu,
    pickup,
    voicemail,
    waiting,
)
from contactcenter.channels.voice.addresses import Addresses
from contactcenter.channels.voice.signature import Trust
from contactcenter.foundation import clock, inbox
from contactcenter.foundation.db import Database
from contactcenter.foundation.doors import Door
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.permissions import Right
from contactcenter.assignment import line
from contactcenter.customers import identity
from contactcenter.models import PhoneCall
from contactcenter.models.states import LegState

PROVIDER = "twilio"
_APOLOGY = (
    ("We are sorry, we cannot take your call at this moment. Please call again in a few minutes.",
     "Polly.Joanna-Neural", "en-US"),
    ("很抱歉，我们暂时无法接听您的来电，请几分钟后再拨。", "Polly.Zhiyu-Neural", "cmn-CN"),
)  # fmt: skip


def build(db: Database, addresses: Addresses, trust: Trust) -> Door:
    """The blueprint; what it needs is handed to it."""
    door = Door("twilio_voice", __name__, url_prefix="/twilio/voice")

    def once(key: str, answer: Callable[[Session, datetime], str]) -> Response:
        """Answer this message, or repeat what it was answered before."""

        def work(session: Session) -> str:
            receipt = inbox.receive(session, PROVIDER, key)
            if not receipt.is_new:
                return receipt.repeated or documents.nothing()
            body = answer(session, clock.now(session))
            inbox.reply(session, receipt, body)
            return body

        return xml(db.run(work))

    def document(answer: Callable[[Session, PhoneCall, datetime], str]) -> Response:
        """Answer a question that may be asked again and again: what a waiting caller hears."""
        return xml(db.run(lambda session: answer(session, calls.load(session, sid()), clock.now(session))))

    @door.route("", methods=["POST"], allow=Right.SIGNED)
    def begin() -> Response:
        def answer(session: Session, now: datetime) -> str:
            flow = flows.answering(session, request.form["To"])
            call = calls.begin(session, sid(), (request.form.get("From", ""), request.form["To"]), flow, now)
            known = identity.find(session, identity.phone(call.from_number))
            done = menu.begin(session, call, flow, known.language if known else None, now)
            return documents.turn(flow, done, menu.turn_number(call), addresses)

        return once(f"turn:{sid()}:0", answer)

    @door.route("/ivr/<flow>@<int:version>/<step>/<happened>", methods=["POST"], allow=Right.SIGNED)
    def advance(flow: str, version: int, step: str, happened: str) -> Response:
        number = request.args.get("n", "")

        def answer(session: Session, now: datetime) -> str:
            call = calls.load(session, sid())
            if happened == "left" and request.form.get("QueueResult") in {"redirected", "hangup", "bridged"}:
                return documents.nothing()
            event = _event(session, call, happened, now)
            done = menu.advance(session, call, event, now)
            menu_flow = flows.version(session, flow, version)
            return documents.turn(menu_flow, done, menu.turn_number(call), addresses)

        result = request.form.get("QueueResult", "")
        return once(f"turn:{sid()}:{number}:{happened}:{result}", answer)

    @door.route("/wait", methods=["POST"], allow=Right.SIGNED)
    def wait() -> Response:
        return document(lambda session, call, now: _wait(session, call, addresses, now))

    @door.route("/wait/key", methods=["POST"], allow=Right.SIGNED)
    def wait_key() -> Response:
        def answer(session: Session, call: PhoneCall, now: datetime) -> str:
            state = menu.state_of(call)
            flow = flows.version(session, call.flow, call.flow_version)
            key = request.form.get("Digits", "")
            item = line.live_item(session, call.interaction_id)
            place = line.place(session, item) if item else 1
            if item is None or key not in ivr.queue_keys_in_force(flow, state, place, None):
                return _wait(session, call, addresses, now)
            try:
                waiting.step_out(session, call, ivr.QueueLeft("key", key), now)
            except Conflict:
                return _wait(session, call, addresses, now)
            return documents.leave()

        return document(answer)

    @door.route("/room", methods=["POST"], allow=Right.SIGNED)
    def room() -> Response:
        return document(lambda _session, call, _now: documents.room(pickup.room_name(call.id), addresses))

    @door.route("/line", methods=["POST"], allow=Right.SIGNED)
    def back_in_line() -> Response:
        def answer(session: Session, call: PhoneCall, _now: datetime) -> str:
            flow = flows.version(session, call.flow, call.flow_version)
            return documents.line_again(flow, menu.state_of(call), menu.turn_number(call), addresses)

        return document(answer)

    @door.route("/talked", methods=["POST"], allow=Right.SIGNED)
    def talked() -> Response:
        """The caller came out of the room. Unless they go back in line, the menu says goodbye."""

        def answer(session: Session, now: datetime) -> str:
            call = calls.load(session, sid())
            item = line.live_item(session, call.interaction_id)
            if item is not None and item.state in {"waiting", "offered"}:
                return documents.nothing()
            done = menu.advance(session, call, ivr.QueueLeft("answered"), now)
            flow = flows.version(session, call.flow, call.flow_version)
            return documents.turn(flow, done, menu.turn_number(call), addresses)

        return once(f"talked:{sid()}:{request.headers.get('I-Twilio-Idempotency-Token', '')}", answer)

    @door.route("/hold", methods=["GET", "POST"], allow=Right.SIGNED)
    def hold() -> Response:
        return xml(documents.hold(addresses))

    @door.route("/fallback", methods=["GET", "POST"], allow=Right.SIGNED)
    def fallback() -> Response:
        return xml(documents.apology(_APOLOGY))

    @door.route("/status", methods=["POST"], allow=Right.SIGNED)
    def status() -> Response:
        def answer(session: Session, now: datetime) -> str:
            call = calls.find(session, sid())
            if call is not None:
                calls.status_changed(session, call, request.form.get("CallStatus", ""), now)
            return ""

        once(f"status:{sid()}:{request.form.get('CallStatus', '')}", answer)
        return Response(status=204)

    @door.route("/leg", methods=["POST"], allow=Right.SIGNED)
    def leg() -> Response:
        def answer(session: Session, now: datetime) -> str:
            offer_id = request.args.get("offer", 0, type=int)
            pickup.leg_changed(session, offer_id, sid(), request.form.get("CallStatus", ""), now)
            return ""

        once(f"leg:{sid()}:{request.form.get('CallStatus', '')}", answer)
        return Response(status=204)

    @door.route("/conference", methods=["POST"], allow=Right.SIGNED)
    def conference() -> Response:
        form = request.form
        once(f"conference:{form.get('ConferenceSid', '')}:{form.get('SequenceNumber', '')}", _conference)
        return Response(status=204)

    return door


def _conference(session: Session, now: datetime) -> str:
    """One event of a room, told by the provider; the room's name is `call-<id>`."""
    form = request.form
    name = form.get("FriendlyName", "").removeprefix("call-")
    call = session.get(PhoneCall, int(name), populate_existing=True) if name.isdigit() else None
    if call is None:
        return ""
    match form.get("StatusCallbackEvent"):
        case "participant-join":
            pickup.joined(session, call, sid(), form.get("ConferenceSid", ""), now)
        case "participant-leave":
            pickup.left(session, call, sid(), now)
        case "participant-hold" if sid() == call.call_sid:
            commands.confirm(session, call, "hold", LegState.HELD, now)
        case "participant-unhold" if sid() == call.call_sid:
            commands.confirm(session, call, "unhold", LegState.JOINED, now)
    return ""


def _event(session: Session, call: PhoneCall, happened: str, now: datetime) -> ivr.Event:
    """What the caller did, in the menu's words."""
    form = request.form
    match happened:
        case "keys":
            digits = form.get("Digits", "")[:64]
            return ivr.KeysPressed(digits) if digits else ivr.Silence()
        case "recorded":
            seconds = form.get("RecordingDuration", 0, type=int)
            recording = form.get("RecordingUrl", "").rpartition("/")[2].partition(".")[0][:40]
            message = voicemail.Message(recording, seconds, call.position.get("message_queue", ""))
            voicemail.leave(session, call, message, now)
            return ivr.MessageRecorded(seconds, hung_up=form.get("Digits") == "hangup")
        case "left":
            if form.get("QueueResult") == "leave":
                return waiting.why_left(call)
            return ivr.QueueLeft("full")
        case _:
            return ivr.Lost()


def _wait(session: Session, call: PhoneCall, addresses: Addresses, now: datetime) -> str:
    """What a waiting caller hears next; one who waited too long is led out of the line."""
    flow = flows.version(session, call.flow, call.flow_version)
    item = line.live_item(session, call.interaction_id)
    if item is None or item.state == "assigned":
        return documents.wait(flow, (), keys=False, to=addresses)
    if item.state == "waiting" and waiting.has_waited_too_long(session, item, now):
        waiting.step_out(session, call, ivr.QueueLeft("waited_too_long"), now)
        return documents.leave()
    state = menu.state_of(call)
    place = line.place(session, item)
    minutes = waiting.minutes_to_wait(session, item, place, now)
    speeches = ivr.queue_announcement(flow, state, place, minutes)
    keys = bool(ivr.queue_keys_in_force(flow, state, place, minutes))
    return documents.wait(flow, speeches, keys=keys, to=addresses)


def sid() -> str:
    return request.form.get("CallSid", "")[:64]


def xml(body: str) -> Response:
    return Response(body, content_type="text/xml; charset=utf-8")


