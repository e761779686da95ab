"""The control API: a person's telephone, and everything a real network would never let you do. Not part of Twilio."""

import hmac
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from contactcenter.carrier.call import Call
from contactcenter.carrier.journal import EventLog
from contactcenter.carrier.simulator import Simulator

TOKEN_HEADER = "X-Carrier-Control"  # noqa: S105 - the name of the header, not a token
LEASE_SECONDS = 30.0
LONGEST_WAIT = 25.0
NOTICE = "Simulated: no phone network, no machine detection, no speech recognition, synthetic voice."
Answer = tuple[Response, int]


class ControlError(Exception):
    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def control_api(simulator: Simulator) -> Blueprint:
    api = Blueprint("carrier_control", __name__, url_prefix="/control")

    @api.before_request
    def check_token() -> Answer | None:
        given = request.headers.get(TOKEN_HEADER, "")
        if hmac.compare_digest(given.encode(), simulator.exchange.account.token.encode()):
            return None
        return jsonify(error=f"The header {TOKEN_HEADER} must carry the simulator's token."), 403

    @api.errorhandler(ControlError)
    def refused(error: ControlError) -> Answer:
        return jsonify(error=str(error)), error.status

    _calls(api, simulator)
    _devices(api, simulator)
    _network(api, simulator)
    return api


def _calls(api: Blueprint, simulator: Simulator) -> None:
    @api.post("/calls")
    def dial() -> Answer:
        try:
            call = simulator.dial_in(_text("from"), _text("to"), _optional("url"))
        except LookupError as error:
            raise ControlError(404, str(error)) from error
        return jsonify(sid=call.sid, status=call.status.value), 201

    @api.get("/calls")
    def list_calls() -> Answer:
        return jsonify(calls=[_call_json(call) for call in simulator.live]), 200

    @api.get("/calls/<sid>/events")
    def call_events(sid: str) -> Answer:
        call = _call(simulator, sid)
        return _events(simulator, call.log, lambda: call.over)

    @api.post("/calls/<sid>/<verb>")
    def use_call(sid: str, verb: str) -> Answer:
        return _use(simulator, _call(simulator, sid), verb)


def _devices(api: Blueprint, simulator: Simulator) -> None:
    devices = simulator.network.devices

    @api.post("/devices")
    def register() -> Answer:
        given = _given()
        try:
            seconds = float(given.get("answer_seconds", 1.0))
        except (TypeError, ValueError) as error:
            raise ControlError(400, "answer_seconds must be a number.") from error
        device = simulator.register(_text("identity"), bool(given.get("auto_answer", True)), seconds, LEASE_SECONDS)
        return jsonify(address=device.address, lease_seconds=LEASE_SECONDS, last=len(device.log.events)), 200

    @api.delete("/devices/<identity>")
    def unregister(identity: str) -> Answer:
        simulator.unregister(identity)
        return jsonify(address=identity), 200

    @api.get("/devices/<identity>/events")
    def device_events(identity: str) -> Answer:
        return _events(simulator, devices.log(identity), lambda: devices.find(identity) is None)

    @api.post("/devices/<identity>/<verb>")
    def use_device(identity: str, verb: str) -> Answer:
        try:
            call = simulator.leg(identity)
        except LookupError as error:
            raise ControlError(404, str(error)) from error
        return _use(simulator, call, verb)


def _network(api: Blueprint, simulator: Simulator) -> None:
    @api.get("/numbers")
    def numbers() -> Answer:
        return jsonify(numbers=sorted(simulator.exchange.numbers), notice=NOTICE), 200

    @api.post("/messages")
    def text_in() -> Answer:
        if _text("to") not in simulator.exchange.numbers:
            raise ControlError(404, f"{_text('to')} is not one of the simulator's numbers.")
        message = simulator.text_in(_text("from"), _text("to"), _text("body"))
        return jsonify(sid=message.sid), 201

    @api.get("/trace")
    def trace() -> Answer:
        after = _whole("after")
        entries = simulator.trace[after:]
        shown = [
            {"n": number, "at": entry.at, "kind": entry.kind, "method": entry.method, "url": entry.url}
            | {"params": dict(entry.params), "status": entry.status, "attempt": entry.attempt, "reply": entry.reply}
            for number, entry in enumerate(entries, start=after + 1)
        ]
        errors = [
            {"at": note.at, "code": note.code, "place": note.place, "message": note.message}
            for note in simulator.errors
        ]
        return jsonify(trace=shown, errors=errors, unsupported=simulator.journal.unsupported), 200

    @api.post("/chaos")
    def chaos() -> Answer:
        habits = simulator.habits
        known = set(habits.__slots__)
        for name, value in _given().items():
            if name not in known or not isinstance(value, int | float) or value < 0:
                raise ControlError(
                    400, f"{name!r} must be one of {', '.join(sorted(known))}, with a number of 0 or more."
                )
            setattr(habits, name, float(value))
        return jsonify({name: getattr(habits, name) for name in sorted(known)}), 200


def _use(simulator: Simulator, call: Call, verb: str) -> Answer:
    match verb:
        case "press":
            try:
                simulator.press(call, _text("digits"))
            except ValueError as error:
                raise ControlError(400, str(error)) from error
        case "say":
            simulator.say(call, _text("text"))
        case "hangup":
            simulator.hangup(call)
        case "answer":
            simulator.answer(call)
        case "decline":
            simulator.decline(call)
        case _:
            raise ControlError(404, f"A telephone cannot {verb!r}: press, say, hangup, answer or decline.")
    return jsonify(_call_json(call)), 200


def _events(simulator: Simulator, log: EventLog, over: Callable[[], bool]) -> Answer:
    after = _whole("after")
    events = simulator.wait_for_events(log, after, 0.0 if over() else min(float(_whole("wait")), LONGEST_WAIT))
    return jsonify(events=events, last=events[-1]["n"] if events else after, over=over()), 200


def _call(simulator: Simulator, sid: str) -> Call:
    call = simulator.exchange.calls.get(sid)
    if call is None:
        raise ControlError(404, f"There is no call {sid}.")
    return call


def _call_json(call: Call) -> dict[str, Any]:
    return {
        "sid": call.sid,
        "from": call.from_,
        "to": call.to,
        "direction": call.direction.value,
        "status": call.status.value,
    }


def _given() -> dict[str, Any]:
    given = request.get_json(silent=True)
    return given if isinstance(given, dict) else {}


def _text(name: str) -> str:
    value = _given().get(name)
    if not isinstance(value, str) or not value:
        raise ControlError(400, f"The field {name!r} must be a text.")
    return value


def _optional(name: str) -> str:
    value = _given().get(name)
    return value if isinstance(value, str) else ""


def _whole(name: str) -> int:
    text = request.args.get(name, "0")
    return int(text) if text.isdigit() else 0
