"""Requests that only tell: how a call, an agent's leg, a room stands. They may come twice, late and out of order."""

from datetime import datetime

from flask import Response, request
from sqlalchemy.orm import Session

from contactcenter.channels.voice import callback_tries, calls, commands, pickup, voicemail
from contactcenter.channels.voice.answering import Answering, sid
from contactcenter.foundation.doors import Door
from contactcenter.foundation.permissions import Right
from contactcenter.models import PhoneCall
from contactcenter.models.states import LegState


def add(door: Door, answering: Answering) -> None:
    @door.route("/status", methods=["POST"], allow=Right.SIGNED)
    def status() -> Response:
        return answering.note(f"status:{sid()}:{_status()}", _caller_changed)

    @door.route("/leg", methods=["POST"], allow=Right.SIGNED)
    def leg() -> Response:
        offer_id = request.args.get("offer", 0, type=int)
        return answering.note(
            f"leg:{sid()}:{_status()}",
            lambda session, now: pickup.leg_changed(session, offer_id, sid(), _status(), now),
        )

    @door.route("/customer", methods=["POST"], allow=Right.SIGNED)
    def customer() -> Response:
        call_id = request.args.get("call", 0, type=int)
        return answering.note(
            f"customer:{sid()}:{_status()}",
            lambda session, now: callback_tries.leg_changed(session, call_id, sid(), _status(), now),
        )

    @door.route("/transcript", methods=["POST"], allow=Right.SIGNED)
    def transcript() -> Response:
        """What a message says, in words; the recording stays what counts."""
        recording, said = request.form.get("RecordingSid", "")[:64], request.form.get("TranscriptionText", "")
        return answering.note(
            f"transcript:{recording}", lambda session, now: voicemail.transcribe(session, recording, said, now)
        )

    @door.route("/conference", methods=["POST"], allow=Right.SIGNED)
    def conference() -> Response:
        form = request.form
        return answering.note(
            f"conference:{form.get('ConferenceSid', '')[:64]}:{form.get('SequenceNumber', '')[:20]}", _room_changed
        )


def _status() -> str:
    return request.form.get("CallStatus", "")[:32]


def _caller_changed(session: Session, now: datetime) -> None:
    call = calls.find(session, sid())
    if call is not None:
        calls.status_changed(session, call, _status(), now)


def _room_changed(session: Session, now: datetime) -> None:
    """One event of a room, whose name is `call-<id>`."""
    form = request.form
    name = form.get("FriendlyName", "").removeprefix("call-")
    call = session.get(PhoneCall, int(name), populate_existing=True) if name.isdigit() and len(name) < 19 else None
    if call is None:
        return
    match form.get("StatusCallbackEvent"):
        case "participant-join":
            pickup.joined(session, call, sid(), form.get("ConferenceSid", "")[:64], now)
        case "participant-leave":
            pickup.left(session, call, sid(), now)
        case "participant-hold" if sid() == call.call_sid:
            commands.confirm(session, call, "hold", LegState.HELD, now)
        case "participant-unhold" if sid() == call.call_sid:
            commands.confirm(session, call, "unhold", LegState.JOINED, now)
