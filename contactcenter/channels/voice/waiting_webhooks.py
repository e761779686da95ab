"""Requests of a caller in line and in the room: what is heard meanwhile, the way in, the way back, the way out."""

from datetime import datetime

from flask import Response, request
from sqlalchemy.orm import Session

import ivr
from contactcenter.assignment import line
from contactcenter.channels.voice import (
    audio,
    callback_tries,
    calls,
    commands,
    documents,
    flows,
    menu,
    pickup,
    transfers,
    waiting,
)
from contactcenter.channels.voice.addresses import Addresses
from contactcenter.channels.voice.answering import Answering, sid, xml
from contactcenter.foundation.doors import Door
from contactcenter.foundation.errors import Conflict
from contactcenter.foundation.permissions import Right
from contactcenter.models import PhoneCall
from contactcenter.models.states import WorkState


def add(door: Door, answering: Answering) -> None:
    addresses = answering.addresses

    @door.route("/wait", methods=["POST"], allow=Right.SIGNED)
    def wait() -> Response:
        return answering.document(lambda session, call, now: _wait(session, call, addresses, now))

    @door.route("/wait/key", methods=["POST"], allow=Right.SIGNED)
    def wait_key() -> Response:
        return answering.document(lambda session, call, now: _key(session, call, addresses, now))

    @door.route("/room", methods=["POST"], allow=Right.SIGNED)
    def room() -> Response:
        return answering.document(lambda _session, call, _now: documents.room(pickup.room_name(call.id), addresses))

    @door.route("/customer/room", methods=["POST"], allow=Right.SIGNED)
    def customer_answers() -> Response:
        """A customer whom we call has answered."""
        call_id = request.args.get("call", 0, type=int)
        return answering.once(f"answers:{sid()}", lambda session, _now: _customer_answers(session, call_id, addresses))

    @door.route("/line", methods=["POST"], allow=Right.SIGNED)
    def back_in_line() -> Response:
        return answering.document(lambda session, call, now: _back_in_line(session, call, addresses, now))

    @door.route("/talked", methods=["POST"], allow=Right.SIGNED)
    def talked() -> Response:
        """The caller came out of the room. Unless they go back in line, the menu says goodbye."""
        key = f"talked:{sid()}:{request.headers.get('I-Twilio-Idempotency-Token', '')}"
        return answering.once(key, lambda session, now: _talked(session, addresses, now))

    @door.route("/hold", methods=["GET", "POST"], allow=Right.SIGNED)
    def hold() -> Response:
        return xml(documents.hold(addresses))


def _wait(session: Session, call: PhoneCall, addresses: Addresses, now: datetime) -> str:
    """What a waiting caller hears next; one who waited too long is led out of the line."""
    flow = flows.version(session, call.flow, call.flow_version)
    item = line.live_item(session, call.interaction_id)
    if item is None or item.state == WorkState.ASSIGNED:
        return documents.wait(flow, (), keys=False, to=addresses)
    if item.state == WorkState.WAITING and waiting.has_waited_too_long(session, item, now):
        waiting.step_out(session, call, ivr.QueueLeft("waited_too_long"), now)
        return documents.leave()
    state = menu.state_of(call)
    key = waiting.callback_key(flow, call, item, state)
    if key is not None:
        waiting.step_out(session, call, ivr.QueueLeft("key", key), now)
        return documents.leave()
    place = waiting.announced_place(session, call, item)
    minutes = waiting.minutes_to_wait(session, item, place, now)
    keys = bool(ivr.queue_keys_in_force(flow, state, place, minutes))
    speeches = ivr.queue_announcement(flow, state, place, minutes)
    return documents.wait(flow, speeches, keys=keys, to=audio.playable(session, addresses))


def _key(session: Session, call: PhoneCall, addresses: Addresses, now: datetime) -> str:
    """A key pressed while waiting leads out of the line, if the menu says so and no agent was faster."""
    flow = flows.version(session, call.flow, call.flow_version)
    key = request.form.get("Digits", "")
    item = line.live_item(session, call.interaction_id)
    place = line.place(session, item) if item else 1
    minutes = waiting.minutes_to_wait(session, item, place, now) if item else None
    if item is None or key not in ivr.queue_keys_in_force(flow, menu.state_of(call), place, minutes):
        return _wait(session, call, addresses, now)
    try:
        waiting.step_out(session, call, ivr.QueueLeft("key", key), now)
    except Conflict:
        return _wait(session, call, addresses, now)
    return documents.leave()


def _customer_answers(session: Session, call_id: int, addresses: Addresses) -> str:
    if not callback_tries.leg_created(session, call_id, sid()):
        return documents.hang_up()
    return documents.room(pickup.room_name(call_id), addresses)


def _back_in_line(session: Session, call: PhoneCall, addresses: Addresses, now: datetime) -> str:
    transfers.carry_through(session, call, now)
    flow = flows.version(session, call.flow, call.flow_version)
    return documents.line_again(flow, menu.state_of(call), menu.turn_number(call), addresses)


def _talked(session: Session, addresses: Addresses, now: datetime) -> str:
    call = calls.load(session, sid())
    item = line.live_item(session, call.interaction_id)
    back_in_line = item is not None and item.state in {WorkState.WAITING, WorkState.OFFERED}
    if back_in_line or commands.requested(session, call.id, "transfer") or request.form.get("CallStatus") in calls.OVER:
        return documents.nothing()  # whoever has hung up is asked nothing more
    done = menu.advance(session, call, ivr.QueueLeft("answered"), now)
    flow = flows.version(session, call.flow, call.flow_version)
    return documents.turn(flow, done, menu.turn_number(call), audio.playable(session, addresses))
